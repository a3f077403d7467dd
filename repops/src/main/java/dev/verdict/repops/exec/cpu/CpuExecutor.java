package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.Liveness;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramValidator;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Compiles every node once to JVM code. Same bits as [dev.verdict.repops.exec.ReferenceExecutor], at every vector
/// width (system property `verdict.vectorBits`: 0, 128, 256 or 512) and number of threads.
///
/// Nodes are computed in groups, block by block or row by row, where that saves memory traffic; nodes, and groups along
/// rows, that differ only in what they read share their code. Safe for use by several threads.
public final class CpuExecutor implements Executor {
  private final int threads;
  private final Tuning tuning;
  private final Blocking blocking;
  private final Crew crew;

  /// On the calling thread alone.
  public CpuExecutor() {
    this(1);
  }

  /// On up to `threads` threads for one node, the calling one among them; where the system lends fewer, on those. With
  /// more than one, tensors must lie in memory that every thread may touch, as of `Arena.ofShared()`. Throws
  /// [IllegalArgumentException] below 1.
  public CpuExecutor(int threads) {
    this(threads, Tuning.DEFAULT);
  }

  CpuExecutor(int threads, Tuning tuning) {
    this(threads, tuning, Blocking.DEFAULT);
  }

  CpuExecutor(int threads, Tuning tuning, Blocking blocking) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    this.threads = threads;
    this.tuning = tuning;
    this.blocking = blocking;
    this.crew = new Crew(threads);
  }

  /// On as many threads as the machine lends this process processors.
  public static CpuExecutor ofProcessors() {
    return new CpuExecutor(Runtime.getRuntime().availableProcessors());
  }

  /// Compiles a program and allocates its buffers. Throws [dev.verdict.repops.ir.InvalidProgramException] where it
  /// isn't valid, [dev.verdict.repops.exec.NoSuchNodeException] where it lacks a kept node.
  @Override
  public CompiledProgram compile(Program program, Set<Integer> kept) {
    ProgramValidator.requireValid(program);
    Executor.requireNodes(program, kept);
    Set<Integer> keeps = Collections.unmodifiableSet(new TreeSet<>(kept));
    Liveness tensors = Liveness.of(program, keeps);
    TableRoom room = new TableRoom(tensors.inputs() + tensors.kept() + tensors.others());
    Kernels kernels = new Kernels((node, sharers) -> kernel(node, sharers, room));
    Pipeline grouped = new Pipeline(
        program, keeps, Fusion.groups(program, keeps, blocking), kernels, tuning, blocking, threads);
    return new CpuProgram(program, keeps, crew, grouped, () -> new Pipeline(
        program, keeps, Fusion.oneByOne(program), kernels, tuning, Blocking.NONE, threads));
  }

  private NodeKernel kernel(Node node, int sharers, TableRoom room) {
    NodePlan plan = NodePlan.of(node, tuning);
    Optional<RunningSum> sums = RunningSum.of(plan);
    if (sums.isPresent()) {
      return sums.get();
    }
    if (VectorWidth.BITS != 0) {
      Optional<PaddedCopy> padded = PaddedCopy.of(plan);
      if (padded.isPresent()) {
        return padded.get();
      }
      Optional<PoolKernel> pool = PoolKernel.of(plan);
      if (pool.isPresent()) {
        return pool.get();
      }
      Optional<PoolGradient> share = PoolGradient.of(plan);
      if (share.isPresent()) {
        return share.get();
      }
      Optional<MatMulPlan> product = MatMulPlan.of(plan, tuning.minProduct());
      if (product.isPresent()) {
        return product.get().kernel(tuning, sharers, room);
      }
      Optional<RowProduct> rows = RowProduct.of(plan, sharers);
      if (rows.isPresent()) {
        return rows.get();
      }
    }
    return KernelCompiler.compile(plan);
  }
}
