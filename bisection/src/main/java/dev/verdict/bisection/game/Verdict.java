package dev.verdict.bisection.game;

/// How a game ends.
public enum Verdict {
  /// The claim is refuted.
  SOLVER_LOSES,
  /// The claim stands, as far as this game goes.
  CHALLENGER_LOSES
}
