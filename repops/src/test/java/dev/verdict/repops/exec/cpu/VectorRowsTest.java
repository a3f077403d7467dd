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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bodies of f32 with rows and scalars in every place, at lengths of whole vectors and not, with every edge value.
class VectorRowsTest {
  /// Lanes; the last more than a strip's.
  private static final int[] LENGTHS = {1, 3, 4, 8, 15, 16, 17, 31, 32, 48, 64, 100, 512, 2048, 2064};
  private static final List<Opcode> UNARY = List.of(
      Opcode.SQRT, Opcode.NEG, Opcode.ABS, Opcode.EXP, Opcode.LOG, Opcode.TANH, Opcode.ERF, Opcode.SIN, Opcode.COS);
  private static final List<Opcode> BINARY =
      List.of(Opcode.ADD, Opcode.SUB, Opcode.MUL, Opcode.DIV, Opcode.MIN, Opcode.MAX);
  private static final List<Opcode> TESTS = List.of(Opcode.FLT, Opcode.FLE, Opcode.FEQ);
  private static final List<Opcode> MASKS = List.of(Opcode.IAND, Opcode.IOR, Opcode.IXOR);

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_everyOperandARowOrAScalar_equalsReference(Parity.Path path) {
    for (int seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      int lanes = LENGTHS[seed % LENGTHS.length];
      Node node = node(random, lanes);
      List<Tensor> states = List.of(
          EdgeValues.anyTensor(random, DType.F32, Shape.of(2L * 3 * lanes)),
          EdgeValues.anyTensor(random, DType.F32, Shape.of(2L * 3)));
      List<Slot> slots = List.of(
          new Slot("rows", DType.F32, states.get(0).shape(), Slot.UNCHANGED),
          new Slot("scalars", DType.F32, states.get(1).shape(), Slot.UNCHANGED));
      Program program = new Program(slots, List.of(), List.of(), List.of(node));
      assertThat(Parity.firstDifference(path.executor(),
          new RandomPrograms.Sample(seed, program, new StepInputs(states, List.of(), List.of()))))
          .as("seed %s", seed).isEmpty();
    }
  }

