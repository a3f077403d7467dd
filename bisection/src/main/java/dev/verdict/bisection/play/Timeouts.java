package dev.verdict.bisection.play;

import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import java.time.Instant;
import java.util.Optional;

/// The move that is open to anyone once a clock has run out (SPEC §6.4).
final class Timeouts {
  private Timeouts() {}

  static Optional<Move> claim(GameState state, Instant now) {
    return state.runningClock().admitsMoveAt(now.getEpochSecond())
        ? Optional.empty()
        : Optional.of(new Move.Timeout());
  }
}
