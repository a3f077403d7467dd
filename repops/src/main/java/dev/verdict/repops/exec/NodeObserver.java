package dev.verdict.repops.exec;

import dev.verdict.repops.Tensor;

/// Sees each node's output as it is computed. The tensor aliases the executor's buffer.
@FunctionalInterface
public interface NodeObserver {
  /// Looks at nothing.
  NodeObserver NONE = (node, output) -> {};

  void computed(int node, Tensor output);
}
