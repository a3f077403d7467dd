package dev.verdict.bisection.game;

/// One side's clock while it runs (SPEC §6.4); seconds.
///
/// @param movedAt when it began to run: the last move
/// @param left what it showed then
public record ChessClock(long movedAt, long left) {
  /// The last instant at which its owner may still move; from the next second on it is a timeout.
  public long lastInstant() {
    return movedAt + left;
  }

  /// Whether a move is still one at `now`. A timeout is exactly where this is false.
  public boolean admitsMoveAt(long now) {
    return now <= lastInstant();
  }

  /// What it shows after a move at `now`: max(left − (now − movedAt), extension).
  public long afterMoveAt(long now, long extension) {
    return Math.max(left - (now - movedAt), extension);
  }
}
