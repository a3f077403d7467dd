package dev.verdict.repops.math;

/// e^x, correctly rounded to binary32 (SPEC §2.3).
///
/// **Method.** In binary64, without branches or tables:
///
/// 1. x is clamped to \[−104, 89\]. Beyond these bounds the result is +0 or +∞ already, and within
///    them 2^k below is a normal binary64 number. A NaN passes the clamp unchanged.
/// 2. k = x / ln 2 rounded to an integer, by adding 1.5·2^52, which leaves k in the low bits of the
///    sum; r = x − k·ln 2 with ln 2 in two parts ([Ln2]), so |r| ≤ 0.347. The first part of the
///    subtraction is exact.
/// 3. e^r by its Taylor polynomial of degree 13 in Horner's form with fma. What it leaves out is
///    below 0.347^14 / 14! < 2^-57.
/// 4. Multiply by 2^k, which is exact, and round once to binary32. A subnormal result is rounded
///    from the binary64 value directly, not from a rounded normal.
///
/// **Special cases.** `exp(NaN) = NaN`, `exp(+∞) = +∞`, `exp(−∞) = +0`, `exp(±0) = 1`. The result is
/// +∞ from x = 0x42b17218 (88.72284) up and +0 from x = 0xc2cff1b5 (−103.97208) down.
///
/// **Accuracy.** Before the last rounding the relative error is little more than 2^-53, and the
/// input nearest to a rounding boundary, 0xc16912cd, lies 2^-28.66 ulp of binary32 from it. Margins
/// that thin are not argued but checked: the results for all 2^32 inputs agree with checksums made
/// from MPFR (`ExhaustiveTest`). As Java's binary64 arithmetic gives the same bits everywhere, that
/// check holds for every platform.
public final class Exp {
  /// At and above, every result is +∞.
  static final double UPPER = 89.0;

  /// At and below, every result is +0: e^-104 < 2^-150, half the least subnormal.
  static final double LOWER = -104.0;

  /// Adding 1.5·2^52 to |t| < 2^51 rounds t to an integer, which is then in the sum's low bits.
  static final double TO_INTEGER = 0x1.8p52; // 6755399441055744

  /// The Taylor coefficients 1/n!.
  static final double C2 = 0.5;
  static final double C3 = 0x1.5555555555555p-3; // 0.16666666666666666
  static final double C4 = 0x1.5555555555555p-5; // 0.041666666666666664
  static final double C5 = 0x1.1111111111111p-7; // 0.008333333333333333
  static final double C6 = 0x1.6c16c16c16c17p-10; // 0.001388888888888889
  static final double C7 = 0x1.a01a01a01a01ap-13; // 1.984126984126984e-4
  static final double C8 = 0x1.a01a01a01a01ap-16; // 2.48015873015873e-5
  static final double C9 = 0x1.71de3a556c734p-19; // 2.7557319223985893e-6
  static final double C10 = 0x1.27e4fb7789f5cp-22; // 2.755731922398589e-7
  static final double C11 = 0x1.ae64567f544e4p-26; // 2.505210838544172e-8
  static final double C12 = 0x1.1eed8eff8d898p-29; // 2.08767569878681e-9
  static final double C13 = 0x1.6124613a86d09p-33; // 1.6059043836821613e-10

  private Exp() {}

  /// e^x, the binary32 nearest to it; a NaN is canonical.
  public static float exp(float x) {
    double d = x;
    d = d > UPPER ? UPPER : d;
    d = d < LOWER ? LOWER : d;

    double t = Math.fma(d, Ln2.INVERSE, TO_INTEGER);
    double k = t - TO_INTEGER;
    double r = Math.fma(-k, Ln2.LO, Math.fma(-k, Ln2.HI, d));

    double p = C13;
    p = Math.fma(p, r, C12);
    p = Math.fma(p, r, C11);
    p = Math.fma(p, r, C10);
    p = Math.fma(p, r, C9);
    p = Math.fma(p, r, C8);
    p = Math.fma(p, r, C7);
    p = Math.fma(p, r, C6);
    p = Math.fma(p, r, C5);
    p = Math.fma(p, r, C4);
    p = Math.fma(p, r, C3);
    p = Math.fma(p, r, C2);
    p = Math.fma(p, r, 1.0);
    p = Math.fma(p, r, 1.0);

    // The bits of t above the low twelve leave by the shift; k + 1023 in [873, 1151] fits in eleven.
    double scale = Double.longBitsToDouble((Double.doubleToRawLongBits(t) + 1023) << 52);
    return Arithmetic.canonical((float) (p * scale));
  }
}
