package dev.verdict.repops.op;

import dev.verdict.repops.DType;

/// An operand of an element type that the operator doesn't take, for example
/// `MatMul: b must be F32, not U8; use cast`.
public final class DTypeMismatchException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String operator;
  private final DType actual;

  DTypeMismatchException(String operator, String operand, String expected, DType actual) {
    super(operator + ": " + operand + " must be " + expected + ", not " + actual + "; use cast");
    this.operator = operator;
    this.actual = actual;
  }

  /// The operator that refused.
  public String operator() {
    return operator;
  }

  /// The element type it was given.
  public DType actual() {
    return actual;
  }
}
