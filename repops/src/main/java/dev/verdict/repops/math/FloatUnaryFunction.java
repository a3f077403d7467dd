package dev.verdict.repops.math;

/// A function of one binary32, as the JDK's own functional interfaces lack it.
@FunctionalInterface
public interface FloatUnaryFunction {
  /// The function's value at `x`.
  float apply(float x);
}
