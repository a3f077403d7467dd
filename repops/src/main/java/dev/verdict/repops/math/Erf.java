package dev.verdict.repops.math;

/// The error function 2/√π·∫₀ˣ e^(−t²) dt, correctly rounded to binary32 (SPEC §2.3).
///
/// **Method.** In binary64, without tables, for a = |x|; the sign is put back at the end. Either range gives a pair
/// `high + low`, of which `high` is exact and `low` much smaller, and which is rounded once ([RoundToOdd]).
///
/// - *a < 1*: erf a = a·(2/√π) + a·z·S(z), z = a². 2/√π is in two parts, the first of 25 bits, so that `high`, its
///   product with the 24 bits of a, is exact; `low` is a·(the second part + z·S(z)). S has degree 11 and is within
///   2^-58.9 of what it stands for, which is at most 0.286 of 2/√π.
/// - *a ≥ 1*: erf a = 1 − e^(−z)·G(u), so `high` = 1 and `low` = −erfc a, at most 0.158. z = a² is exact, a being
///   clamped to 4, beyond which the result is 1 already. e^(−z) is made as in [Exp]; G(u) = e^z·erfc a is a polynomial
///   of degree 14 in u = (a − 2) / (a + 3), a map that takes the singularity of erfc at −∞ away from \[1, 4\]. It is
///   within 2^-57.7.
///
/// The coefficients interpolate at Chebyshev's nodes.
///
/// **Special cases.** `erf(NaN) = NaN`, `erf(±∞) = ±1`, `erf(±0) = ±0`. The result is ±1 from |x| = 0x407ad445
/// (3.919206) up.
///
/// **Accuracy.** `low` is computed to about 2^-51.5 of itself. The hardest inputs are small, where `low` is too: at
/// 0x3940ead6 (1.84e-4), which lies 2^-32.58 ulp of binary32 from a rounding boundary and so wants 57 bits, `low` is
/// 2^-26 of the result. From 0.3 up no input wants more than 50 bits. The results for all 2^32 inputs agree with
/// checksums made from MPFR (`ExhaustiveTest`). As Java's binary64 arithmetic gives the same bits everywhere, that
/// check holds for every platform.
public final class Erf {
  /// Where the ranges meet.
  static final double MIDDLE = 1.0;

  /// At and above, every result is 1.
  static final double UPPER = 4.0;

  /// 2/√π to within 2^-83; the first part has 25 bits.
  static final double HEAD_HI = 0x1.20dd75p0; // 1.1283791661262512
  static final double HEAD_LO = 0x1.0a6db446b8ea4p-30; // 9.692613531930338e-10

  /// (erf(√z)/√z − 2/√π)/z on \[0, 1\].
  static final double S1 = -0x1.812746b0379e7p-2; // -0.37612638903183754
  static final double S2 = 0x1.ce2f21a042bd7p-4; // 0.11283791670955111
  static final double S3 = -0x1.b82ce312882f8p-6; // -0.026866170645123838
  static final double S4 = 0x1.565bcd0e434bbp-8; // 0.005223977625303518
  static final double S5 = -0x1.c02db3f4735cbp-11; // -8.548327010033328e-4
  static final double S6 = 0x1.f9a324ddf0f34p-14; // 1.2055332214716276e-4
  static final double S7 = -0x1.f4d21efdafc7dp-17; // -1.4925622504489842e-5
  static final double S8 = 0x1.b9e2333703249p-20; // 1.6461446656928561e-6
  static final double S9 = -0x1.5f39372686202p-23; // -1.6355118610877705e-7
  static final double S10 = 0x1.f8d476ab1a455p-27; // 1.4692484859133263e-8
  static final double S11 = -0x1.3c1e91b012003p-30; // -1.1500357159785296e-9
  static final double S12 = 0x1.0f8a27a51ad26p-34; // 6.174097221305255e-11

