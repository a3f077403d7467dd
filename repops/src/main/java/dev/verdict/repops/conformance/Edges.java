package dev.verdict.repops.conformance;

import dev.verdict.repops.Tensor;

/// Which special values a case's floats are sprinkled with.
enum Edges {
  /// Ordinary numbers alone.
  NONE(new int[0]),
  /// Signed zeros, subnormals and their border, one and its neighbours, a tie, tiny and large: nothing that makes every
  /// later sum a NaN.
  FINITE(new int[] {
    0x80000000, 0x00000001, 0x00000000, 0x807fffff, 0x00800000, 0x3f800000, 0x80000001, 0x3f7fffff, 0xbf800001,
    0x33800000, 0x1f800000, 0x9f800001, 0x42b00000, 0x40400000, 0xc2cff1b4, 0x4b000001,
  }),
  /// Infinities, NaN and the largest numbers too.
  ALL(new int[] {
    0x80000000, 0x7f800000, 0x00000001, 0xff7fffff, 0x7fc00000, 0x00000000, 0x7f7fffff, 0xff800000, 0x807fffff,
    0x42b17218, 0x5f000000,
  });

  /// Every fifth element, so that most stay ordinary.
  private static final int SPACING = 5;

  private final int[] bits;

  Edges(int[] bits) {
    this.bits = bits;
  }

  /// Overwrites elements of an f32 tensor, other ones with others in each operand.
  void sprinkle(Tensor t, int operand) {
    if (bits.length == 0) {
      return;
    }
    int next = 3 * operand;
    for (long i = operand % SPACING; i < t.numel(); i += SPACING) {
      t.setFloat(i, Float.intBitsToFloat(bits[next++ % bits.length]));
    }
  }
}
