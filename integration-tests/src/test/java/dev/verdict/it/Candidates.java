package dev.verdict.it;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Party;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.MerkleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Moves around the one that is due, most of which aren't moves: of other phases, by others, out of range, damaged,
/// made for another state.
final class Candidates {
  private static final Party[] PARTIES = Party.values();

  private final Random random;
  /// Bytes that were right in some other place.
  private final List<Bytes> seen = new ArrayList<>(List.of(Bytes.of(new byte[0]), Bytes.of(new byte[64])));

  Candidates(Random random) {
    this.random = random;
  }

  /// @param what where it comes from, for messages
  record Candidate(String what, Move move, Party by) {
    @Override
    public String toString() {
      return what + " " + move + " by " + by;
    }
  }

  /// About `count` of them.
  List<Candidate> around(GameState state, Move due, List<Bytes> revealed, int count) {
    List<Candidate> all = new ArrayList<>();
    Party mover = state.phase().toMove();
    all.add(new Candidate("by the other side", due, mover == Party.SOLVER ? Party.CHALLENGER : Party.SOLVER));
    all.add(new Candidate("by an outsider", due, Party.ANYONE));
    for (int i = 2; i < count; i++) {
      if (random.nextInt(2) == 0) {
        all.add(new Candidate("damaged", damaged(due), mover));
      } else {
        all.add(new Candidate("any", any(state, revealed), random.nextInt(3) == 0 ? party() : mover));
      }
    }
    remember(due);
    return all;
  }

  private Party party() {
    return PARTIES[random.nextInt(PARTIES.length)];
  }

  private void remember(Move move) {
    switch (move) {
      case Move.CommitTrace(Bytes proof) -> seen.add(proof);
      case Move.CommitFold(Bytes proof) -> seen.add(proof);
      case Move.Prove(Bytes proof) -> seen.add(proof);
      case Move.Reveal(Bytes data) -> seen.add(data);
      default -> { }
    }
  }

  /// The move with something about it changed.
  private Move damaged(Move due) {
    return switch (due) {
      case Move.SelectInterval m -> random.nextBoolean()
          ? new Move.SelectInterval(near(m.interval()), m.salt())
          : new Move.SelectInterval(m.interval(), digest());
      case Move.CommitSteps m -> new Move.CommitSteps(digest());
      case Move.SelectStep m -> new Move.SelectStep(near(m.step()));
      case Move.CommitTrace m -> new Move.CommitTrace(damaged(m.proof()));
      case Move.SelectElement m -> random.nextBoolean()
          ? new Move.SelectElement(near(m.node()) & 0xffff_ffffL, m.element())
          : new Move.SelectElement(m.node(), near(m.element()));
      case Move.SelectSlot m -> new Move.SelectSlot(near(m.slot()) & 0xffff_ffffL);
      case Move.CommitFold m -> new Move.CommitFold(damaged(m.proof()));
      case Move.SelectPosition m -> new Move.SelectPosition(near(m.position()));
      case Move.Demand m -> damaged(m);
      case Move.Reveal m -> new Move.Reveal(damaged(m.data()));
      case Move.Prove m -> new Move.Prove(damaged(m.proof()));
      case Move.Timeout m -> new Move.Prove(seen.get(random.nextInt(seen.size())));
    };
  }

  private Move damaged(Move.Demand due) {
    List<Digest> hashes = new ArrayList<>(due.revealed());
    // One fault at a time: which of two is named first is of no consequence.
    switch (random.nextInt(3)) {
      case 0 -> {
        return new Move.Demand(near(due.target()) & 0xffff_ffffL, hashes);
      }
      case 1 -> hashes.add(digest());
      default -> {
        if (hashes.isEmpty()) {
          hashes.add(Digest.ZERO);
        } else {
          hashes.set(random.nextInt(hashes.size()), digest());
        }
      }
    }
    return new Move.Demand(due.target(), hashes);
  }

  private long near(long value) {
    return switch (random.nextInt(6)) {
      case 0 -> value - 1;
      case 1 -> value + 1;
      case 2 -> value + 2 + random.nextInt(20);
      case 3 -> 0;
      case 4 -> -1;
      default -> Long.MIN_VALUE | value;
    };
  }

  private Digest digest() {
    byte[] bytes = new byte[Digest.LENGTH_BYTES];
    random.nextBytes(bytes);
    return Digest.of(bytes);
  }

  /// One byte flipped, cut short, or with something behind.
  private Bytes damaged(Bytes proof) {
    byte[] bytes = proof.toArray();
    if (bytes.length == 0) {
      return Bytes.of(new byte[] {1});
    }
    return Bytes.of(switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(bytes, bytes.length - 1);
      case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 2 -> Arrays.copyOf(bytes, bytes.length + 1);
      case 3 -> Arrays.copyOf(bytes, bytes.length + 32);
      default -> {
        // The ends have what is of most weight.
        int at = random.nextInt(3) == 0 ? random.nextInt(Math.min(160, bytes.length)) : random.nextInt(bytes.length);
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        yield bytes;
      }
    });
  }

  /// Any of the kinds, with what the state would or wouldn't take.
  private Move any(GameState state, List<Bytes> revealed) {
    Bytes bytes = seen.get(random.nextInt(seen.size()));
    return switch (random.nextInt(12)) {
      case 0 -> new Move.SelectInterval(random.nextLong(state.intervalCount() + 3), Digest.ZERO);
      case 1 -> new Move.CommitSteps(digest());
      case 2 -> new Move.SelectStep(random.nextLong(state.steps() + 2));
      case 3 -> new Move.CommitTrace(bytes);
      case 4 -> new Move.SelectElement(random.nextLong(state.nodeCount() + 2), random.nextInt(8) == 0 ? -1 : 0);
      case 5 -> new Move.SelectSlot(random.nextLong(state.slotCount() + 2));
      case 6 -> new Move.CommitFold(bytes);
      case 7 -> new Move.SelectPosition(random.nextLong(state.foldLength() + 2));
      case 8 -> demand(state, revealed);
      case 9 -> new Move.Reveal(bytes);
      case 10 -> new Move.Prove(bytes);
      default -> new Move.Timeout();
    };
  }

  private Move demand(GameState state, List<Bytes> revealed) {
    if (revealed.isEmpty()) {
      return random.nextInt(3) == 0
          ? new Move.Demand(0, List.of(digest()))
          : new Move.Demand(random.nextInt(3), List.of());
    }
    byte[] data = revealed.getLast().toArray();
    int entries = state.demandCount() == 0 ? 1 : MerkleTree.split(state.demandCount()).size();
    List<Digest> hashes = new ArrayList<>();
    for (int at = data.length - entries * Digest.LENGTH_BYTES; at >= 0 && at < data.length;
        at += Digest.LENGTH_BYTES) {
      hashes.add(Digest.of(Arrays.copyOfRange(data, at, at + Digest.LENGTH_BYTES)));
    }
    return new Move.Demand(random.nextInt(entries + 1), hashes);
  }
}
