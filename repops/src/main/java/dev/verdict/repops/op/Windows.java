package dev.verdict.repops.op;

import dev.verdict.repops.Shape;

/// Windows over a text, chosen from STEP.
final class Windows {
  /// 1/φ: multiples of it are spread as evenly as can be.
  private static final double GOLDEN = 0.6180339887498949;

  private Windows() {}

  /// Elements start + shift, …, start + shift + length − 1 of `text` [N] for each of `batch` windows: [batch, length].
  ///
  /// Window i of step t starts at (((t · batch + i) mod M) · stride) mod M with M = N − length, the stride being the
  /// first number from M/φ on that has no divisor in common with M: M windows in a row start at each place once.
  static Value of(Value text, int batch, int length, int shift) {
    Views.requireInteger("Windows", "text", text);
    Views.requireRank("Windows", "text", text, 1);
    long places = text.shape().dim(0) - length;
    if (batch < 1 || length < 1 || places < 1) {
      throw new InvalidAttributeException("Windows", "batch and length",
          "at least 1, the length below the text's " + text.shape().dim(0), batch + " and " + length);
    }
    NodeBuilder n = text.graph().node("Windows", text.dtype(), Shape.of(batch, length));
    Scalar count = n.constant(places);
    Scalar number = n.step().times(n.constant((long) batch)).plus(n.index(n.out(0)));
    Scalar start = number.rem(count).times(n.constant(stride(places))).rem(count);
    return n.result(n.gather(text, start.plus(n.index(n.out(1).plus(shift)))));
  }

  private static long stride(long places) {
    long stride = Math.max(1, Math.round(places * GOLDEN));
    while (divisor(stride, places) != 1) {
      stride++;
    }
    return stride;
  }

  /// The greatest common one.
  private static long divisor(long a, long b) {
    return b == 0 ? a : divisor(b, a % b);
  }
}
