package dev.verdict.bisection.game;

import dev.verdict.repops.DType;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.MerkleTree;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.ir.MalformedProgramException;
import dev.verdict.repops.ir.ProgramCodec;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.ir.ProgramHeader;
import dev.verdict.repops.ir.ProgramValidator;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The rules of the dispute game (SPEC §6), as the contract has them: pure, total, and deaf to everything but the state,
/// the move, the mover and the time.
///
/// A move is checked in this order: the phase admits it, the mover may make it, the mover's clock has not run out, and
/// then what it says.
public final class GameRules {
  private final GameParameters parameters;
  private final OneStepVerifier verifier;

  public GameRules(GameParameters parameters, OneStepVerifier verifier) {
    this.parameters = Objects.requireNonNull(parameters);
    this.verifier = Objects.requireNonNull(verifier);
  }

  public GameParameters parameters() {
    return parameters;
  }

  /// What a challenge is made against.
  ///
  /// @param steps T
  /// @param checkpointInterval c
  /// @param checkpoints C
  public record Claim(
      long claimId, Account solver, Digest programRoot, Digest checkpoints, long steps, long checkpointInterval) {}

  /// The commitment that hides an interval until it is selected (SPEC §6.5):
  /// H(0x30 ‖ claimId ‖ challenger ‖ interval ‖ salt).
  public static Digest opening(long claimId, Account challenger, long interval, Digest salt) {
    return Digest.sha256(new byte[] {0x30}, u64(claimId), challenger.bytes(), u64(interval), salt.bytes());
  }

  /// `challenge`: starts a game. Throws [IllegalArgumentException] where no claim is like that (see [GameState]).
  ///
  /// @param interval from 1, to select at once; 0 to select later
  /// @param opening with interval 0: [#opening], or zero, and the challenge is at once the demand for C
  public Outcome open(
      long gameId, Claim claim, Account challenger, long interval, Digest opening, Instant now) {
    if (interval != 0 && !opening.equals(Digest.ZERO)) {
      return new Outcome.Rejected(new Rejection.OpenAndHidden(interval, opening));
    }
    GameState first = new GameState(
        gameId, claim.claimId(), claim.solver(), challenger, claim.programRoot(), claim.checkpoints(), claim.steps(),
        claim.checkpointInterval(), Phase.SELECT_INTERVAL, now.getEpochSecond(), parameters.solverClock(),
        parameters.challengerClock(), opening, 0, 0, Digest.ZERO, Digest.ZERO, Digest.ZERO, Digest.ZERO, 0, 0, 0, 0,
        Digest.ZERO, 0, 0, 0, DemandKind.NONE, Digest.ZERO, 0, 0, 0);
    if (interval != 0) {
      return atInterval(first, interval);
    }
    // Who names no interval, openly or hidden, has yet to look into C: the challenge is the demand for it.
    return opening.equals(Digest.ZERO)
        ? demandRoot(first, new Move.Demand(0, List.of()))
        : new Outcome.Advanced(first);
  }

  /// Applies `move`, made by `mover` at `now`. Never throws, whatever the move's bytes.
  public Outcome apply(GameState state, Move move, Party mover, Instant now) {
    if (!admits(state.phase(), move)) {
      return new Outcome.Rejected(new Rejection.WrongPhase(state.phase()));
    }
    Party toMove = state.phase().toMove();
    boolean anyone = move instanceof Move.Prove || move instanceof Move.Timeout;
    // INVARIANT: prove and timeout are open to anyone (SPEC §6.6), every other move to the side whose turn it is.
    if (!anyone && mover != toMove) {
      return new Outcome.Rejected(new Rejection.NotYourMove(mover, toMove));
    }
    long second = now.getEpochSecond();
    if (second < state.movedAt()) {
      return new Outcome.Rejected(new Rejection.BeforeLastMove(second, state.movedAt()));
    }
    ChessClock clock = state.runningClock();
    if (move instanceof Move.Timeout) {
      // INVARIANT: at no instant are both a move and its timeout valid (SPEC §6.4).
      return clock.admitsMoveAt(second)
          ? new Outcome.Rejected(new Rejection.ClockNotExpired(second, clock.lastInstant()))
          : new Outcome.Decided(
              toMove == Party.SOLVER ? Verdict.SOLVER_LOSES : Verdict.CHALLENGER_LOSES,
              Reason.TIMED_OUT, Digest.ZERO, Digest.ZERO);
    }
    if (!clock.admitsMoveAt(second)) {
      return new Outcome.Rejected(new Rejection.ClockExpired(second, clock.lastInstant()));
    }
    return switch (said(state, move)) {
      case Outcome.Advanced(GameState next) ->
        new Outcome.Advanced(withClock(next.toBuilder(), toMove, clock, second).build());
      case Outcome.Decided decided -> decided;
      case Outcome.Rejected rejected -> rejected;
    };
  }

