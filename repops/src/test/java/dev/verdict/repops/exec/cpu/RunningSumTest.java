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
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Value;
import dev.verdict.repops.testing.EdgeValues;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Running sums along each axis of shapes around the widths of vectors, and folds that nearly are running sums.
class RunningSumTest {
  private static final int SEEDS = 150;

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_anyForm_equalsReference(Parity.Path path) {
    for (long seed = 0; seed < SEEDS; seed++) {
      assertThat(Parity.firstDifference(path.executor(), sample(seed))).as("seed %s", seed).isEmpty();
    }
  }

  @Test
  void of_whatCumSumMakes_isTaken() {
    for (int axis = 0; axis < 3; axis++) {
      for (int form = 0; form < 4; form++) {
        GraphBuilder g = new GraphBuilder();
        Value x = g.state("x", DType.F32, Shape.of(3, 5, 40));
        g.output("y", g.cumSum(x, axis, form % 2 == 1, form > 1));
        assertThat(isTaken(g.build().program().nodes().getFirst())).isTrue();
      }
    }
  }

  /// Each differs from a running sum in one thing: it must be left to others, who must get it right.
  @Test
  void of_nearMisses_areLeft() {
    Node sum = node(new Random(1), List.of(6L, 20L), 1, false, true, 0);
    List<Instruction> body = sum.body();
    Input x = sum.inputs().getFirst();
    List<Node> misses = new ArrayList<>();
    // h ≤ k; k = h; the sum where the choice is against it; x + x; acc · x; n − 2 − i; i · −2.
    misses.add(with(sum, 6, new Instruction(Opcode.ILE, 5, 0, 0, 0)));
    misses.add(with(sum, 6, new Instruction(Opcode.IEQ, 0, 5, 0, 0)));
    misses.add(with(sum, 10, new Instruction(Opcode.SELECT, 6, 7, 9, 0)));
    misses.add(with(sum, 9, new Instruction(Opcode.ADD, 8, 8, 0, 0)));
    misses.add(with(sum, 9, new Instruction(Opcode.MUL, 7, 8, 0, 0)));
    misses.add(with(sum, 4, new Instruction(Opcode.CONST_I, 0, 0, 0, 18)));
    misses.add(with(sum, 2, new Instruction(Opcode.CONST_I, 0, 0, 0, -2)));
    // k counts an output dimension, h the fold.
    misses.add(with(sum, 0, new Instruction(Opcode.INDEX, 0, 0, 0, 0)));
    misses.add(with(sum, 1, new Instruction(Opcode.INDEX, 2, 0, 0, 0)));
    // A fold longer than the lines; an x that is another for each output; LOADs outside the tensor.
    misses.add(new Node("", DType.F32, sum.out(), Shape.of(21), 0, List.of(x), body));
    misses.add(with(sum, new Input(x.source(), DType.F32, 120, 0, new long[] {14, 1}, new long[] {1})));
    misses.add(with(sum, new Input(x.source(), DType.F32, 120, 1, new long[] {20, 0}, new long[] {1})));
    assertThat(isTaken(sum)).isTrue();
    for (Node miss : misses) {
      assertThat(isTaken(miss)).as("%s", miss).isFalse();
      assertThat(Parity.firstDifference(Parity.Path.DEFAULT.executor(), sample(new Random(2), miss))).isEmpty();
    }
  }

  private static boolean isTaken(Node node) {
    return RunningSum.of(NodePlan.of(node, Tuning.DEFAULT)).isPresent();
  }

  private static Node with(Node node, int i, Instruction x) {
    List<Instruction> body = new ArrayList<>(node.body());
    body.set(i, x);
    return new Node("", node.dtype(), node.out(), node.red(), node.initBits(), node.inputs(), body);
  }

  private static Node with(Node node, Input x) {
    return new Node("", node.dtype(), node.out(), node.red(), node.initBits(), List.of(x), node.body());
  }

  /// A running sum of any form along any axis, from any value, of ordinary values or edge values.
  static RandomPrograms.Sample sample(long seed) {
    Random random = new Random(seed);
    List<Long> dims = new ArrayList<>();
    for (int d = 1 + random.nextInt(3); d > 0; d--) {
      dims.add((long) List.of(1, 2, 4, 5, 7, 16, 19, 33).get(random.nextInt(8)));
    }
    if (seed % 10 == 0) {
      dims = List.of(3L, 600L);
    }
    int init = random.nextInt(3) > 0 ? 0 : Float.floatToIntBits(EdgeValues.anyFloat(random));
    int axis = random.nextInt(dims.size());
    return sample(random, node(random, dims, axis, random.nextBoolean(), random.nextBoolean(), init));
  }

  private static RandomPrograms.Sample sample(Random random, Node node) {
    Shape shape = Shape.of(node.inputs().getFirst().numel());
    Tensor x = EdgeValues.anyTensor(random, DType.F32, shape);
    if (random.nextInt(3) > 0) {
      for (long i = 0; i < x.numel(); i++) {
        x.setFloat(i, (float) random.nextGaussian() * (1 << random.nextInt(20)));
      }
    }
    Program program = new Program(
        List.of(new Slot("x", DType.F32, shape, Slot.UNCHANGED)), List.of(), List.of(), List.of(node));
    return new RandomPrograms.Sample(0, program, new StepInputs(List.of(x), List.of(), List.of()));
  }

  /// x is laid out row-major, or with its axes the other way round, read from its beginning or its end.
  private static Node node(Random random, List<Long> dims, int axis, boolean exclusive, boolean reverse, int init) {
    int rank = dims.size();
    long[] strides = new long[rank];
    long numel = 1;
    boolean transposed = random.nextInt(4) == 0;
    for (int i = 0; i < rank; i++) {
      int d = transposed ? i : rank - 1 - i;
      strides[d] = numel;
      numel *= dims.get(d);
    }
    long along = strides[axis];
    strides[axis] = 0;
    boolean back = reverse != (random.nextInt(4) == 0);
    Input x = new Input(new Source.State(0), DType.F32, numel, back ? along * (dims.get(axis) - 1) : 0, strides,
        new long[] {back ? -along : along});
    Shape out = Shape.of(dims.stream().mapToLong(d -> d).toArray());
    List<Instruction> body = new ArrayList<>(List.of(
        new Instruction(Opcode.INDEX, rank, 0, 0, 0),
        new Instruction(Opcode.INDEX, axis, 0, 0, 0),
        new Instruction(Opcode.CONST_I, 0, 0, 0, -1),
        new Instruction(Opcode.IMUL, 1, 2, 0, 0),
        new Instruction(Opcode.CONST_I, 0, 0, 0, (int) (dims.get(axis) - 1)),
        new Instruction(Opcode.IADD, 3, 4, 0, 0),
        new Instruction(exclusive ? Opcode.ILT : Opcode.ILE, 0, reverse ? 5 : 1, 0, 0),
        new Instruction(Opcode.ACC, 0, 0, 0, 0),
        new Instruction(Opcode.LOAD, 0, 0, 0, 0),
        random.nextBoolean() ? new Instruction(Opcode.ADD, 7, 8, 0, 0) : new Instruction(Opcode.ADD, 8, 7, 0, 0),
        new Instruction(Opcode.SELECT, 6, 9, 7, 0)));
    return new Node("CumSum", DType.F32, out, Shape.of(dims.get(axis)), init, List.of(x), body);
  }
}
