package dev.verdict.bisection.trace;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import java.util.List;

/// The states of a run at its checkpoints: where re-execution begins. Others supply them, from a store or from memory.
public interface Checkpoints {
  /// The leaves of C (SPEC §5.1): S_0, S_c, …, S_T.
  List<Digest> leaves();

  /// The slots' tensors at checkpoint `index`, S_{min(index·c, T)}. The caller doesn't change them.
  List<Tensor> states(long index);
}
