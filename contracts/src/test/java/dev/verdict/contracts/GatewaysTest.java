package dev.verdict.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameRules;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Jobs, claims and games on a chain, as far as they go without a program.
@Timeout(120)
class GatewaysTest {
  private static final BigInteger STAKE = BigInteger.TEN.pow(16);
  private static final Digest FIRST = Digest.sha256("S_0".getBytes(StandardCharsets.US_ASCII));
  private static final Digest LAST = Digest.sha256("S_T".getBytes(StandardCharsets.US_ASCII));
  private static final Digest PROGRAM =
      Digest.sha256("program".getBytes(StandardCharsets.US_ASCII));

  private TestChain chain;
  private Deployment deployment;
  private Transactions submitter;
  private Transactions solver;
  private Transactions challenger;
  private StakeVaultGateway vault;
  private JobRegistryGateway registry;
  private DisputeGameGateway game;
  private ContractEvents events;

  @BeforeEach
  void deploy() {
    chain = TestChain.start();
    deployment = Deployment.deploy(chain.sender(0), DeploymentParameters.development());
    submitter = chain.sender(1);
    solver = chain.sender(2);
    challenger = chain.sender(3);
    vault = deployment.vault(chain.client);
    registry = deployment.registry(chain.client);
    game = deployment.game(chain.client);
    events = deployment.events();
    solver.send(vault.deposit(STAKE));
    challenger.send(vault.deposit(STAKE));
  }

  @AfterEach
  void stopNode() {
    chain.close();
  }

  private JobTerms terms(long steps, long interval) {
    return new JobTerms(
        PROGRAM,
        FIRST,
        steps,
        interval,
        BigInteger.valueOf(1000),
        STAKE,
        STAKE,
        3_600,
        600,
        Digest.ZERO);
  }

  private Digest submit(JobTerms terms) {
    Receipt receipt = submitter.send(registry.submitJob(terms, "file:///job", terms.paymentWei()));
    return events.one(receipt, ChainEvent.JobSubmitted.class).jobId();
  }

  /// A claim of two checkpoints: each one's path is the other.
  private ChainEvent.ClaimPosted claim(Digest job) {
    solver.send(registry.acceptJob(job, solver.account()));
    Receipt receipt =
        solver.send(registry.postClaim(job, LAST, List.of(LAST), List.of(FIRST), "file:///claim"));
    return events.one(receipt, ChainEvent.ClaimPosted.class);
  }

  private GameState challenge(long claimId) {
    Receipt receipt = challenger.send(game.challengeHidden(claimId, challenger.account(), GameRules.opening(claimId, challenger.account(), 1, Digest.ZERO)));
    return events.one(receipt, ChainEvent.Moved.class).state();
  }

  @Test
  void submitJob_anyTerms_areReadBackAsGiven() {
    JobTerms terms = terms(10, 5);
    Digest expected = registry.jobIdOf(terms, submitter.account());

    Receipt receipt =
        submitter.send(registry.submitJob(terms, "ipfs://é", BigInteger.valueOf(1500)));

    assertThat(events.in(receipt))
        .anySatisfy(
            event ->
                assertThat(event)
                    .isInstanceOfSatisfying(
                        ChainEvent.JobSubmitted.class,
                        e -> {
                          assertThat(e.jobId()).isEqualTo(expected);
                          assertThat(e.submitter()).isEqualTo(submitter.account());
                          assertThat(e.programRoot()).isEqualTo(PROGRAM);
                          assertThat(e.location()).isEqualTo("ipfs://é");
                          assertThat(e.position().blockHash()).isEqualTo(receipt.blockHash());
                          assertThat(e.position().txHash()).isEqualTo(receipt.txHash());
                        }));
    Account nobody = Account.of(new byte[Account.LENGTH_BYTES]);
    assertThat(registry.job(expected))
        .contains(
            new Job(
                PROGRAM,
                FIRST,
                10,
                5,
                3_600,
                600,
                submitter.account(),
                STAKE,
                nobody,
                STAKE,
                BigInteger.valueOf(1000),
                0,
                JobStatus.OPEN));
    assertThat(vault.balanceOf(submitter.account()))
        .isEqualTo(
            new VaultBalance(
                BigInteger.valueOf(500), BigInteger.valueOf(1000), BigInteger.ZERO, 0));
    assertThat(registry.job(LAST)).isEmpty();
    submitter.send(registry.cancelJob(expected));
    assertThat(registry.job(expected).orElseThrow().status()).isEqualTo(JobStatus.CANCELLED);
  }