  private GameState.Builder withClock(GameState.Builder next, Party mover, ChessClock clock, long second) {
    long left = clock.afterMoveAt(second, parameters.extension());
    next.movedAt(second);
    return mover == Party.SOLVER ? next.solverClock(left) : next.challengerClock(left);
  }

  private static boolean admits(Phase phase, Move move) {
    return switch (move) {
      case Move.SelectInterval m -> phase == Phase.SELECT_INTERVAL;
      case Move.CommitSteps m -> phase == Phase.COMMIT_STEPS;
      case Move.SelectStep m -> phase == Phase.SELECT_STEP;
      case Move.CommitTrace m -> phase == Phase.COMMIT_TRACE;
      case Move.SelectElement m -> phase == Phase.SELECT_NODE;
      case Move.SelectSlot m -> phase == Phase.SELECT_NODE;
      case Move.CommitFold m -> phase == Phase.OPEN_NODE;
      case Move.SelectPosition m -> phase == Phase.SELECT_POSITION;
      case Move.Demand m -> phase.isSelecting();
      case Move.Reveal m -> phase == Phase.REVEAL;
      case Move.Prove m -> phase.isProving();
      case Move.Timeout m -> true;
    };
  }

  /// What the move says, clocks apart.
  private Outcome said(GameState state, Move move) {
    return switch (move) {
      case Move.SelectInterval m -> selectInterval(state, m);
      case Move.CommitSteps m -> commitSteps(state, m);
      case Move.SelectStep m -> selectStep(state, m);
      case Move.CommitTrace m -> commitTrace(state, m);
      case Move.SelectElement m -> selectElement(state, m);
      case Move.SelectSlot m -> selectSlot(state, m);
      case Move.CommitFold m -> commitFold(state, m);
      case Move.SelectPosition m -> selectPosition(state, m);
      case Move.Demand m -> demand(state, m);
      case Move.Reveal m -> reveal(state, m);
      case Move.Prove m -> prove(state, m);
      case Move.Timeout m -> throw new AssertionError("timeouts have been dealt with");
    };
  }

  private static Outcome selectInterval(GameState state, Move.SelectInterval move) {
    if (!state.opening().equals(Digest.ZERO)) {
      Digest actual = opening(state.claimId(), state.challenger(), move.interval(), move.salt());
      if (!actual.equals(state.opening())) {
        return new Outcome.Rejected(new Rejection.OpeningDiffers(state.opening(), actual));
      }
    }
    return atInterval(state, move.interval());
  }

  private static Outcome atInterval(GameState state, long interval) {
    Optional<Outcome> refused = outside(interval, 1, state.intervalCount());
    if (refused.isPresent()) {
      return refused.get();
    }
    GameState selected = selected(state).interval(interval).build();
    // An interval of one step has no inner states: level 1 is skipped.
    return new Outcome.Advanced(selected.innerSteps() == 0
        ? selected.toBuilder().phase(Phase.COMMIT_TRACE).step(selected.intervalStart()).build()
        : selected.toBuilder().phase(Phase.COMMIT_STEPS).build());
  }

  private static Outcome commitSteps(GameState state, Move.CommitSteps move) {
    Digest root = VectorCommitment.root(state.innerSteps(), move.stepsTree());
    return new Outcome.Advanced(state.toBuilder().phase(Phase.SELECT_STEP).stepsRoot(root).build());
  }

  private static Outcome selectStep(GameState state, Move.SelectStep move) {
    return outside(move.step(), state.intervalStart(), state.intervalEnd() - 1).orElseGet(() ->
        new Outcome.Advanced(selected(state).phase(Phase.COMMIT_TRACE).step(move.step()).build()));
  }

