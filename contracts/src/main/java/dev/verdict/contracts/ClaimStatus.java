package dev.verdict.contracts;

/// What has become of a claim; in the contract's order.
public enum ClaimStatus {
  /// No such claim.
  NONE,
  /// Neither refuted nor confirmed.
  PENDING,
  /// A game on it was lost by its solver.
  REFUTED,
  /// Its window passed, and every game on it was lost by the challenger.
  CONFIRMED
}
