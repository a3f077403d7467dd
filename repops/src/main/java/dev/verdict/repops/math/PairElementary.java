package dev.verdict.repops.math;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.UGT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Elementary functions in binary32 arithmetic, sixteen lanes at a time: faster than [VectorElementary], whose binary64
/// vectors hold eight. Source and destination are disjoint and of [#LEAST_BYTES] or more.
///
/// **Method.** After Ziv: a result is computed as an unevaluated sum `high + low` of two binary32 with a known bound E
/// on its error, and both `high + (low − E)` and `high + (low + E)` are rounded; the tables have the first E in them.
/// Where they agree, that is the correctly rounded result, since rounding is monotonic. A lane in which they don't (one
/// in a thousand), or which is out of the range for which E holds, is computed once more by the scalar function, after a
/// chunk of vectors: a call among vector operations makes the whole loop several times slower. Both paths give the one
/// right answer, so that which is taken shows in no bit.
///
/// Tables of 32 entries lie in two vectors each, looked up by the low five bits of an integer that was rounded by
/// adding 1.5·2^23; on the heap, since code that reads segments of both kinds is several times slower. What bounds the
/// speed is how many operations wait for others, so that short chains are preferred to few operations (Estrin's scheme).
/// Vectors are computed in pairs, written out, so that two share what a turn of the loop costs besides; a row's last pair
/// may overlap the one before.
///
/// **Accuracy.** That E bounds the error for every input follows from the results: all 2^32 inputs agree with checksums
/// made from MPFR (`ExhaustiveTest`).
final class PairElementary {
  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ORDER);
  private static final long VECTOR_BYTES = 64;
  /// A pair of vectors.
  static final long LEAST_BYTES = 2 * VECTOR_BYTES;
  /// Pairs between two looks at the lanes that are left.
  private static final int CHUNK = 32;
  private static final long CHUNK_BYTES = CHUNK * LEAST_BYTES;
  /// Pairs that are looked at together, most often in vain.
  private static final int GROUP = 8;
  /// Lanes of a pair that are left, up to which the scalar function is at once asked for each.
  private static final int FEW = 3;

  /// Adding 1.5·2^23 to |t| < 2^22 rounds t to an integer, which is then in the sum's low bits.
  private static final float TO_INTEGER = 0x1.8p23f; // 12582912

  /// ln 2/32 in two parts. k·(the first) is subtracted without error, since x and the product are multiples of 2^-30
  /// where k isn't 0, and their difference is below 2^-6.
  private static final float LN2_32 = 0x1.62e43p-6f; // 0.021660850
  private static final float LN2_32_LOW = -0x1.05c61p-34f; // -5.9514812e-11
  private static final float INVERSE_LN2_32 = 0x1.715476p5f; // 46.166241

  /// Below it in absolute value, e^x is a normal number and k less than 2^12.
  private static final int EXP_RANGE_BITS = 0x42ae0000; // 87
  /// The error of `high + low`, relative to the root.
  private static final float EXP_ERROR = 0x1p-36f; // 1.4551915e-11

  /// The binary32 nearest to 2^(j/32), as bits.
  private static final int[] ROOTS = {
    0x3f800000, 0x3f82cd87, 0x3f85aac3, 0x3f88980f, 0x3f8b95c2, 0x3f8ea43a, 0x3f91c3d3, 0x3f94f4f0,
    0x3f9837f0, 0x3f9b8d3a, 0x3f9ef532, 0x3fa27043, 0x3fa5fed7, 0x3fa9a15b, 0x3fad583f, 0x3fb123f6,
    0x3fb504f3, 0x3fb8fbaf, 0x3fbd08a4, 0x3fc12c4d, 0x3fc5672a, 0x3fc9b9be, 0x3fce248c, 0x3fd2a81e,
    0x3fd744fd, 0x3fdbfbb8, 0x3fe0ccdf, 0x3fe5b907, 0x3feac0c7, 0x3fefe4ba, 0x3ff5257d, 0x3ffa83b3
  };
  /// j·ln 2/32 less the logarithm of [#ROOTS], which is below 2^-25; then less [#EXP_ERROR].
  private static final int[] ROOT_LOGS = {
    0x00000000, 0xb34a3a0b, 0x3346cb6a, 0xb36ed17f, 0xb24e0611, 0xb3517dda, 0x334b2481, 0xb31586de,
    0x33092801, 0xb2e6f467, 0x331b85f2, 0x3099b6f1, 0xb3051aa9, 0xb2e2a0db, 0xb2006c56, 0xb3365942,
    0x329302ae, 0x32c595dc, 0xb302e5a2, 0xb28e10a1, 0x31b3d0e5, 0xb31a472b, 0x31d1daf2, 0xb305bf64,
    0xb27ce183, 0xb2f26443, 0xb1b4b0da, 0xb1da8a8f, 0xb1d290be, 0xb2d5b899, 0x31b0a147, 0xb2156afc
  };
  /// At and above, erf is 1 to within 2^-25.2, and rounds to it.
  private static final int ERF_UPPER_BITS = 0x407b851f; // 3.93
  /// The error of `high + low`, relative to `high`.
  private static final float ERF_ERROR = 0x1.4p-34f; // 7.2759576e-11
  /// From here to the infinities the pair's low part doesn't underflow.
  private static final int ERF_LEAST_BITS = 0x12800000; // 2^-90
  private static final int INFINITY_BITS = 0x7f800000;

  // erf(a)/a at a = j/8 + h as c0 + c1·h + … + c6·h^6, |h| ≤ 1/16, c0 and c1 in two parts, as bits; then less the error
  // of c0.
  private static final int[] ERF_0 = {
    0x3f906ebb, 0x3f8faf0d, 0x3f8d7aa7, 0x3f89f046, 0x3f853f7b, 0x3f7f478b, 0x3f72bdba, 0x3f6565e1,
    0x3f57bb3d, 0x3f4a285e, 0x3f3d028c, 0x3f308833, 0x3f24e1c7, 0x3f1a247c, 0x3f105602, 0x3f077091,
    0x3efecd71, 0x3ef04d3d, 0x3ee33903, 0x3ed76900, 0x3eccb777, 0x3ec301f0, 0x3eba29c0, 0x3eb21414,
    0x3eaaa9b4, 0x3ea3d6a0, 0x3e9d89ac, 0x3e97b414, 0x3e92491d, 0x3e8d3dc8, 0x3e888888, 0x3e842108
  };
  private static final int[] ERF_0_LOW = {
    0xb37bec37, 0x325770cf, 0x320cb685, 0x32f43d39, 0xb279a863, 0x3127a388, 0x326f8759, 0xb27c0b54,
    0x32681de8, 0xb2e1418a, 0xb225336e, 0xafd9526b, 0x3216d878, 0x32609774, 0x3211ce17, 0xb25e9769,
    0xb23d8fc9, 0xb08cafcf, 0x320e48a1, 0x324d62db, 0xb1de9e27, 0xb276ec96, 0xb167c308, 0x32070696,
    0xb2528f06, 0xb04f2a13, 0x31c426f2, 0xb1793a0e, 0x3265091f, 0x321aef05, 0xb277f088, 0xb1614e10
  };
  private static final int[] ERF_1 = {
    0x85b504f3, 0xbdbec806, 0xbe398382, 0xbe84d61e, 0xbea61c42, 0xbebf6f7b, 0xbed066ed, 0xbed94992,
    0xbedaed82, 0xbed68a9a, 0xbecd8970, 0xbec1568c, 0xbeb33f6b, 0xbea45be2, 0xbe9583d3, 0xbe874f0c,
    0xbe743894, 0xbe5c3831, 0xbe46b9a6, 0xbe33abad, 0xbe22e190, 0xbe142121, 0xbe072c4b, 0xbdf78df7,
    0xbde37499, 0xbdd1abb2, 0xbdc1dfd0, 0xbdb3c9f7, 0xbda72e2e, 0xbd9bd9ec, 0xbd91a293, 0xbd88641d
  };
  private static final int[] ERF_1_LOW = {
    0x800000d0, 0x30c5a1b8, 0xaf35551d, 0xb0d44728, 0xb2651a9f, 0x312009c1, 0x31aa575c, 0x31d57837,
    0xb1a27f19, 0x3044ff16, 0x31c65336, 0xb088522d, 0x322cffa6, 0xb19b0240, 0xafd5ee56, 0x3127a0c8,
    0x31a66412, 0x319bb21c, 0xb07e6a30, 0x30d877c1, 0x317c426d, 0x3090fbbf, 0xb1d10ef4, 0xb14c7f5c,
    0xb140273b, 0x2f96a801, 0x3110b430, 0x3175ffff, 0xaf54a4cf, 0xb02645ff, 0xb08b00f1, 0xb1500554
  };
  private static final int[] ERF_2 = {
    0xbec093a3, 0xbebb35e9, 0xbeabb328, 0xbe93b5d3, 0xbe6b6e8b, 0xbe293ae3, 0xbdcd3ec7, 0xbd22ba6d,
    0x3c4c913c, 0x3d5dfa4a, 0x3dad529c, 0x3dd58a8d, 0x3dea6cb9, 0x3defc4c4, 0x3de9aa4d, 0x3ddbf4f5,
    0x3dc9e520, 0x3db5fdcd, 0x3da20464, 0x3d8f18a7, 0x3d7bb000, 0x3d5d04f1, 0x3d4236c3, 0x3d2b05e9,
    0x3d17110c, 0x3d05ec8a, 0x3cee6018, 0x3cd4fa8c, 0x3cbf04e2, 0x3cabf4a5, 0x3c9b563b, 0x3c8cc9ba
  };
  private static final int[] ERF_3 = {
    0x0af4f06a, 0x3d62d463, 0x3dd67852, 0x3e126b57, 0x3e2ae7dd, 0x3e338e22, 0x3e2d67de, 0x3e1b3dad,
    0x3e00e793, 0x3dc5142b, 0x3d87d524, 0x3d1fe07a, 0x3c84a386, 0xbab42e9f, 0xbc601aff, 0xbcae962f,
    0xbcce44d0, 0xbcd73603, 0xbcd0ef12, 0xbcc1a4e6, 0xbcadfd0e, 0xbc992244, 0xbc850609, 0xbc6561f1,
    0xbc451cd4, 0xbc295351, 0xbc11b496, 0xbbfb8533, 0xbbd9e959, 0xbbbd934b, 0xbba59f7c, 0xbb914d3f
  };
  private static final int[] ERF_4 = {
    0x3de71787, 0x3dda60aa, 0x3db658af, 0x3d80dd29, 0x3d048adc, 0x3ae96532, 0xbccbc1f9, 0xbd37873f,
    0xbd683cf1, 0xbd7883ae, 0xbd6d83dd, 0xbd4f21ed, 0xbd25ff5c, 0xbcf3b6d6, 0xbca124ad, 0xbc370c02,
    0xbb97cf29, 0xb831964d, 0x3b3b0828, 0x3b90f013, 0x3ba55dcb, 0x3ba5c28c, 0x3b9aaa97, 0x3b8a1f7f,
    0x3b70006c, 0x3b4d0b1f, 0x3b2d8d16, 0x3b124b3c, 0x3af6817b, 0x3ad00f43, 0x3ab02e45, 0x3a95c9c9
  };
  private static final int[] ERF_5 = {
    0x8ef10484, 0xbca0328f, 0xbd12f78e, 0xbd3e4ce5, 0xbd4cd634, 0xbd3f1f25, 0xbd1ad0a4, 0xbcd1bc66,
    0xbc4cc0e4, 0xba1e2d2e, 0x3c0d236d, 0x3c6d6406, 0x3c8bf0ed, 0x3c8b1456, 0x3c760a53, 0x3c45c066,
    0x3c1137a7, 0x3bc17ecd, 0x3b63abb9, 0x3ad9d021, 0x39e2cf0f, 0xb9a64203, 0xba3ab020, 0xba63cb0e,
    0xba66ffca, 0xba55fb8f, 0xba3c46b7, 0xba20ae54, 0xba06bd3b, 0xb9dfebab, 0xb9b96ad7, 0xb9998fa6
  };
  private static final int[] ERF_6 = {
    0xbcdbcb9d, 0xbcc97605, 0xbc968dbd, 0xbc1c6e57, 0x3854f777, 0x3c0c5407, 0x3c6ee047, 0x3c8e8079,
    0x3c8be8b8, 0x3c6a84cf, 0x3c25d87b, 0x3bb64249, 0x3ac2fbd2, 0xbacecd41, 0xbb627a9a, 0xbb8b03c7,
    0xbb898571, 0xbb6e0518, 0xbb399c60, 0xbb03b299, 0xbaa958a9, 0xba40bd3b, 0xb9b4611d, 0xb8c69761,
    0x3846b214, 0x38f3b5ca, 0x3912845b, 0x3910d5f2, 0x3902a19e, 0x38e025ff, 0x38baf7eb, 0x38999ea6
  };
  static {
    for (int j = 0; j < ROOT_LOGS.length; j++) {
      ROOT_LOGS[j] = Float.floatToRawIntBits(Float.intBitsToFloat(ROOT_LOGS[j]) - EXP_ERROR);
      ERF_0_LOW[j] = Float.floatToRawIntBits(
          Math.fma(Float.intBitsToFloat(ERF_0[j]), -ERF_ERROR, Float.intBitsToFloat(ERF_0_LOW[j])));
    }
  }

  /// For each pair of a chunk the lanes that are left to the scalar function, as bits: a thread's own, used again, since
  /// pages of the heap that nobody has touched are dear.
  private static final ThreadLocal<int[]> LEFT = ThreadLocal.withInitial(() -> new int[CHUNK]);

  private PairElementary() {}

  /// Whether it pays: vectors of 512 bits, so that a table fits in two.
  static boolean isSupported() {
    return VectorElementary.DOUBLES.length() == 8;
  }

  /// e^x = 2^(k/32)·e^r, k = x·32/ln 2 rounded, r = x − k·ln 2/32 as `r + rLow`, |r| ≤ 0.0109. With T the binary32
  /// nearest to 2^(j/32), j = k mod 32, and its logarithm's error put to rLow, e^r is
  /// 1 + r + \[rLow + s²/2 + s³/6 + s⁴/24\], s being r + rLow.
  static void exp(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    int[] left = LEFT.get();
    long whole = bytes - bytes % LEAST_BYTES;
    for (long at = 0; at < whole; at += CHUNK_BYTES) {
      expChunk(out, outAt + at, in, inAt + at, Math.min(CHUNK_BYTES, whole - at), left);
    }
    if (whole < bytes) {
      long last = bytes - LEAST_BYTES;
      expChunk(out, outAt + last, in, inAt + last, LEAST_BYTES, left);
    }
  }

  private static void expChunk(
      MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes, int[] left) {
    if (!expPairs(out, outAt, in, inAt, bytes, left)) {
      leaveOutside(in, inAt, bytes, left);
    }
    int pairs = (int) (bytes / LEAST_BYTES);
    for (int first = 0; first < pairs; first += GROUP) {
      if (isAnyLeft(left, first)) {
        expLeft(out, outAt, in, inAt, left, first, Math.min(first + GROUP, pairs));
      }
    }
  }

  /// Of a group; beyond a chunk's pairs there may be some of another's, which then only cost a look.
  private static boolean isAnyLeft(int[] left, int first) {
    return (left[first] | left[first + 1] | left[first + 2] | left[first + 3]
        | left[first + 4] | left[first + 5] | left[first + 6] | left[first + 7]) != 0;
  }

  /// Adds the lanes of arguments beyond [#EXP_RANGE_BITS].
  private static void leaveOutside(MemorySegment in, long inAt, long bytes, int[] left) {
    for (long at = 0; at < bytes; at += LEAST_BYTES) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, in, inAt + at, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, in, inAt + at + VECTOR_BYTES, ORDER);
      int outside0 = (int) x0.reinterpretAsInts().and(Integer.MAX_VALUE).compare(GE, EXP_RANGE_BITS).toLong();
      int outside1 = (int) x1.reinterpretAsInts().and(Integer.MAX_VALUE).compare(GE, EXP_RANGE_BITS).toLong();
      left[(int) (at / LEAST_BYTES)] |= outside0 | outside1 << 16;
    }
  }

  private static void expLeft(
      MemorySegment out, long outAt, MemorySegment in, long inAt, int[] left, int from, int to) {
    for (int pair = from; pair < to; pair++) {
      long at = pair * LEAST_BYTES;
      int rest = left[pair];
      if (Integer.bitCount(rest) > FEW) {
        // Masks of −∞ come in runs.
        rest &= ~(zeros(out, outAt + at, in, inAt + at)
            | zeros(out, outAt + at + VECTOR_BYTES, in, inAt + at + VECTOR_BYTES) << 16);
      }
      for (; rest != 0; rest &= rest - 1) {
        long lane = at + 4L * Integer.numberOfTrailingZeros(rest);
        out.set(FLOAT, outAt + lane, Exp.exp(in.get(FLOAT, inAt + lane)));
      }
    }
  }

  /// Puts +0 where that is the result; those lanes as bits.
  private static int zeros(MemorySegment out, long outAt, MemorySegment in, long inAt) {
    FloatVector x = FloatVector.fromMemorySegment(FLOATS, in, inAt, ORDER);
    VectorMask<Float> zero = x.compare(LE, (float) Exp.LOWER);
    FloatVector.fromMemorySegment(FLOATS, out, outAt, ORDER).blend(0f, zero).intoMemorySegment(out, outAt, ORDER);
    return (int) zero.toLong();
  }

  /// All lanes, right or not; those that aren't sure go to `left`, but for arguments out of range. Whether none is.
  private static boolean expPairs(
      MemorySegment outAll, long outAt, MemorySegment inAll, long inAt, long bytes, int[] left) {
    MemorySegment out = outAll.asSlice(outAt, bytes);
    MemorySegment in = inAll.asSlice(inAt, bytes);
    IntVector roots0 = IntVector.fromArray(INTS, ROOTS, 0);
    IntVector roots1 = IntVector.fromArray(INTS, ROOTS, 16);
    IntVector logs0 = IntVector.fromArray(INTS, ROOT_LOGS, 0);
    IntVector logs1 = IntVector.fromArray(INTS, ROOT_LOGS, 16);
    FloatVector inverse = FloatVector.broadcast(FLOATS, INVERSE_LN2_32);
    FloatVector toInteger = FloatVector.broadcast(FLOATS, TO_INTEGER);
    FloatVector minusHigh = FloatVector.broadcast(FLOATS, -LN2_32);
    FloatVector minusLow = FloatVector.broadcast(FLOATS, -LN2_32_LOW);
    FloatVector c2 = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector c3 = FloatVector.broadcast(FLOATS, 1f / 6);
    FloatVector c4 = FloatVector.broadcast(FLOATS, 1f / 24);
    FloatVector twoErrors = FloatVector.broadcast(FLOATS, 2 * EXP_ERROR);
    IntVector largest = IntVector.zero(INTS);

    for (long at = 0; at < bytes; at += LEAST_BYTES) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, in, at, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, in, at + VECTOR_BYTES, ORDER);
      FloatVector t0 = x0.fma(inverse, toInteger);
      FloatVector t1 = x1.fma(inverse, toInteger);
      FloatVector k0 = t0.sub(toInteger);
      FloatVector k1 = t1.sub(toInteger);
      FloatVector r0 = k0.fma(minusHigh, x0);
      FloatVector r1 = k1.fma(minusHigh, x1);
      IntVector index0 = t0.reinterpretAsInts();
      IntVector index1 = t1.reinterpretAsInts();
      FloatVector root0 = index0.selectFrom(roots0, roots1).reinterpretAsFloats();
      FloatVector root1 = index1.selectFrom(roots0, roots1).reinterpretAsFloats();
      FloatVector rLow0 = k0.fma(minusLow, index0.selectFrom(logs0, logs1).reinterpretAsFloats());
      FloatVector rLow1 = k1.fma(minusLow, index1.selectFrom(logs0, logs1).reinterpretAsFloats());
      FloatVector s0 = r0.add(rLow0);
      FloatVector s1 = r1.add(rLow1);
      FloatVector tail0 = s0.mul(s0).fma(s0.fma(c4, c3).fma(s0, c2), rLow0);
      FloatVector tail1 = s1.mul(s1).fma(s1.fma(c4, c3).fma(s1, c2), rLow1);
      FloatVector high0 = root0.fma(r0, root0);
      FloatVector high1 = root1.fma(r1, root1);
      FloatVector low0 = root0.fma(tail0, root0.fma(r0, root0.sub(high0)));
      FloatVector low1 = root1.fma(tail1, root1.fma(r1, root1.sub(high1)));
      FloatVector less0 = high0.add(low0);
      FloatVector less1 = high1.add(low1);
      FloatVector more0 = high0.add(root0.fma(twoErrors, low0));
      FloatVector more1 = high1.add(root1.fma(twoErrors, low1));
      IntVector y0 = less0.reinterpretAsInts().add(index0.and(~31).lanewise(LSHL, 18));
      IntVector y1 = less1.reinterpretAsInts().add(index1.and(~31).lanewise(LSHL, 18));
      y0.intoMemorySegment(out, at, ORDER);
      y1.intoMemorySegment(out, at + VECTOR_BYTES, ORDER);
      largest = largest.max(x0.reinterpretAsInts().and(Integer.MAX_VALUE));
      largest = largest.max(x1.reinterpretAsInts().and(Integer.MAX_VALUE));
      int unsure0 = (int) less0.compare(NE, more0).toLong();
      int unsure1 = (int) less1.compare(NE, more1).toLong();
      left[(int) (at / LEAST_BYTES)] = unsure0 | unsure1 << 16;
    }
    return largest.compare(LT, EXP_RANGE_BITS).allTrue();
  }

  /// erf a = a·(erf(a)/a) for a = |x|, the quotient being a smooth even function: a polynomial of degree 6 on each of
  /// 32 intervals, of which all but the terms from h² on are summed without error. The sign is put back at the end.
  static void erf(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    int[] left = LEFT.get();
    long whole = bytes - bytes % LEAST_BYTES;
    for (long at = 0; at < whole; at += CHUNK_BYTES) {
      erfChunk(out, outAt + at, in, inAt + at, Math.min(CHUNK_BYTES, whole - at), left);
    }
    if (whole < bytes) {
      long last = bytes - LEAST_BYTES;
      erfChunk(out, outAt + last, in, inAt + last, LEAST_BYTES, left);
    }
  }

  private static void erfChunk(
      MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes, int[] left) {
    erfPairs(out, outAt, in, inAt, bytes, left);
    int pairs = (int) (bytes / LEAST_BYTES);
    for (int first = 0; first < pairs; first += GROUP) {
      if (isAnyLeft(left, first)) {
        erfLeft(out, outAt, in, inAt, left, first, Math.min(first + GROUP, pairs));
      }
    }
  }

  private static void erfLeft(
      MemorySegment out, long outAt, MemorySegment in, long inAt, int[] left, int from, int to) {
    for (int pair = from; pair < to; pair++) {
      for (int rest = left[pair]; rest != 0; rest &= rest - 1) {
        long lane = pair * LEAST_BYTES + 4L * Integer.numberOfTrailingZeros(rest);
        out.set(FLOAT, outAt + lane, Erf.erf(in.get(FLOAT, inAt + lane)));
      }
    }
  }

  /// All lanes, right or not; those that aren't sure go to `left`.
  private static void erfPairs(
      MemorySegment outAll, long outAt, MemorySegment inAll, long inAt, long bytes, int[] left) {
    MemorySegment out = outAll.asSlice(outAt, bytes);
    MemorySegment in = inAll.asSlice(inAt, bytes);
    FloatVector toEighths = FloatVector.broadcast(FLOATS, TO_INTEGER / 8);
    FloatVector twoErrors = FloatVector.broadcast(FLOATS, 2 * ERF_ERROR);

    for (long at = 0; at < bytes; at += LEAST_BYTES) {
      FloatVector x0 = FloatVector.fromMemorySegment(FLOATS, in, at, ORDER);
      FloatVector x1 = FloatVector.fromMemorySegment(FLOATS, in, at + VECTOR_BYTES, ORDER);
      IntVector bits0 = x0.reinterpretAsInts().and(Integer.MAX_VALUE);
      IntVector bits1 = x1.reinterpretAsInts().and(Integer.MAX_VALUE);
      FloatVector a0 = bits0.min(ERF_UPPER_BITS).reinterpretAsFloats();
      FloatVector a1 = bits1.min(ERF_UPPER_BITS).reinterpretAsFloats();
      FloatVector t0 = a0.add(toEighths);
      FloatVector t1 = a1.add(toEighths);
      FloatVector h0 = a0.sub(t0.sub(toEighths));
      FloatVector square0 = h0.mul(h0);
      FloatVector h1 = a1.sub(t1.sub(toEighths));
      FloatVector square1 = h1.mul(h1);
      IntVector index0 = t0.reinterpretAsInts();
      IntVector index1 = t1.reinterpretAsInts();
      FloatVector c00 = index0.selectFrom(
          IntVector.fromArray(INTS, ERF_0, 0), IntVector.fromArray(INTS, ERF_0, 16)).reinterpretAsFloats();
      FloatVector c01 = index1.selectFrom(
          IntVector.fromArray(INTS, ERF_0, 0), IntVector.fromArray(INTS, ERF_0, 16)).reinterpretAsFloats();
      FloatVector c0Low0 = index0.selectFrom(
          IntVector.fromArray(INTS, ERF_0_LOW, 0), IntVector.fromArray(INTS, ERF_0_LOW, 16)).reinterpretAsFloats();
      FloatVector c0Low1 = index1.selectFrom(
          IntVector.fromArray(INTS, ERF_0_LOW, 0), IntVector.fromArray(INTS, ERF_0_LOW, 16)).reinterpretAsFloats();
      FloatVector c10 = index0.selectFrom(
          IntVector.fromArray(INTS, ERF_1, 0), IntVector.fromArray(INTS, ERF_1, 16)).reinterpretAsFloats();
      FloatVector c11 = index1.selectFrom(
          IntVector.fromArray(INTS, ERF_1, 0), IntVector.fromArray(INTS, ERF_1, 16)).reinterpretAsFloats();
      FloatVector c1Low0 = index0.selectFrom(
          IntVector.fromArray(INTS, ERF_1_LOW, 0), IntVector.fromArray(INTS, ERF_1_LOW, 16)).reinterpretAsFloats();
      FloatVector c1Low1 = index1.selectFrom(
          IntVector.fromArray(INTS, ERF_1_LOW, 0), IntVector.fromArray(INTS, ERF_1_LOW, 16)).reinterpretAsFloats();
      FloatVector c20 = index0.selectFrom(
          IntVector.fromArray(INTS, ERF_2, 0), IntVector.fromArray(INTS, ERF_2, 16)).reinterpretAsFloats();
      FloatVector c21 = index1.selectFrom(
          IntVector.fromArray(INTS, ERF_2, 0), IntVector.fromArray(INTS, ERF_2, 16)).reinterpretAsFloats();
      FloatVector c30 = index0.selectFrom(
          IntVector.fromArray(INTS, ERF_3, 0), IntVector.fromArray(INTS, ERF_3, 16)).reinterpretAsFloats();
      FloatVector c31 = index1.selectFrom(
          IntVector.fromArray(INTS, ERF_3, 0), IntVector.fromArray(INTS, ERF_3, 16)).reinterpretAsFloats();
      FloatVector c40 = index0.selectFrom(
          IntVector.fromArray(INTS, ERF_4, 0), IntVector.fromArray(INTS, ERF_4, 16)).reinterpretAsFloats();
      FloatVector c41 = index1.selectFrom(
          IntVector.fromArray(INTS, ERF_4, 0), IntVector.fromArray(INTS, ERF_4, 16)).reinterpretAsFloats();
      FloatVector c50 = index0.selectFrom(
          IntVector.fromArray(INTS, ERF_5, 0), IntVector.fromArray(INTS, ERF_5, 16)).reinterpretAsFloats();
      FloatVector c51 = index1.selectFrom(
          IntVector.fromArray(INTS, ERF_5, 0), IntVector.fromArray(INTS, ERF_5, 16)).reinterpretAsFloats();
      FloatVector c60 = index0.selectFrom(
          IntVector.fromArray(INTS, ERF_6, 0), IntVector.fromArray(INTS, ERF_6, 16)).reinterpretAsFloats();
      FloatVector c61 = index1.selectFrom(
          IntVector.fromArray(INTS, ERF_6, 0), IntVector.fromArray(INTS, ERF_6, 16)).reinterpretAsFloats();
      FloatVector p0 = c60.fma(h0, c50).fma(square0, c40.fma(h0, c30)).fma(h0, c20);
      FloatVector p1 = c61.fma(h1, c51).fma(square1, c41.fma(h1, c31)).fma(h1, c21);
      FloatVector v0 = p0.fma(h0, c10);
      FloatVector v1 = p1.fma(h1, c11);
      FloatVector vLow0 = p0.fma(h0, c10.sub(v0)).add(c1Low0);
      FloatVector vLow1 = p1.fma(h1, c11.sub(v1)).add(c1Low1);
      FloatVector high0 = h0.fma(v0, c00);
      FloatVector high1 = h1.fma(v1, c01);
      FloatVector low0 = h0.fma(v0, c00.sub(high0)).add(vLow0.fma(h0, c0Low0));
      FloatVector low1 = h1.fma(v1, c01.sub(high1)).add(vLow1.fma(h1, c0Low1));
      FloatVector less0 = a0.fma(high0, a0.mul(low0));
      FloatVector less1 = a1.fma(high1, a1.mul(low1));
      FloatVector more0 = a0.fma(high0, a0.mul(high0.fma(twoErrors, low0)));
      FloatVector more1 = a1.fma(high1, a1.mul(high1.fma(twoErrors, low1)));
      IntVector y0 = less0.reinterpretAsInts().or(x0.reinterpretAsInts().and(Integer.MIN_VALUE));
      IntVector y1 = less1.reinterpretAsInts().or(x1.reinterpretAsInts().and(Integer.MIN_VALUE));
      y0.intoMemorySegment(out, at, ORDER);
      y1.intoMemorySegment(out, at + VECTOR_BYTES, ORDER);
      VectorMask<Integer> outside0 = bits0.sub(ERF_LEAST_BITS).compare(UGT, INFINITY_BITS - ERF_LEAST_BITS);
      VectorMask<Integer> outside1 = bits1.sub(ERF_LEAST_BITS).compare(UGT, INFINITY_BITS - ERF_LEAST_BITS);
      int unsure0 = (int) less0.compare(NE, more0).or(outside0.cast(FLOATS)).toLong();
      int unsure1 = (int) less1.compare(NE, more1).or(outside1.cast(FLOATS)).toLong();
      left[(int) (at / LEAST_BYTES)] = unsure0 | unsure1 << 16;
    }
  }
}