  private static Outcome commitTrace(GameState state, Move.CommitTrace move) {
    try {
      ProofReader in = new ProofReader(move.proof());
      byte[] headerBytes = in.bytes("header", ProgramHeader.LENGTH_BYTES);
      Digest programRoot =
          ProgramCommitment.programRoot(ProgramCommitment.hashHeader(headerBytes), in.digest("nodesRoot"));
      if (!programRoot.equals(state.programRoot())) {
        return new Outcome.Rejected(new Rejection.ProgramDiffers(state.programRoot(), programRoot));
      }
      ProgramHeader header = ProgramCodec.decodeHeader(ByteBuffer.wrap(headerBytes));
      long slotCount = Integer.toUnsignedLong(header.slotCount());
      long nodeCount = Integer.toUnsignedLong(header.nodeCount());
      // INVARIANT: SPEC §3.1's limits, on which the delay bound rests; and a vector of no leaves has none to point at.
      Optional<Outcome> refused = outside(slotCount, 1, ProgramValidator.MAX_BOUND)
          .or(() -> outside(nodeCount, 1, ProgramValidator.MAX_NODES));
      if (refused.isPresent()) {
        return refused.get();
      }
      Digest traceRoot = VectorCommitment.root(nodeCount, in.digest("traceTree"));
      Digest slotsBefore = VectorCommitment.root(slotCount, in.digest("slotsBeforeTree"));
      Digest slotsAfter = VectorCommitment.root(slotCount, in.digest("slotsAfterTree"));
      Optional<Rejection> uncommitted = stateUncommitted(state, state.step(), slotsBefore, in);
      if (uncommitted.isEmpty()) {
        uncommitted = stateUncommitted(state, state.step() + 1, slotsAfter, in);
      }
      if (uncommitted.isPresent()) {
        return new Outcome.Rejected(uncommitted.get());
      }
      in.end();
      return new Outcome.Advanced(state.toBuilder()
          .phase(Phase.SELECT_NODE)
          .traceRoot(traceRoot)
          .slotsBefore(slotsBefore)
          .slotsAfter(slotsAfter)
          .nodeCount(nodeCount)
          .slotCount(slotCount)
          .build());
    } catch (ProofReader.Broken e) {
      return new Outcome.Rejected(new Rejection.ProofDoesNotHold(e.why()));
    } catch (MalformedProgramException e) {
      return new Outcome.Rejected(new Rejection.ProofDoesNotHold(new NotAProof("header", e.getMessage())));
    }
  }

  /// Reads the path of S_step, which is a leaf of C at an interval's ends and of level 1's vector in between.
  private static Optional<Rejection> stateUncommitted(GameState state, long step, Digest slots, ProofReader in)
      throws ProofReader.Broken {
    boolean first = step == state.intervalStart();
    boolean inCheckpoints = first || step == state.intervalEnd();
    long index = inCheckpoints ? state.interval() - (first ? 1 : 0) : step - state.intervalStart() - 1;
    long length = inCheckpoints ? state.intervalCount() + 1 : state.innerSteps();
    Digest expected = inCheckpoints ? state.checkpoints() : state.stepsRoot();
    List<Digest> path = in.path("path of S_" + step, index, length);
    Digest actual = VectorCommitment.rootFromPath(StateCommitment.root(step, slots), index, length, path).orElseThrow();
    return actual.equals(expected)
        ? Optional.empty()
        : Optional.of(new Rejection.StateNotCommitted(step, expected, actual));
  }

  private static Outcome selectElement(GameState state, Move.SelectElement move) {
    return outside(move.node(), 0, state.nodeCount() - 1).orElseGet(() -> new Outcome.Advanced(
        selected(state).phase(Phase.OPEN_NODE).target(move.node()).element(move.element()).build()));
  }

  private static Outcome selectSlot(GameState state, Move.SelectSlot move) {
    return outside(move.slot(), 0, state.slotCount() - 1).orElseGet(() ->
        new Outcome.Advanced(selected(state).phase(Phase.PROVE_SLOT).target(move.slot()).build()));
  }

