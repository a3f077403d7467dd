package dev.verdict.repops.op;

/// A gradient that doesn't exist: the path from the loss to a parameter runs through an operator without one, or there
/// is no path.
public final class NotDifferentiableException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String operator;

  NotDifferentiableException(String operator, String reason) {
    super(operator + ": " + reason);
    this.operator = operator;
  }

  /// The operator without a gradient, or `Gradients` where there is no path.
  public String operator() {
    return operator;
  }
}
