package dev.verdict.bisection.game;

/// Why a game ended.
public enum Reason {
  /// A step proof showed equal bits, or different ones (SPEC §6.6).
  PROVED,
  /// The side to move let its clock run out (SPEC §6.4).
  TIMED_OUT,
  /// The challenger pointed at an element that the node doesn't have (SPEC §6.3.1).
  OUT_OF_RANGE
}