  private Outcome commitFold(GameState state, Move.CommitFold move) {
    return switch (verifier.openFold(state.programRoot(), state.nodeCount(), state.target(), move.proof())) {
      case FoldOpening.Nothing(NotAProof why) -> new Outcome.Rejected(new Rejection.ProofDoesNotHold(why));
      case FoldOpening.Opened fold -> {
        if (Long.compareUnsigned(state.element(), fold.numel()) >= 0) {
          yield outOfRange(Digest.ZERO, Digest.ZERO);
        }
        if (fold.foldLength() < 2) {
          yield new Outcome.Rejected(new Rejection.NoFold(state.target()));
        }
        yield new Outcome.Advanced(state.toBuilder()
            .phase(Phase.SELECT_POSITION)
            .foldRoot(fold.foldRoot())
            .foldLength(fold.foldLength())
            .foldDType(fold.dtype())
            .build());
      }
    };
  }

  private static Outcome selectPosition(GameState state, Move.SelectPosition move) {
    return outside(move.position(), 0, state.foldLength() - 1).orElseGet(() ->
        new Outcome.Advanced(selected(state).phase(Phase.PROVE_POSITION).position(move.position()).build()));
  }

  private Outcome prove(GameState state, Move.Prove move) {
    return switch (verifier.adjudicate(state, move.proof())) {
      case Finding.Equal(Digest result) ->
        new Outcome.Decided(Verdict.CHALLENGER_LOSES, Reason.PROVED, result, result);
      case Finding.Different(Digest result, Digest claimed) ->
        new Outcome.Decided(Verdict.SOLVER_LOSES, Reason.PROVED, result, claimed);
      case Finding.ElementOutOfRange(Digest numel, Digest element) -> outOfRange(numel, element);
      case Finding.Nothing(NotAProof why) -> new Outcome.Rejected(new Rejection.ProofDoesNotHold(why));
    };
  }

  private static Outcome demand(GameState state, Move.Demand move) {
    if (state.demandKind() == DemandKind.DONE) {
      return new Outcome.Rejected(new Rejection.NothingToDemand(state.demandKind()));
    }
    return state.demandKind() == DemandKind.NONE ? demandRoot(state, move) : demandBelow(state, move);
  }

  private static Outcome demandRoot(GameState state, Move.Demand move) {
    long highest = state.phase() == Phase.SELECT_NODE ? 1 : 0;
    Optional<Outcome> refused = outside(move.target(), 0, highest);
    if (refused.isPresent()) {
      return refused.get();
    }
    if (!move.revealed().isEmpty()) {
      return new Outcome.Rejected(new Rejection.RevealedDiffer(Digest.ZERO, Keccak256.of(move.revealed())));
    }
    return new Outcome.Advanced(switch (state.phase()) {
      case SELECT_INTERVAL -> owed(state, DemandKind.VECTOR, state.checkpoints(), state.intervalCount() + 1);
      case SELECT_STEP -> owed(state, DemandKind.VECTOR, state.stepsRoot(), state.innerSteps());
      case SELECT_NODE -> move.target() == 0
          ? owed(state, DemandKind.TRACE, state.traceRoot(), state.nodeCount())
          : owed(state, DemandKind.VECTOR, state.slotsAfter(), state.slotCount());
      case SELECT_POSITION -> owed(state, DemandKind.TENSOR, state.foldRoot(),
          TensorCommitment.leafCount(DType.ofCode(state.foldDType()), state.foldLength() - 1));
      case COMMIT_STEPS, COMMIT_TRACE, OPEN_NODE, PROVE_SLOT, REVEAL, PROVE_POSITION ->
        throw new AssertionError("no demand is admitted in " + state.phase());
    });
  }

  private static Outcome demandBelow(GameState state, Move.Demand move) {
    Digest revealed = Keccak256.of(move.revealed());
    // INVARIANT: demands only descend: each names an entry of what was revealed last (SPEC §6.2).
    if (!revealed.equals(state.demandHash())) {
      return new Outcome.Rejected(new Rejection.RevealedDiffer(state.demandHash(), revealed));
    }
    List<MerkleTree.Range> entries = MerkleTree.split(state.demandCount());
    Optional<Outcome> refused = outside(move.target(), 0, entries.size() - 1);
    if (refused.isPresent()) {
      return refused.get();
    }
    int entry = (int) move.target();
    long leaves = entries.get(entry).count();
    if (state.demandKind() == DemandKind.VECTOR && leaves == 1) {
      return new Outcome.Rejected(new Rejection.NothingBelow(entry));
    }
    return new Outcome.Advanced(owed(state, state.demandKind(), move.revealed().get(entry), leaves));
  }

