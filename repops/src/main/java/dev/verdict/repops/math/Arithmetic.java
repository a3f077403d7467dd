package dev.verdict.repops.math;

/// The scalar operations of SPEC §2.2, one method an opcode. This is their one definition: the
/// reference interpreter calls it, and every other executor is tested against it.
///
/// Registers are f32 (`float`) or i64 (`long`). A float result is rounded once, to nearest, ties to
/// even, and is `0x7fc00000` where it is a NaN, whatever sign or payload the operands' NaNs had.
/// Subnormals are neither flushed on entry nor on exit. No operation throws.
public final class Arithmetic {
  /// The bits of the only NaN that a register or a tensor holds.
  public static final int CANONICAL_NAN_BITS = 0x7fc00000;

  private Arithmetic() {}

  /// `x`, or the canonical NaN where `x` is any NaN.
  public static float canonical(float x) {
    // Float.NaN is 0x7fc00000 by its specification. Comparing rather than going through
    // floatToIntBits keeps the value in a vector lane.
    return x == x ? x : Float.NaN;
  }

  // ---- f32 -------------------------------------------------------------------------------------

  /// `a + b`.
  public static float add(float a, float b) {
    return canonical(a + b);
  }

  /// `a − b`.
  public static float sub(float a, float b) {
    return canonical(a - b);
  }

  /// `a · b`.
  public static float mul(float a, float b) {
    return canonical(a * b);
  }

  /// `a / b`; `x / ±0` is a signed infinity, `0 / 0` and `∞ / ∞` are NaN.
  public static float div(float a, float b) {
    return canonical(a / b);
  }

  /// `a · b + c` rounded once. `fma(0, ∞, c)` is NaN for every `c`.
  public static float fma(float a, float b, float c) {
    return canonical(Math.fma(a, b, c));
  }

  /// The square root; `sqrt(−0) = −0`, and `x < 0` gives NaN.
  public static float sqrt(float x) {
    // Rounding twice is harmless here: 53 ≥ 2·24 + 2.
    return canonical((float) Math.sqrt(x));
  }

  /// `x` with its sign bit flipped; a NaN stays canonical.
  public static float neg(float x) {
    return canonical(-x);
  }

  /// `x` with its sign bit cleared; a NaN becomes canonical.
  public static float abs(float x) {
    return canonical(Math.abs(x));
  }

  /// IEEE 754-2019 `minimum`: NaN where either operand is, and −0 < +0.
  public static float min(float a, float b) {
    return canonical(Math.min(a, b));
  }

  /// IEEE 754-2019 `maximum`: NaN where either operand is, and −0 < +0.
  public static float max(float a, float b) {
    return canonical(Math.max(a, b));
  }

  /// 1 where `a < b`, else 0; 0 where either is NaN.
  public static long flt(float a, float b) {
    return a < b ? 1 : 0;
  }

  /// 1 where `a ≤ b`, else 0; 0 where either is NaN.
  public static long fle(float a, float b) {
    return a <= b ? 1 : 0;
  }

  /// 1 where `a = b`, else 0; 0 where either is NaN, and `−0 = +0`.
  public static long feq(float a, float b) {
    return a == b ? 1 : 0;
  }

  // ---- i64 -------------------------------------------------------------------------------------

  /// 1 where `a < b` as signed integers, else 0.
  public static long ilt(long a, long b) {
    return a < b ? 1 : 0;
  }

  /// 1 where `a ≤ b` as signed integers, else 0.
  public static long ile(long a, long b) {
    return a <= b ? 1 : 0;
  }

  /// 1 where `a = b`, else 0.
  public static long ieq(long a, long b) {
    return a == b ? 1 : 0;
  }

  /// `a + b` mod 2^64.
  public static long iadd(long a, long b) {
    return a + b;
  }

  /// `a − b` mod 2^64.
  public static long isub(long a, long b) {
    return a - b;
  }

  /// `a · b` mod 2^64.
  public static long imul(long a, long b) {
    return a * b;
  }

  /// The quotient truncated toward zero; 0 where `b = 0`, and `MIN / −1` wraps to `MIN`.
  public static long idiv(long a, long b) {
    return b == 0 ? 0 : a / b;
  }

  /// `a − b · idiv(a, b)` where `b ≠ 0`, so its sign is that of `a`; 0 where `b = 0`, and
  /// `MIN rem −1 = 0`.
  public static long irem(long a, long b) {
    return b == 0 ? 0 : a % b;
  }

  /// Bitwise and.
  public static long iand(long a, long b) {
    return a & b;
  }

  /// Bitwise or.
  public static long ior(long a, long b) {
    return a | b;
  }

  /// Bitwise exclusive or.
  public static long ixor(long a, long b) {
    return a ^ b;
  }

  /// `a` shifted left by the low six bits of `b`.
  public static long ishl(long a, long b) {
    // The language masks a long's shift distance with 63: the low six bits, as the SPEC has it.
    return a << b;
  }

  /// `a` shifted right by the low six bits of `b`, copies of the sign coming in.
  public static long ishr(long a, long b) {
    return a >> b;
  }

  /// `a` shifted right by the low six bits of `b`, zeros coming in.
  public static long iushr(long a, long b) {
    return a >>> b;
  }

  // ---- conversions and selection ---------------------------------------------------------------

  /// The float nearest to `x`, ties to even; never −0.
  public static float itof(long x) {
    return x;
  }

  /// `x` truncated toward zero, saturating at the ends of i64; NaN gives 0.
  public static long ftoi(float x) {
    return (long) x;
  }

  /// The float whose bit pattern is the low 32 bits of `x`; any NaN pattern gives the canonical one.
  public static float bitsToF(long x) {
    return canonical(Float.intBitsToFloat((int) x));
  }

  /// The bit pattern of `x` in the low 32 bits, the high 32 being zero.
  public static long fToBits(float x) {
    return Float.floatToIntBits(x) & 0xffff_ffffL;
  }

  /// `ifTrue` where `condition ≠ 0`, else `ifFalse`.
  public static float select(long condition, float ifTrue, float ifFalse) {
    return canonical(condition != 0 ? ifTrue : ifFalse);
  }

  /// `ifTrue` where `condition ≠ 0`, else `ifFalse`.
  public static long select(long condition, long ifTrue, long ifFalse) {
    return condition != 0 ? ifTrue : ifFalse;
  }
}
