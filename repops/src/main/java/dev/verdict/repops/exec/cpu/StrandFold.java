package dev.verdict.repops.exec.cpu;

import static jdk.incubator.vector.VectorOperators.NE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums and sums of products along rows in 32 strands, as the operators' sums along the last axis are lowered:
/// `out[…,l] = Σₖ a[…,32k+l]`, or `a·b`, k ascending. A step of a fold is a read of neighbours, and accumulators stay in
/// registers: two vectors at a time, and the next ones while an addition waits for the one before. Loaded only where
/// [VectorWidth#BITS] isn't 0.
final class StrandFold implements NodeKernel {
  /// Lanes of the output's last dimension, and elements from one step of the fold to the next.
  static final int STRANDS = 32;

  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final int LANES = VectorRows.LANES;
  private static final long STEP = 4L * STRANDS;
  private static final long VECTOR = 4L * LANES;
  /// Of one row's strands: two or more.
  private static final int VECTORS = STRANDS / LANES;

  private final NodePlan plan;
  private final int a;
  private final int b;
  private final boolean product;
  private final float init;
  private final long rows;
  /// Of two vectors' reads: from the first byte to the end of the last.
  private final long reach;

  private StrandFold(NodePlan plan, int a, int b, boolean product) {
    this.plan = plan;
    this.a = a;
    this.b = b;
    this.product = product;
    this.init = Float.intBitsToFloat(plan.node().initBits());
    this.rows = plan.node().out().numel() / STRANDS;
    this.reach = STEP * (plan.redDims()[0] - 1) + 2 * VECTOR;
  }

  /// The kernel for `plan`'s node, if it is such a fold.
  static Optional<StrandFold> of(NodePlan plan) {
    int last = plan.outDims().length - 1;
    if (last < 0 || plan.outDims()[last] != STRANDS || plan.redDims().length != 1) {
      return Optional.empty();
    }
    return FoldStep.of(plan)
        .filter(step -> step.kind() == FoldStep.Kind.SUM || step.kind() == FoldStep.Kind.PRODUCT)
        .filter(step -> isStranded(plan, step.a()) && isStranded(plan, step.b()))
        .map(step -> new StrandFold(plan, step.a(), step.b(), step.kind() == FoldStep.Kind.PRODUCT));
  }

  private static boolean isStranded(NodePlan plan, int input) {
    NodePlan.Access access = plan.access(input);
    return access.out()[access.out().length - 1] == 1 && access.red()[0] == STRANDS;
  }

  @Override
  public long units() {
    return rows;
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    for (long v = from * VECTORS; v < to * VECTORS; v += 2) {
      if (product) {
        multiplyAdd(out, v * VECTOR, in[a], byteOf(a, v), in[b], byteOf(b, v), reach, init);
      } else {
        add(out, v * VECTOR, in[a], byteOf(a, v), reach, init);
      }
    }
  }

  /// Where vector `v` of the output's begins to read an input.
  private long byteOf(int input, long v) {
    NodePlan.Access access = plan.access(input);
    return (plan.position(v / VECTORS, plan.outDims().length - 1, access.offset(), access.out()) << 2)
        + v % VECTORS * VECTOR;
  }

  int a() {
    return a;
  }

  int b() {
    return b;
  }

  boolean isProduct() {
    return product;
  }

  float init() {
    return init;
  }

  /// Blocks of strands, where [#isOneRow].
  int blocks() {
    return (int) rows;
  }

  /// Whether its blocks of strands lie one after the other in one row.
  boolean isOneRow() {
    int dims = plan.outDims().length - 1;
    return dims == 0 || dims == 1 && follows(a) && follows(b);
  }

  private boolean follows(int input) {
    return plan.access(input).out()[0] == STRANDS * plan.redDims()[0];
  }

  /// Sums `blocks` blocks of strands, of `steps` steps each, that lie one after the other from element `at` of `in` on,
  /// to `out` from element `outAt` on.
  static void addRow(MemorySegment out, long outAt, MemorySegment in, long at, int blocks, int steps, float init) {
    for (int v = 0; v < blocks * VECTORS; v += 2) {
      add(out, (outAt << 2) + v * VECTOR, in, byteOf(at, v, steps), STEP * (steps - 1) + 2 * VECTOR, init);
    }
  }

  /// The same for sums of products.
  static void multiplyAddRow(
      MemorySegment out, long outAt, MemorySegment a, long atA, MemorySegment b, long atB, int blocks, int steps,
      float init) {
    for (int v = 0; v < blocks * VECTORS; v += 2) {
      multiplyAdd(out, (outAt << 2) + v * VECTOR, a, byteOf(atA, v, steps), b, byteOf(atB, v, steps),
          STEP * (steps - 1) + 2 * VECTOR, init);
    }
  }

  /// Where vector `v` of a row's strands begins to read.
  private static long byteOf(long at, int v, int steps) {
    return (at << 2) + v / VECTORS * STEP * steps + v % VECTORS * VECTOR;
  }

  private static void add(MemorySegment out, long outAt, MemorySegment in, long at, long reach, float init) {
    MemorySegment x = in.asSlice(at, reach);
    FloatVector acc0 = FloatVector.broadcast(SPECIES, init);
    FloatVector acc1 = acc0;
    for (long o = 0; o < reach; o += STEP) {
      acc0 = acc0.add(FloatVector.fromMemorySegment(SPECIES, x, o, ORDER));
      acc1 = acc1.add(FloatVector.fromMemorySegment(SPECIES, x, o + VECTOR, ORDER));
    }
    acc0.blend(Float.NaN, acc0.compare(NE, acc0)).intoMemorySegment(out, outAt, ORDER);
    acc1.blend(Float.NaN, acc1.compare(NE, acc1)).intoMemorySegment(out, outAt + VECTOR, ORDER);
  }

  private static void multiplyAdd(
      MemorySegment out, long outAt, MemorySegment a, long atA, MemorySegment b, long atB, long reach, float init) {
    MemorySegment x = a.asSlice(atA, reach);
    MemorySegment y = b.asSlice(atB, reach);
    FloatVector acc0 = FloatVector.broadcast(SPECIES, init);
    FloatVector acc1 = acc0;
    for (long o = 0; o < reach; o += STEP) {
      acc0 = FloatVector.fromMemorySegment(SPECIES, x, o, ORDER)
          .fma(FloatVector.fromMemorySegment(SPECIES, y, o, ORDER), acc0);
      acc1 = FloatVector.fromMemorySegment(SPECIES, x, o + VECTOR, ORDER)
          .fma(FloatVector.fromMemorySegment(SPECIES, y, o + VECTOR, ORDER), acc1);
    }
    acc0.blend(Float.NaN, acc0.compare(NE, acc0)).intoMemorySegment(out, outAt, ORDER);
    acc1.blend(Float.NaN, acc1.compare(NE, acc1)).intoMemorySegment(out, outAt + VECTOR, ORDER);
  }
}
