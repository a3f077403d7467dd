package dev.verdict.repops.exec;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramValidator;
import java.util.ArrayList;
import java.util.List;

/// Plain interpretation, one element and one instruction after the other: **the definition** of what a program
/// computes. Any other executor is right where it gives these bits.
public final class ReferenceExecutor implements Executor {
  /// Throws [dev.verdict.repops.ir.InvalidProgramException] where the program isn't valid.
  @Override
  public CompiledProgram compile(Program program) {
    ProgramValidator.requireValid(program);
    return new Interpreted(program);
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
    private final List<Tensor> outputs = new ArrayList<>();

    Interpreted(Program program) {
      this.program = program;
      for (Node node : program.nodes()) {
        outputs.add(Tensor.zeros(node.dtype(), node.out()));
      }
    }

    @Override
    public Program program() {
      return program;
    }

    /// Throws [IllegalArgumentException] where the inputs don't match the program.
    @Override
    public void run(long step, StepInputs inputs, NodeObserver observer) {
      inputs.requireMatching(program);
      for (int n = 0; n < program.nodes().size(); n++) {
        Node node = program.nodes().get(n);
        compute(node, step, inputs.operands(node, outputs::get), outputs.get(n));
        observer.computed(n, outputs.get(n));
      }
    }

    @Override
    public Tensor output(int node) {
      return outputs.get(node);
    }
  }
}