  @Test
  void claim_nobodyChallenges_isConfirmedAfterItsWindow() {
    Digest job = submit(terms(1, 1));
    ChainEvent.ClaimPosted posted = claim(job);
    assertThat(registry.claimCount()).isEqualTo(1);
    Claim claim = registry.claim(posted.claimId()).orElseThrow();
    assertThat(claim.status()).isEqualTo(ClaimStatus.PENDING);
    assertThat(claim.jobId()).isEqualTo(job);
    assertThat(claim.checkpoints()).isEqualTo(posted.checkpoints());
    assertThat(claim.lastState()).isEqualTo(LAST);
    assertThat(claim.solver()).isEqualTo(solver.account());
    assertThat(claim.windowEnd()).isEqualTo(posted.windowEnd());

    ContractRevertedException tooEarly =
        catchThrowableOfType(
            ContractRevertedException.class,
            () -> solver.send(registry.finalizeClaim(posted.claimId())));
    assertThat(tooEarly.name()).isEqualTo("WindowNotOver");
    assertThat(tooEarly.argument("windowEnd")).contains(BigInteger.valueOf(posted.windowEnd()));

    chain.node.increaseTime(Duration.ofSeconds(601));
    Receipt receipt = solver.send(registry.finalizeClaim(posted.claimId()));
    assertThat(events.one(receipt, ChainEvent.ClaimConfirmed.class).paymentWei()).isEqualTo(1000);
    assertThat(registry.claim(posted.claimId()).orElseThrow().status())
        .isEqualTo(ClaimStatus.CONFIRMED);
    assertThat(registry.claim(99)).isEmpty();
  }

  @Test
  void game_stateFromTheEvent_isTheOneThatTheChainKeeps() {
    long claimId = claim(submit(terms(10, 10))).claimId();

    GameState state = challenge(claimId);

    assertThat(state.phase()).isEqualTo(Phase.SELECT_INTERVAL);
    assertThat(state.solver()).isEqualTo(solver.account());
    assertThat(state.challenger()).isEqualTo(challenger.account());
    assertThat(state.programRoot()).isEqualTo(PROGRAM);
    assertThat(state.steps()).isEqualTo(10);
    assertThat(game.stateHash(state.gameId())).contains(state.hash());
    assertThat(GameState.decode(state.encode())).isEqualTo(state);
    assertThat(game.gameCount()).isEqualTo(1);

    // Through a few moves: each next state is the contract's own, and hashes to what it keeps.
    Receipt receipt = challenger.send(game.move(state, new Move.SelectInterval(1, Digest.ZERO)));
    ChainEvent.Moved moved = events.one(receipt, ChainEvent.Moved.class);
    assertThat(moved.move()).isEqualTo("selectInterval");
    assertThat(moved.state().phase()).isEqualTo(Phase.COMMIT_STEPS);
    assertThat(game.stateHash(state.gameId())).contains(moved.state().hash());
    receipt = solver.send(game.move(moved.state(), new Move.CommitSteps(LAST)));
    GameState committed = events.one(receipt, ChainEvent.Moved.class).state();
    receipt = challenger.send(game.move(committed, new Move.Demand(0, List.of())));
    GameState owed = events.one(receipt, ChainEvent.Moved.class).state();
    assertThat(owed.phase()).isEqualTo(Phase.REVEAL);
    assertThat(game.stateHash(state.gameId())).contains(owed.hash());
  }

