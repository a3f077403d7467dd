package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// A row times a matrix, `c[j] = Σₖ a[k]·B[k,j]` by FMA in order of k, whose columns are neighbours in memory (SPEC
/// §2.4).
///
/// There is no row to share B with, so that it is read once, as it lies: columns go in lanes, a strip of them at a time,
/// and several rows of B are added between a load of an accumulator and its store. Where the last columns aren't a whole
/// vector, those before them are computed again.
///
/// Loaded only where [VectorWidth#BITS] isn't 0.
final class RowProduct implements NodeKernel {
  /// The most columns of a unit: their accumulators stay in the first cache.
  private static final int STRIP = 2048;
  /// The fewest, so that what is read of each row of B is a run of cache lines.
  private static final int MIN_STRIP = 256;
  private static final int UNITS_PER_THREAD = 4;
  /// Rows of B that are added at once.
  private static final int ROWS = 8;

  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = VectorRows.LANES;
  private static final long STEP = SPECIES.vectorByteSize();
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  private final NodePlan plan;
  private final int a;
  private final int b;
  private final float init;
  private final long steps;
  private final long columns;
  private final long rows;
  private final int strip;

  private RowProduct(NodePlan plan, int a, int b, int threads) {
    this.plan = plan;
    this.a = a;
    this.b = b;
    this.init = Float.intBitsToFloat(plan.node().initBits());
    this.steps = plan.redDims()[0];
    this.columns = plan.outDims()[plan.outDims().length - 1];
    this.rows = plan.node().out().numel() / columns;
    long wanted = threads == 1 ? 1 : ((long) UNITS_PER_THREAD * threads - 1) / rows + 1;
    this.strip = (int) Math.clamp((columns / wanted + LANES - 1) / LANES * LANES, MIN_STRIP, STRIP);
  }

  /// The kernel for `plan`'s node, if it is such a product, of any number of rows and matrices.
  static Optional<RowProduct> of(NodePlan plan, int threads) {
    Node node = plan.node();
    Instruction fma = node.body().getLast();
    int last = plan.outDims().length - 1;
    if (VectorWidth.BITS == 0 || node.dtype() != DType.F32 || plan.redDims().length != 1 || fma.op() != Opcode.FMA
        || last < 0 || plan.outDims()[last] < LANES || node.body().get(fma.c()).op() != Opcode.ACC) {
      return Optional.empty();
    }
    Instruction x = node.body().get(fma.a());
    Instruction y = node.body().get(fma.b());
    if (x.op() != Opcode.LOAD || y.op() != Opcode.LOAD || plan.access(x.a()).guarded()
        || plan.access(y.a()).guarded()) {
      return Optional.empty();
    }
    boolean swap = plan.access(x.a()).out()[last] != 0;
    int a = swap ? y.a() : x.a();
    int b = swap ? x.a() : y.a();
    boolean fits = plan.access(a).out()[last] == 0 && plan.access(b).out()[last] == 1;
    return fits ? Optional.of(new RowProduct(plan, a, b, threads)) : Optional.empty();
  }

  @Override
  public long units() {
    return rows * strips();
  }

  private long strips() {
    return (columns - 1) / strip + 1;
  }

  @Override
  public Scratch.Size scratch() {
    return Scratch.Size.ofNativeRows(strip);
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    int dims = plan.outDims().length - 1;
    for (long unit = from; unit < to; unit++) {
      long row = unit / strips();
      long atA = plan.position(row, dims, plan.access(a).offset(), plan.access(a).out());
      long atB = plan.position(row, dims, plan.access(b).offset(), plan.access(b).out());
      long atOut = plan.position(row, dims, 0, plan.outStrides());
      long first = unit % strips() * strip;
      long end = Math.min(columns, first + strip);
      int whole = (int) (end - first) / LANES * LANES;
      if (whole > 0) {
        columns(out, atOut + first, in[a], atA, in[b], atB + first, whole, scratch.nativeRows());
      }
      if (first + whole < end) {
        columns(out, atOut + end - LANES, in[a], atA, in[b], atB + end - LANES, LANES, scratch.nativeRows());
      }
    }
  }

