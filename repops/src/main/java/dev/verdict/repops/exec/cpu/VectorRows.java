package dev.verdict.repops.exec.cpu;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.XOR;

import dev.verdict.repops.ir.ExpMinus;
import dev.verdict.repops.ir.FastExp;
import dev.verdict.repops.ir.NormalDistribution;
import dev.verdict.repops.math.Elementary;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Instructions over rows of f32, a vector at a time; generated code calls these by name. Loaded only where
/// [VectorWidth#BITS] isn't 0.
///
/// A row is a piece of a segment off the heap: a tensor's own memory, or scratch. Destination first, each row with the
/// byte it begins at; `lanes` is a multiple of [#LANES], but for elementary functions any number. A destination may be
/// the same row as an operand. An operand that is the same in all lanes is a float or a long; the letters of a name say
/// which are rows (R), which scalars (S), and which the lanes' own index (I), given as that of the first, from 0 up.
/// Results are stored with canonical NaNs, but by what is called raw; a comparison gives a row of masks, all bits set or none.
///
/// The code of a node is calls of these rather than vector operations of its own, so that what runs a second time
/// anywhere is compiled: a node's own vector code would box every vector for its first 10,000 rounds.
final class VectorRows {
  static final VectorSpecies<Float> SPECIES =
      VectorSpecies.of(float.class, VectorShape.forBitSize(VectorWidth.BITS));
  static final int LANES = SPECIES.length();

  private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  /// Below it in absolute value, e^x is a normal number, and so is each power of two that it is made with.
  private static final int EXP_RANGE_BITS = 0x42ae0000; // 87
  private static final long STEP = SPECIES.vectorByteSize();

  private VectorRows() {}

  /// `lanes` rounded up to whole vectors.
  static int whole(int lanes) {
    return (lanes + LANES - 1) / LANES * LANES;
  }

