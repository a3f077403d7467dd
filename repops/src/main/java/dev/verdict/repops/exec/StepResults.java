package dev.verdict.repops.exec;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a step writes the outputs of kept nodes: into tensors of the caller's, by node, instead of the program's own.
///
/// None of them shares memory with another or with an input of the step.
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

  /// Throws [IllegalArgumentException] naming two tensors that share memory though one of them is written: a kept output,
  /// wherever it goes, and an input of the step, or one of these results and another output. They must match `program`.
  ///
  /// @param outputs by node, null for one that isn't kept; those that aren't among these results share no memory
  public void requireDisjoint(Program program, StepInputs inputs, List<? extends @Nullable Tensor> outputs) {
    for (int n = 0; n < outputs.size(); n++) {
      Tensor output = outputs.get(n);
      if (output != null) {
        inputs.requireApartFrom(program, place(n, program.nodes().get(n)), output);
      }
    }
    tensors.forEach((n, tensor) -> {
      for (int other = 0; other < outputs.size(); other++) {
        Tensor output = outputs.get(other);
        if (other != n && output != null && overlap(tensor, output)) {
          throw overlapping(place(other, program.nodes().get(other)), place(n, program.nodes().get(n)));
        }
      }
    });
  }

  static IllegalArgumentException overlapping(String place, String result) {
    return new IllegalArgumentException(place + " shares memory with the " + result
        + ", which is written meanwhile; give one of them memory of its own");
  }

  static boolean overlap(Tensor a, Tensor b) {
    long apart = a.segment().address() - b.segment().address();
    return apart < b.sizeBytes() && -apart < a.sizeBytes() && a.segment().asOverlappingSlice(b.segment()).isPresent();
  }

  private static String place(int n, Node node) {
    return "result of node " + n + " '" + node.label() + "'";
  }
}
