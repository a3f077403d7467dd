package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;

/// How a move came out.
public sealed interface Outcome {
  /// The game goes on.
  record Advanced(GameState state) implements Outcome {}

  /// The game is over.
  ///
  /// @param result where proved: the recomputed bits as a 32-byte number, or the root that the slot should have, or
  ///     another of [Finding]'s; else 0
  /// @param claimed where proved: what the solver had committed in its place; else 0
  record Decided(Verdict verdict, Reason reason, Digest result, Digest claimed) implements Outcome {}

  /// The move isn't one: nothing has changed.
  record Rejected(Rejection why) implements Outcome {}
}