  /// e^(a²)·erfc a in u = (a − 2)/(a + 3) on \[1, 4\].
  static final double G0 = 0x1.058671b52c776p-2; // 0.25539567631050575
  static final double G1 = -0x1.11662115e47a7p-1; // -0.5339823092674479
  static final double G2 = 0x1.05ad2167da918p-1; // 0.5110865058207166
  static final double G3 = -0x1.817565d7442dcp-2; // -0.37642439962750784
  static final double G4 = 0x1.a1aebbf53b41bp-3; // 0.20394656030785616
  static final double G5 = -0x1.2400de2a8acd2p-4; // -0.07128989013351664
  static final double G6 = 0x1.fd336c41b16e0p-8; // 0.007769788675153072
  static final double G7 = 0x1.864ff65fb98e4p-8; // 0.0059556938647118175
  static final double G8 = -0x1.37c37b5a76505p-9; // -0.0023785675123063643
  static final double G9 = -0x1.0277e2ee3391ep-11; // -4.929891709027111e-4
  static final double G10 = 0x1.bd6d4223d974ep-12; // 4.247920899075234e-4
  static final double G11 = 0x1.16471d769ed5bp-14; // 6.634659608011543e-5
  static final double G12 = -0x1.40974c2f0a856p-14; // -7.643485217615048e-5
  static final double G13 = -0x1.0772fe40d3c6bp-16; // -1.5702795511271185e-5
  static final double G14 = 0x1.dfd5e7549c72ep-17; // 1.4300214084192802e-5

  private Erf() {}

  /// The binary32 nearest to erf x; a NaN is canonical.
  public static float erf(float x) {
    double a = Math.abs(x);
    double odd =
        a < MIDDLE
            ? RoundToOdd.sum(a * HEAD_HI, smallLow(a))
            : RoundToOdd.sum(1.0, -complement(a > UPPER ? UPPER : a));
    return Arithmetic.canonical(Math.copySign((float) odd, x));
  }

  /// erf a − a·HEAD_HI for a in \[0, 1\].
  private static double smallLow(double a) {
    double z = a * a;
    double s = S12;
    s = Math.fma(s, z, S11);
    s = Math.fma(s, z, S10);
    s = Math.fma(s, z, S9);
    s = Math.fma(s, z, S8);
    s = Math.fma(s, z, S7);
    s = Math.fma(s, z, S6);
    s = Math.fma(s, z, S5);
    s = Math.fma(s, z, S4);
    s = Math.fma(s, z, S3);
    s = Math.fma(s, z, S2);
    s = Math.fma(s, z, S1);
    return a * Math.fma(s, z, HEAD_LO);
  }

  /// erfc a for a in \[1, 4\].
  private static double complement(double a) {
    double u = (a - 2.0) / (a + 3.0);
    double g = G14;
    g = Math.fma(g, u, G13);
    g = Math.fma(g, u, G12);
    g = Math.fma(g, u, G11);
    g = Math.fma(g, u, G10);
    g = Math.fma(g, u, G9);
    g = Math.fma(g, u, G8);
    g = Math.fma(g, u, G7);
    g = Math.fma(g, u, G6);
    g = Math.fma(g, u, G5);
    g = Math.fma(g, u, G4);
    g = Math.fma(g, u, G3);
    g = Math.fma(g, u, G2);
    g = Math.fma(g, u, G1);
    g = Math.fma(g, u, G0);

    double d = -(a * a);
    double t = Math.fma(d, Ln2.INVERSE, Exp.TO_INTEGER);
    double k = t - Exp.TO_INTEGER;
    double r = Math.fma(-k, Ln2.LO, Math.fma(-k, Ln2.HI, d));
    double p = Exp.C13;
    p = Math.fma(p, r, Exp.C12);
    p = Math.fma(p, r, Exp.C11);
    p = Math.fma(p, r, Exp.C10);
    p = Math.fma(p, r, Exp.C9);
    p = Math.fma(p, r, Exp.C8);
    p = Math.fma(p, r, Exp.C7);
    p = Math.fma(p, r, Exp.C6);
    p = Math.fma(p, r, Exp.C5);
    p = Math.fma(p, r, Exp.C4);
    p = Math.fma(p, r, Exp.C3);
    p = Math.fma(p, r, Exp.C2);
    p = Math.fma(p, r, 1.0);
    p = Math.fma(p, r, 1.0);
    double scale = Double.longBitsToDouble((Double.doubleToRawLongBits(t) + 1023) << 52);
    return p * scale * g;
  }
}
