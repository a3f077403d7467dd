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
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Convolutions by strips of windows, with edge values, at widths around a tile's height and a strip's length.
class WindowKernelTest {
  private static final List<Instruction> BODY = List.of(
      new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.LOAD, 1, 0, 0, 0),
      new Instruction(Opcode.ACC, 0, 0, 0, 0), new Instruction(Opcode.FMA, 0, 1, 2, 0));

  @BeforeEach
  void requireVectors() {
    assumeThat(VectorWidth.BITS).as("vector bits").isNotZero();
  }

  @Test
  void run_stridesDilationsAndGroups_equalReference() {
    Random random = new Random(11);
    for (int i = 0; i < 150; i++) {
      int stride = 1 + random.nextInt(4);
      int dilation = random.nextInt(4) == 0 ? -1 : 1 + random.nextInt(2);
      int[] widths = {5, 7, 11, 12, 13, 14, 16, 28, 33, 63, 64, 65, 70, 130};
      requireParity(conv(1 + random.nextInt(2), 1 + random.nextInt(2), 8 + random.nextInt(40), 1 + random.nextInt(5),
          1 + random.nextInt(3), widths[random.nextInt(widths.length)], 1 + random.nextInt(3), 1 + random.nextInt(4),
          stride, dilation, Float.floatToIntBits(EdgeValues.anyFloat(random))), random);
    }
  }

  @Test
  void run_manyStripsAndFilters_equalsReference() {
    Random random = new Random(12);
    requireParity(conv(1, 1, 16, 3, 3, 400, 2, 3, 1, 1, 0), random);
    requireParity(conv(1, 1, 100, 20, 40, 9, 3, 3, 1, 1, 0), random);
    requireParity(conv(2, 1, 24, 700, 3, 30, 3, 3, 1, 1, 0), random);
    requireParity(conv(3, 1, 330, 180, 2, 7, 3, 3, 2, 1, 0x80000000), random);
  }

  /// Blocks that begin anywhere in an image, and rows of two strips.
  @Test
  void run_manyImages_equalsReference() {
    Random random = new Random(14);
    requireParity(conv(40, 1, 9, 2, 5, 7, 3, 3, 1, 1, 0), random);
    requireParity(conv(17, 1, 8, 3, 3, 5, 2, 2, 2, 1, 0x80000000), random);
    requireParity(conv(13, 2, 33, 2, 7, 14, 3, 3, 1, -1, 0), random);
    requireParity(conv(5, 1, 8, 2, 3, 141, 1, 3, 1, 1, 0), random);
  }

  @Test
  void tables_ofManyImages_takeLittle() {
    WindowKernel kernel = WindowKernel.of(plan(conv(64, 1, 16, 1, 28, 28, 3, 3, 1, 1, 0)), 1, new TableRoom(0))
        .orElseThrow();
    assertThat(kernel.tableBytes()).as("for 50,176 pixels").isBetween(1L, 16_384L);
  }

  @Test
  void of_noRoomForTables_isEmpty() {
    TableRoom room = new TableRoom(0);
    MatMulPlan plan = plan(conv(64, 1, 16, 1, 28, 28, 3, 3, 1, 1, 0));
    assertThat(room.take(64L << 20)).isTrue();
    assertThat(WindowKernel.of(plan, 1, room)).isEmpty();
    assertThat(plan.kernel(Tuning.DEFAULT, 1, room)).isInstanceOf(MatMulKernel.class);
  }

  @Test
  void of_whatHasNoWindows_isEmpty() {
    Random random = new Random(13);
    assertThat(WindowKernel.of(plan(conv(1, 1, 2, 3, 4, 20, 3, 3, 1, 1, 0)), 1, new TableRoom(0))).as("too few channels").isEmpty();
    assertThat(WindowKernel.of(plan(conv(1, 1, 16, 3, 4, 20, 3, 3, 5, 1, 0)), 1, new TableRoom(0))).as("too far apart").isEmpty();
    assertThat(WindowKernel.of(plan(conv(1, 1, 16, 3, 4, 20, 1, 1, 1, 1, 0)), 1, new TableRoom(0))).as("one run").isEmpty();
    assertThat(WindowKernel.of(plan(conv(1, 1, 16, 3, 4, 20, 3, 3, 1, 1, 0)), 1, new TableRoom(0))).isPresent();
  }

  private static MatMulPlan plan(Node node) {
    return MatMulPlan.of(NodePlan.of(node, Tuning.DEFAULT), 1).orElseThrow();
  }

  /// x [n, g, c, …], w [g, m, c, kh, kw] → [n, g, m, height, width]; a negative dilation reads windows backwards.
  private static Node conv(
      int n, int groups, int m, int c, int height, int width, int kh, int kw, int stride, int dilation, int init) {
    int reach = Math.abs(dilation);
    int inHeight = (height - 1) * stride + (kh - 1) * reach + 1;
    int inWidth = (width - 1) * stride + (kw - 1) * reach + 1;
    long plane = (long) inHeight * inWidth;
    long offset = dilation < 0 ? (kh - 1) * reach * (long) inWidth + (kw - 1) * reach : 0;
    Input x = new Input(new Source.Data(0), DType.F32, n * groups * c * plane, offset,
        new long[] {groups * c * plane, c * plane, 0, (long) stride * inWidth, stride},
        new long[] {plane, (long) dilation * inWidth, dilation});
    long filter = (long) c * kh * kw;
    Input w = new Input(new Source.Data(1), DType.F32, groups * m * filter, 0,
        new long[] {0, m * filter, filter, 0, 0}, new long[] {(long) kh * kw, kw, 1});
    return new Node("Conv", DType.F32, Shape.of(n, groups, m, height, width), Shape.of(c, kh, kw), init, List.of(x, w),
        BODY);
  }

  private static void requireParity(Node node, Random random) {
    List<Tensor> operands = node.inputs().stream()
        .map(i -> EdgeValues.anyTensor(random, DType.F32, Shape.of(i.numel()))).toList();
    Tensor expected = ReferenceExecutor.run(node, 0, operands);
    MemorySegment[] in = operands.stream().map(Tensor::segment).toArray(MemorySegment[]::new);
    for (int threads : new int[] {1, 3}) {
      Optional<WindowKernel> kernel = WindowKernel.of(plan(node), threads, new TableRoom(0));
      if (kernel.isPresent()) {
        Scratch scratch = Scratch.allocate(kernel.get().scratch());
        Tensor actual = Tensor.zeros(node.dtype(), node.out());
        long units = kernel.get().units();
        long half = units / 2;
        kernel.get().run(0, actual.segment(), in, scratch, half, units);
        kernel.get().run(0, actual.segment(), in, scratch, 0, half);
        assertThat(Parity.firstDifference(expected, actual)).as("%s, %s threads", node, threads).isEmpty();
      }
      MatMulKernel other = new MatMulKernel(plan(node), Tuning.DEFAULT, threads);
      Tensor actual = Tensor.zeros(node.dtype(), node.out());
      other.run(0, actual.segment(), in, Scratch.allocate(other.scratch()), 0, other.units());
      assertThat(Parity.firstDifference(expected, actual)).as("as a plain product: %s", node).isEmpty();
    }
  }
}
