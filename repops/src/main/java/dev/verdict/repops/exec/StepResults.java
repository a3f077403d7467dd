package dev.verdict.repops.exec;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import java.util.Map;
import java.util.Set;

/// Where a step writes the outputs of kept nodes: into tensors of the caller's, by node, instead of the program's own.
///
/// No two of them share memory with one another or with an input of the step.
public record StepResults(Map<Integer, Tensor> tensors) {
  /// Into the program's own buffers, all of them.
  public static final StepResults NONE = new StepResults(Map.of());

  public StepResults {
    tensors = Map.copyOf(tensors);
  }

  /// Throws [IllegalArgumentException] naming the first tensor whose node isn't kept, or whose dtype or shape isn't its
  /// node's; [NoSuchNodeException] where the program doesn't have its node at all.
  public void requireMatching(Program program, Set<Integer> kept) {
    tensors.forEach((n, tensor) -> {
      Executor.requireNode(program, n);
      if (!kept.contains(n)) {
        throw new IllegalArgumentException("a result is given for node " + n + ", which isn't kept");
      }
      Node node = program.nodes().get(n);
      if (tensor.dtype() != node.dtype() || !tensor.shape().equals(node.out())) {
        throw new IllegalArgumentException(
            place(n, node) + ": expected " + node.dtype() + node.out() + ", given " + tensor);
      }
    });
  }

  /// Throws [InaccessibleTensorException] naming the first tensor whose arena is closed, or that the calling thread
  /// can't write or, where there are more `threads`, the others can't. They must match `program`.
  public void requireAccessible(Program program, int threads) {
    tensors.forEach((n, tensor) ->
        InaccessibleTensorException.requireWritable(place(n, program.nodes().get(n)), tensor, threads));
  }

  private static String place(int n, Node node) {
    return "result of node " + n + " '" + node.label() + "'";
  }
}
