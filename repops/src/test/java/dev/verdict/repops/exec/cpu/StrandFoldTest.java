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

/// Folds in strands: any number of rows and blocks, rows with a rest, rows that all outputs share.
class StrandFoldTest {
  private static final int STRANDS = StrandFold.STRANDS;
  private static final int[] ROWS = {1, 2, 3, 5, 8};
  private static final int[] BLOCKS = {1, 2, 3};
  private static final int[] STEPS = {2, 3, 4, 31, 32, 33};

  private record Case(Opcode op, int rows, int blocks, int steps, int rest, boolean square, boolean shared) {
    int length() {
      return blocks * steps * STRANDS + rest;
    }

    Node node() {
      long numel = (long) rows * length();
      long block = (long) steps * STRANDS;
      Input x = new Input(new Source.State(0), DType.F32, numel, rest, new long[] {length(), block, 1},
          new long[] {STRANDS});
      Input y = new Input(new Source.State(1), DType.F32, numel, 0, new long[] {shared ? 0 : length(), block, 1},
          new long[] {STRANDS});
      Instruction acc = new Instruction(Opcode.ACC, 0, 0, 0, 0);
      List<Instruction> body = op == Opcode.FMA
          ? List.of(load(0), load(square ? 0 : 1), acc, new Instruction(op, 0, 1, 2, 0))
          : List.of(load(0), load(1), acc,
              square ? new Instruction(op, 0, 2, 0, 0) : new Instruction(op, 2, 0, 0, 0));
      return new Node("Strands", DType.F32, Shape.of(rows, blocks, STRANDS), Shape.of(steps),
          Float.floatToIntBits(-0.75f), List.of(x, y), body);
    }
  }

  private static Instruction load(int input) {
    return new Instruction(Opcode.LOAD, input, 0, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_strands_equalsReference(Parity.Path path) {
    int cases = 0;
    for (int rows : ROWS) {
      for (int blocks : BLOCKS) {
        for (int steps : STEPS) {
          for (Opcode op : List.of(Opcode.ADD, Opcode.FMA)) {
            Random random = new Random(++cases);
            Case c = new Case(op, rows, blocks, steps, cases % 4 * 5, cases % 2 == 0, cases % 7 == 0);
            List<Tensor> states = List.of(tensor(random, cases % 3 == 0, c), tensor(random, cases % 3 == 0, c));
            List<Slot> slots = List.of(
                new Slot("x", DType.F32, states.get(0).shape(), Slot.UNCHANGED),
                new Slot("y", DType.F32, states.get(1).shape(), Slot.UNCHANGED));
            Program program = new Program(slots, List.of(), List.of(), List.of(c.node()));
            assertThat(Parity.firstDifference(path.executor(),
                new RandomPrograms.Sample(cases, program, new StepInputs(states, List.of(), List.of()))))
                .as("%s", c).isEmpty();
          }
        }
      }
    }
  }

  @Test
  void of_strands_areTaken_butNotWhatReadsOtherwise() {
    for (Opcode op : List.of(Opcode.ADD, Opcode.FMA)) {
      Case c = new Case(op, 3, 2, 32, 5, false, false);
      assertThat(isTaken(c.node())).isEqualTo(VectorWidth.BITS != 0);
    }
    Node node = new Case(Opcode.ADD, 3, 1, 32, 0, false, false).node();
    Input strided = new Input(new Source.State(0), DType.F32, 1 << 20, 0, new long[] {1024, 0, 2}, new long[] {64});
    Input outside = new Input(new Source.State(0), DType.F32, 3 * 1024 - 1, 0, new long[] {1024, 0, 1},
        new long[] {STRANDS});
    for (Input input : List.of(strided, outside)) {
      assertThat(isTaken(new Node(node.label(), node.dtype(), node.out(), node.red(), node.initBits(),
          List.of(input, input), node.body()))).as("%s", input).isFalse();
    }
  }

  private static boolean isTaken(Node node) {
    return VectorWidth.BITS != 0 && StrandFold.of(NodePlan.of(node, Tuning.DEFAULT)).isPresent();
  }

  private static Tensor tensor(Random random, boolean edges, Case c) {
    Shape shape = Shape.of(c.rows(), c.length());
    if (edges) {
      return EdgeValues.anyTensor(random, DType.F32, shape);
    }
    Tensor t = Tensor.zeros(DType.F32, shape);
    for (long i = 0; i < t.numel(); i++) {
      t.setFloat(i, (float) random.nextGaussian() * (1 << random.nextInt(20)));
    }
    return t;
  }
}
