package dev.verdict.repops.exec.cpu;

import static jdk.incubator.vector.VectorOperators.MAX;
import static jdk.incubator.vector.VectorOperators.MIN;
import static jdk.incubator.vector.VectorOperators.UGT;
import static jdk.incubator.vector.VectorOperators.UMAX;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// The largest and the least element of a row: the same in whatever order they are looked for, since IEEE 754-2019
/// maximum is associative and commutative, bits and all, NaN being one value. Loaded only where [VectorWidth#BITS]
/// isn't 0. Positions are in elements.
final class RowExtremes {
  private static final VectorSpecies<Integer> INTS = VectorRows.SPECIES.withLanes(int.class);
  private static final int LANES = VectorRows.LANES;
  private static final long STEP = 4L * LANES;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final int MINUS_INFINITY = 0xff800000;

  private RowExtremes() {}

  /// The largest of `init` and the `count` ≥ [VectorRows#LANES] elements from `at` on.
  ///
  /// Bits are compared as integers: of numbers that aren't all negative the largest, since positive ones grow with their
  /// bits and the one NaN that a tensor of ours holds is above all; of negative ones, which grow against their bits, the
  /// least. A NaN with a sign, which other people's tensors may hold, shows as bits above −∞'s without a sign. The last
  /// vector overlaps another.
  static float max(MemorySegment in, long at, long count, float init) {
    return extreme(in, at, count, Float.floatToIntBits(init), 0);
  }

  /// The least of `init` and the `count` ≥ [VectorRows#LANES] elements from `at` on: the largest, with all signs turned
  /// around.
  static float min(MemorySegment in, long at, long count, float init) {
    return -extreme(in, at, count, Float.floatToIntBits(-init), Integer.MIN_VALUE);
  }

  /// @param signs are turned around by it
  private static float extreme(MemorySegment in, long at, long count, int init, int signs) {
    MemorySegment row = in.asSlice(at << 2, count << 2);
    IntVector flip = IntVector.broadcast(INTS, signs);
    IntVector largest = IntVector.broadcast(INTS, init);
    IntVector largest1 = largest;
    IntVector least = largest;
    IntVector least1 = largest;
    IntVector unsigned = IntVector.broadcast(INTS, 0);
    IntVector unsigned1 = unsigned;
    long last = (count - LANES) << 2;
    long pairs = last / (2 * STEP) * (2 * STEP);
    for (long o = 0; o < pairs; o += 2 * STEP) {
      IntVector a = IntVector.fromMemorySegment(INTS, row, o, ORDER).lanewise(XOR, flip);
      IntVector b = IntVector.fromMemorySegment(INTS, row, o + STEP, ORDER).lanewise(XOR, flip);
      largest = largest.max(a);
      largest1 = largest1.max(b);
      least = least.min(a);
      least1 = least1.min(b);
      unsigned = unsigned.lanewise(UMAX, a);
      unsigned1 = unsigned1.lanewise(UMAX, b);
    }
    for (long o = pairs; o < last; o += STEP) {
      IntVector a = IntVector.fromMemorySegment(INTS, row, o, ORDER).lanewise(XOR, flip);
      largest = largest.max(a);
      least = least.min(a);
      unsigned = unsigned.lanewise(UMAX, a);
    }
    IntVector a = IntVector.fromMemorySegment(INTS, row, last, ORDER).lanewise(XOR, flip);
    int most = largest.max(largest1).max(a).reduceLanes(MAX);
    int fewest = least.min(least1).min(a).reduceLanes(MIN);
    boolean isNaN = unsigned.lanewise(UMAX, unsigned1).lanewise(UMAX, a).compare(UGT, MINUS_INFINITY).anyTrue();
    return isNaN ? Float.NaN : Float.intBitsToFloat(most >= 0 ? most : fewest);
  }
}
