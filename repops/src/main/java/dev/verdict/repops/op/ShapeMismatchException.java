package dev.verdict.repops.op;

import dev.verdict.repops.Shape;

/// Operands whose shapes an operator can't take together, for example
/// `MatMul: inner dimensions differ: a=[128,64], b=[32,10]`.
public final class ShapeMismatchException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String operator;

  private ShapeMismatchException(String operator, String message) {
    super(message);
    this.operator = operator;
  }

  static ShapeMismatchException of(String operator, String reason, String nameA, Shape a) {
    return new ShapeMismatchException(operator, operator + ": " + reason + ": " + nameA + "=" + a);
  }

  static ShapeMismatchException of(String operator, String reason, String nameA, Shape a, String nameB, Shape b) {
    return new ShapeMismatchException(
        operator, operator + ": " + reason + ": " + nameA + "=" + a + ", " + nameB + "=" + b);
  }

  static ShapeMismatchException of(String operator, String reason, String nameA, Shape a, String nameB, Shape b,
      String nameC, Shape c) {
    return new ShapeMismatchException(operator,
        operator + ": " + reason + ": " + nameA + "=" + a + ", " + nameB + "=" + b + ", " + nameC + "=" + c);
  }

  /// The operator that refused.
  public String operator() {
    return operator;
  }
}
