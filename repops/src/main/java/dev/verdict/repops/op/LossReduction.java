package dev.verdict.repops.op;

/// How a loss's rows become one number: ONNX's attribute `reduction`.
public enum LossReduction {
  /// They stay.
  NONE,
  /// Their plain sum.
  SUM,
  /// Their weighted average.
  MEAN
}
