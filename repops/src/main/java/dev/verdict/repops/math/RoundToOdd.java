package dev.verdict.repops.math;

/// Rounding a pair of binary64 numbers to odd: toward zero, with the last bit set when anything was lost.
///
/// Adding a pair and converting the sum to binary32 rounds twice. Where the pair lies nearer to a boundary between two
/// results than the sum can tell, the sum lands on the boundary, and the conversion resolves a tie that isn't one. A
/// sum rounded to odd never is a boundary, since these have zeros in their last 28 bits, and it keeps the side; with
/// 53 ≥ 24 + 2 bits, rounding it to nearest equals rounding the pair once. That holds for subnormal results too, which
/// have fewer bits yet.
final class RoundToOdd {
  private RoundToOdd() {}

  /// `high + low` rounded to odd, for |low| ≤ |high|.
  ///
  /// The last bit is set also where nothing was lost. That moves a result only where the pair is exactly a boundary,
  /// and of a function that is irrational at all floats but those where it is a float itself, none is. The sum 0 gives
  /// the least positive binary64, which converts to +0.
  static double sum(double high, double low) {
    double sum = high + low;
    double error = (high - sum) + low;
    // Where the signs differ, what was rounded to nearest went away from zero: the truncated value is one step nearer.
    long bits = Double.doubleToRawLongBits(sum);
    long differ = (bits ^ Double.doubleToRawLongBits(error)) >>> 63;
    // INVARIANT: sum is +0 only with error +0, so the subtraction can't leave the sign.
    return Double.longBitsToDouble((bits - differ) | 1);
  }
}
