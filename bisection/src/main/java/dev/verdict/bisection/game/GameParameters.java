package dev.verdict.bisection.game;

/// The clocks of a deployment (SPEC §6.4), in seconds.
///
/// @param solverClock at the start of a game
/// @param challengerClock at the start of a game
/// @param extension what a move leaves its mover at least
public record GameParameters(long solverClock, long challengerClock, long extension) {
  /// Moves of the longest game: 8, and two for each demand: at most 9 into C, 9 into the steps, 15 into a trace and a
  /// tensor of it, 8 into a fold.
  public static final int MAX_MOVES = 90;

  public GameParameters {
    if (solverClock < 1 || challengerClock < 1 || extension < 1) {
      throw new IllegalArgumentException(
          "clocks and extension must be positive: " + solverClock + ", " + challengerClock + ", " + extension);
    }
  }

  /// No game lasts longer, from challenge to the first instant at which it is over or can be ended by anyone: both
  /// clocks and an extension a move. Throws [ArithmeticException] where it leaves i64.
  public long delayBoundSeconds() {
    return Math.addExact(Math.addExact(solverClock, challengerClock), Math.multiplyExact(MAX_MOVES, extension));
  }
}
