package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.Shape;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramValidator;
import dev.verdict.repops.ir.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;

/// Compiles every node once to JVM code. Same bits as [dev.verdict.repops.exec.ReferenceExecutor], at every vector
/// width (system property `verdict.vectorBits`: 0, 128, 256 or 512) and number of threads.
///
/// Nodes that differ only in what they read share their code. Safe for use by several threads.
public final class CpuExecutor implements Executor {
  private static final Source ANY = new Source.NodeOutput(0);

  private final int threads;
  private final Tuning tuning;
  /// Daemons, started when needed and ended when idle.
  private final Optional<ForkJoinPool> workers;

  /// On the calling thread alone.
  public CpuExecutor() {
    this(1);
  }

  /// On up to `threads` threads for one node, the calling one among them. Throws [IllegalArgumentException] below 1.
  public CpuExecutor(int threads) {
    this(threads, Tuning.DEFAULT);
  }

  CpuExecutor(int threads, Tuning tuning) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    this.threads = threads;
    this.tuning = tuning;
    this.workers = threads == 1 ? Optional.empty() : Optional.of(new ForkJoinPool(threads - 1));
  }

  /// Compiles a program and allocates its buffers, one for each node. Throws
  /// [dev.verdict.repops.ir.InvalidProgramException] where it isn't valid.
  @Override
  public CompiledProgram compile(Program program) {
    ProgramValidator.requireValid(program);
    Map<Node, NodeKernel> known = new HashMap<>();
    List<NodeKernel> kernels = new ArrayList<>();
    for (int n = 0; n < program.nodes().size(); n++) {
      Node node = program.nodes().get(n);
      try {
        kernels.add(known.computeIfAbsent(anonymous(node), this::kernel));
      } catch (IllegalStateException e) {
        throw new IllegalStateException(where(n, node) + e.getMessage(), e);
      }
    }
    return new CpuProgram(program, kernels, threads, workers, tuning.worthSharing());
  }

  private static String where(int n, Node node) {
    return "node " + n + " '" + node.label() + "': ";
  }

  private NodeKernel kernel(Node node) {
    NodePlan plan = NodePlan.of(node, tuning);
    Optional<MatMulPlan> product = VectorWidth.BITS == 0 ? Optional.empty() : MatMulPlan.of(plan, tuning.minProduct());
    return product.isPresent()
        ? new MatMulKernel(product.get(), tuning, threads)
        : KernelCompiler.compile(plan);
  }

  /// What decides a node's code.
  private static Node anonymous(Node node) {
    List<Input> inputs = new ArrayList<>();
    for (Input i : node.inputs()) {
      inputs.add(new Input(ANY, i.dtype(), i.numel(), i.offset(), i.outStrides(), i.redStrides()));
    }
    Shape red = node.red();
    return new Node("", node.dtype(), node.out(), red, node.initBits(), inputs, node.body());
  }
}
