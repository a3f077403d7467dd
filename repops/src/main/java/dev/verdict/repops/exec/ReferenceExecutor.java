package dev.verdict.repops.exec;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Plain interpretation, one element and one instruction after the other: **the definition** of what a program
/// computes. Any other executor is right where it gives these bits.
///
/// Computes and stores every node, kept or not.
public final class ReferenceExecutor implements Executor {
  /// Throws [dev.verdict.repops.ir.InvalidProgramException] where the program isn't valid, [NoSuchNodeException] where
  /// it lacks a kept node.
  @Override
  public CompiledProgram compile(Program program, Set<Integer> kept) {
    ProgramValidator.requireValid(program);
    Executor.requireNodes(program, kept);
    return new Interpreted(program, Set.copyOf(kept));
  }

  /// The output of `node` alone at step `step`, `operands` being the tensors that its inputs view, in order.
  public static Tensor run(Node node, long step, List<Tensor> operands) {
    Tensor output = Tensor.zeros(node.dtype(), node.out());
    compute(node, step, operands, output);
    return output;
  }

  private static void compute(Node node, long step, List<Tensor> operands, Tensor output) {
    FoldTrace trace = new FoldTrace(node, step, BodyInterpreter.Operands.of(operands));
    for (long element = 0; element < output.numel(); element++) {
      output.setRegister(element, trace.output(element));
    }
  }

  private static final class Interpreted implements CompiledProgram {
    private final Program program;
    private final Set<Integer> kept;
    private final List<Tensor> own = new ArrayList<>();
    private List<Tensor> outputs;

    Interpreted(Program program, Set<Integer> kept) {
      this.program = program;
      this.kept = kept;
      for (Node node : program.nodes()) {
        own.add(Tensor.zeros(node.dtype(), node.out()));
      }
      this.outputs = own;
    }

    @Override
    public Program program() {
      return program;
    }

    @Override
    public Set<Integer> kept() {
      return kept;
    }

    @Override
    public void run(long step, StepInputs inputs, StepResults results, NodeObserver observer) {
      inputs.requireMatching(program);
      results.requireMatching(program, kept);
      inputs.requireAccessible(program, 1);
      results.requireAccessible(program, 1);
      List<Tensor> next = new ArrayList<>();
      for (int n = 0; n < program.nodes().size(); n++) {
        next.add(results.tensors().getOrDefault(n, own.get(n)));
      }
      results.requireDisjoint(program, inputs, next);
      outputs = next;
      for (int n = 0; n < program.nodes().size(); n++) {
        Node node = program.nodes().get(n);
        compute(node, step, inputs.operands(node, outputs::get), outputs.get(n));
        observer.computed(n, outputs.get(n));
      }
    }

    @Override
    public Tensor output(int node) {
      Executor.requireNode(program, node);
      if (!kept.contains(node)) {
        throw new NodeNotKeptException(node, program.nodes().get(node).label());
      }
      return outputs.get(node);
    }

    /// Every output has a buffer of its own.
    @Override
    public MemoryReport memory() {
      Liveness liveness = Liveness.of(program, kept);
      return new MemoryReport(liveness.inputs(), liveness.kept(), liveness.others(), 0, 0, liveness.peak());
    }
  }
}
