package dev.verdict.bisection.trace;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.ir.Program;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// What a party did, or says that it did, in each step of a run: the seam between an honest run and another. Calling it
/// again gives the same bits again. Serves one thread at a time.
public interface Computation {
  Program program();

  /// The data sets, in the program's order.
  List<Tensor> data();

  /// The constants, in the program's order.
  List<Tensor> constants();

  /// Step `step`: from S_step in `states` writes S_{step+1} into `next`, which are other tensors of the same types, and
  /// shows each node's output of R_step to `observer` as it is there. `states` aren't changed.
  void step(long step, List<Tensor> states, List<Tensor> next, NodeObserver observer);

  /// The output of node `node` in the step done last, where it is kept after a step: a node of one element, such as a
  /// loss, or one that updates a slot. Aliases what the next step overwrites.
  Optional<Tensor> kept(int node);

  /// acc_1 … acc_{K−1} of element `element` of node `node` in step `step`: K−1 elements of the node's dtype. K > 1.
  ///
  /// @param states S_step
  /// @param outputs the outputs in R_step of the nodes that `node` reads
  Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node, long element);
}