  private static GameState owed(GameState state, DemandKind kind, Digest hash, long leaves) {
    return state.toBuilder().phase(Phase.REVEAL).demandKind(kind).demandHash(hash).demandCount(leaves).build();
  }

  private static Outcome reveal(GameState state, Move.Reveal move) {
    try {
      return revealed(state, new ProofReader(move.data()), move.data().length());
    } catch (ProofReader.Broken e) {
      return new Outcome.Rejected(new Rejection.ProofDoesNotHold(e.why()));
    }
  }

  private static Outcome revealed(GameState state, ProofReader in, int lengthBytes) throws ProofReader.Broken {
    Owed owed = Owed.of(state);
    if (owed == Owed.CHUNK) {
      if (lengthBytes < 1 || lengthBytes > TensorCommitment.CHUNK_BYTES) {
        return new Outcome.Rejected(new Rejection.RevealLength(lengthBytes, TensorCommitment.CHUNK_BYTES));
      }
      Digest leaf = TensorCommitment.leaf(in.bytes("chunk", lengthBytes));
      return leaf.equals(state.demandHash())
          ? new Outcome.Advanced(cursor(state, DemandKind.DONE, Digest.ZERO, 0))
          : new Outcome.Rejected(new Rejection.RevealDiffers(state.demandHash(), leaf));
    }
    DType dtype = DType.ofCode(state.foldDType());
    long numel = state.foldLength() - 1;
    long leaves = state.demandCount();
    int front = 0;
    if (owed == Owed.TENSOR) {
      front = 9;
      int code = in.u8("dtype");
      numel = in.u64("numel");
      if (code > 2 || numel < 1 || numel > ProgramValidator.MAX_NUMEL) {
        return new Outcome.Rejected(new Rejection.NoSuchTensor(code, numel));
      }
      dtype = DType.ofCode(code);
      leaves = TensorCommitment.leafCount(dtype, numel);
    }
    int expectedBytes = front + MerkleTree.split(leaves).size() * Digest.LENGTH_BYTES;
    if (lengthBytes != expectedBytes) {
      return new Outcome.Rejected(new Rejection.RevealLength(lengthBytes, expectedBytes));
    }
    List<Digest> hashes = new ArrayList<>();
    for (int i = front; i < lengthBytes; i += Digest.LENGTH_BYTES) {
      hashes.add(in.digest("descendants"));
    }
    Digest tree = MerkleTree.recombine(leaves, hashes).orElseThrow();
    Digest actual = switch (owed) {
      case VECTOR -> VectorCommitment.root(leaves, tree);
      case TENSOR, FOLD -> TensorCommitment.root(dtype, numel, tree);
      case SUBTREE, CHUNK -> tree;
    };
    if (!actual.equals(state.demandHash())) {
      return new Outcome.Rejected(new Rejection.RevealDiffers(state.demandHash(), actual));
    }
    DemandKind kind = owed == Owed.TENSOR ? DemandKind.TENSOR : state.demandKind();
    return new Outcome.Advanced(cursor(state, kind, Keccak256.of(hashes), leaves));
  }

  private static GameState cursor(GameState state, DemandKind kind, Digest hash, long leaves) {
    return state.toBuilder()
        .phase(state.demandingPhase())
        .demandKind(kind)
        .demandHash(hash)
        .demandCount(leaves)
        .build();
  }

  /// A selection clears the cursor.
  private static GameState.Builder selected(GameState state) {
    return state.toBuilder().demandKind(DemandKind.NONE).demandHash(Digest.ZERO).demandCount(0);
  }

  private static Outcome outOfRange(Digest numel, Digest element) {
    return new Outcome.Decided(Verdict.CHALLENGER_LOSES, Reason.OUT_OF_RANGE, numel, element);
  }

  private static Optional<Outcome> outside(long selection, long low, long high) {
    return Long.compareUnsigned(selection, low) < 0 || Long.compareUnsigned(selection, high) > 0 || high < low
        ? Optional.of(new Outcome.Rejected(new Rejection.SelectionOutOfRange(selection, low, high)))
        : Optional.empty();
  }

  private static byte[] u64(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
