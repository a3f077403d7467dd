package dev.verdict.it.testing;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.play.Player;
import dev.verdict.contracts.Block;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.watch.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Challenges the first claim it hears of without looking, and lets a player go on from there.
final class FrivolousRole implements Role {
  private final Participant me;
  private final Player player;
  private OptionalLong claim = OptionalLong.empty();
  private Optional<GameState> game = Optional.empty();
  private final List<Bytes> revealed = new ArrayList<>();
  private boolean challenged;
  private boolean decided;

  FrivolousRole(Participant me, Player player) {
    this.me = me;
    this.player = player;
  }

  @Override
  public void forget() {
    claim = OptionalLong.empty();
    game = Optional.empty();
    revealed.clear();
    challenged = false;
    decided = false;
  }

  @Override
  public void hear(ChainEvent event) {
    switch (event) {
      case ChainEvent.ClaimPosted posted -> {
        claim = OptionalLong.of(posted.claimId());
        game = Optional.empty();
        challenged = false;
        decided = false;
      }
      case ChainEvent.Challenged mine -> challenged = true;
      case ChainEvent.Moved moved -> {
        if (!moved.move().equals("demand") && !moved.move().equals("reveal")) {
          revealed.clear();
        }
        game = Optional.of(moved.state());
      }
      case ChainEvent.Revealed shown -> revealed.add(shown.data());
      case ChainEvent.Decided d -> decided = true;
      default -> { }
    }
  }

  @Override
  public boolean act(Block head) {
    if (claim.isPresent() && !challenged) {
      me.send("challenge", me.game().challenge(claim.getAsLong(), me.account()));
      challenged = true;
      return true;
    }
    if (decided || game.isEmpty() || game.get().phase().toMove() == Party.SOLVER) {
      return false;
    }
    Optional<Move> move =
        player.move(game.get(), List.copyOf(revealed), Instant.ofEpochSecond(head.timestamp()));
    move.ifPresent(m -> me.send("move", me.game().move(game.get(), m)));
    return move.isPresent();
  }

  @Override
  public boolean done() {
    return decided;
  }
}
