package dev.verdict.repops.math;

/// What [Sin] and [Cos] share: the sine of a non-negative angle plus a number of quarter turns.
///
/// **Reduction.** a = k·π/2 + r, |r| ≤ π/4 (and a little), with r as a pair `r + rLow`. No float other than 0 comes
/// nearer to a multiple of π/2 than 2^-29.2, so that an absolute error of 2^-98 is a relative one of 2^-68.
///
/// - *a < 2^20*: after Cody and Waite, with π/2 in three parts of 33, 33 and 53 bits. k < 2^20, so its products with the
///   first two are exact; a − k·(the first) is exact, since both are multiples of 2^-32 where k > 0; taking the
///   second gives a pair without error; the third's product is off by 2^-102, as is all that the three leave out.
/// - *a ≥ 2^20*: after Payne and Hanek. a = m·2^e with an integer m < 2^24. Of the bits of 2/π those with a weight of at
///   least 2^(2−e) contribute whole turns; the 128 after them, times m mod 2^128, are a/(π/2) mod 4 in units of 2^-126,
///   off by less than 2^-102. Its nearest integer is k, and what is left, times π/2 as a pair, is r.
///
/// **Evaluation.** By the parity of k, with z = r²:
///
/// - sin(r + rLow) = r + \[rLow·(1 − z/2) + r·z·S(z)\], S of degree 7 with the Taylor coefficients from −1/3!. What it
///   leaves out is below 2^-63.
/// - cos(r + rLow) = (1 − z/2) + \[z²·C(z) − the errors of z and of 1 − z/2\], C of degree 7 with the Taylor coefficients
///   from 1/4!. The error of z is that of its rounding, exactly, and 2·r·rLow. What it leaves out is below 2^-66.
///
/// In both the bracket is a correction, at most 0.11 of the whole in the first and 0.023 in the second, and it is
/// computed to 2^-51.4 of itself: an error of at most 2^-54.5 for the sine near r = π/4, of 2^-56.5 where r is below 0.4,
/// and of 2^-56.8 for the cosine. The pair is rounded once ([RoundToOdd]).
final class Circular {
  /// Below, the first reduction applies.
  static final float LARGE = 0x1p20f; // 1048576

  /// 2/π.
  static final double TWO_OVER_PI = 0x1.45f306dc9c883p-1; // 0.6366197723675814

  /// π/2 in three parts: their sum is off by 2^-122.
  static final double HALF_PI_1 = 0x1.921fb544p0; // 1.5707963267341256
  static final double HALF_PI_2 = 0x1.0b4611a6p-34; // 6.077100506303966e-11
  static final double HALF_PI_3 = 0x1.3198a2e037073p-69; // 2.0222662487959506e-21

  /// π/2 in two parts of full length, times 2^-62, which makes of the high word of a fraction an angle.
  static final double HALF_PI_HI = 0x1.921fb54442d18p-62; // 3.4061215800865545e-19
  static final double HALF_PI_LO = 0x1.1a62633145c07p-116; // 1.3277647201629795e-35

  /// The bits of 2/π, those after the point beginning with the ninth.
  private static final long[] TWO_OVER_PI_BITS = {
    0x00a2f9836e4e4415L, 0x29fc2757d1f534ddL, 0xc0db6295993c4390L, 0x41fe5163abdebbc5L
  };

  /// What to take from a binary32's biased exponent to know where in [#TWO_OVER_PI_BITS] its 128 bits begin: they have
  /// the weights from 2^(1−e) down, e = exponent − 150, and bit n of the table has 2^(7−n).
  private static final int FIRST_BIT = 144;

  /// The Taylor coefficients of sine, over r³, …
  static final double S1 = -0x1.5555555555555p-3; // -0.16666666666666666
  static final double S2 = 0x1.1111111111111p-7; // 0.008333333333333333
  static final double S3 = -0x1.a01a01a01a01ap-13; // -1.984126984126984e-4
  static final double S4 = 0x1.71de3a556c734p-19; // 2.7557319223985893e-6
  static final double S5 = -0x1.ae64567f544e4p-26; // -2.505210838544172e-8
  static final double S6 = 0x1.6124613a86d09p-33; // 1.6059043836821613e-10
  static final double S7 = -0x1.ae7f3e733b81fp-41; // -7.647163731819816e-13
  static final double S8 = 0x1.952c77030ad4ap-49; // 2.8114572543455206e-15