  /// `from[fromAt + j]` for j in [0, count), NaN made canonical, to `out` from byte `byteAt` on.
  static void storeCanonical(MemorySegment out, long byteAt, float[] from, int fromAt, int count) {
    int bound = count - count % LANES;
    for (int j = 0; j < bound; j += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, from, fromAt + j);
      x = x.blend(Float.NaN, x.compare(NE, x));
      x.intoMemorySegment(out, byteAt + ((long) j << 2), ORDER);
    }
    for (int j = bound; j < count; j++) {
      out.set(Elements.INT, byteAt + ((long) j << 2), Float.floatToIntBits(from[fromAt + j]));
    }
  }

  /// Loops from 0 to a slice's end cost half as much as loops over a part of a segment, whose bounds are checked at
  /// every access.
  private static MemorySegment row(MemorySegment x, long at, int lanes) {
    return x.asSlice(at, (long) lanes << 2);
  }

  // ---- one operand -----------------------------------------------------------------------------

  static void copyR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow;
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fillS(MemorySegment d, long dAt, float a, int lanes) {
    d = row(d, dAt, lanes);
    long bytes = d.byteSize();
    FloatVector aAll = FloatVector.broadcast(SPECIES, a);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector y = aAll;
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void negR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow.neg();
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void absR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow.abs();
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void sqrtR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow.sqrt();
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  // ---- arithmetic ------------------------------------------------------------------------------

  static void addRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector y = aRow.add(bRow);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void addRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow.add(bAll);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void mulRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector y = aRow.mul(bRow);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void mulRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow.mul(bAll);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void minRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector y = aRow.min(bRow);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void minRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow.min(bAll);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void maxRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector y = aRow.max(bRow);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void maxRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow.max(bAll);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void subRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector y = aRow.sub(bRow);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void subRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow.sub(bAll);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void subSR(MemorySegment d, long dAt, float a, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    FloatVector aAll = FloatVector.broadcast(SPECIES, a);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector y = aAll.sub(bRow);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void divRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector y = aRow.div(bRow);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void divRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow.div(bAll);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void divSR(MemorySegment d, long dAt, float a, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    FloatVector aAll = FloatVector.broadcast(SPECIES, a);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector y = aAll.div(bRow);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fmaRRR(
      MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment c, long cAt,
      int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    c = row(c, cAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector cRow = FloatVector.fromMemorySegment(SPECIES, c, o, ORDER);
      FloatVector y = aRow.fma(bRow, cRow);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  /// fma(a·b, c, a·b).
  static void fmaMulRSR(
      MemorySegment d, long dAt, MemorySegment a, long aAt, float b, MemorySegment c, long cAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    c = row(c, cAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector ab = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER).mul(bAll);
      FloatVector cRow = FloatVector.fromMemorySegment(SPECIES, c, o, ORDER);
      FloatVector y = ab.fma(cRow, ab);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fmaRSR(
      MemorySegment d, long dAt, MemorySegment a, long aAt, float b, MemorySegment c, long cAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    c = row(c, cAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector cRow = FloatVector.fromMemorySegment(SPECIES, c, o, ORDER);
      FloatVector y = aRow.fma(bAll, cRow);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fmaRRS(
      MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, float c, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    FloatVector cAll = FloatVector.broadcast(SPECIES, c);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector y = aRow.fma(bRow, cAll);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fmaRSS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, float c, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    FloatVector cAll = FloatVector.broadcast(SPECIES, c);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector y = aRow.fma(bAll, cAll);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  // ---- comparisons and selection ---------------------------------------------------------------

  static void fltRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      VectorMask<Integer> test = aRow.compare(LT, bRow).cast(INTS);
      IntVector.zero(INTS).blend(-1, test).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fltRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      VectorMask<Integer> test = aRow.compare(LT, bAll).cast(INTS);
      IntVector.zero(INTS).blend(-1, test).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fltSR(MemorySegment d, long dAt, float a, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    FloatVector aAll = FloatVector.broadcast(SPECIES, a);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      VectorMask<Integer> test = aAll.compare(LT, bRow).cast(INTS);
      IntVector.zero(INTS).blend(-1, test).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fleRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      VectorMask<Integer> test = aRow.compare(LE, bRow).cast(INTS);
      IntVector.zero(INTS).blend(-1, test).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fleRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      VectorMask<Integer> test = aRow.compare(LE, bAll).cast(INTS);
      IntVector.zero(INTS).blend(-1, test).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fleSR(MemorySegment d, long dAt, float a, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    FloatVector aAll = FloatVector.broadcast(SPECIES, a);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      VectorMask<Integer> test = aAll.compare(LE, bRow).cast(INTS);
      IntVector.zero(INTS).blend(-1, test).intoMemorySegment(d, o, ORDER);
    }
  }

  static void feqRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      VectorMask<Integer> test = aRow.compare(EQ, bRow).cast(INTS);
      IntVector.zero(INTS).blend(-1, test).intoMemorySegment(d, o, ORDER);
    }
  }

  static void feqRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector aRow = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      VectorMask<Integer> test = aRow.compare(EQ, bAll).cast(INTS);
      IntVector.zero(INTS).blend(-1, test).intoMemorySegment(d, o, ORDER);
    }
  }

  /// `start + j < bound`, for lane j.
  static void iltIS(MemorySegment d, long dAt, long start, long bound, int lanes) {
    masks(d, dAt, below(start, bound, lanes), -1, lanes);
  }

  /// `start + j <= bound`.
  static void ileIS(MemorySegment d, long dAt, long start, long bound, int lanes) {
    masks(d, dAt, upTo(start, bound, lanes), -1, lanes);
  }

  /// `bound < start + j`.
  static void iltSI(MemorySegment d, long dAt, long bound, long start, int lanes) {
    masks(d, dAt, upTo(start, bound, lanes), 0, lanes);
  }

  /// `bound <= start + j`.
  static void ileSI(MemorySegment d, long dAt, long bound, long start, int lanes) {
    masks(d, dAt, below(start, bound, lanes), 0, lanes);
  }

  /// `start + j = which`.
  static void ieqIS(MemorySegment d, long dAt, long start, long which, int lanes) {
    masks(d, dAt, 0, -1, lanes);
    if (which >= start && which - start < lanes) {
      d.set(Elements.INT, dAt + (which - start << 2), -1);
    }
  }

  /// How many of the indices from `start` ≥ 0 on are below `bound`.
  private static int below(long start, long bound, int lanes) {
    return bound <= start ? 0 : (int) Math.min(lanes, bound - start);
  }

  /// How many are at most `bound`.
  private static int upTo(long start, long bound, int lanes) {
    return bound < start ? 0 : (int) Math.min(lanes - 1, bound - start) + 1;
  }

  /// `first` in lanes below `count`, its complement from there on.
  private static void masks(MemorySegment d, long dAt, int count, int first, int lanes) {
    d = row(d, dAt, lanes);
    long bytes = d.byteSize();
    long whole = (long) count / LANES * STEP;
    IntVector before = IntVector.broadcast(INTS, first);
    IntVector after = before.not();
    for (long o = 0; o < whole; o += STEP) {
      before.intoMemorySegment(d, o, ORDER);
    }
    for (long o = whole; o < bytes; o += STEP) {
      after.intoMemorySegment(d, o, ORDER);
    }
    for (int j = count / LANES * LANES; j < count; j++) {
      d.set(Elements.INT, (long) j << 2, first);
    }
  }

  static void iandRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      IntVector aRow = IntVector.fromMemorySegment(INTS, a, o, ORDER);
      IntVector bRow = IntVector.fromMemorySegment(INTS, b, o, ORDER);
      aRow.and(bRow).intoMemorySegment(d, o, ORDER);
    }
  }

  static void iorRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      IntVector aRow = IntVector.fromMemorySegment(INTS, a, o, ORDER);
      IntVector bRow = IntVector.fromMemorySegment(INTS, b, o, ORDER);
      aRow.or(bRow).intoMemorySegment(d, o, ORDER);
    }
  }

  static void ixorRR(MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      IntVector aRow = IntVector.fromMemorySegment(INTS, a, o, ORDER);
      IntVector bRow = IntVector.fromMemorySegment(INTS, b, o, ORDER);
      aRow.lanewise(XOR, bRow).intoMemorySegment(d, o, ORDER);
    }
  }

  static void selectRRR(
      MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, MemorySegment c, long cAt,
      int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    c = row(c, cAt, lanes);
    long bytes = d.byteSize();
    for (long o = 0; o < bytes; o += STEP) {
      IntVector aRow = IntVector.fromMemorySegment(INTS, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector cRow = FloatVector.fromMemorySegment(SPECIES, c, o, ORDER);
      FloatVector y = cRow.blend(bRow, aRow.compare(NE, 0).cast(SPECIES));
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void selectRRS(
      MemorySegment d, long dAt, MemorySegment a, long aAt, MemorySegment b, long bAt, float c, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    b = row(b, bAt, lanes);
    long bytes = d.byteSize();
    FloatVector cAll = FloatVector.broadcast(SPECIES, c);
    for (long o = 0; o < bytes; o += STEP) {
      IntVector aRow = IntVector.fromMemorySegment(INTS, a, o, ORDER);
      FloatVector bRow = FloatVector.fromMemorySegment(SPECIES, b, o, ORDER);
      FloatVector y = cAll.blend(bRow, aRow.compare(NE, 0).cast(SPECIES));
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void selectRSR(
      MemorySegment d, long dAt, MemorySegment a, long aAt, float b, MemorySegment c, long cAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    c = row(c, cAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    for (long o = 0; o < bytes; o += STEP) {
      IntVector aRow = IntVector.fromMemorySegment(INTS, a, o, ORDER);
      FloatVector cRow = FloatVector.fromMemorySegment(SPECIES, c, o, ORDER);
      FloatVector y = cRow.blend(bAll, aRow.compare(NE, 0).cast(SPECIES));
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  // ---- compositions ----------------------------------------------------------------------------

  static void expMinusR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    expMinusSubRS(d, dAt, a, aAt, 0f, lanes);
  }

  /// [ExpMinus] of a − b.
  static void expMinusSubRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    rawExpMinusSubRS(d, dAt, a, aAt, b, lanes);
    copyR(d, dAt, d, dAt, lanes);
  }

  static void rawExpMinusR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    rawExpMinusSubRS(d, dAt, a, aAt, 0f, lanes);
  }

  /// The same with NaNs of any bits, which later instructions make canonical: comparisons are dear where fma is all else.
  static void rawExpMinusSubRS(MemorySegment d, long dAt, MemorySegment a, long aAt, float b, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector bAll = FloatVector.broadcast(SPECIES, b);
    FloatVector inverse = FloatVector.broadcast(SPECIES, ExpMinus.INVERSE_LN2);
    FloatVector toExponent = FloatVector.broadcast(SPECIES, ExpMinus.TO_EXPONENT);
    FloatVector minusHigh = FloatVector.broadcast(SPECIES, ExpMinus.MINUS_LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(SPECIES, ExpMinus.MINUS_LN2_LOW);
    FloatVector c2 = FloatVector.broadcast(SPECIES, ExpMinus.C2);
    FloatVector c3 = FloatVector.broadcast(SPECIES, ExpMinus.C3);
    FloatVector c4 = FloatVector.broadcast(SPECIES, ExpMinus.C4);
    FloatVector c5 = FloatVector.broadcast(SPECIES, ExpMinus.C5);
    FloatVector c6 = FloatVector.broadcast(SPECIES, ExpMinus.C6);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER).sub(bAll);
      FloatVector t = x.fma(inverse, toExponent);
      FloatVector n = t.sub(toExponent);
      FloatVector r = n.fma(minusLow, n.fma(minusHigh, x));
      FloatVector p = c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2).fma(r, one).fma(r, one);
      FloatVector scale = t.reinterpretAsInts().lanewise(LSHL, ExpMinus.EXPONENT_SHIFT).reinterpretAsFloats();
      p.mul(scale).blend(0f, x.compare(LT, ExpMinus.LEAST)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void fastExpR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    // The arguments must still be there where the first attempt turns out to be none.
    boolean isInPlace = d.address() + dAt == a.address() + aAt;
    if (isInPlace || !fastExpOfSmall(d, dAt, a, aAt, lanes)) {
      fastExpOfAny(d, dAt, a, aAt, lanes);
    }
  }

  /// [FastExp] where all arguments are below [#EXP_RANGE_BITS] in absolute value: 2^n is then put to p's exponent. Whether
  /// they were.
  private static boolean fastExpOfSmall(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector inverse = FloatVector.broadcast(SPECIES, ExpMinus.INVERSE_LN2);
    FloatVector toInteger = FloatVector.broadcast(SPECIES, FastExp.TO_INTEGER);
    FloatVector minusHigh = FloatVector.broadcast(SPECIES, ExpMinus.MINUS_LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(SPECIES, ExpMinus.MINUS_LN2_LOW);
    FloatVector c2 = FloatVector.broadcast(SPECIES, ExpMinus.C2);
    FloatVector c3 = FloatVector.broadcast(SPECIES, ExpMinus.C3);
    FloatVector c4 = FloatVector.broadcast(SPECIES, ExpMinus.C4);
    FloatVector c5 = FloatVector.broadcast(SPECIES, ExpMinus.C5);
    FloatVector c6 = FloatVector.broadcast(SPECIES, ExpMinus.C6);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    IntVector largest = IntVector.zero(INTS);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      largest = largest.max(x.reinterpretAsInts().and(Integer.MAX_VALUE));
      FloatVector t = x.fma(inverse, toInteger);
      FloatVector n = t.sub(toInteger);
      FloatVector r = n.fma(minusLow, n.fma(minusHigh, x));
      FloatVector p = c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2).fma(r, one).fma(r, one);
      IntVector power = t.reinterpretAsInts().lanewise(LSHL, ExpMinus.EXPONENT_SHIFT);
      p.reinterpretAsInts().add(power).intoMemorySegment(d, o, ORDER);
    }
    return largest.compare(LT, EXP_RANGE_BITS).allTrue();
  }

  private static void fastExpOfAny(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector upper = FloatVector.broadcast(SPECIES, FastExp.UPPER);
    FloatVector lower = FloatVector.broadcast(SPECIES, FastExp.LOWER);
    FloatVector inverse = FloatVector.broadcast(SPECIES, ExpMinus.INVERSE_LN2);
    FloatVector toExponents = FloatVector.broadcast(SPECIES, FastExp.TO_EXPONENTS);
    FloatVector minusHigh = FloatVector.broadcast(SPECIES, ExpMinus.MINUS_LN2_HIGH);
    FloatVector minusLow = FloatVector.broadcast(SPECIES, ExpMinus.MINUS_LN2_LOW);
    FloatVector c2 = FloatVector.broadcast(SPECIES, ExpMinus.C2);
    FloatVector c3 = FloatVector.broadcast(SPECIES, ExpMinus.C3);
    FloatVector c4 = FloatVector.broadcast(SPECIES, ExpMinus.C4);
    FloatVector c5 = FloatVector.broadcast(SPECIES, ExpMinus.C5);
    FloatVector c6 = FloatVector.broadcast(SPECIES, ExpMinus.C6);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector below = x.blend(upper, upper.compare(LT, x));
      FloatVector z = below.blend(lower, below.compare(LT, lower));
      FloatVector t = z.fma(inverse, toExponents);
      FloatVector n = t.sub(toExponents);
      FloatVector r = n.fma(minusLow, n.fma(minusHigh, z));
      FloatVector p = c6.fma(r, c5).fma(r, c4).fma(r, c3).fma(r, c2).fma(r, one).fma(r, one);
      IntVector e = t.reinterpretAsInts().sub(FastExp.TO_INTEGER_BITS);
      IntVector half = e.lanewise(LSHR, 1);
      FloatVector first = half.lanewise(LSHL, ExpMinus.EXPONENT_SHIFT).reinterpretAsFloats();
      FloatVector second = e.sub(half).lanewise(LSHL, ExpMinus.EXPONENT_SHIFT).reinterpretAsFloats();
      FloatVector y = p.mul(first).mul(second);
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  static void normalCdfR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    normalCdf(d, dAt, a, aAt, lanes, false);
  }

  static void geluR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    normalCdf(d, dAt, a, aAt, lanes, true);
  }

  /// [NormalDistribution], if wanted times a.
  private static void normalCdf(
      MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes, boolean isTimesA) {
    d = row(d, dAt, lanes);
    a = row(a, aAt, lanes);
    long bytes = d.byteSize();
    FloatVector c1 = FloatVector.broadcast(SPECIES, NormalDistribution.C1);
    FloatVector c2 = FloatVector.broadcast(SPECIES, NormalDistribution.C2);
    FloatVector c3 = FloatVector.broadcast(SPECIES, NormalDistribution.C3);
    FloatVector c4 = FloatVector.broadcast(SPECIES, NormalDistribution.C4);
    FloatVector c5 = FloatVector.broadcast(SPECIES, NormalDistribution.C5);
    FloatVector c6 = FloatVector.broadcast(SPECIES, NormalDistribution.C6);
    FloatVector c7 = FloatVector.broadcast(SPECIES, NormalDistribution.C7);
    FloatVector c8 = FloatVector.broadcast(SPECIES, NormalDistribution.C8);
    FloatVector half = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector one = FloatVector.broadcast(SPECIES, 1f);
    for (long o = 0; o < bytes; o += STEP) {
      FloatVector x = FloatVector.fromMemorySegment(SPECIES, a, o, ORDER);
      FloatVector size = x.abs();
      FloatVector square = x.mul(x);
      FloatVector q = c8.fma(size, c7)
          .fma(square, c6.fma(size, c5))
          .fma(square, c4.fma(size, c3))
          .fma(square, c2.fma(size, c1));
      FloatVector d1 = q.mul(size);
      FloatVector d2 = d1.fma(d1, d1.add(d1));
      FloatVector d4 = d2.fma(d2, d2.add(d2));
      FloatVector d8 = d4.fma(d4, d4.add(d4));
      FloatVector d16 = d8.fma(d8, d8.add(d8));
      FloatVector tail = half.div(d16.add(one));
      FloatVector y = one.sub(tail).blend(tail, x.compare(LT, 0f));
      y = isTimesA ? x.mul(y) : y;
      y.blend(Float.NaN, y.compare(NE, y)).intoMemorySegment(d, o, ORDER);
    }
  }

  // ---- elementary functions --------------------------------------------------------------------

  static void expR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    Elementary.exp(d, dAt, a, aAt, (long) lanes << 2);
  }

  static void logR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    Elementary.log(d, dAt, a, aAt, (long) lanes << 2);
  }

  static void tanhR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    Elementary.tanh(d, dAt, a, aAt, (long) lanes << 2);
  }

  static void erfR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    Elementary.erf(d, dAt, a, aAt, (long) lanes << 2);
  }

  static void sinR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    Elementary.sin(d, dAt, a, aAt, (long) lanes << 2);
  }

  static void cosR(MemorySegment d, long dAt, MemorySegment a, long aAt, int lanes) {
    Elementary.cos(d, dAt, a, aAt, (long) lanes << 2);
  }
}
