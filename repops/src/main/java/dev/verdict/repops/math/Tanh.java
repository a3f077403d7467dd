package dev.verdict.repops.math;

/// The hyperbolic tangent, correctly rounded to binary32 (SPEC §2.3).
///
/// **Method.** In binary64, without branches or tables, for a = |x|; the sign is put back at the end.
///
/// 1. a is clamped to 10, beyond which the result is 1 already. A NaN passes the clamp unchanged.
/// 2. tanh a = E / (E + 2) with E = e^2a − 1. 2a is exact.
/// 3. 2a = k·ln 2 + r as in [Exp], |r| ≤ 0.347, 0 ≤ k ≤ 29; e^r − 1 = r + r²·Q(r) with the Taylor coefficients of
///    [Exp], the sum being rounded once. What it leaves out is below 2^-56 of it.
/// 4. E = 2^k·(e^r − 1) + (2^k − 1) in one fma, both factors and 2^k − 1 being exact. Where k = 0 that changes nothing,
///    so E keeps its *relative* accuracy down to a = 0.
///
/// **Special cases.** `tanh(NaN) = NaN`, `tanh(±∞) = ±1`, `tanh(±0) = ±0`. The result is ±1 from |x| = 0x41102cb4
/// (9.010914) up, and x itself below 2^-12.
///
/// **Accuracy.** Before the last rounding the relative error is about 2^-52: half an ulp of binary64 each from E,
/// E + 2 and the quotient, the first two partly cancelling. The input nearest to a rounding boundary, 0x3ac37de2, lies
/// 2^-26.67 ulp of binary32 from it, which is 2^-51.2 of the result; there k = 0 and E + 2 rounds by less than 2^-53.
/// Margins that thin are not argued but checked: the results for all 2^32 inputs agree with checksums made from MPFR
/// (`ExhaustiveTest`). As Java's binary64 arithmetic gives the same bits everywhere, that check holds for every
/// platform.
public final class Tanh {
  /// At and above, every result is 1.
  static final double UPPER = 10.0;

  private Tanh() {}

  /// The binary32 nearest to tanh x; a NaN is canonical.
  public static float tanh(float x) {
    double a = Math.abs(x);
    a = a > UPPER ? UPPER : a;
    double d = a + a;

    double t = Math.fma(d, Ln2.INVERSE, Exp.TO_INTEGER);
    double k = t - Exp.TO_INTEGER;
    double r = Math.fma(-k, Ln2.LO, Math.fma(-k, Ln2.HI, d));

    double q = Exp.C13;
    q = Math.fma(q, r, Exp.C12);
    q = Math.fma(q, r, Exp.C11);
    q = Math.fma(q, r, Exp.C10);
    q = Math.fma(q, r, Exp.C9);
    q = Math.fma(q, r, Exp.C8);
    q = Math.fma(q, r, Exp.C7);
    q = Math.fma(q, r, Exp.C6);
    q = Math.fma(q, r, Exp.C5);
    q = Math.fma(q, r, Exp.C4);
    q = Math.fma(q, r, Exp.C3);
    q = Math.fma(q, r, Exp.C2);
    double p = Math.fma(r * r, q, r);

    double scale = Double.longBitsToDouble((Double.doubleToRawLongBits(t) + 1023) << 52);
    double e = Math.fma(p, scale, scale - 1.0);
    return Arithmetic.canonical(Math.copySign((float) (e / (e + 2.0)), x));
  }
}
