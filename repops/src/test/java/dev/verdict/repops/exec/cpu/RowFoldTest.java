package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.testing.EdgeValues;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Folds along contiguous rows, their number and length around those of the tiles.
class RowFoldTest {
  private static final int[] ROWS = {1, 7, 8, 31, 32, 33, 70};
  private static final int[] STEPS = {1, 15, 16, 17, 63, 64, 128, 129, 150, 300};

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_rows_equalsReference(Parity.Path path) {
    int cases = 0;
    for (int rows : ROWS) {
      for (int steps : STEPS) {
        for (Opcode op : List.of(Opcode.ADD, Opcode.FMA, Opcode.MAX, Opcode.MIN)) {
          Random random = new Random(++cases);
          // Ordinary values, so that a sum doesn't end as NaN whatever the order; now and then every edge value.
          boolean edges = cases % 3 == 0;
          List<Tensor> states = List.of(tensor(random, edges, rows, steps), tensor(random, edges, rows, steps));
          Node node = node(op, rows, steps, cases % 2 == 0, cases % 5 == 0 ? 0 : steps);
          List<Slot> slots = List.of(
              new Slot("x", DType.F32, states.get(0).shape(), Slot.UNCHANGED),
              new Slot("y", DType.F32, states.get(1).shape(), Slot.UNCHANGED));
          Program program = new Program(slots, List.of(), List.of(), List.of(node));
          assertThat(Parity.firstDifference(path.executor(),
              new RandomPrograms.Sample(cases, program, new StepInputs(states, List.of(), List.of()))))
              .as("%s rows of %s steps, %s", rows, steps, op).isEmpty();
        }
      }
    }
  }

  @Test
  void of_rows_areTaken() {
    for (Opcode op : List.of(Opcode.ADD, Opcode.FMA, Opcode.MAX, Opcode.MIN)) {
      NodePlan plan = NodePlan.of(node(op, 40, 100, false, 100), Tuning.DEFAULT);
      boolean chain = op == Opcode.ADD || op == Opcode.FMA;
      assertThat(RowFold.of(plan).isPresent()).isEqualTo(chain ? VectorWidth.BITS == 512 : VectorWidth.BITS != 0);
    }
  }

  private static Tensor tensor(Random random, boolean edges, int rows, int steps) {
    Shape shape = Shape.of(rows, steps);
    if (edges) {
      return EdgeValues.anyTensor(random, DType.F32, shape);
    }
    Tensor t = Tensor.zeros(DType.F32, shape);
    for (long i = 0; i < t.numel(); i++) {
      t.setFloat(i, (float) random.nextGaussian() * (1 << random.nextInt(20)));
    }
    return t;
  }

  /// @param square whether a product is of a row with itself
  /// @param stride between x's rows: 0 where all outputs read one
  private static Node node(Opcode op, int rows, int steps, boolean square, int stride) {
    Input x = new Input(
        new Source.State(0), DType.F32, (long) rows * steps, 0, new long[] {stride}, new long[] {1});
    Input y = new Input(
        new Source.State(1), DType.F32, (long) rows * steps, 0, new long[] {steps}, new long[] {1});
    List<Instruction> body = op == Opcode.FMA
        ? List.of(load(0), load(square ? 0 : 1), new Instruction(Opcode.ACC, 0, 0, 0, 0),
            rows % 2 == 0 ? new Instruction(op, 0, 1, 2, 0) : new Instruction(op, 1, 0, 2, 0))
        : List.of(load(0), load(1), new Instruction(Opcode.ACC, 0, 0, 0, 0),
            square ? new Instruction(op, 0, 2, 0, 0) : new Instruction(op, 2, 0, 0, 0));
    int init = Float.floatToIntBits(-0.75f);
    return new Node("Row", DType.F32, Shape.of(rows), Shape.of(steps), init, List.of(x, y), body);
  }

  private static Instruction load(int input) {
    return new Instruction(Opcode.LOAD, input, 0, 0, 0);
  }
}
