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
import dev.verdict.repops.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bodies that choose by the index of the innermost dimension: a causal mask, a one-hot row, a border.
class LaneMasksTest {
  private static final int ROWS = 3;
  private static final int[] BOUNDS = {
    Integer.MIN_VALUE, -7, -1, 0, 1, 2, 15, 16, 17, 33, 2_047, 2_048, 2_049, 2_060, Integer.MAX_VALUE
  };
  private static final List<Opcode> COMPARISONS = List.of(Opcode.ILT, Opcode.ILE, Opcode.IEQ);
  private static final List<Opcode> LOGIC = List.of(Opcode.IAND, Opcode.IOR, Opcode.IXOR);

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_randomMasks_equalsReference(Parity.Path path) {
    for (long seed = 1; seed <= 300; seed++) {
      RandomPrograms.Sample sample = sample(seed);
      assertThat(Parity.firstDifference(path.executor(), sample))
          .as("seed %s: %s", seed, sample.program().nodes().getFirst()).isEmpty();
    }
  }

  static RandomPrograms.Sample sample(long seed) {
    Random random = new Random(seed);
    int columns = seed % 10 == 0 ? 2_040 + random.nextInt(40) : 1 + random.nextInt(70);
    boolean folds = random.nextInt(4) == 0;
    List<Instruction> body = new ArrayList<>();
    body.add(new Instruction(Opcode.LOAD, 0, 0, 0, 0));
    int index = add(body, Opcode.INDEX, 1, 0, 0, 0);
    int mask = comparison(body, index, random, folds);
    for (int i = random.nextInt(3); i > 0; i--) {
      int other = random.nextBoolean() ? comparison(body, index, random, folds)
          : add(body, Opcode.FLT, 0, add(body, Opcode.CONST_F, 0, 0, 0, Float.floatToIntBits(0.25f)), 0, 0);
      mask = add(body, LOGIC.get(random.nextInt(LOGIC.size())), mask, other, 0, 0);
    }
    int never = add(body, Opcode.CONST_F, 0, 0, 0, Float.floatToIntBits(Float.NEGATIVE_INFINITY));
    int chosen = random.nextBoolean() ? add(body, Opcode.SELECT, mask, 0, never, 0)
        : add(body, Opcode.SELECT, mask, never, add(body, Opcode.NEG, 0, 0, 0, 0), 0);
    if (folds) {
      add(body, Opcode.MAX, add(body, Opcode.ACC, 0, 0, 0, 0), chosen, 0, 0);
    }
    Input x = new Input(new Source.State(0), DType.F32, (long) ROWS * columns, 0, new long[] {columns, 1},
        folds ? new long[] {0} : new long[0]);
    Input bounds = new Input(new Source.State(1), DType.I32, ROWS, 0, new long[] {1, 0},
        folds ? new long[] {0} : new long[0]);
    Node node = new Node("Masked", DType.F32, Shape.of(ROWS, columns), folds ? Shape.of(5) : Shape.of(),
        folds ? Float.floatToIntBits(-2f) : 0, List.of(x, bounds), body);
    Tensor values = Tensor.zeros(DType.F32, Shape.of(ROWS, columns));
    for (long i = 0; i < values.numel(); i++) {
      values.setFloat(i, (float) random.nextGaussian());
    }
    Tensor limits = Tensor.ofInts(Shape.of(ROWS), random.nextInt(-2, 5), columns - 1, random.nextInt(columns + 3));
    Program program = new Program(List.of(new Slot("x", DType.F32, values.shape(), Slot.UNCHANGED),
        new Slot("bounds", DType.I32, limits.shape(), Slot.UNCHANGED)), List.of(), List.of(), List.of(node));
    return new RandomPrograms.Sample(seed, program, new StepInputs(List.of(values, limits), List.of(), List.of()));
  }

  /// The index on either side of a constant, one of the two extreme ones, the row's index, a tensor's element, the step
  /// or the fold's index.
  private static int comparison(List<Instruction> body, int index, Random random, boolean folds) {
    int bound = switch (random.nextInt(folds ? 6 : 5)) {
      case 0 -> add(body, Opcode.CONST_I, 0, 0, 0, BOUNDS[random.nextInt(BOUNDS.length)]);
      case 1 -> add(body, Opcode.INDEX, 0, 0, 0, 0);
      case 2 -> add(body, Opcode.LOAD, 1, 0, 0, 0);
      case 3 -> add(body, Opcode.STEP, 0, 0, 0, 0);
      case 4 -> {
        int one = add(body, Opcode.CONST_I, 0, 0, 0, 1);
        int least = add(body, Opcode.ISHL, one, add(body, Opcode.CONST_I, 0, 0, 0, 63), 0, 0);
        yield random.nextBoolean() ? least : add(body, Opcode.ISUB, least, one, 0, 0);
      }
      default -> add(body, Opcode.INDEX, 2, 0, 0, 0);
    };
    Opcode op = COMPARISONS.get(random.nextInt(COMPARISONS.size()));
    return random.nextBoolean() ? add(body, op, index, bound, 0, 0) : add(body, op, bound, index, 0, 0);
  }

  private static int add(List<Instruction> body, Opcode op, int a, int b, int c, int imm) {
    body.add(new Instruction(op, a, b, c, imm));
    return body.size() - 1;
  }
}
