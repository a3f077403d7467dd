package dev.verdict.bisection.game;

/// Who makes a move (SPEC §6.6).
public enum Party {
  SOLVER,
  CHALLENGER,
  /// Neither, or nobody cares: may prove and claim a timeout.
  ANYONE
}
