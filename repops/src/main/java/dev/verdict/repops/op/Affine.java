package dev.verdict.repops.op;

import java.util.Arrays;

/// `constant + Σ coefficient · loop index`, over a node's output and reduction indices; made by [NodeBuilder#out] and
/// [NodeBuilder#red]. Immutable. Arithmetic is exact: a result beyond 64 bits throws [ArithmeticException].
public final class Affine implements Index {
  private final long constant;
  private final long[] coefficients;

  private Affine(long constant, long[] coefficients) {
    this.constant = constant;
    this.coefficients = coefficients;
  }

  /// The constant 0 over so many loop indices.
  static Affine zero(int axes) {
    return new Affine(0, new long[axes]);
  }

  /// The loop index `axis` itself.
  static Affine axis(int axes, int axis) {
    long[] coefficients = new long[axes];
    coefficients[axis] = 1;
    return new Affine(0, coefficients);
  }

  /// This plus a constant.
  public Affine plus(long c) {
    return new Affine(Math.addExact(constant, c), coefficients);
  }

  /// The sum.
  public Affine plus(Affine other) {
    long[] sum = coefficients.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] = Math.addExact(sum[i], other.coefficients[i]);
    }
    return new Affine(Math.addExact(constant, other.constant), sum);
  }

  /// The product with a constant.
  public Affine times(long c) {
    long[] product = coefficients.clone();
    for (int i = 0; i < product.length; i++) {
      product[i] = Math.multiplyExact(product[i], c);
    }
    return new Affine(Math.multiplyExact(constant, c), product);
  }

  long constant() {
    return constant;
  }

  long coefficient(int axis) {
    return coefficients[axis];
  }

  /// The coefficients of axes `from` to `to`, exclusive; copies.
  long[] coefficients(int from, int to) {
    return Arrays.copyOfRange(coefficients, from, to);
  }
}
