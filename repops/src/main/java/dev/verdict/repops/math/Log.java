package dev.verdict.repops.math;

/// The natural logarithm, correctly rounded to binary32 (SPEC §2.3).
///
/// **Method.** In binary64, without tables. x is positive and finite; a subnormal binary32 is a
/// normal binary64, so it needs no case of its own.
///
/// 1. x = m·2^k with m in \[√½, √2), read off the bits of x; f = m − 1 is exact.
/// 2. log m = 2·atanh(s) with s = f / (2 + f), |s| ≤ 0.1716. 2 + f has at most 25 bits and is exact;
///    s is kept as a quotient `s` and the correction `sLow`, from the exact remainder f − s·(2 + f).
/// 3. 2·atanh(s) = 2s + s³·Q(s²), Q of degree 10 with coefficients 2/(2n+1). What it leaves out is
///    below 2^-65 of the result.
/// 4. The parts are summed as a pair: k·ln2_hi (exact, see [Ln2]) + 2s is `high`, and its rounding
///    error, k·ln2_lo, 2·sLow and s³·Q are `low`. Both uses of the fast two-sum are valid: in the
///    first either k = 0 or |k·ln2_hi| ≥ 0.69 > |2s|, and in the second |low| < |high|/50.
/// 5. The pair is rounded once to binary32, by way of a binary64 rounded *to odd*.
///
/// **Why step 5.** Adding the pair and converting rounds twice. The hardest inputs lie 2^-34 ulp of
/// binary32 from a boundary between two results, which is 2^-5 ulp of binary64, so the sum may land
/// on the boundary itself; the conversion then resolves a tie that isn't one. A plain evaluation
/// errs so on 0x3c413d3a, 0x41178feb, 0x4c5d65a5, 0x65d890d3 and 0x6f31a8ec. [RoundToOdd] doesn't.
///
/// **Special cases.** `log(NaN) = NaN`, `log(±0) = −∞`, `log(x < 0) = NaN`, `log(+∞) = +∞`,
/// `log(1) = +0`.
///
/// **Accuracy.** |s³·Q| < 2^-6.6·|2s| and < 2^-8.1, and it is computed to 2^-50.8 of itself, so the
/// pair is within 2^-57 of the result relatively where k = 0, and within 2^-58 absolutely elsewhere.
/// The inputs nearest to a boundary leave more than 2^-51 of the result where k = 0, and elsewhere
/// at least 2^-53.5 absolutely (0x41178feb, result 2.25; 0x65d890d3, result 53.2, leaves 2^-52). The
/// results for all 2^32 inputs agree with checksums made from MPFR (`ExhaustiveTest`).
public final class Log {
  /// The bits of √½ in binary64, rounded; any value near it would do.
  static final long SQRT_HALF_BITS = 0x3fe6a09e667f3bcdL; // 0.7071067811865476

  /// 1.0 in binary64: the exponent's bias in its place.
  static final long ONE_BITS = 1023L << 52;

  /// A binary64 with these high bits and the integer n < 2^52 below them is 2^52 + n.
  static final long TWO_TO_52_BITS = 0x4330000000000000L;

  /// What is to be taken from 2^52 + (k + 1023) to leave k.
  static final double TWO_TO_52_BIASED = 0x1p52 + 1023; // 4503599627371519

  /// The coefficients 2/(2n+1) of 2·atanh.
  static final double C1 = 0x1.5555555555555p-1; // 0.6666666666666666
  static final double C2 = 0x1.999999999999ap-2; // 0.4
  static final double C3 = 0x1.2492492492492p-2; // 0.2857142857142857
  static final double C4 = 0x1.c71c71c71c71cp-3; // 0.2222222222222222
  static final double C5 = 0x1.745d1745d1746p-3; // 0.18181818181818182
  static final double C6 = 0x1.3b13b13b13b14p-3; // 0.15384615384615385
  static final double C7 = 0x1.1111111111111p-3; // 0.13333333333333333
  static final double C8 = 0x1.e1e1e1e1e1e1ep-4; // 0.11764705882352941
  static final double C9 = 0x1.af286bca1af28p-4; // 0.10526315789473684
  static final double C10 = 0x1.8618618618618p-4; // 0.09523809523809523
  static final double C11 = 0x1.642c8590b2164p-4; // 0.08695652173913043

  private Log() {}

  /// The binary32 nearest to ln x; a NaN is canonical.
  public static float log(float x) {
    if (!(x > 0 && x < Float.POSITIVE_INFINITY)) {
      return x == 0 ? Float.NEGATIVE_INFINITY : x > 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    }

    // k + 1023 is positive, so that all shifts are logical: AVX2 has no other for 64 bits.
    long bits = Double.doubleToRawLongBits(x);
    long kBiased = (bits - SQRT_HALF_BITS + ONE_BITS) >>> 52;
    double k = Double.longBitsToDouble(kBiased | TWO_TO_52_BITS) - TWO_TO_52_BIASED;
    double f = Double.longBitsToDouble(bits - (kBiased << 52) + ONE_BITS) - 1.0;

    double u = 2.0 + f;
    double inverse = 1.0 / u;
    double s = f * inverse;
    double sLow = Math.fma(-s, u, f) * inverse;

    double z = s * s;
    double q = C11;
    q = Math.fma(q, z, C10);
    q = Math.fma(q, z, C9);
    q = Math.fma(q, z, C8);
    q = Math.fma(q, z, C7);
    q = Math.fma(q, z, C6);
    q = Math.fma(q, z, C5);
    q = Math.fma(q, z, C4);
    q = Math.fma(q, z, C3);
    q = Math.fma(q, z, C2);
    q = Math.fma(q, z, C1);
    double tail = Math.fma(s * z, q, 2.0 * sLow);

    double kLn2 = k * Ln2.HI;
    double high = kLn2 + 2.0 * s;
    double highError = (kLn2 - high) + 2.0 * s;
    double low = highError + Math.fma(k, Ln2.LO, tail);

    return (float) RoundToOdd.sum(high, low);
  }
}
