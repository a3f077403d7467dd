package dev.verdict.repops.exec.cpu;

import jdk.incubator.vector.FloatVector;

/// How wide this package's own vectors are: the system property `verdict.vectorBits` (0, 128, 256 or 512; as in
/// [dev.verdict.repops.math.Elementary]), else what the machine prefers, or 0 where the Vector API is missing.
final class VectorWidth {
  /// 0 for scalar code.
  static final int BITS = bits();

  private VectorWidth() {}

  private static int bits() {
    Integer asked = Integer.getInteger("verdict.vectorBits");
    if (asked != null && asked == 0 || ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return 0;
    }
    if (asked == null) {
      return Math.min(512, Preferred.bits());
    }
    return switch (asked) {
      case 128, 256, 512 -> asked;
      default ->
          throw new IllegalArgumentException("verdict.vectorBits must be 0, 128, 256 or 512, not " + asked);
    };
  }

  /// Apart, so that the Vector API is touched only where it is there.
  private static final class Preferred {
    static int bits() {
      int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
      return bits < 128 ? 0 : bits;
    }
  }
}
