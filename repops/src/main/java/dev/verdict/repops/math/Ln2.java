package dev.verdict.repops.math;

/// ln 2 for argument reduction in binary64, shared by the scalar and the SIMD functions.
///
/// `HI + LO` is ln 2 to within 2^-99. `HI` has 45 significant bits, so that `k · HI` is exact for
/// every integer |k| < 2^8: the exponents of binary32, subnormals included, lie in [−149, 128].
final class Ln2 {
  static final double HI = 0x1.62e42fefa3900p-1; // 0.6931471805599188
  static final double LO = 0x1.de6af278ece60p-46; // 2.6557520756679704e-14

  /// 1 / ln 2.
  static final double INVERSE = 0x1.71547652b82fep+0; // 1.4426950408889634

  private Ln2() {}
}
