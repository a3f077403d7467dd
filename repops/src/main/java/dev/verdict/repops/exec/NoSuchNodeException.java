package dev.verdict.repops.exec;

/// Names a node that the program doesn't have.
public final class NoSuchNodeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int node;
  private final int nodes;

  /// @param node that was named
  /// @param nodes how many the program has
  public NoSuchNodeException(int node, int nodes) {
    super("node " + node + ": the program has no such node; it has " + nodes
        + (nodes == 0 ? "" : ", numbered from 0 to " + (nodes - 1)));
    this.node = node;
    this.nodes = nodes;
  }

  public int node() {
    return node;
  }

  public int nodes() {
    return nodes;
  }
}
