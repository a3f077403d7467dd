package dev.verdict.repops.math;

/// The sine of an angle in radians, correctly rounded to binary32 (SPEC §2.3).
///
/// **Method.** sin x = ±sin |x|, by [Circular].
///
/// **Special cases.** `sin(NaN) = NaN`, `sin(±∞) = NaN`, `sin(±0) = ±0`. The result is x itself below 2^-12.
///
/// **Accuracy.** The input nearest to a rounding boundary, 0x73243f06, lies 2^-30.99 ulp of binary32 from it and wants
/// 55 bits; its result is 0.29, where [Circular] gives 57. The results for all 2^32 inputs agree with checksums made from MPFR
/// (`ExhaustiveTest`).
public final class Sin {
  private Sin() {}

  /// The binary32 nearest to sin x; a NaN is canonical.
  public static float sin(float x) {
    float y = Circular.sine(Math.abs(x), 0);
    // By the bit: −0 has a sign too.
    int sign = Float.floatToRawIntBits(x) & 0x8000_0000;
    return Arithmetic.canonical(Float.intBitsToFloat(Float.floatToRawIntBits(y) ^ sign));
  }
}