  @Test
  void move_staleStateWrongTurnWrongSender_areRefusedByName() {
    GameState state = challenge(claim(submit(terms(10, 10))).claimId());
    GameState other = state.toBuilder().movedAt(state.movedAt() + 1).build();

    assertThat(refusal(challenger, game.move(other, new Move.SelectInterval(1, Digest.ZERO))))
        .isEqualTo("StaleState");
    assertThat(refusal(challenger, game.move(state, new Move.SelectStep(0))))
        .isEqualTo("WrongPhase");
    assertThat(refusal(solver, game.move(state, new Move.SelectInterval(1, Digest.ZERO))))
        .isEqualTo("NotYourMove");
    assertThat(refusal(challenger, game.move(state, new Move.SelectInterval(2, Digest.ZERO))))
        .isEqualTo("OpeningDiffers");
    assertThat(refusal(challenger, game.move(state, new Move.Timeout())))
        .isEqualTo("ClockNotExpired");
    assertThat(refusal(challenger, game.challenge(77, challenger.account())))
        .isEqualTo("WrongClaimStatus");
    GameState unknown = state.toBuilder().gameId(1_000).build();
    assertThat(refusal(challenger, game.move(unknown, new Move.Timeout())))
        .isEqualTo("UnknownGame");
  }

  private static String refusal(Transactions by, TransactionRequest request) {
    return catchThrowableOfType(ContractRevertedException.class, () -> by.send(request)).name();
  }

