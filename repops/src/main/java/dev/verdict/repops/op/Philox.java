package dev.verdict.repops.op;

/// Philox4x32-10, a counter-based generator: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy
/// as 1, 2, 3", SC 2011. Integers only, so the same everywhere.
final class Philox {
  private static final int ROUNDS = 10;
  static final long MULTIPLIER_0 = 0xd2511f53L;
  static final long MULTIPLIER_1 = 0xcd9e8d57L;
  /// 2³² over the golden ratio.
  static final int WEYL_0 = 0x9e3779b9;
  /// 2³² · (√3 − 1).
  static final int WEYL_1 = 0xbb67ae85;

  private Philox() {}

  /// The four words at a counter under a key.
  static int[] words(int c0, int c1, int c2, int c3, int key0, int key1) {
    int x0 = c0;
    int x1 = c1;
    int x2 = c2;
    int x3 = c3;
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = MULTIPLIER_0 * Integer.toUnsignedLong(x0);
      long p1 = MULTIPLIER_1 * Integer.toUnsignedLong(x2);
      x0 = (int) (p1 >>> 32) ^ x1 ^ k0;
      x1 = (int) p1;
      x2 = (int) (p0 >>> 32) ^ x3 ^ k1;
      x3 = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return new int[] {x0, x1, x2, x3};
  }
}
