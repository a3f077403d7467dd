package dev.verdict.repops.commit;

import dev.verdict.repops.Tensor;
import java.util.List;

/// The commitment to the state after t steps: `S_t = H(0x04 ‖ t u64 ‖ vectorRoot(tensor root of each slot))` (SPEC §4).
///
/// @param step t, the number of steps done
/// @param slots the vector of the slots' tensor roots
public record StateCommitment(long step, VectorCommitment slots) {
  private static final int TAG = 0x04;

  /// Throws [IllegalArgumentException] where `step` is negative.
  public StateCommitment {
    if (step < 0) {
      throw new IllegalArgumentException("a step number is 0 or more, not " + step);
    }
  }

  /// Hashes the slots' tensors, in the program's order.
  public static StateCommitment of(long step, List<Tensor> slots) {
    return new StateCommitment(
        step, VectorCommitment.of(slots.stream().map(TensorCommitment::root).toList()));
  }

  /// `H(0x04 ‖ step u64 ‖ slotsRoot)`.
  public static Digest root(long step, Digest slotsRoot) {
    return Digest.sha256(Encoding.tag(TAG), Encoding.u64(step), slotsRoot.bytes());
  }

  /// S_t.
  public Digest root() {
    return root(step, slots.root());
  }
}
