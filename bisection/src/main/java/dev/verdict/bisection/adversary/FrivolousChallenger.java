package dev.verdict.bisection.adversary;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.DemandKind;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.play.Player;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.MerkleTree;
import dev.verdict.repops.ir.Program;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// Points anywhere, and demands anything, within the rules: what an honest solver has to withstand.
public final class FrivolousChallenger implements Player {
  private final Program program;
  private final Random random;

  public FrivolousChallenger(Program program, long seed) {
    this.program = program;
    this.random = new Random(seed);
  }

  @Override
  public Optional<Move> move(GameState state, List<Bytes> revealed, Instant now) {
    if (state.phase().toMove() == Party.SOLVER
        || !state.runningClock().admitsMoveAt(now.getEpochSecond())) {
      return Optional.empty();
    }
    Optional<Move> demand = random.nextInt(3) == 0 ? Optional.empty() : demand(state, revealed);
    return demand.isPresent() ? demand : Optional.of(selection(state));
  }

  private Move selection(GameState state) {
    return switch (state.phase()) {
      case SELECT_INTERVAL -> new Move.SelectInterval(1 + any(state.intervalCount()), Digest.ZERO);
      case SELECT_STEP -> new Move.SelectStep(state.intervalStart() + any(state.innerSteps() + 1));
      case SELECT_NODE -> {
        if (random.nextInt(4) == 0) {
          yield new Move.SelectSlot(any(state.slotCount()));
        }
        int node = (int) any(state.nodeCount());
        long numel = program.nodes().get(node).out().numel();
        // Now and then an element that the node doesn't have.
        yield new Move.SelectElement(node, random.nextInt(10) == 0 ? numel + any(3) : any(numel));
      }
      case SELECT_POSITION -> new Move.SelectPosition(any(state.foldLength()));
      case COMMIT_STEPS, COMMIT_TRACE, OPEN_NODE, PROVE_SLOT, REVEAL, PROVE_POSITION ->
        throw new AssertionError("the solver moves in " + state.phase());
    };
  }

  /// Any of [0, limit), its ends more often than the rest.
  private long any(long limit) {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> limit - 1;
      default -> (long) (random.nextDouble() * limit);
    };
  }

  private Optional<Move> demand(GameState state, List<Bytes> revealed) {
    if (state.demandKind() == DemandKind.DONE) {
      return Optional.empty();
    }
    if (state.demandKind() == DemandKind.NONE) {
      boolean slots = state.phase() == Phase.SELECT_NODE && random.nextBoolean();
      return Optional.of(new Move.Demand(slots ? 1 : 0, List.of()));
    }
    List<MerkleTree.Range> entries = MerkleTree.split(state.demandCount());
    byte[] data = revealed.get(revealed.size() - 1).toArray();
    List<Digest> hashes = new ArrayList<>();
    for (int at = data.length - entries.size() * Digest.LENGTH_BYTES; at < data.length; at += Digest.LENGTH_BYTES) {
      hashes.add(Digest.of(Arrays.copyOfRange(data, at, at + Digest.LENGTH_BYTES)));
    }
    int entry = random.nextInt(entries.size());
    boolean nothingBelow = state.demandKind() == DemandKind.VECTOR && entries.get(entry).count() == 1;
    return nothingBelow ? Optional.empty() : Optional.of(new Move.Demand(entry, hashes));
  }
}
