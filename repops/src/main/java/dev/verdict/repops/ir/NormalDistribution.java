package dev.verdict.repops.ir;

/// Φ, the distribution function of the standard normal distribution, and x·Φ(x), a Gelu, as instructions of arithmetic.
///
/// After Abramowitz and Stegun 7.1.28 the tail is a power of a polynomial, here one fitted for binary32. With a = |x| and
/// a² = x · x:
///
///     q = fma(fma(fma(fma(C8, a, C7), a², fma(C6, a, C5)), a², fma(C4, a, C3)), a², fma(C2, a, C1))
///     d = q · a                                                   // C1·a + … + C8·a^8
///     d = fma(d, d, d + d), four times                            // (1 + d)^16 − 1: small d keep small errors
///     t = 0.5 / (d + 1)                                           // Φ(−a)
///     Φ(x) = x < 0 ? t : 1 − t
///
/// **Accuracy.** x·Φ(x) is within 4 ulp for |x| < 1, 1.7 ulp above, within 6·10^-8 for x ≤ −1 and within 2·10^-9 below −4
/// (`CompositionTest`): about what ½·x·(1 + erf(x/√2)) in binary32 is where it is good, and nearer in the tail, where
/// that one cancels. Φ(±0) = ½, Φ(∞) = 1, Φ(−∞) = +0, Φ(NaN) = NaN; so x·Φ(x) is ±0 for ±0, ∞ for ∞, NaN for −∞, and −0
/// below −14.4, where the power overflows.
public final class NormalDistribution {
  public static final float C1 = 0x1.98849cp-5f; // 0.049867921
  public static final float C2 = 0x1.5a4bf2p-6f; // 0.021136271
  public static final float C3 = 0x1.af262cp-9f; // 0.0032894067
  public static final float C4 = 0x1.c20242p-16f; // 2.6823578e-5
  public static final float C5 = 0x1.b1600ap-15f; // 5.1662257e-5
  public static final float C6 = 0x1.dc85aep-18f; // 7.1002285e-6
  public static final float C7 = -0x1.1a8ea2p-20f; // -1.0525831e-6
  public static final float C8 = 0x1.470022p-23f; // 1.5227126e-7
  /// How often 1 + d is squared.
  private static final int SQUARINGS = 4;

  public static final Composition CDF = new Composition("normalCdf", cdf());
  public static final Composition GELU = new Composition("gelu", gelu());

  private NormalDistribution() {}

  private static Composition.Builder cdf() {
    Composition.Builder c = new Composition.Builder();
    int x = c.argument();
    int a = c.op(Opcode.ABS, x);
    int square = c.op(Opcode.MUL, x, x);
    int q = c.polynomial(a, C7, C8);
    q = c.op(Opcode.FMA, q, square, c.polynomial(a, C5, C6));
    q = c.op(Opcode.FMA, q, square, c.polynomial(a, C3, C4));
    q = c.op(Opcode.FMA, q, square, c.polynomial(a, C1, C2));
    int d = c.op(Opcode.MUL, q, a);
    for (int i = 0; i < SQUARINGS; i++) {
      d = c.op(Opcode.FMA, d, d, c.op(Opcode.ADD, d, d));
    }
    int one = c.constant(1f);
    int tail = c.op(Opcode.DIV, c.constant(0.5f), c.op(Opcode.ADD, d, one));
    c.op(Opcode.SELECT, c.op(Opcode.FLT, x, c.constant(0f)), tail, c.op(Opcode.SUB, one, tail));
    return c;
  }

  private static Composition.Builder gelu() {
    Composition.Builder c = cdf();
    c.op(Opcode.MUL, 0, c.size() - 1);
    return c;
  }
}
