package dev.verdict.repops.ir;

/// e^x for x ≤ 0, as instructions of arithmetic: the exponential of softmax, where a correctly rounded one (EXP) would
/// cost most of the time and show in no digit that matters.
///
/// With n = x/ln 2 rounded to an integer and r = x − n·ln 2, |r| ≤ 0.347:
///
///     t = fma(x, INVERSE_LN2, TO_EXPONENT)                        // n + 127 is in its low bits
///     n = t − TO_EXPONENT
///     r = fma(n, MINUS_LN2_LOW, fma(n, MINUS_LN2_HIGH, x))        // the inner one without an error
///     p = fma(… fma(fma(C6, r, C5), r, C4) …, r, C2); p = fma(p, r, 1); p = fma(p, r, 1)
///     expMinus(x) = x < LEAST ? +0 : p · 2^n                         // 2^n by t's bits, 23 to the left
///
/// **Accuracy.** Within 0.89 ulp of e^x from LEAST to 0 (`CompositionTest`, every input); below LEAST, where e^x is less
/// than the least normal number, it is +0. `expMinus(±0) = 1`, `expMinus(−∞) = +0`, `expMinus(NaN) = NaN`. It is as near for x
/// from 0 to 88; beyond, it isn't meant to be e^x, though the instructions say what it is.
public final class ExpMinus {
  public static final float INVERSE_LN2 = 0x1.715476p0f; // 1.442695
  /// 1.5·2^23, which rounds to an integer what is added to it, and the bias of an exponent.
  public static final float TO_EXPONENT = 0x1.8p23f + 127; // 12583039
  public static final float MINUS_LN2_HIGH = -0x1.62e4p-1f; // -0.69314575; 15 bits, so that its multiples are exact
  public static final float MINUS_LN2_LOW = -0x1.7f7d1cp-20f; // -1.4286068e-6
  /// e^r ≈ 1 + r + C2·r² + … + C6·r^6 to within 2^-28.3: the polynomial with the least relative error.
  public static final float C2 = 0x1.fffffcp-2f; // 0.49999994
  public static final float C3 = 0x1.555492p-3f; // 0.16666521
  public static final float C4 = 0x1.5558fp-5f; // 0.041668385
  public static final float C5 = 0x1.123a2p-7f; // 0.008368745
  public static final float C6 = 0x1.6a25a8p-10f; // 0.0013814815
  /// ln 2^-126, rounded up.
  public static final float LEAST = -0x1.5d589ep6f; // -87.336540
  /// How far t's low bits are from an exponent's place.
  public static final int EXPONENT_SHIFT = 23;

  public static final Composition COMPOSITION = new Composition("expMinus", instructions());

  private ExpMinus() {}

  private static Composition.Builder instructions() {
    Composition.Builder c = new Composition.Builder();
    int x = c.argument();
    int toExponent = c.constant(TO_EXPONENT);
    int t = c.op(Opcode.FMA, x, c.constant(INVERSE_LN2), toExponent);
    int n = c.op(Opcode.SUB, t, toExponent);
    int near = c.op(Opcode.FMA, n, c.constant(MINUS_LN2_HIGH), x);
    int r = c.op(Opcode.FMA, n, c.constant(MINUS_LN2_LOW), near);
    int p = c.polynomial(r, 1f, 1f, C2, C3, C4, C5, C6);
    int bits = c.op(Opcode.ISHL, c.op(Opcode.F_TO_BITS, t), c.constant(EXPONENT_SHIFT));
    int power = c.op(Opcode.MUL, p, c.op(Opcode.BITS_TO_F, bits));
    c.op(Opcode.SELECT, c.op(Opcode.FLT, x, c.constant(LEAST)), c.constant(0f), power);
    return c;
  }
}
