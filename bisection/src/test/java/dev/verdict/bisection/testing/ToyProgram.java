package dev.verdict.bisection.testing;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.List;

/// A training step small enough to know by heart, with every kind of source, a fold of several chunks, an integer node
/// and a slot that never changes:
///
///     0 MatMul    y[i] = Σₖ w[i,k]·x[k], k < 700      F32[3], of state w and data x
///     1 Scale     u[i,k] = fma(y[i], c[0], w[i,k])    F32[3,700], of node 0, constant c, state w
///     2 Count     n' = n + t                          I32[1], of state n and STEP
///     3…          copies of node 2 under other names, so that R_t has more leaves than one reveal shows
public final class ToyProgram {
  public static final int MAT_MUL = 0;
  public static final int SCALE = 1;
  public static final int COUNT = 2;
  public static final int COLUMNS = 700;

  private ToyProgram() {}

  /// @param copies how many further nodes
  public static RandomPrograms.Sample sample(int copies) {
    Tensor w = floats(3 * COLUMNS, 0.01f);
    Tensor x = floats(COLUMNS, 0.02f);
    Tensor c = Tensor.ofFloats(Shape.of(1), 0.125f);
    Tensor n = Tensor.ofInts(Shape.of(1), 5);
    Tensor fixed = Tensor.ofBytes(Shape.of(2), (byte) 1, (byte) 200);

    Input rows = new Input(
        new Source.State(0), DType.F32, 3 * COLUMNS, 0, new long[] {COLUMNS}, new long[] {1});
    Input vector = new Input(new Source.Data(0), DType.F32, COLUMNS, 0, new long[] {0}, new long[] {1});
    Node matMul = new Node("MatMul", DType.F32, Shape.of(3), Shape.of(COLUMNS), 0, List.of(rows, vector), List.of(
        op(Opcode.LOAD, 0, 0, 0), op(Opcode.LOAD, 1, 0, 0), op(Opcode.ACC, 0, 0, 0), op(Opcode.FMA, 0, 1, 2)));

    Input y = new Input(new Source.NodeOutput(0), DType.F32, 3, 0, new long[] {1, 0}, new long[0]);
    Input scale = new Input(new Source.Const(0), DType.F32, 1, 0, new long[] {0, 0}, new long[0]);
    Input weights = new Input(
        new Source.State(0), DType.F32, 3 * COLUMNS, 0, new long[] {COLUMNS, 1}, new long[0]);
    Node update = new Node("Scale", DType.F32, Shape.of(3, COLUMNS), Shape.scalar(), 0, List.of(y, scale, weights),
        List.of(op(Opcode.LOAD, 0, 0, 0), op(Opcode.LOAD, 1, 0, 0), op(Opcode.LOAD, 2, 0, 0),
            op(Opcode.FMA, 0, 1, 2)));

    List<Node> nodes = new ArrayList<>(List.of(matMul, update));
    for (int i = 0; i <= copies; i++) {
      Input count = new Input(new Source.State(1), DType.I32, 1, 0, new long[] {0}, new long[0]);
      nodes.add(new Node(i == 0 ? "Count" : "Copy" + i, DType.I32, Shape.of(1), Shape.scalar(), 0, List.of(count),
          List.of(op(Opcode.LOAD, 0, 0, 0), op(Opcode.STEP, 0, 0, 0), op(Opcode.IADD, 0, 1, 0))));
    }
    Program program = new Program(
        List.of(
            new Slot("w", DType.F32, Shape.of(3, COLUMNS), SCALE),
            new Slot("n", DType.I32, Shape.of(1), COUNT),
            new Slot("fixed", DType.U8, Shape.of(2), Slot.UNCHANGED)),
        List.of(new BoundTensor("x", DType.F32, Shape.of(COLUMNS), TensorCommitment.root(x))),
        List.of(new BoundTensor("c", DType.F32, Shape.of(1), TensorCommitment.root(c))),
        nodes);
    return new RandomPrograms.Sample(0, program, new StepInputs(
        List.of(w.reshape(Shape.of(3, COLUMNS)), n, fixed), List.of(x), List.of(c)));
  }

  private static Instruction op(Opcode op, int a, int b, int c) {
    return new Instruction(op, a, b, c, 0);
  }

  private static Tensor floats(int count, float scale) {
    Tensor tensor = Tensor.zeros(DType.F32, Shape.of(count));
    for (int i = 0; i < count; i++) {
      tensor.setFloat(i, scale * ((i * 37 % 101) - 50));
    }
    return tensor;
  }
}