  private void columns(
      MemorySegment out, long outAt, MemorySegment x, long atX, MemorySegment matrix, long atMatrix, int count,
      MemorySegment acc) {
    long xStep = plan.access(a).red()[0];
    long rowBytes = plan.access(b).red()[0] << 2;
    VectorRows.fillS(acc, 0, init, count);
    long k = 0;
    for (; k <= steps - ROWS; k += ROWS) {
      long at = atX + xStep * k;
      addRows(acc, count, matrix, (atMatrix << 2) + rowBytes * k, rowBytes, Elements.loadF32(x, at),
          Elements.loadF32(x, at + xStep), Elements.loadF32(x, at + 2 * xStep), Elements.loadF32(x, at + 3 * xStep),
          Elements.loadF32(x, at + 4 * xStep), Elements.loadF32(x, at + 5 * xStep),
          Elements.loadF32(x, at + 6 * xStep), Elements.loadF32(x, at + 7 * xStep));
    }
    for (; k < steps; k++) {
      addRow(acc, count, matrix, (atMatrix << 2) + rowBytes * k, Elements.loadF32(x, atX + xStep * k));
    }
    VectorRows.copyR(out, outAt << 2, acc, 0, count);
  }

  /// `acc[j] = fma(xₖ, b[k,j], acc[j])` for the eight k, ascending.
  private static void addRows(
      MemorySegment acc, int count, MemorySegment b, long at, long rowBytes, float x0, float x1, float x2, float x3,
      float x4, float x5, float x6, float x7) {
    FloatVector v0 = FloatVector.broadcast(SPECIES, x0);
    FloatVector v1 = FloatVector.broadcast(SPECIES, x1);
    FloatVector v2 = FloatVector.broadcast(SPECIES, x2);
    FloatVector v3 = FloatVector.broadcast(SPECIES, x3);
    FloatVector v4 = FloatVector.broadcast(SPECIES, x4);
    FloatVector v5 = FloatVector.broadcast(SPECIES, x5);
    FloatVector v6 = FloatVector.broadcast(SPECIES, x6);
    FloatVector v7 = FloatVector.broadcast(SPECIES, x7);
    long at1 = at + rowBytes;
    long at2 = at1 + rowBytes;
    long at3 = at2 + rowBytes;
    long at4 = at3 + rowBytes;
    long at5 = at4 + rowBytes;
    long at6 = at5 + rowBytes;
    long at7 = at6 + rowBytes;
    long bytes = (long) count << 2;
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector y = FloatVector.fromMemorySegment(SPECIES, acc, o, ORDER);
      y = FloatVector.fromMemorySegment(SPECIES, b, at + o, ORDER).fma(v0, y);
      y = FloatVector.fromMemorySegment(SPECIES, b, at1 + o, ORDER).fma(v1, y);
      y = FloatVector.fromMemorySegment(SPECIES, b, at2 + o, ORDER).fma(v2, y);
      y = FloatVector.fromMemorySegment(SPECIES, b, at3 + o, ORDER).fma(v3, y);
      y = FloatVector.fromMemorySegment(SPECIES, b, at4 + o, ORDER).fma(v4, y);
      y = FloatVector.fromMemorySegment(SPECIES, b, at5 + o, ORDER).fma(v5, y);
      y = FloatVector.fromMemorySegment(SPECIES, b, at6 + o, ORDER).fma(v6, y);
      y = FloatVector.fromMemorySegment(SPECIES, b, at7 + o, ORDER).fma(v7, y);
      y.intoMemorySegment(acc, o, ORDER);
    }
  }

  private static void addRow(MemorySegment acc, int count, MemorySegment b, long at, float x) {
    FloatVector v = FloatVector.broadcast(SPECIES, x);
    long bytes = (long) count << 2;
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector y = FloatVector.fromMemorySegment(SPECIES, acc, o, ORDER);
      FloatVector.fromMemorySegment(SPECIES, b, at + o, ORDER).fma(v, y).intoMemorySegment(acc, o, ORDER);
    }
  }
}
