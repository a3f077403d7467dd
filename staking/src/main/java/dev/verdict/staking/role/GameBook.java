package dev.verdict.staking.role;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameState;
import dev.verdict.contracts.ChainEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The games that are open, as the events tell.
final class GameBook {
  private final Map<Long, OpenGame> open = new TreeMap<>();

  /// A game with its present state, and what has been revealed since the last selection or commitment, in order.
  record OpenGame(GameState state, List<Bytes> revealed) {}

  void clear() {
    open.clear();
  }

  void hear(ChainEvent.OfGame event) {
    switch (event) {
      case ChainEvent.Challenged challenged -> {
        // Its first state follows.
      }
      case ChainEvent.Moved moved -> {
        boolean descending = moved.move().equals("demand") || moved.move().equals("reveal");
        OpenGame before = open.get(moved.gameId());
        open.put(moved.gameId(),
            new OpenGame(moved.state(), descending && before != null ? before.revealed() : List.of()));
      }
      case ChainEvent.Revealed revealed -> open.computeIfPresent(revealed.gameId(), (id, game) -> {
        List<Bytes> all = new ArrayList<>(game.revealed());
        all.add(revealed.data());
        return new OpenGame(game.state(), List.copyOf(all));
      });
      case ChainEvent.Decided decided -> open.remove(decided.gameId());
    }
  }

  Collection<OpenGame> open() {
    return List.copyOf(open.values());
  }
}
