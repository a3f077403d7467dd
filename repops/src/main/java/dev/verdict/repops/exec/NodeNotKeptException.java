package dev.verdict.repops.exec;

/// Asks for the output of a node that the program was compiled without keeping.
public final class NodeNotKeptException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  private final int node;

  /// @param label of the node
  public NodeNotKeptException(int node, String label) {
    super("node " + node + " '" + label + "': its output is not kept; name it among the kept nodes when compiling");
    this.node = node;
  }

  public int node() {
    return node;
  }
}