  /// The Taylor coefficients of cosine, over r⁴, …
  static final double C2 = 0x1.5555555555555p-5; // 0.041666666666666664
  static final double C3 = -0x1.6c16c16c16c17p-10; // -0.001388888888888889
  static final double C4 = 0x1.a01a01a01a01ap-16; // 2.48015873015873e-5
  static final double C5 = -0x1.27e4fb7789f5cp-22; // -2.755731922398589e-7
  static final double C6 = 0x1.1eed8eff8d898p-29; // 2.08767569878681e-9
  static final double C7 = -0x1.93974a8c07c9dp-37; // -1.1470745597729725e-11
  static final double C8 = 0x1.ae7f3e733b81fp-45; // 4.779477332387385e-14
  static final double C9 = -0x1.6827863b97d97p-53; // -1.5619206968586225e-16

  private Circular() {}

  /// sin(a + quarterTurns·π/2) for a ≥ 0, rounded to binary32; NaN where a is infinite or NaN.
  static float sine(float a, long quarterTurns) {
    if (!(a < Float.POSITIVE_INFINITY)) {
      return Float.NaN;
    }
    long turns;
    double sum;
    double low;
    if (a < LARGE) {
      double t = Math.fma(a, TWO_OVER_PI, Exp.TO_INTEGER);
      double k = t - Exp.TO_INTEGER;
      turns = Double.doubleToRawLongBits(t);
      double first = Math.fma(-k, HALF_PI_1, a);
      double second = k * HALF_PI_2;
      sum = first - second;
      double part = sum - first;
      low = (first - (sum - part)) - (second + part);
      low = Math.fma(-k, HALF_PI_3, low);
    } else {
      int bits = Float.floatToRawIntBits(a);
      long m = bits & 0x7f_ffff | 0x80_0000;
      int at = (bits >>> 23) - FIRST_BIT;
      // The product mod 2^128 of m and the 128 bits that begin there.
      long w0 = word(at);
      long w1 = word(at + 64);
      long fraction = m * w0 + Math.unsignedMultiplyHigh(m, w1);
      long rest = m * w1;
      turns = (fraction + (1L << 61)) >>> 62;
      fraction -= turns << 62;
      // |fraction| ≤ 2^61 and at least 2^32; its bits that a double can't hold go with the low word.
      double high = fraction;
      double tail = (fraction - (long) high) + (rest >>> 11) * 0x1p-53;
      sum = high * HALF_PI_HI;
      low = Math.fma(high, HALF_PI_HI, -sum) + Math.fma(high, HALF_PI_LO, tail * HALF_PI_HI);
    }
    // |low| may be as much as 2^-20 of the sum; afterwards it is no more than half an ulp.
    double r = sum + low;
    double rLow = (sum - r) + low;

    turns += quarterTurns;
    double odd = (turns & 1) == 0 ? sineKernel(r, rLow) : cosineKernel(r, rLow);
    float y = (float) odd;
    return (turns & 2) == 0 ? y : -y;
  }

  /// 64 bits of the table from bit `at`.
  private static long word(int at) {
    int index = at >>> 6;
    int shift = at & 63;
    // Shifting right in two steps, since a shift by 64 is one by 0.
    return TWO_OVER_PI_BITS[index] << shift | TWO_OVER_PI_BITS[index + 1] >>> 1 >>> (63 - shift);
  }

  private static double sineKernel(double r, double rLow) {
    double z = r * r;
    double s = S8;
    s = Math.fma(s, z, S7);
    s = Math.fma(s, z, S6);
    s = Math.fma(s, z, S5);
    s = Math.fma(s, z, S4);
    s = Math.fma(s, z, S3);
    s = Math.fma(s, z, S2);
    s = Math.fma(s, z, S1);
    double correction = Math.fma(-0.5 * z, rLow, rLow);
    return RoundToOdd.sum(r, Math.fma(r * z, s, correction));
  }

  private static double cosineKernel(double r, double rLow) {
    double z = r * r;
    double c = C9;
    c = Math.fma(c, z, C8);
    c = Math.fma(c, z, C7);
    c = Math.fma(c, z, C6);
    c = Math.fma(c, z, C5);
    c = Math.fma(c, z, C4);
    c = Math.fma(c, z, C3);
    c = Math.fma(c, z, C2);
    double zLow = Math.fma(2.0 * r, rLow, Math.fma(r, r, -z));
    double high = Math.fma(-0.5, z, 1.0);
    double highError = Math.fma(-0.5, z, 1.0 - high);
    return RoundToOdd.sum(high, Math.fma(z * z, c, Math.fma(-0.5, zLow, highError)));
  }
}
