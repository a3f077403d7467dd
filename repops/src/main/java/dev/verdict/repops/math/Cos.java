package dev.verdict.repops.math;

/// The cosine of an angle in radians, correctly rounded to binary32 (SPEC §2.3).
///
/// **Method.** cos x = sin(|x| + a quarter turn), by [Circular], which adds the quarter turn exactly.
///
/// **Special cases.** `cos(NaN) = NaN`, `cos(±∞) = NaN`, `cos(±0) = 1`. No float is so near to an odd multiple of π/2
/// that the result would be subnormal.
///
/// **Accuracy.** The input nearest to a rounding boundary, 0x6115cb11, lies 2^-31.94 ulp of binary32 from it and wants
/// 56 bits; its result is 0.969, where [Circular] gives 60. The results for all 2^32 inputs agree with checksums made
/// from MPFR (`ExhaustiveTest`).
public final class Cos {
  private Cos() {}

  /// The binary32 nearest to cos x; a NaN is canonical.
  public static float cos(float x) {
    return Arithmetic.canonical(Circular.sine(Math.abs(x), 1));
  }
}
