package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;

/// What the bytes of a `commitFold` have shown (SPEC §6.3.1).
public sealed interface FoldOpening {
  /// The node pointed at.
  ///
  /// @param numel elements of its output
  /// @param foldLength K, 1 where it has no fold
  /// @param dtype the code of its dtype
  /// @param foldRoot tensor root of the K−1 inner accumulators; zero where K is 1
  record Opened(long numel, long foldLength, int dtype, Digest foldRoot) implements FoldOpening {}

  /// An opening doesn't hold.
  record Nothing(NotAProof why) implements FoldOpening {}
}
