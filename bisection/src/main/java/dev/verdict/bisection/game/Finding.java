package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;

/// What step-proof bytes have shown (SPEC §7.1).
public sealed interface Finding {
  /// The committed transition recomputes to itself: the challenge was wrong.
  ///
  /// @param result for an element the bits, as a 32-byte number; for a slot its root
  record Equal(Digest result) implements Finding {}

  /// It doesn't, or the committed tensor isn't of the node's dtype and numel: the claim is wrong.
  ///
  /// @param result for an element the recomputed bits; for a slot the root that it should have; for a tensor of another
  ///     type the node's, as dtype · 2^64 + numel
  /// @param claimed what the solver committed in its place
  record Different(Digest result, Digest claimed) implements Finding {}

  /// The challenger pointed at an element that the node doesn't have; both numbers as 32-byte words.
  record ElementOutOfRange(Digest numel, Digest element) implements Finding {}

  /// An opening doesn't hold; nothing is shown.
  record Nothing(NotAProof why) implements Finding {}
}
