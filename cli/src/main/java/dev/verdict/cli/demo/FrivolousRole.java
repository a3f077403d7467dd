package dev.verdict.cli.demo;

import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.game.Phase;
import dev.verdict.contracts.Block;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.Job;
import dev.verdict.contracts.Receipt;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.watch.Role;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/// A challenger that looks at nothing and points somewhere into honest work, at a fold of the program where it has one.
final class FrivolousRole implements Role {
  private final Participant me;
  private final Program program;
  private final Random random;

  private OptionalLong claim = OptionalLong.empty();
  private Optional<GameState> game = Optional.empty();
  private boolean challenged;
  private boolean decided;

  FrivolousRole(Participant me, Program program, long seed) {
    this.me = me;
    this.program = program;
    this.random = new Random(seed);
  }

  @Override
  public void forget() {
    claim = OptionalLong.empty();
    game = Optional.empty();
    challenged = false;
    decided = false;
  }

  @Override
  public void hear(ChainEvent event) {
    switch (event) {
      case ChainEvent.ClaimPosted posted -> claim = OptionalLong.of(posted.claimId());
      case ChainEvent.Challenged c -> challenged |= c.challenger().equals(me.account());
      case ChainEvent.Moved moved -> game = Optional.of(moved.state());
      case ChainEvent.Decided d -> decided = true;
      case ChainEvent.OfGame other -> {
        // It doesn't look.
      }
      case ChainEvent.OfRegistry other -> {
        // Nor here.
      }
      case ChainEvent.OfVault other -> {
        // Nor here.
      }
    }
  }

  @Override
  public boolean act(Block head) {
    if (claim.isPresent() && !challenged) {
      Digest jobId = me.registry().claim(claim.getAsLong()).orElseThrow().jobId();
      Job job = me.registry().job(jobId).orElseThrow();
      long intervals = Math.ceilDiv(job.steps(), job.checkpointInterval());
      me.send("challenge", me.game().challenge(claim.getAsLong(), me.account(), 1 + random.nextLong(intervals)));
      challenged = true;
      return true;
    }
    if (decided || game.isEmpty() || game.get().phase().toMove() == Party.SOLVER) {
      return false;
    }
    GameState state = game.get();
    Move move = selection(state);
    Receipt receipt = me.send(nameOf(state.phase()), me.game().move(state, move));
    me.observer().moved(state, move, receipt);
    return true;
  }

  private static String nameOf(Phase phase) {
    return switch (phase) {
      case SELECT_STEP -> "selectStep";
      case SELECT_NODE -> "selectElement";
      default -> "selectPosition";
    };
  }

  private Move selection(GameState state) {
    return switch (state.phase()) {
      case SELECT_STEP -> new Move.SelectStep(state.intervalStart() + random.nextLong(state.innerSteps() + 1));
      case SELECT_NODE -> {
        List<Integer> folds = IntStream.range(0, program.nodes().size())
            .filter(n -> program.nodes().get(n).foldLength() > 1).boxed().toList();
        int node = folds.isEmpty() ? random.nextInt(program.nodes().size()) : folds.get(random.nextInt(folds.size()));
        Node chosen = program.nodes().get(node);
        yield new Move.SelectElement(node, random.nextLong(chosen.out().numel()));
      }
      default -> new Move.SelectPosition(random.nextLong(state.foldLength()));
    };
  }

  @Override
  public boolean done() {
    return decided;
  }
}
