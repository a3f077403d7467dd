package dev.verdict.repops.op;

/// A node that outgrew what SPEC §3.1 allows: 64 instructions, 16 inputs, or rank 8.
public final class BodyLimitException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  private final String label;

  BodyLimitException(String label, String what, long limit, long actual) {
    super(label + ": a node has at most " + limit + " " + what + ", this one needs " + actual + "; split it in two");
    this.label = label;
  }

  /// The label of the node.
  public String label() {
    return label;
  }
}
