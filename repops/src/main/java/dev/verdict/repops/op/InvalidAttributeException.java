package dev.verdict.repops.op;

/// An attribute (an axis, a stride, a permutation, a name, …) outside what the operator defines, for example
/// `Softmax: axis must be -2 to 1, not 5`.
public final class InvalidAttributeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final String operator;
  private final String attribute;

  InvalidAttributeException(String operator, String attribute, String requirement, Object actual) {
    super(operator + ": " + attribute + " must be " + requirement + ", not " + actual);
    this.operator = operator;
    this.attribute = attribute;
  }

  /// The operator that refused.
  public String operator() {
    return operator;
  }

  /// The attribute that it refused.
  public String attribute() {
    return attribute;
  }
}
