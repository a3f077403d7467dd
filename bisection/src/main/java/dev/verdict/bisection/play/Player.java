package dev.verdict.bisection.play;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One side of a game. Asked at any time, whoever's turn it is.
@FunctionalInterface
public interface Player {
  /// What to do now; empty to wait.
  ///
  /// @param revealed the data of each reveal since the last selection or commitment, in order
  Optional<Move> move(GameState state, List<Bytes> revealed, Instant now);
}
