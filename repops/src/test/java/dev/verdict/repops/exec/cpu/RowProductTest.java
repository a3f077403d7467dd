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

/// Rows times matrices, one or a batch of them, of lengths around those of vectors, blocks of rows and strips.
class RowProductTest {
  private static final int[] COLUMNS = {4, 8, 15, 16, 17, 40, 255, 257, 300};
  private static final int[] STEPS = {2, 7, 8, 9, 24, 31};

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_rowTimesMatrix_equalsReference(Parity.Path path) {
    long seed = 0;
    for (int columns : COLUMNS) {
      for (int steps : STEPS) {
        assertThat(Parity.firstDifference(path.executor(), sample(++seed, columns, steps)))
            .as("[%s] x [%s,%s]", steps, steps, columns).isEmpty();
      }
    }
  }

  @Test
  void run_severalStrips_equalsReference() {
    for (int threads : new int[] {1, 3}) {
      for (int columns : new int[] {2047, 2048, 2049, 4111}) {
        assertThat(Parity.firstDifference(new CpuExecutor(threads), sample(columns, columns, 19))).isEmpty();
      }
    }
  }

  @Test
  void of_rowTimesMatrix_isTaken() {
    if (VectorWidth.BITS == 0) {
      return;
    }
    Random random = new Random(1);
    assertThat(isTaken(node(random, 1, 64, 8, 1, 8))).isTrue();
    // Columns that aren't neighbours; LOADs outside.
    assertThat(isTaken(node(random, 1, 64, 8, 2, 128))).isFalse();
    Node inside = node(random, 1, 64, 8, 1, 64);
    Input b = inside.inputs().get(1);
    Input beyond = new Input(b.source(), DType.F32, b.numel(), 1, b.outStrides(), b.redStrides());
    assertThat(isTaken(new Node("", DType.F32, inside.out(), inside.red(), 0,
        List.of(inside.inputs().getFirst(), beyond), inside.body()))).isFalse();
  }

  private static boolean isTaken(Node node) {
    return RowProduct.of(NodePlan.of(node, Tuning.DEFAULT), 1).isPresent();
  }

  static RandomPrograms.Sample sample(long seed, int columns, int steps) {
    Random random = new Random(seed);
    int batch = 1 + random.nextInt(3);
    Node node = node(random, batch, columns, steps, 1, random.nextInt(4) == 0 ? columns + 3 : columns);
    List<Slot> slots = node.inputs().stream()
        .map(i -> new Slot("x" + i.source().index(), DType.F32, Shape.of(i.numel()), Slot.UNCHANGED)).toList();
    boolean edges = random.nextInt(3) == 0;
    List<Tensor> states = slots.stream().map(slot -> tensor(random, edges, slot.shape())).toList();
    Program program = new Program(slots, List.of(), List.of(), List.of(node));
    return new RandomPrograms.Sample(seed, program, new StepInputs(states, List.of(), List.of()));
  }

  private static Tensor tensor(Random random, boolean edges, Shape shape) {
    if (edges) {
      return EdgeValues.anyTensor(random, DType.F32, shape);
    }
    Tensor t = Tensor.zeros(DType.F32, shape);
    for (long i = 0; i < t.numel(); i++) {
      t.setFloat(i, (float) random.nextGaussian());
    }
    return t;
  }

  /// @param stride between columns
  /// @param rowStride between B's rows
  private static Node node(Random random, int batch, int columns, int steps, int stride, int rowStride) {
    Input a = new Input(new Source.State(0), DType.F32, (long) batch * steps, 0, new long[] {steps, 0}, new long[] {1});
    long matrix = (long) rowStride * (steps - 1) + (long) stride * (columns - 1) + 1;
    Input b = new Input(
        new Source.State(1), DType.F32, batch * matrix, 0, new long[] {matrix, stride}, new long[] {rowStride});
    boolean swap = random.nextBoolean();
    int init = random.nextBoolean() ? 0 : Float.floatToIntBits(EdgeValues.anyFloat(random));
    List<Instruction> body = List.of(
        new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.LOAD, 1, 0, 0, 0),
        new Instruction(Opcode.ACC, 0, 0, 0, 0), new Instruction(Opcode.FMA, swap ? 1 : 0, swap ? 0 : 1, 2, 0));
    return new Node("MatMul", DType.F32, Shape.of(batch, columns), Shape.of(steps), init, List.of(a, b), body);
  }
}
