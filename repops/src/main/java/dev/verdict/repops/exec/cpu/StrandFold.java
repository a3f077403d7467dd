package dev.verdict.repops.exec.cpu;

import static jdk.incubator.vector.VectorOperators.NE;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums and sums of products along rows in 32 strands, as the operators' sums along the last axis are lowered:
/// `out[…,l] = Σₖ a[…,32k+l]`, or `a·b`, k ascending. A step of a fold is a read of neighbours, and accumulators stay in
/// registers: those of four vectors at a time, since an addition waits for the one before. Loaded only where
/// [VectorWidth#BITS] isn't 0.
final class StrandFold implements NodeKernel {
  /// Lanes of the output's last dimension, and elements from one step of the fold to the next.
  static final int STRANDS = 32;

  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final int LANES = VectorRows.LANES;
  private static final long STEP = 4L * STRANDS;
  /// Vectors that are folded side by side.
  private static final int CHAINS = 4;

  private final NodePlan plan;
  private final int a;
  private final int b;
  private final boolean product;
  private final float init;
  private final long rows;
  /// Of a vector's reads: from the first byte to the end of the last.
  private final long reach;

  private StrandFold(NodePlan plan, int a, int b, boolean product) {
    this.plan = plan;
    this.a = a;
    this.b = b;
    this.product = product;
    this.init = Float.intBitsToFloat(plan.node().initBits());
    this.rows = plan.node().out().numel() / STRANDS;
    this.reach = STEP * (plan.redDims()[0] - 1) + 4L * LANES;
  }

  /// The kernel for `plan`'s node, if it is such a fold.
  static Optional<StrandFold> of(NodePlan plan) {
    Node node = plan.node();
    int last = plan.outDims().length - 1;
    if (node.dtype() != DType.F32 || last < 0 || plan.outDims()[last] != STRANDS
        || plan.redDims().length != 1) {
      return Optional.empty();
    }
    Instruction end = node.body().getLast();
    boolean product = end.op() == Opcode.FMA;
    if (!product && end.op() != Opcode.ADD) {
      return Optional.empty();
    }
    int acc = product ? end.c() : isAcc(node, end.a()) ? end.a() : end.b();
    int left = product || acc == end.b() ? end.a() : end.b();
    int right = product ? end.b() : left;
    if (!isAcc(node, acc) || !isStranded(plan, left) || !isStranded(plan, right)) {
      return Optional.empty();
    }
    return Optional.of(new StrandFold(plan, node.body().get(left).a(), node.body().get(right).a(), product));
  }

  private static boolean isAcc(Node node, int r) {
    return node.body().get(r).op() == Opcode.ACC;
  }

  private static boolean isStranded(NodePlan plan, int r) {
    Instruction x = plan.node().body().get(r);
    if (x.op() != Opcode.LOAD || plan.node().inputs().get(x.a()).dtype() != DType.F32) {
      return false;
    }
    NodePlan.Access access = plan.access(x.a());
    return !access.guarded() && access.out()[access.out().length - 1] == 1 && access.red()[0] == STRANDS;
  }

  @Override
  public long units() {
    return rows;
  }

  @Override
  public Scratch.Size scratch() {
    return Scratch.Size.NONE;
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    int dims = plan.outDims().length - 1;
    long[] atA = new long[CHAINS];
    long[] atB = new long[CHAINS];
    long[] atOut = new long[CHAINS];
    int chains = 0;
    for (long row = from; row < to; row++) {
      long rowA = plan.position(row, dims, plan.access(a).offset(), plan.access(a).out());
      long rowB = product ? plan.position(row, dims, plan.access(b).offset(), plan.access(b).out()) : 0;
      for (int lane = 0; lane < STRANDS; lane += LANES) {
        atA[chains] = rowA + lane << 2;
        atB[chains] = rowB + lane << 2;
        atOut[chains] = row * STRANDS + lane << 2;
        chains++;
        if (chains == CHAINS || row == to - 1 && lane == STRANDS - LANES) {
          for (; chains < CHAINS; chains++) {
            // Chains to spare repeat the last one.
            atA[chains] = atA[chains - 1];
            atB[chains] = atB[chains - 1];
            atOut[chains] = atOut[chains - 1];
          }
          if (product) {
            multiplyAdd(out, atOut, in[a], atA, in[b], atB, reach, init);
          } else {
            add(out, atOut, in[a], atA, reach, init);
          }
          chains = 0;
        }
      }
    }
  }

