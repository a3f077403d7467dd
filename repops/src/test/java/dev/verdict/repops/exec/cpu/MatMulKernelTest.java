package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.testing.EdgeValues;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The matrix-product kernel alone, at sizes around a tile's, with edge values.
class MatMulKernelTest {
  private static final List<Instruction> BODY = List.of(
      new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.LOAD, 1, 0, 0, 0),
      new Instruction(Opcode.ACC, 0, 0, 0, 0), new Instruction(Opcode.FMA, 0, 1, 2, 0));

  @BeforeEach
  void requireVectors() {
    assumeThat(VectorWidth.BITS).as("vector bits").isNotZero();
  }

  @Test
  void run_sizesAroundTiles_equalsReference() {
    Random random = new Random(5);
    int[] rows = {2, 3, 4, 5, 6, 11, 12, 13, 25};
    int[] columns = {2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65};
    for (int m : rows) {
      for (int n : columns) {
        for (int k : new int[] {1, 2, 7, 64}) {
          requireParity(product(m, n, k, random.nextBoolean(), random.nextBoolean(), 0), random, Tuning.DEFAULT);
        }
      }
    }
  }

  @Test
  void run_severalBlocksOfEveryKind_equalsReference() {
    Random random = new Random(6);
    for (int i = 0; i < 60; i++) {
      Tuning tuning = new Tuning(
          512, 128, false, 8, 1, 1 + random.nextInt(40), 1 + random.nextInt(30), 1 + random.nextInt(70), 0);
      Node node = product(2 + random.nextInt(60), 2 + random.nextInt(90), 1 + random.nextInt(150), random.nextBoolean(),
          random.nextBoolean(), Float.floatToIntBits(EdgeValues.anyFloat(random)));
      requireParity(node, random, tuning);
    }
  }

  @Test
  void run_negativeZeroInit_isKeptWhereProductsAreNegativeZero() {
    // fma(+0, −0, −0) is −0; one step more with padding's zeros would make it +0.
    Node node = product(13, 33, 3, false, false, 0x80000000);
    Tensor a = Tensor.zeros(DType.F32, Shape.of(39));
    Tensor b = Tensor.zeros(DType.F32, Shape.of(99));
    for (int i = 0; i < 99; i++) {
      b.setFloat(i, -0f);
    }
    Tensor c = run(node, List.of(a, b), Tuning.DEFAULT).orElseThrow();
    for (int i = 0; i < c.numel(); i++) {
      assertThat(c.getRegister(i)).isEqualTo(0x80000000L);
    }
  }

  @Test
  void run_convolution_isAProduct() {
    // x [2,3,9,11], w [4,3,3,2] → [2,4,7,10]: pixels are columns, output channels rows, images a batch.
    Input x = new Input(new Source.Data(0), DType.F32, 2 * 3 * 9 * 11, 0,
        new long[] {297, 0, 11, 1}, new long[] {99, 11, 1});
    Input w = new Input(new Source.Data(1), DType.F32, 4 * 3 * 3 * 2, 0,
        new long[] {0, 18, 0, 0}, new long[] {6, 2, 1});
    for (List<Input> inputs : List.of(List.of(x, w), List.of(w, x))) {
      Node node = new Node("Conv", DType.F32, Shape.of(2, 4, 7, 10), Shape.of(3, 3, 2), 0, inputs, BODY);
      requireParity(node, new Random(8), Tuning.DEFAULT);
    }
  }

  @Test
  void run_batchedProduct_equalsReference() {
    Input a = new Input(new Source.Data(0), DType.F32, 5 * 6 * 7, 0, new long[] {42, 7, 0}, new long[] {1});
    Input b = new Input(new Source.Data(1), DType.F32, 5 * 7 * 9, 0, new long[] {63, 0, 1}, new long[] {9});
    Node node = new Node("BatchMatMul", DType.F32, Shape.of(5, 6, 9), Shape.of(7), 0, List.of(a, b), BODY);
    requireParity(node, new Random(9), Tuning.DEFAULT);
  }

  /// Rows, columns, steps and batches of two dimensions each, in any order in the output and, with gaps, in operands.
  @Test
  void run_severalDimensionsOfEachKind_equalsReference() {
    Random random = new Random(10);
    for (int i = 0; i < 150; i++) {
      Tuning tuning = new Tuning(
          512, 128, false, 8, 1, 1 + random.nextInt(20), 1 + random.nextInt(30), 1 + random.nextInt(40), 0);
      List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5));
      Collections.shuffle(order, random);
      // Batch, row and column, twice each.
      long[] out = new long[6];
      for (int d = 0; d < 6; d++) {
        out[d] = order.get(d) % 3 == 0 ? 1 + random.nextInt(2) : 2 + random.nextInt(5);
      }
      long[] red = {1 + random.nextInt(9), 1 + random.nextInt(5)};
      Input a = operand(random, 0, order, 2, out, red);
      Input b = operand(random, 1, order, 1, out, red);
      Node node = new Node("MatMul", DType.F32, Shape.of(out), Shape.of(red),
          Float.floatToIntBits(EdgeValues.anyFloat(random)), List.of(a, b), BODY);
      requireParity(node, random, tuning);
    }
  }

  /// An operand that output dimensions of all kinds but `still` move.
  private static Input operand(
      Random random, int data, List<Integer> order, int still, long[] out, long[] red) {
    List<Integer> layout = new ArrayList<>();
    for (int d = 0; d < out.length + red.length; d++) {
      if (d >= out.length || order.get(d) % 3 != still) {
        layout.add(d);
      }
    }
    if (random.nextBoolean()) {
      Collections.shuffle(layout, random);
    }
    long[] strides = new long[out.length + red.length];
    long stride = 1 + random.nextInt(4) / 3;
    for (int d : layout.reversed()) {
      strides[d] = stride;
      stride = stride * (d < out.length ? out[d] : red[d - out.length]) + random.nextInt(4) / 3;
    }
    return new Input(new Source.Data(data), DType.F32, stride, 0, Arrays.copyOf(strides, out.length),
        Arrays.copyOfRange(strides, out.length, strides.length));
  }

  @Test
  void run_moreThanAMillionColumns_equalsReference() {
    requireParity(product(2, (1 << 20) + 5, 2, false, false, 0), new Random(11), Tuning.DEFAULT);
  }

  /// One thread's memory serves all kernels, whose positions it keeps from unit to unit.
  @Test
  void run_unitsOfTwoKernelsInTurn_equalsReference() {
    Random random = new Random(12);
    Node[] nodes = {product(30, 50, 40, false, true, 0), product(30, 50, 40, true, false, 0)};
    Tuning tuning = new Tuning(512, 128, false, 8, 1, 16, 12, 32, 0);
    NodeKernel[] kernels = new NodeKernel[2];
    Tensor[][] operands = new Tensor[2][];
    Tensor[] results = new Tensor[2];
    Scratch.Size size = Scratch.Size.NONE;
    for (int n = 0; n < 2; n++) {
      kernels[n] = new MatMulKernel(
          MatMulPlan.of(NodePlan.of(nodes[n], tuning), 1).orElseThrow(), tuning, 4);
      size = size.max(kernels[n].scratch());
      operands[n] = new Tensor[] {ordinary(random, 30 * 40), ordinary(random, 40 * 50)};
      results[n] = Tensor.zeros(DType.F32, nodes[n].out());
    }
    Scratch scratch = Scratch.allocate(size);
    assertThat(kernels[0].units()).isEqualTo(kernels[1].units()).isGreaterThan(1);
    for (long unit = 0; unit < kernels[0].units(); unit++) {
      for (int n = 0; n < 2; n++) {
        MemorySegment[] in = {operands[n][0].segment(), operands[n][1].segment()};
        kernels[n].run(0, results[n].segment(), in, scratch, unit, unit + 1);
      }
    }
    for (int n = 0; n < 2; n++) {
      Tensor expected = ReferenceExecutor.run(nodes[n], 0, List.of(operands[n]));
      assertThat(Parity.firstDifference(expected, results[n])).as("%s", nodes[n]).isEmpty();
    }
  }

  /// The mutated twin: a fold of one step fewer, and operands that differ in one bit, must be seen.
  @Test
  void firstDifference_oneBitOfAnOperand_isFound() {
    Random random = new Random(7);
    Node node = product(13, 33, 5, false, false, 0);
    Tensor a = ordinary(random, 13 * 5);
    Tensor b = ordinary(random, 33 * 5);
    Tensor expected = ReferenceExecutor.run(node, 0, List.of(a, b));
    assertThat(Parity.firstDifference(expected, run(node, List.of(a, b), Tuning.DEFAULT).orElseThrow())).isEmpty();
    Tensor other = a.copy();
    other.setRegister(64, other.getRegister(64) ^ 1 << 10);
    assertThat(Parity.firstDifference(expected, run(node, List.of(other, b), Tuning.DEFAULT).orElseThrow()))
        .isPresent();
    Tensor last = expected.copy();
    last.setRegister(last.numel() - 1, last.getRegister(last.numel() - 1) ^ 1);
    assertThat(Parity.firstDifference(expected, last)).isPresent();
  }

  private static Tensor ordinary(Random random, int numel) {
    Tensor t = Tensor.zeros(DType.F32, Shape.of(numel));
    for (int i = 0; i < numel; i++) {
      t.setFloat(i, (float) random.nextGaussian());
    }
    return t;
  }

  private static Node product(int m, int n, int k, boolean transposeA, boolean transposeB, int init) {
    Input a = new Input(new Source.Data(0), DType.F32, (long) m * k, 0, new long[] {transposeA ? 1 : k, 0},
        new long[] {transposeA ? m : 1});
    Input b = new Input(new Source.Data(1), DType.F32, (long) n * k, 0, new long[] {0, transposeB ? k : 1},
        new long[] {transposeB ? 1 : n});
    return new Node("MatMul", DType.F32, Shape.of(m, n), Shape.of(k), init, List.of(a, b), BODY);
  }

  private static void requireParity(Node node, Random random, Tuning tuning) {
    List<Tensor> operands = node.inputs().stream()
        .map(i -> random.nextInt(3) == 0
            ? ordinary(random, (int) i.numel())
            : EdgeValues.anyTensor(random, DType.F32, Shape.of(i.numel())))
        .toList();
    Optional<Tensor> actual = run(node, operands, tuning);
    if (node.out().numel() >= tuning.minProduct()) {
      assertThat(actual).as("%s is a product", node).isPresent();
    }
    actual.ifPresent(tensor -> assertThat(Parity.firstDifference(ReferenceExecutor.run(node, 0, operands), tensor))
        .as("%s %s", node, tuning).isEmpty());
  }

  /// What the kernel gives, on one thread, as three and transposed, which must agree; empty where it isn't for this node.
  private static Optional<Tensor> run(Node node, List<Tensor> operands, Tuning tuning) {
    Optional<MatMulPlan> plan = MatMulPlan.of(NodePlan.of(node, tuning), tuning.minProduct());
    if (plan.isEmpty()) {
      return Optional.empty();
    }
    MemorySegment[] in = operands.stream().map(Tensor::segment).toArray(MemorySegment[]::new);
    List<NodeKernel> kernels = List.of(new MatMulKernel(plan.get(), tuning, 1), new MatMulKernel(plan.get(), tuning, 3),
        new MatMulKernel(plan.get().transposed(), tuning, 2), plan.get().kernel(tuning, 1, new TableRoom(0)));
    Tensor[] results = new Tensor[kernels.size()];
    for (int i = 0; i < results.length; i++) {
      NodeKernel kernel = kernels.get(i);
      results[i] = Tensor.zeros(node.dtype(), node.out());
      Scratch scratch = Scratch.allocate(kernel.scratch());
      for (long unit = kernel.units() - 1; unit >= 0; unit--) {
        kernel.run(0, results[i].segment(), in, scratch, unit, unit + 1);
      }
    }
    for (int i = 1; i < results.length; i++) {
      assertThat(Parity.firstDifference(results[0], results[i])).as("kernel %s of %s", i, node).isEmpty();
    }
    return Optional.of(results[0]);
  }
}
