package dev.verdict.staking.role;

import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.play.Player;
import dev.verdict.contracts.Block;
import dev.verdict.contracts.ContractRevertedException;
import dev.verdict.contracts.Receipt;
import dev.verdict.repops.commit.Digest;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks a player for its move in a game, looks whether the game still stands as heard, and sends it.
final class GamePlay {
  private static final Logger LOG = LoggerFactory.getLogger(GamePlay.class);

  private final Participant me;

  GamePlay(Participant me) {
    this.me = me;
  }

  /// What a player is about to do, before it is sent.
  @FunctionalInterface
  interface Preparation {
    void beforeSending(GameState state, Move move);
  }

  /// Whether a move was mined.
  boolean play(GameBook.OpenGame open, Player player, Block head, Preparation preparation) {
    GameState state = open.state();
    // A clock that has just run out by this machine's time may not have by the next block's; the chain's time is the
    // newest block's.
    Optional<Move> move = player.move(state, open.revealed(), Instant.ofEpochSecond(head.timestamp()));
    if (move.isEmpty() || !stands(state)) {
      return false;
    }
    preparation.beforeSending(state, move.get());
    String name = nameOf(move.get());
    try {
      Receipt receipt = me.send(name, me.game().move(state, move.get()));
      me.observer().moved(state, move.get(), receipt);
      return true;
    } catch (ContractRevertedException e) {
      // Somebody else moved first, or the clock ran out on the way: what to do next shows in the next events.
      LOG.warn("{} in game {} was refused: {}", name, state.gameId(), e.getMessage());
      return false;
    }
  }

  /// Whether the chain still keeps this state: what was heard may be behind a confirmation depth.
  private boolean stands(GameState state) {
    Optional<Digest> kept = me.game().stateHash(state.gameId());
    return kept.isPresent() && kept.get().equals(state.hash());
  }

  static String nameOf(Move move) {
    String type = move.getClass().getSimpleName();
    return type.substring(0, 1).toLowerCase(Locale.ROOT) + type.substring(1);
  }
}
