package dev.verdict.bisection.game;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.play.Match;
import dev.verdict.bisection.step.FoldProof;
import dev.verdict.bisection.testing.Dispute;
import dev.verdict.bisection.testing.OffByOne;
import dev.verdict.bisection.testing.ToyProgram;
import dev.verdict.bisection.transcript.Transcript;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.MerkleTree;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// SPEC §6.3.1 to §6.5, rule by rule. States and legal moves are those of real games on [ToyProgram].
class GameRulesTest {
  private static final GameRules RULES = Dispute.RULES;
  private static final Digest SALT = Digest.sha256(new byte[] {9});

  /// A state and a move that is legal there.
  record Turn(GameState state, Move move) {}

  private static final Map<Phase, List<Turn>> TURNS = new EnumMap<>(Phase.class);
  private static Dispute dispute;

  @BeforeAll
  static void playGames() {
    dispute = new Dispute(ToyProgram.sample(40), 23, 19, new OffByOne(40));
    collect(dispute.play(0, Digest.ZERO, dispute.solver(), dispute.witness(Dispute::nothing)));
    Digest opening = GameRules.opening(dispute.claim.claimId(), Dispute.CHALLENGER, 1, SALT);
    collect(dispute.play(0, opening, dispute.solver(), dispute.auditor(1, SALT, Dispute::nothing)));
    // The last interval is shorter; selections at the edges; a slot; a node without a fold.
    for (Move target : List.of(new Move.SelectSlot(2), new Move.SelectElement(ToyProgram.SCALE, 2099))) {
      collect(dispute.play(2, Digest.ZERO, dispute.solver(), (state, revealed, now) -> switch (state.phase()) {
        case SELECT_STEP -> Optional.of(new Move.SelectStep(22));
        case SELECT_NODE -> Optional.of(target);
        default -> Optional.empty();
      }));
    }
    assertThat(TURNS.keySet()).containsExactly(Phase.values());
  }

  private static void collect(Match.Played played) {
    for (int i = 0; i < played.states().size(); i++) {
      GameState state = played.states().get(i);
      Transcript.Entry entry = played.transcript().entries().get(i);
      TURNS.computeIfAbsent(state.phase(), p -> new ArrayList<>()).add(new Turn(state, entry.move()));
    }
  }

  private static List<Turn> turns() {
    return TURNS.values().stream().flatMap(List::stream).toList();
  }

  private static Turn turn(Phase phase) {
    return TURNS.get(phase).get(0);
  }

  private static Instant at(long second) {
    return Instant.ofEpochSecond(second);
  }

  private static Outcome apply(GameState state, Move move) {
    return RULES.apply(state, move, state.phase().toMove(), at(state.movedAt() + 5));
  }

  private static Rejection rejected(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    return ((Outcome.Rejected) outcome).why();
  }

