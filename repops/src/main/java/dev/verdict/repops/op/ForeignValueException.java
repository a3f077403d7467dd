package dev.verdict.repops.op;

/// A value of one graph builder given to another.
public final class ForeignValueException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String operator;

  ForeignValueException(String operator, Value value) {
    super(operator + ": " + value + " belongs to another graph builder; build both from one");
    this.operator = operator;
  }

  /// The operator that refused.
  public String operator() {
    return operator;
  }
}
