package dev.verdict.repops.ir;

/// e^x as instructions of arithmetic: the operator Exp, where a correctly rounded one (EXP) would be a third slower on
/// the widest vectors, and three times on others.
///
/// With z = min(max(x, LOWER), UPPER), n = z/ln 2 rounded to an integer and r = z − n·ln 2, and p ≈ e^r the polynomial
/// of [ExpMinus]:
///
///     t = fma(z, ExpMinus.INVERSE_LN2, TO_EXPONENTS)              // n + 254 is in its low bits
///     n = t − TO_EXPONENTS
///     r = fma(n, MINUS_LN2_LOW, fma(n, MINUS_LN2_HIGH, z))        // ExpMinus's; the inner one without an error
///     e = t's bits − TO_INTEGER_BITS,   h = e >> 1
///     y = (p · 2^(h − 127)) · 2^(e − h − 127)                     // the powers from bits; the first product is exact
///
/// In two steps, since 2^n alone may be no binary32. Where |x| is below 87 both are exact, and y is p · 2^n.
///
/// **Accuracy.** Within 0.89 ulp of e^x where that is a normal number, within one where it isn't (`CompositionTest`). ±0
/// gives 1, −∞ +0, ∞ ∞, NaN NaN; ∞ from 88.722839 on, +0 from −103.972084 down.
public final class FastExp {
  /// From here on e^x overflows.
  public static final float UPPER = 89f;
  /// From here down e^x is less than half the least binary32.
  public static final float LOWER = -104f;
  /// Rounds to an integer what is added to it.
  public static final float TO_INTEGER = 0x1.8p23f; // 12582912
  public static final int TO_INTEGER_BITS = 0x4b400000;
  /// The same with the bias of two exponents.
  public static final float TO_EXPONENTS = TO_INTEGER + 254; // 12583166

  public static final Composition COMPOSITION = new Composition("fastExp", instructions());

  private FastExp() {}

  private static Composition.Builder instructions() {
    Composition.Builder c = new Composition.Builder();
    int x = c.argument();
    int upper = c.constant(UPPER);
    int lower = c.constant(LOWER);
    int below = c.op(Opcode.SELECT, c.op(Opcode.FLT, upper, x), upper, x);
    int z = c.op(Opcode.SELECT, c.op(Opcode.FLT, below, lower), lower, below);
    int toExponents = c.constant(TO_EXPONENTS);
    int t = c.op(Opcode.FMA, z, c.constant(ExpMinus.INVERSE_LN2), toExponents);
    int n = c.op(Opcode.SUB, t, toExponents);
    int near = c.op(Opcode.FMA, n, c.constant(ExpMinus.MINUS_LN2_HIGH), z);
    int r = c.op(Opcode.FMA, n, c.constant(ExpMinus.MINUS_LN2_LOW), near);
    int p = c.polynomial(r, 1f, 1f, ExpMinus.C2, ExpMinus.C3, ExpMinus.C4, ExpMinus.C5, ExpMinus.C6);
    int e = c.op(Opcode.ISUB, c.op(Opcode.F_TO_BITS, t), c.constant(TO_INTEGER_BITS));
    int h = c.op(Opcode.IUSHR, e, c.constant(1));
    int shift = c.constant(ExpMinus.EXPONENT_SHIFT);
    int first = c.op(Opcode.BITS_TO_F, c.op(Opcode.ISHL, h, shift));
    int second = c.op(Opcode.BITS_TO_F, c.op(Opcode.ISHL, c.op(Opcode.ISUB, e, h), shift));
    c.op(Opcode.MUL, c.op(Opcode.MUL, p, first), second);
    return c;
  }
}
