package dev.verdict.bisection.step;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.VectorCommitment;

/// What a step proof is built from: the step's committed vectors, and the tensors below their leaves. Asked only for
/// what a proof needs.
public interface StepWitness {
  /// R_t: the tensor root of each node's output.
  VectorCommitment trace();

  /// The tensor roots of S_t's slots.
  VectorCommitment slotsBefore();

  /// The tensor roots of S_{t+1}'s slots.
  VectorCommitment slotsAfter();

  /// The output of node `index`.
  Tensor output(int index);

  /// Slot `index` of S_t.
  Tensor state(int index);

  /// Data set `index`.
  Tensor data(int index);

  /// Constant `index`.
  Tensor constant(int index);

  /// The inner accumulators of the element at hand: K−1 elements of the node's dtype. Only asked for where K > 1.
  Tensor fold();
}
