package dev.verdict.bisection.adversary;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.play.Player;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Answers some moves, and then no more.
public final class StallingPlayer implements Player {
  private final Player player;
  private int left;

  /// @param moves how many it makes before it stops
  public StallingPlayer(Player player, int moves) {
    this.player = player;
    this.left = moves;
  }

  @Override
  public Optional<Move> move(GameState state, List<Bytes> revealed, Instant now) {
    if (left == 0) {
      return Optional.empty();
    }
    Optional<Move> move = player.move(state, revealed, now);
    if (move.isPresent()) {
      left--;
    }
    return move;
  }
}