  private static GameState advanced(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Advanced.class);
    return ((Outcome.Advanced) outcome).state();
  }

  // ------------------------------------------------------------------ phase, mover, time

  @Test
  void apply_moveOfAnotherPhase_isRefused() {
    int refused = 0;
    for (Turn here : turns()) {
      for (Turn there : turns()) {
        Outcome outcome = apply(here.state(), there.move());
        if (!admitted(here.state().phase(), there.move())) {
          assertThat(rejected(outcome)).isEqualTo(new Rejection.WrongPhase(here.state().phase()));
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  /// SPEC §6.3.1's table, written down once more.
  private static boolean admitted(Phase phase, Move move) {
    return switch (phase) {
      case SELECT_INTERVAL -> move instanceof Move.SelectInterval || move instanceof Move.Demand;
      case COMMIT_STEPS -> move instanceof Move.CommitSteps;
      case SELECT_STEP -> move instanceof Move.SelectStep || move instanceof Move.Demand;
      case COMMIT_TRACE -> move instanceof Move.CommitTrace;
      case SELECT_NODE ->
        move instanceof Move.SelectElement || move instanceof Move.SelectSlot || move instanceof Move.Demand;
      case OPEN_NODE -> move instanceof Move.CommitFold || move instanceof Move.Prove;
      case SELECT_POSITION -> move instanceof Move.SelectPosition || move instanceof Move.Demand;
      case PROVE_SLOT, PROVE_POSITION -> move instanceof Move.Prove;
      case REVEAL -> move instanceof Move.Reveal;
    } || move instanceof Move.Timeout;
  }

  @Test
  void apply_byTheWrongParty_isRefused() {
    for (Turn turn : turns()) {
      Party toMove = turn.state().phase().toMove();
      for (Party party : Party.values()) {
        Outcome outcome = RULES.apply(turn.state(), turn.move(), party, at(turn.state().movedAt()));
        if (party == toMove || turn.move() instanceof Move.Prove || turn.move() instanceof Move.Timeout) {
          assertThat(outcome).as("%s by %s", turn.move(), party).isNotInstanceOf(Outcome.Rejected.class);
        } else {
          assertThat(rejected(outcome)).isEqualTo(new Rejection.NotYourMove(party, toMove));
        }
      }
    }
  }

  @Test
  void apply_atEverySecond_eitherTheMoveOrItsTimeoutIsValid() {
    for (Turn turn : turns()) {
      GameState state = turn.state();
      Party toMove = state.phase().toMove();
      long clock = toMove == Party.SOLVER ? state.solverClock() : state.challengerClock();
      for (long elapsed : List.of(0L, 1L, clock / 2, clock - 1, clock, clock + 1, clock + 2, 10 * clock)) {
        Instant now = at(state.movedAt() + elapsed);
        Outcome move = RULES.apply(state, turn.move(), toMove, now);
        Outcome timeout = RULES.apply(state, new Move.Timeout(), Party.ANYONE, now);
        if (elapsed <= clock) {
          assertThat(move).isNotInstanceOf(Outcome.Rejected.class);
          assertThat(rejected(timeout)).isEqualTo(
              new Rejection.ClockNotExpired(state.movedAt() + elapsed, state.movedAt() + clock));
        } else {
          assertThat(rejected(move)).isEqualTo(
              new Rejection.ClockExpired(state.movedAt() + elapsed, state.movedAt() + clock));
          assertThat(timeout).isEqualTo(new Outcome.Decided(
              toMove == Party.SOLVER ? Verdict.SOLVER_LOSES : Verdict.CHALLENGER_LOSES,
              Reason.TIMED_OUT, Digest.ZERO, Digest.ZERO));
        }
        if (move instanceof Outcome.Advanced(GameState next)) {
          long left = Math.max(clock - elapsed, Dispute.CLOCKS.extension());
          assertThat(next.movedAt()).isEqualTo(state.movedAt() + elapsed);
          assertThat(next.solverClock()).isEqualTo(toMove == Party.SOLVER ? left : state.solverClock());
          assertThat(next.challengerClock()).isEqualTo(toMove == Party.CHALLENGER ? left : state.challengerClock());
        }
      }
      assertThat(rejected(RULES.apply(state, turn.move(), toMove, at(state.movedAt() - 1))))
          .isEqualTo(new Rejection.BeforeLastMove(state.movedAt() - 1, state.movedAt()));
    }
  }

  @Test
  void chessClock_everySmallCase_agreesWithTheFormula() {
    for (long left = 0; left < 12; left++) {
      for (long elapsed = 0; elapsed < 15; elapsed++) {
        ChessClock clock = new ChessClock(100, left);
        assertThat(clock.admitsMoveAt(100 + elapsed)).isEqualTo(elapsed <= left);
        for (long extension = 1; extension < 8 && elapsed <= left; extension++) {
          assertThat(clock.afterMoveAt(100 + elapsed, extension))
              .isEqualTo(Math.max(left - elapsed, extension)).isPositive();
        }
      }
    }
  }

  @Test
  void open_withoutIntervalOrOpening_isTheDemandForTheCheckpoints() {
    GameRules.Claim claim = new GameRules.Claim(7, Dispute.SOLVER, Digest.ZERO, SALT, 5, 2);
    Digest hidden = GameRules.opening(claim.claimId(), Dispute.CHALLENGER, 2, SALT);
    GameState later = advanced(RULES.open(1, claim, Dispute.CHALLENGER, 0, hidden, Dispute.START));
    assertThat(later.phase()).isEqualTo(Phase.SELECT_INTERVAL);

    GameState looking = advanced(RULES.open(1, claim, Dispute.CHALLENGER, 0, Digest.ZERO, Dispute.START));

    GameState demanded = advanced(RULES.apply(later, new Move.Demand(0, List.of()), Party.CHALLENGER, Dispute.START));
    assertThat(looking).isEqualTo(demanded.toBuilder().opening(Digest.ZERO).build());
    assertThat(looking.phase()).isEqualTo(Phase.REVEAL);
    assertThat(looking.demandHash()).isEqualTo(claim.checkpoints());
  }

  // ------------------------------------------------------------------ which words change

  @Test
  void apply_legalMove_changesTheWordsOfItsRuleAndNoOthers() {
    TreeSet<String> seen = new TreeSet<>();
    for (Turn turn : turns()) {
      if (apply(turn.state(), turn.move()) instanceof Outcome.Advanced(GameState next)) {
        List<String> changed = new ArrayList<>();
        for (RecordComponent field : GameState.class.getRecordComponents()) {
          if (!value(field, turn.state()).equals(value(field, next))) {
            changed.add(field.getName());
          }
        }
        seen.add(turn.state().phase() + " " + turn.move().getClass().getSimpleName() + " -> " + next.phase() + " "
            + String.join(" ", changed));
        assertThat(next.hash()).isNotEqualTo(turn.state().hash());
      }
    }
    String clockC = " phase movedAt challengerClock";
    String clockS = " phase movedAt solverClock";
    String demand = " demandKind demandHash demandCount";
    assertThat(seen).containsExactlyInAnyOrder(
        "SELECT_INTERVAL SelectInterval -> COMMIT_STEPS" + clockC + " interval",
        "SELECT_INTERVAL SelectInterval -> COMMIT_STEPS" + clockC + " interval" + demand,
        "COMMIT_STEPS CommitSteps -> SELECT_STEP" + clockS + " stepsRoot",
        "SELECT_STEP SelectStep -> COMMIT_TRACE" + clockC + " step",
        "SELECT_STEP SelectStep -> COMMIT_TRACE" + clockC + " step" + demand,
        "SELECT_STEP Demand -> REVEAL" + clockC + demand,
        "SELECT_STEP Demand -> REVEAL" + clockC + " demandHash demandCount",
        "COMMIT_TRACE CommitTrace -> SELECT_NODE" + clockS
            + " traceRoot slotsBefore slotsAfter nodeCount slotCount",
        "SELECT_NODE SelectElement -> OPEN_NODE" + clockC + " target element",
        "SELECT_NODE SelectElement -> OPEN_NODE" + clockC + " element demandKind",
        "SELECT_NODE SelectSlot -> PROVE_SLOT" + clockC + " target",
        "SELECT_NODE Demand -> REVEAL" + clockC + demand,
        "SELECT_NODE Demand -> REVEAL" + clockC + " demandHash demandCount",
        "SELECT_NODE Demand -> REVEAL" + clockC + " demandHash",
        "OPEN_NODE CommitFold -> SELECT_POSITION" + clockS + " foldRoot foldLength",
        "SELECT_POSITION SelectPosition -> PROVE_POSITION" + clockC + " position demandKind",
        "SELECT_POSITION Demand -> REVEAL" + clockC + demand,
        "SELECT_POSITION Demand -> REVEAL" + clockC + " demandHash demandCount",
        "REVEAL Reveal -> SELECT_INTERVAL" + clockS + " demandHash",
        "REVEAL Reveal -> SELECT_STEP" + clockS + " demandHash",
        "REVEAL Reveal -> SELECT_NODE" + clockS + " demandHash",
        "REVEAL Reveal -> SELECT_NODE" + clockS + " demandKind demandHash",
        "REVEAL Reveal -> SELECT_NODE" + clockS + " demandKind demandHash demandCount",
        "REVEAL Reveal -> SELECT_POSITION" + clockS + " demandHash",
        "REVEAL Reveal -> SELECT_POSITION" + clockS + demand);
  }

  private static Object value(RecordComponent field, GameState state) {
    try {
      return field.getAccessor().invoke(state);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  // ------------------------------------------------------------------ selections

  @Test
  void select_outsideTheVector_isRefusedAndItsEndsAreNot() {
    GameState interval = turn(Phase.SELECT_INTERVAL).state();
    for (long i : List.of(1L, 2L)) {
      GameState next = advanced(apply(interval, new Move.SelectInterval(i, Digest.ZERO)));
      assertThat(next.phase()).isEqualTo(Phase.COMMIT_STEPS);
      assertThat(next.intervalStart()).isEqualTo((i - 1) * 19);
      assertThat(next.innerSteps()).isEqualTo(i == 1 ? 18 : 3);
    }
    refuses(interval, i -> new Move.SelectInterval(i, Digest.ZERO), 1, 2, 0, 3, -1, Long.MIN_VALUE);

    GameState step = turn(Phase.SELECT_STEP).state();
    assertThat(step.interval()).isEqualTo(1);
    for (long t : List.of(0L, 18L)) {
      assertThat(advanced(apply(step, new Move.SelectStep(t))).step()).isEqualTo(t);
    }
    refuses(step, Move.SelectStep::new, 0, 18, 19, -1, 1L << 32);

    GameState node = turn(Phase.SELECT_NODE).state();
    // Of the element nothing is known yet.
    assertThat(advanced(apply(node, new Move.SelectElement(42, -1))).element()).isEqualTo(-1);
    refuses(node, j -> new Move.SelectElement(j, 0), 0, 42, 43, 0xffffffffL);
    refuses(node, Move.SelectSlot::new, 0, 2, 3, 0xffffffffL);

    GameState position = turn(Phase.SELECT_POSITION).state();
    assertThat(advanced(apply(position, new Move.SelectPosition(699))).position()).isEqualTo(699);
    refuses(position, Move.SelectPosition::new, 0, 699, 700, -1);
  }

  private static void refuses(
      GameState state, LongFunction<Move> move, long low, long high, long... outside) {
    for (long selection : outside) {
      assertThat(rejected(apply(state, move.apply(selection))))
          .isEqualTo(new Rejection.SelectionOutOfRange(selection, low, high));
    }
  }

  @Test
  void open_intervalOfOneStep_skipsLevelOne() {
    GameRules.Claim claim = new GameRules.Claim(7, Dispute.SOLVER, Digest.ZERO, SALT, 5, 2);
    GameState last = advanced(RULES.open(1, claim, Dispute.CHALLENGER, 3, Digest.ZERO, Dispute.START));
    assertThat(last.phase()).isEqualTo(Phase.COMMIT_TRACE);
    assertThat(last.step()).isEqualTo(4);
    assertThat(last.interval()).isEqualTo(3);
    assertThat(last.stepsRoot()).isEqualTo(Digest.ZERO);
    GameState first = advanced(RULES.open(1, claim, Dispute.CHALLENGER, 1, Digest.ZERO, Dispute.START));
    assertThat(first.phase()).isEqualTo(Phase.COMMIT_STEPS);
    assertThat(first.step()).isZero();
    for (long interval : List.of(4L, -1L)) {
      assertThat(rejected(RULES.open(1, claim, Dispute.CHALLENGER, interval, Digest.ZERO, Dispute.START)))
          .isEqualTo(new Rejection.SelectionOutOfRange(interval, 1, 3));
    }
    assertThat(rejected(RULES.open(1, claim, Dispute.CHALLENGER, 1, SALT, Dispute.START)))
        .isEqualTo(new Rejection.OpenAndHidden(1, SALT));
  }

  @Test
  void open_checkpointIntervalBeyondTheRun_isOneInterval() {
    for (long c : List.of(5L, 6L, 1L << 32, Long.MAX_VALUE)) {
      GameRules.Claim claim = new GameRules.Claim(7, Dispute.SOLVER, Digest.ZERO, SALT, 5, c);
      GameState state = advanced(RULES.open(1, claim, Dispute.CHALLENGER, 1, Digest.ZERO, Dispute.START));
      assertThat(state.intervalCount()).isEqualTo(1);
      assertThat(state.intervalEnd()).isEqualTo(5);
      assertThat(state.innerSteps()).isEqualTo(4);
    }
  }

  @Test
  void selectInterval_hidden_isOpenedByIntervalSaltClaimAndChallengerAlone() {
    Digest opening = GameRules.opening(7, Dispute.CHALLENGER, 2, SALT);
    GameState hidden = advanced(
        RULES.open(1, dispute.claim, Dispute.CHALLENGER, 0, opening, Dispute.START));
    assertThat(hidden.opening()).isEqualTo(opening);
    GameState opened = advanced(apply(hidden, new Move.SelectInterval(2, SALT)));
    assertThat(opened.interval()).isEqualTo(2);
    assertThat(opened.opening()).isEqualTo(opening);
    Digest other = Digest.sha256(new byte[] {8});
    for (Move move : List.of(new Move.SelectInterval(1, SALT), new Move.SelectInterval(2, other))) {
      assertThat(rejected(apply(hidden, move))).isInstanceOf(Rejection.OpeningDiffers.class);
    }
    for (GameState copied : List.of(
        hidden.toBuilder().challenger(Dispute.SOLVER).build(), hidden.toBuilder().claimId(8).build())) {
      assertThat(rejected(apply(copied, new Move.SelectInterval(2, SALT))))
          .isInstanceOf(Rejection.OpeningDiffers.class);
    }
  }

  // ------------------------------------------------------------------ demands and reveals

  @Test
  void demand_firstOnALevel_namesTheLevelsRoot() {
    GameState node = atStart(Phase.SELECT_NODE);
    GameState slots = advanced(apply(node, new Move.Demand(1, List.of())));
    assertThat(slots.demandKind()).isEqualTo(DemandKind.VECTOR);
    assertThat(slots.demandHash()).isEqualTo(node.slotsAfter());
    assertThat(slots.demandCount()).isEqualTo(3);
    GameState trace = advanced(apply(node, new Move.Demand(0, List.of())));
    assertThat(trace.demandKind()).isEqualTo(DemandKind.TRACE);
    assertThat(trace.demandHash()).isEqualTo(node.traceRoot());
    assertThat(trace.demandCount()).isEqualTo(43);
    refuses(node, target -> new Move.Demand(target, List.of()), 0, 1, 2, 0xffffffffL);

    GameState interval = atStart(Phase.SELECT_INTERVAL);
    GameState checkpoints = advanced(apply(interval, new Move.Demand(0, List.of())));
    assertThat(checkpoints.demandHash()).isEqualTo(interval.checkpoints());
    assertThat(checkpoints.demandCount()).isEqualTo(3);
    refuses(interval, target -> new Move.Demand(target, List.of()), 0, 0, 1);

    GameState steps = advanced(apply(atStart(Phase.SELECT_STEP), new Move.Demand(0, List.of())));
    assertThat(steps.demandCount()).isEqualTo(18);
    GameState position = atStart(Phase.SELECT_POSITION);
    GameState fold = advanced(apply(position, new Move.Demand(0, List.of())));
    assertThat(fold.demandKind()).isEqualTo(DemandKind.TENSOR);
    assertThat(fold.demandHash()).isEqualTo(position.foldRoot());
    // 699 accumulators of 4 bytes.
    assertThat(fold.demandCount()).isEqualTo(3);
    for (GameState state : List.of(node, interval, position)) {
      assertThat(rejected(apply(state, new Move.Demand(0, List.of(SALT)))))
          .isInstanceOf(Rejection.RevealedDiffer.class);
    }
  }

  private static GameState atStart(Phase phase) {
    return TURNS.get(phase).stream().map(Turn::state).filter(s -> s.demandKind() == DemandKind.NONE).findFirst()
        .orElseThrow();
  }

  @Test
  void demand_below_namesAnEntryOfWhatWasRevealedLast() {
    int checked = 0;
    for (Turn turn : turns()) {
      if (turn.move() instanceof Move.Demand(long target, List<Digest> hashes) && !hashes.isEmpty()) {
        GameState state = turn.state();
        assertThat(apply(state, turn.move())).isInstanceOf(Outcome.Advanced.class);
        refuses(state, t -> new Move.Demand(t, hashes), 0, hashes.size() - 1, hashes.size(), 0xffffffffL);
        for (int i = 0; i < hashes.size(); i++) {
          List<Digest> others = new ArrayList<>(hashes);
          others.set(i, SALT);
          assertThat(rejected(apply(state, new Move.Demand(target, others))))
              .isEqualTo(new Rejection.RevealedDiffer(state.demandHash(), Keccak256.of(others)));
        }
        assertThat(rejected(apply(state, new Move.Demand(target, hashes.subList(1, hashes.size())))))
            .isInstanceOf(Rejection.RevealedDiffer.class);
        assertThat(rejected(apply(state, new Move.Demand(0, List.of()))))
            .isInstanceOf(Rejection.RevealedDiffer.class);
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(5);
  }

  @Test
  void demand_belowALeafOrAChunk_isRefused() {
    GameState state = atStart(Phase.SELECT_NODE);
    GameState owed = advanced(apply(state, new Move.Demand(1, List.of())));
    Move.Reveal reveal = (Move.Reveal) dispute.solver().move(owed, List.of(), at(owed.movedAt())).orElseThrow();
    GameState revealed = advanced(apply(owed, reveal));
    List<Digest> hashes = new ArrayList<>();
    byte[] data = reveal.data().toArray();
    for (int i = 0; i < data.length; i += 32) {
      hashes.add(Digest.of(Arrays.copyOfRange(data, i, i + 32)));
    }
    assertThat(hashes).hasSize(3);
    assertThat(rejected(apply(revealed, new Move.Demand(2, hashes)))).isEqualTo(new Rejection.NothingBelow(2));

    GameState done = TURNS.get(Phase.SELECT_POSITION).stream().map(Turn::state)
        .filter(s -> s.demandKind() == DemandKind.DONE).findFirst().orElseThrow();
    assertThat(rejected(apply(done, new Move.Demand(0, List.of()))))
        .isEqualTo(new Rejection.NothingToDemand(DemandKind.DONE));
    assertThat(apply(done, new Move.SelectPosition(3))).isInstanceOf(Outcome.Advanced.class);
  }

  @Test
  void reveal_anyOtherBytes_areRefused() {
    int kinds = 0;
    for (Turn turn : TURNS.get(Phase.REVEAL)) {
      byte[] data = ((Move.Reveal) turn.move()).data().toArray();
      for (int at = 0; at < data.length; at++) {
        byte[] other = data.clone();
        other[at] ^= 1;
        assertThat(rejected(apply(turn.state(), new Move.Reveal(Bytes.of(other)))))
            .isInstanceOfAny(Rejection.RevealDiffers.class, Rejection.RevealLength.class, Rejection.NoSuchTensor.class);
      }
      for (int length : new int[] {0, 1, data.length - 1, data.length + 1, data.length + 32, 2000}) {
        rejected(apply(turn.state(), new Move.Reveal(Bytes.of(Arrays.copyOf(data, length)))));
      }
      kinds |= 1 << Owed.of(turn.state()).ordinal();
    }
    assertThat(kinds).as("every kind of reveal was seen").isEqualTo((1 << Owed.values().length) - 1);
  }

  @Test
  void reveal_tensorOfNoType_isRefused() {
    Turn opening = TURNS.get(Phase.REVEAL).stream().filter(t -> Owed.of(t.state()) == Owed.TENSOR).findFirst()
        .orElseThrow();
    for (long numel : new long[] {0, (1L << 40) + 1, -1, Long.MIN_VALUE}) {
      Bytes data = new ProofWriter().u8(0).u64(numel).path(List.of(SALT)).toBytes();
      assertThat(rejected(apply(opening.state(), new Move.Reveal(data)))).isEqualTo(new Rejection.NoSuchTensor(0, numel));
    }
    Bytes data = new ProofWriter().u8(3).u64(1).path(List.of(SALT)).toBytes();
    assertThat(rejected(apply(opening.state(), new Move.Reveal(data)))).isEqualTo(new Rejection.NoSuchTensor(3, 1));
  }

  // ------------------------------------------------------------------ commitments

  @Test
  void commitTrace_anyOtherBytes_areRefusedOrAnotherTrace() {
    for (Turn turn : TURNS.get(Phase.COMMIT_TRACE)) {
      GameState committed = advanced(apply(turn.state(), turn.move()));
      byte[] proof = ((Move.CommitTrace) turn.move()).proof().toArray();
      for (int at = 0; at < proof.length; at++) {
        byte[] other = proof.clone();
        other[at] ^= 0x40;
        Outcome outcome = apply(turn.state(), new Move.CommitTrace(Bytes.of(other)));
        if (at >= 146 && at < 178) {
          // The trace is the solver's to choose: another tree is another commitment.
          assertThat(advanced(outcome).traceRoot()).isNotEqualTo(committed.traceRoot());
        } else {
          assertThat(rejected(outcome)).as("byte %d", at).isInstanceOfAny(
              Rejection.ProgramDiffers.class, Rejection.StateNotCommitted.class);
        }
      }
      for (int length : new int[] {0, 113, 145, 241, proof.length - 1, proof.length + 1}) {
        assertThat(rejected(apply(turn.state(), new Move.CommitTrace(Bytes.of(Arrays.copyOf(proof, length))))))
            .isInstanceOf(Rejection.ProofDoesNotHold.class);
      }
    }
  }

  @Test
  void commitFold_nodeWithoutAFold_isRefusedAndElementBeyondItLoses() {
    GameState state = TURNS.get(Phase.OPEN_NODE).stream().map(Turn::state)
        .filter(s -> s.target() == ToyProgram.SCALE).findFirst().orElseThrow();
    Bytes proof = FoldProof.build(
        dispute.claimedTrace().program(), ToyProgram.SCALE, SALT);
    assertThat(rejected(apply(state, new Move.CommitFold(proof)))).isEqualTo(new Rejection.NoFold(ToyProgram.SCALE));
    for (long element : new long[] {2100, -1}) {
      GameState beyond = state.toBuilder().element(element).build();
      assertThat(apply(beyond, new Move.CommitFold(proof))).isEqualTo(new Outcome.Decided(
          Verdict.CHALLENGER_LOSES, Reason.OUT_OF_RANGE, Digest.ZERO, Digest.ZERO));
      Outcome.Decided proved = (Outcome.Decided) apply(beyond, dispute.solver()
          .move(beyond, List.of(), at(beyond.movedAt())).orElseThrow());
      assertThat(proved.verdict()).isEqualTo(Verdict.CHALLENGER_LOSES);
      assertThat(proved.reason()).isEqualTo(Reason.OUT_OF_RANGE);
    }
  }

  // ------------------------------------------------------------------ bounds

  @Test
  void maxMoves_fromTheLimitsOfPrograms_is90() {
    // The most demands a level takes, by the limits of SPEC §3.1; the spec rounds two of them up.
    int checkpoints = demands((1L << 32) + 1);
    int steps = demands((1L << 32) - 1);
    int trace = demands(1 << 20) + demands((1L << 40) * 4 / 1024) + 1;
    int fold = demands(((1L << 32) - 1) * 4 / 1024) + 1;
    assertThat(List.of(checkpoints, steps, trace, fold)).isEqualTo(List.of(9, 8, 14, 7));
    int[] allowed = {9, 9, 15, 8};
    int moves = 8;
    for (int demands : allowed) {
      moves += 2 * demands;
    }
    assertThat(GameParameters.MAX_MOVES).isEqualTo(moves).isEqualTo(90);
    assertThat(8 + 2 * (checkpoints + steps + trace + fold)).isLessThanOrEqualTo(GameParameters.MAX_MOVES);
    assertThat(new GameParameters(100, 200, 3).delayBoundSeconds()).isEqualTo(100 + 200 + 90 * 3);
  }

  /// ⌈log16 n⌉, by descending the largest entry.
  private static int demands(long n) {
    int demands = 0;
    for (long count = n; count > 1 || demands == 0; demands++) {
      count = MerkleTree.split(count).stream().mapToLong(r -> r.count()).max().orElseThrow();
    }
    return demands;
  }
}