  @Test
  void timeout_solverSilent_refutesTheClaim() {
    Digest job = submit(terms(1, 1));
    long claimId = claim(job).claimId();
    Receipt opened = challenger.send(game.challenge(claimId, challenger.account(), 1));
    GameState state = events.one(opened, ChainEvent.Moved.class).state();
    assertThat(state.phase()).isEqualTo(Phase.COMMIT_TRACE);
    chain.node.increaseTime(Duration.ofSeconds(deployment.parameters().clocks().solverClock() + 1));

    Receipt receipt = challenger.send(game.move(state, new Move.Timeout()));

    ChainEvent.Decided decided = events.one(receipt, ChainEvent.Decided.class);
    assertThat(decided.verdict()).isEqualTo(Verdict.SOLVER_LOSES);
    assertThat(decided.reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(game.stateHash(state.gameId())).isEmpty();
    assertThat(registry.claim(claimId).orElseThrow().status()).isEqualTo(ClaimStatus.REFUTED);
    assertThat(events.one(receipt, ChainEvent.ClaimRefuted.class).jobId()).isEqualTo(job);
    List<ChainEvent> all =
        events.between(chain.client, deployment.firstBlock(), chain.client.blockNumber());
    assertThat(all).contains(decided).extracting(ChainEvent::position).isSorted();
  }

  @Test
  void operator_movesForTheSolverAndNeverWithdraws() {
    Transactions key = chain.sender(5);
    solver.send(vault.setOperator(key.account(), true));
    assertThat(vault.isOperatorFor(solver.account(), key.account())).isTrue();
    Digest job = submit(terms(1, 1));
    key.send(registry.acceptJob(job, solver.account()));
    assertThat(registry.job(job).orElseThrow().solver()).isEqualTo(solver.account());
    assertThat(refusal(key, vault.withdraw())).isEqualTo("NothingToWithdraw");
    solver.send(vault.setOperator(key.account(), false));
    assertThat(vault.isOperatorFor(solver.account(), key.account())).isFalse();
  }

  @Test
  void withdraw_afterUnbonding_paysOut() {
    solver.send(vault.requestWithdrawal(STAKE));
    assertThat(refusal(solver, vault.withdraw())).isEqualTo("StillUnbonding");
    chain.node.increaseTime(Duration.ofSeconds(deployment.parameters().unbondingSeconds() + 1));
    Receipt receipt = solver.send(vault.withdraw());
    assertThat(events.one(receipt, ChainEvent.Withdrawn.class).amountWei()).isEqualTo(STAKE);
    assertThat(vault.balanceOf(solver.account()).freeWei()).isZero();
  }

  @Test
  void expireJob_solverSilent_takesItsStake() {
    Digest job = submit(terms(1, 1));
    solver.send(registry.acceptJob(job, solver.account()));
    chain.node.increaseTime(Duration.ofSeconds(3_601));
    Receipt receipt = submitter.send(registry.expireJob(job));
    assertThat(events.one(receipt, ChainEvent.JobExpired.class).solver())
        .isEqualTo(solver.account());
    assertThat(vault.jackpotPool()).isEqualTo(STAKE.shiftRight(1));
  }

  /// A state with something in every word is refused as stale, with exactly the hash that Java gives it.
  @Test
  void encode_everyFieldDifferent_hashesAsTheContractDoes() {
    GameState present = challenge(claim(submit(terms(10, 10))).claimId());
    Random random = new Random(20_260_102);
    byte[] words = present.encode();
    for (int word = 1; word < GameState.WORDS; word++) {
      // One byte fits every type; phase, dtype and kind of demand have few values.
      byte value =
          switch (word) {
            case 8 -> 3;
            case 25, 27 -> 2;
            default -> (byte) (1 + random.nextInt(100));
          };
      words[32 * word + 31] = value;
    }
    GameState other = GameState.decode(words);
    assertThat(ByteBuffer.wrap(other.encode())).isEqualTo(ByteBuffer.wrap(words));

    ContractRevertedException refused =
        catchThrowableOfType(
            ContractRevertedException.class,
            () -> challenger.send(game.move(other, new Move.Timeout())));

    assertThat(refused.name()).isEqualTo("StaleState");
    assertThat(refused.arguments())
        .extracting(ContractRevertedException.Argument::value)
        .contains(other.hash(), present.hash());
  }

  /// A move whose function the wrapper encodes is the function that the ABI names.
  @Test
  void move_ofEveryKind_callsItsFunction() {
    GameState state = challenge(claim(submit(terms(10, 10))).claimId());
    Bytes bytes = Bytes.of(new byte[] {1, 2, 3});
    List<Move> moves =
        List.of(
            new Move.SelectInterval(-1, LAST),
            new Move.CommitSteps(LAST),
            new Move.SelectStep(-1),
            new Move.CommitTrace(bytes),
            new Move.SelectElement(0xffff_ffffL, -1),
            new Move.SelectSlot(3),
            new Move.CommitFold(bytes),
            new Move.SelectPosition(-1),
            new Move.Demand(1, List.of(FIRST, LAST)),
            new Move.Reveal(bytes),
            new Move.Prove(bytes),
            new Move.Timeout());
    assertThat(moves).hasSize(Move.class.getPermittedSubclasses().length);
    for (Move move : moves) {
      TransactionRequest request = game.move(state, move);
      String selector = HexFormat.of().formatHex(request.data(), 0, 4);
      String name = move.getClass().getSimpleName();
      assertThat(GameFunctions.name(selector)).isEqualToIgnoringCase(name);
      assertThat(request.operation()).isEqualToIgnoringCase("DisputeGame." + name);
      assertThat(refusal(challenger, request))
          .isIn(
              "WrongPhase",
              "SelectionOutOfRange",
              "ClockNotExpired",
              "RevealedDiffer",
              "NothingToDemand",
              "OpeningDiffers",
              "NotYourMove");
    }
  }

  @Test
  void events_everyKindInTheAbi_isKnown() {
    int declared = 0;
    for (String contract : GeneratedContracts.NAMES) {
      for (JsonNode entry : new ObjectMapper().readTree(GeneratedContracts.abi(contract))) {
        declared += entry.path("type").asString("").equals("event") ? 1 : 0;
      }
    }
    assertThat(ContractEvents.kinds()).isEqualTo(declared);
  }
}