  /// A softmax's numerators: one call for the difference and the exponential, masks of −∞ among them.
  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_exponentialOfADifference_equalsReference(Parity.Path path) {
    for (int lanes : LENGTHS) {
      Random random = new Random(lanes);
      Tensor rows = EdgeValues.anyTensor(random, DType.F32, Shape.of(5, lanes));
      for (int j = 0; j < lanes; j++) {
        rows.setFloat(j, (float) random.nextGaussian() * 30);
        rows.setFloat(lanes + j, j > lanes / 3 ? Float.NEGATIVE_INFINITY : random.nextFloat());
      }
      Tensor maxima = EdgeValues.anyTensor(random, DType.F32, Shape.of(5));
      maxima.setFloat(0, 7.5f);
      maxima.setFloat(1, 1);
      Node node = new Node("Softmax.exp", DType.F32, Shape.of(5, lanes), Shape.scalar(), 0, List.of(
          new Input(new Source.State(0), DType.F32, 5L * lanes, 0, new long[] {lanes, 1}, new long[0]),
          new Input(new Source.State(1), DType.F32, 5, 0, new long[] {1, 0}, new long[0])), List.of(
          new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.LOAD, 1, 0, 0, 0),
          new Instruction(Opcode.SUB, 0, 1, 0, 0), new Instruction(Opcode.EXP, 2, 0, 0, 0)));
      List<Slot> slots = List.of(new Slot("rows", DType.F32, rows.shape(), Slot.UNCHANGED),
          new Slot("maxima", DType.F32, maxima.shape(), Slot.UNCHANGED));
      Program program = new Program(slots, List.of(), List.of(), List.of(node));
      assertThat(Parity.firstDifference(path.executor(), new RandomPrograms.Sample(
          lanes, program, new StepInputs(List.of(rows, maxima), List.of(), List.of()))))
          .as("%s lanes", lanes).isEmpty();
    }
  }

  /// The gradient of a table of which rows were picked, some of them never, in lanes.
  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_sumOfTheRowsThatPickedIt_equalsReference(Parity.Path path) {
    for (int width : new int[] {8, 15, 16, 48, 100}) {
      Random random = new Random(width);
      Tensor ids = Tensor.zeros(DType.I32, Shape.of(60));
      for (int i = 0; i < 60; i++) {
        ids.setLong(i, random.nextInt(-1, 9));
      }
      Node node = picked(width);
      List<Tensor> states = List.of(ids, EdgeValues.anyTensor(random, DType.F32, Shape.of(60, width)));
      List<Slot> slots = List.of(new Slot("ids", DType.I32, Shape.of(60), Slot.UNCHANGED),
          new Slot("g", DType.F32, states.get(1).shape(), Slot.UNCHANGED));
      Program program = new Program(slots, List.of(), List.of(), List.of(node));
      assertThat(Parity.firstDifference(path.executor(),
          new RandomPrograms.Sample(width, program, new StepInputs(states, List.of(), List.of()))))
          .as("width %s", width).isEmpty();
    }
    assertThat(NodePlan.of(picked(16), Tuning.DEFAULT).inVectors()).isEqualTo(VectorWidth.BITS != 0);
  }

  private static Node picked(int width) {
    List<Input> inputs = List.of(
        new Input(new Source.State(0), DType.I32, 60, 0, new long[] {0, 0}, new long[] {1}),
        new Input(new Source.State(1), DType.F32, 60L * width, 0, new long[] {0, 1}, new long[] {width}));
    return new Node("Table.grad", DType.F32, Shape.of(10, width), Shape.of(60), 0, inputs, List.of(
        new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.INDEX, 0, 0, 0, 0),
        new Instruction(Opcode.IEQ, 0, 1, 0, 0), new Instruction(Opcode.LOAD, 1, 0, 0, 0),
        new Instruction(Opcode.CONST_F, 0, 0, 0, 0), new Instruction(Opcode.SELECT, 2, 3, 4, 0),
        new Instruction(Opcode.ACC, 0, 0, 0, 0), new Instruction(Opcode.ADD, 6, 5, 0, 0)));
  }

  /// The test of all operands is one of vectors only as long as its nodes are computed by them.
  @Test
  void inVectors_nodesOfAllOperands_areMostly() {
    long inVectors = IntStream.range(0, 400)
        .filter(seed -> NodePlan.of(node(new Random(seed), LENGTHS[seed % LENGTHS.length]), Tuning.DEFAULT).inVectors())
        .count();
    if (VectorWidth.BITS == 0) {
      assertThat(inVectors).isZero();
    } else {
      assertThat(inVectors).isGreaterThan(100);
    }
  }

  /// Two rows of outputs, a fold of three steps or none. Registers 0 and 1 differ by lane, 2 and 3 don't.
  private static Node node(Random random, int lanes) {
    boolean folds = random.nextBoolean();
    long[] red = folds ? new long[] {lanes} : new long[0];
    long[] redScalar = folds ? new long[] {1} : new long[0];
    List<Input> inputs = List.of(
        new Input(new Source.State(0), DType.F32, 6L * lanes, 0, new long[] {3L * lanes, 1}, red),
        // Backwards, and over both ends.
        new Input(new Source.State(0), DType.F32, 6L * lanes, 4L * lanes, new long[] {2, -1}, red),
        new Input(new Source.State(1), DType.F32, 6, 0, new long[] {3, 0}, redScalar));
    List<Instruction> body = new ArrayList<>(List.of(
        new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.LOAD, 1, 0, 0, 0),
        new Instruction(Opcode.LOAD, 2, 0, 0, 0), constant(random)));
    if (folds) {
      body.add(new Instruction(Opcode.ACC, 0, 0, 0, 0));
    }
    List<Integer> floats = new ArrayList<>();
    for (int i = 0; i < body.size(); i++) {
      floats.add(i);
    }
    List<Integer> masks = new ArrayList<>();
    while (body.size() < 20) {
      int a = floats.get(random.nextInt(floats.size()));
      int b = floats.get(random.nextInt(floats.size()));
      int c = floats.get(random.nextInt(floats.size()));
      int i = body.size();
      switch (random.nextInt(masks.isEmpty() ? 4 : 7)) {
        case 0 -> body.add(new Instruction(UNARY.get(random.nextInt(UNARY.size())), a, 0, 0, 0));
        case 1 -> body.add(new Instruction(BINARY.get(random.nextInt(BINARY.size())), a, b, 0, 0));
        case 2 -> body.add(new Instruction(Opcode.FMA, a, b, c, 0));
        case 3 -> body.add(new Instruction(TESTS.get(random.nextInt(TESTS.size())), a, b, 0, 0));
        case 4 -> body.add(new Instruction(MASKS.get(random.nextInt(MASKS.size())),
            masks.get(random.nextInt(masks.size())), masks.get(random.nextInt(masks.size())), 0, 0));
        default -> body.add(new Instruction(Opcode.SELECT, masks.get(random.nextInt(masks.size())), a, b, 0));
      }
      Opcode op = body.get(i).op();
      (TESTS.contains(op) || MASKS.contains(op) ? masks : floats).add(i);
    }
    int last = floats.getLast();
    body.add(new Instruction(Opcode.FMA, last, floats.get(random.nextInt(floats.size())), folds ? 4 : 0, 0));
    return new Node("Mixed", DType.F32, Shape.of(2, lanes), folds ? Shape.of(3) : Shape.scalar(),
        folds ? Float.floatToIntBits(0.5f) : 0, inputs, body);
  }

  private static Instruction constant(Random random) {
    float value = random.nextInt(3) == 0 ? -0f : random.nextFloat() * 4 - 2;
    return new Instruction(Opcode.CONST_F, 0, 0, 0, Float.floatToIntBits(value));
  }
}