  private static void add(MemorySegment out, long[] atOut, MemorySegment in, long[] at, long reach, float init) {
    MemorySegment in0 = in.asSlice(at[0], reach);
    MemorySegment in1 = in.asSlice(at[1], reach);
    MemorySegment in2 = in.asSlice(at[2], reach);
    MemorySegment in3 = in.asSlice(at[3], reach);
    FloatVector acc0 = FloatVector.broadcast(SPECIES, init);
    FloatVector acc1 = acc0;
    FloatVector acc2 = acc0;
    FloatVector acc3 = acc0;
    for (long o = 0; o < reach; o += STEP) {
      acc0 = acc0.add(FloatVector.fromMemorySegment(SPECIES, in0, o, ORDER));
      acc1 = acc1.add(FloatVector.fromMemorySegment(SPECIES, in1, o, ORDER));
      acc2 = acc2.add(FloatVector.fromMemorySegment(SPECIES, in2, o, ORDER));
      acc3 = acc3.add(FloatVector.fromMemorySegment(SPECIES, in3, o, ORDER));
    }
    acc0.blend(Float.NaN, acc0.compare(NE, acc0)).intoMemorySegment(out, atOut[0], ORDER);
    acc1.blend(Float.NaN, acc1.compare(NE, acc1)).intoMemorySegment(out, atOut[1], ORDER);
    acc2.blend(Float.NaN, acc2.compare(NE, acc2)).intoMemorySegment(out, atOut[2], ORDER);
    acc3.blend(Float.NaN, acc3.compare(NE, acc3)).intoMemorySegment(out, atOut[3], ORDER);
  }

  private static void multiplyAdd(
      MemorySegment out, long[] atOut, MemorySegment a, long[] atA, MemorySegment b, long[] atB, long reach,
      float init) {
    MemorySegment a0 = a.asSlice(atA[0], reach);
    MemorySegment a1 = a.asSlice(atA[1], reach);
    MemorySegment a2 = a.asSlice(atA[2], reach);
    MemorySegment a3 = a.asSlice(atA[3], reach);
    MemorySegment b0 = b.asSlice(atB[0], reach);
    MemorySegment b1 = b.asSlice(atB[1], reach);
    MemorySegment b2 = b.asSlice(atB[2], reach);
    MemorySegment b3 = b.asSlice(atB[3], reach);
    FloatVector acc0 = FloatVector.broadcast(SPECIES, init);
    FloatVector acc1 = acc0;
    FloatVector acc2 = acc0;
    FloatVector acc3 = acc0;
    for (long o = 0; o < reach; o += STEP) {
      acc0 = FloatVector.fromMemorySegment(SPECIES, a0, o, ORDER)
          .fma(FloatVector.fromMemorySegment(SPECIES, b0, o, ORDER), acc0);
      acc1 = FloatVector.fromMemorySegment(SPECIES, a1, o, ORDER)
          .fma(FloatVector.fromMemorySegment(SPECIES, b1, o, ORDER), acc1);
      acc2 = FloatVector.fromMemorySegment(SPECIES, a2, o, ORDER)
          .fma(FloatVector.fromMemorySegment(SPECIES, b2, o, ORDER), acc2);
      acc3 = FloatVector.fromMemorySegment(SPECIES, a3, o, ORDER)
          .fma(FloatVector.fromMemorySegment(SPECIES, b3, o, ORDER), acc3);
    }
    acc0.blend(Float.NaN, acc0.compare(NE, acc0)).intoMemorySegment(out, atOut[0], ORDER);
    acc1.blend(Float.NaN, acc1.compare(NE, acc1)).intoMemorySegment(out, atOut[1], ORDER);
    acc2.blend(Float.NaN, acc2.compare(NE, acc2)).intoMemorySegment(out, atOut[2], ORDER);
    acc3.blend(Float.NaN, acc3.compare(NE, acc3)).intoMemorySegment(out, atOut[3], ORDER);
  }
}
