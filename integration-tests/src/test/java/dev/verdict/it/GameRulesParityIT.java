package dev.verdict.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.adversary.Cheat;
import dev.verdict.bisection.adversary.IneffectiveCheatException;
import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameParameters;
import dev.verdict.bisection.game.GameRules;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Outcome;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.game.Rejection;
import dev.verdict.bisection.play.ChallengerPlayer;
import dev.verdict.bisection.play.Player;
import dev.verdict.bisection.play.SolverPlayer;
import dev.verdict.bisection.step.Adjudicator;
import dev.verdict.bisection.trace.Checkpoints;
import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.bisection.trace.RecordedRun;
import dev.verdict.bisection.trace.ServedObjects;
import dev.verdict.bisection.trace.TraceProvider;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.ContractRevertedException;
import dev.verdict.contracts.DisputeGameGateway;
import dev.verdict.contracts.JobRegistryGateway;
import dev.verdict.contracts.JobTerms;
import dev.verdict.contracts.Receipt;
import dev.verdict.contracts.TransactionRequest;
import dev.verdict.it.testing.Network;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.testing.RandomPrograms;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules twice: every move of whole disputes, and many that aren't moves, put to Java's [GameRules] and to the
/// contract at the same block time. What one accepts the other does, with the same state word by word (but for the two
/// words of gas, which no rule reads) or the same verdict; what one refuses the other does, by the same name.
@Timeout(300)
class GameRulesParityIT {
  private static final int DISPUTES = Integer.getInteger("verdict.it.disputes", 6);
  private static final int CANDIDATES = 7;
  private static final Digest SALT = Digest.sha256(new byte[] {7});
  private static final BigInteger WEI = BigInteger.TEN.pow(15);
  private static final long WINDOW = 86_400;

  /// Faults in the bytes that a move carries.
  private static final Set<Class<? extends Rejection>> IN_BYTES = Set.of(Rejection.ProofDoesNotHold.class,
      Rejection.ProofLength.class, Rejection.RevealLength.class, Rejection.RevealDiffers.class,
      Rejection.NoSuchTensor.class, Rejection.ProgramDiffers.class, Rejection.StateNotCommitted.class);

  private static Network network;
  private static DisputeGameGateway game;
  private static JobRegistryGateway registry;
  private static GameRules rules;
  private static long now;
  private static int jobs;

  @BeforeAll
  static void deploy() {
    network = Network.anvil();
    game = network.deployment().game(network.chain());
    registry = network.deployment().registry(network.chain());
    network.deposit(Network.ETHER.multiply(BigInteger.valueOf(1_000)), Network.SUBMITTER, Network.SOLVER,
        Network.VERIFIER);
    GameParameters clocks = game.parameters();
    rules = new GameRules(clocks, Adjudicator.INSTANCE);
    now = network.chain().latestBlock().timestamp();
  }

  @AfterAll
  static void stopNode() {
    network.close();
  }

  static Stream<Arguments> scenarios() {
    return Arrays.stream(Cheat.values()).flatMap(cheat -> Stream.of(true, false).map(s -> Arguments.of(cheat, s)));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void apply_anyMoveOfADispute_isWhatTheContractSays(Cheat cheat, boolean serves) {
    int played = 0;
    Tally tally = new Tally();
    for (long seed = 5_000 + cheat.ordinal() * 1_000 + (serves ? 0 : 500); played < DISPUTES; seed++) {
      Random random = new Random(seed);
      RandomPrograms.Sample sample = RandomPrograms.sample(seed);
      long steps = 1 + random.nextInt(7);
      long interval = 1 + random.nextInt((int) steps + 1);
      Dispute dispute;
      try {
        dispute = new Dispute(cheat, serves, sample, steps, interval, seed);
      } catch (IneffectiveCheatException e) {
        continue;
      }
      if (cheat.isFalseClaim() && dispute.suspected().isEmpty()) {
        // The deviation was absorbed before the next checkpoint: the claim is true after all.
        continue;
      }
      dispute.play(random, played, tally);
      played++;
    }
    System.out.println("parity, " + cheat + (serves ? " served: " : " withheld: ") + tally);
  }

  /// What has been compared.
  private static final class Tally {
    private final Map<Phase, Integer> refused = new EnumMap<>(Phase.class);
    private int moves;
    private int alternatives;
    private final List<String> ends = new ArrayList<>();
    private final List<Long> seeds = new ArrayList<>();

    @Override
    public String toString() {
      return "seeds " + seeds + ", " + moves + " moves, " + alternatives + " others that are moves too, refused "
          + refused + ", ended " + ends;
    }
  }

  /// A claim on a small run, on the chain and in Java.
  private static final class Dispute {
    private final Cheat cheat;
    private final boolean serves;
    private final RandomPrograms.Sample sample;
    private final long steps;
    private final long interval;
    private final long seed;
    private final Computation claimed;
    private final RecordedRun claimedRun;
    private final RecordedRun trueRun;

    Dispute(Cheat cheat, boolean serves, RandomPrograms.Sample sample, long steps, long interval, long seed) {
      this.cheat = cheat;
      this.serves = serves;
      this.sample = sample;
      this.steps = steps;
      this.interval = interval;
      this.seed = seed;
      this.claimed = cheat.computation(new Cheat.Run(new ReferenceExecutor(), sample.program(),
          sample.inputs().data(), sample.inputs().constants(), steps, interval), seed);
      this.claimedRun = RecordedRun.of(claimed, sample.inputs().states(), steps, interval);
      this.trueRun = RecordedRun.of(honest(), sample.inputs().states(), steps, interval);
    }

    private HonestComputation honest() {
      return new HonestComputation(
          new ReferenceExecutor(), sample.program(), sample.inputs().data(), sample.inputs().constants());
    }

    private TraceProvider trace(Computation computation, Checkpoints checkpoints) {
      return new TraceProvider(computation, steps, interval, checkpoints);
    }

    /// The interval that ends with the first false leaf.
    Optional<Long> suspected() {
      for (int i = 0; i < claimedRun.leaves().size(); i++) {
        if (!claimedRun.leaves().get(i).equals(trueRun.leaves().get(i))) {
          return Optional.of((long) i);
        }
      }
      return Optional.empty();
    }

    private GameRules.Claim post() {
      Digest programRoot = ProgramCommitment.of(sample.program()).programRoot();
      JobTerms terms = new JobTerms(programRoot, StateCommitment.of(0, sample.inputs().states()).root(), steps,
          interval, WEI, WEI, WEI, WINDOW, WINDOW, Digest.sha256(ByteBuffer.allocate(4).putInt(jobs++).array()));
      Receipt submitted =
          network.sender(Network.SUBMITTER).send(registry.submitJob(terms, "", BigInteger.ZERO));
      Digest jobId =
          network.deployment().events().one(submitted, ChainEvent.JobSubmitted.class).jobId();
      network.sender(Network.SOLVER).send(registry.acceptJob(jobId, network.account(Network.SOLVER)));
      VectorCommitment leaves = VectorCommitment.of(claimedRun.leaves());
      long last = leaves.length() - 1;
      Receipt posted = network.sender(Network.SOLVER)
          .send(registry.postClaim(jobId, leaves.leaf(last), leaves.path(0), leaves.path(last), ""));
      ChainEvent.ClaimPosted claim = network.deployment().events().one(posted, ChainEvent.ClaimPosted.class);
      assertThat(claim.checkpoints()).isEqualTo(claimedRun.root());
      now = Math.max(now, network.chain().latestBlock().timestamp());
      return new GameRules.Claim(claim.claimId(), network.account(Network.SOLVER), programRoot,
          claim.checkpoints(), steps, interval);
    }

    /// @param mode 0: the interval openly; 1: hidden; else left open
    private Outcome challenge(GameRules.Claim claim, int mode, long suspected, String about) {
      Account challenger = network.account(Network.VERIFIER);
      Digest opening = mode == 1 ? GameRules.opening(claim.claimId(), challenger, suspected, SALT) : Digest.ZERO;
      long gameId = game.gameCount() + 1;
      now++;
      Instant at = Instant.ofEpochSecond(now);
      // Intervals that don't exist are refused by both.
      for (long wrong : new long[] {trueRun.leaves().size(), -1}) {
        assertThat(rules.open(gameId, claim, challenger, wrong, Digest.ZERO, at)).isInstanceOf(Outcome.Rejected.class);
        TransactionRequest request = game.challenge(claim.claimId(), challenger, wrong);
        assertThat(send(Party.CHALLENGER, request)).as(about)
            .isEqualTo(new Sent.Refused("SelectionOutOfRange"));
      }
      TransactionRequest request = switch (mode) {
        case 0 -> game.challenge(claim.claimId(), challenger, suspected);
        case 1 -> game.challengeHidden(claim.claimId(), challenger, opening);
        default -> game.challenge(claim.claimId(), challenger);
      };
      Outcome java = rules.open(gameId, claim, challenger, mode == 0 ? suspected : 0, opening, at);
      return same(java, send(Party.CHALLENGER, request), about);
    }

    void play(Random random, int index, Tally tally) {
      tally.seeds.add(seed);
      int mode = random.nextInt(4);
      long suspected = suspected().orElse(1 + (long) random.nextInt(trueRun.leaves().size() - 1));
      String about = cheat + (serves ? " served" : " withheld") + ", seed " + seed + ", T " + steps + ", c " + interval
          + ", mode " + mode;
      GameRules.Claim claim = post();
      SolverPlayer service = new SolverPlayer(trace(claimed, claimedRun));
      Function<GameState, ServedObjects> served =
          state -> serves ? cheat.served(service.serves(state)) : ServedObjects.NONE;
      Player solver = cheat.solver(trace(claimed, claimedRun), seed);
      ChallengerPlayer honestChallenger = mode < 2
          ? new ChallengerPlayer(trace(honest(), claimedRun), served,
              Optional.of(new ChallengerPlayer.Suspicion(suspected, mode == 1 ? SALT : Digest.ZERO)))
          : new ChallengerPlayer(trace(honest(), trueRun), served, Optional.empty());
      Player challenger = mode == 1 ? honestChallenger : cheat.challenger(honestChallenger, sample.program(), seed);
      List<Bytes> revealed = new ArrayList<>();
      Candidates candidates = new Candidates(random);
      Outcome outcome = challenge(claim, mode, suspected, about);
      Optional<GameState> before = Optional.empty();
      while (outcome instanceof Outcome.Advanced(GameState state)) {
        String here = about + ", " + state.phase() + ", at " + now;
        now += 1 + random.nextInt(50);
        Chosen chosen = choose(state, List.copyOf(revealed), solver, challenger);
        for (Candidates.Candidate candidate : candidates.around(state, chosen.move(), revealed, CANDIDATES)) {
          compare(state, candidate, tally, here + ", " + candidate);
        }
        boundaries(state, chosen, random, here);
        stale(state, before, chosen, random, here);
        now = chosen.at();
        Outcome java = rules.apply(state, chosen.move(), chosen.by(), Instant.ofEpochSecond(now));
        outcome = same(java, send(chosen.by(), game.move(state, chosen.move())), here + ", " + chosen);
        tally.moves++;
        before = Optional.of(state);
        switch (chosen.move()) {
          case Move.Reveal(Bytes data) -> revealed.add(data);
          case Move.Demand d -> { }
          default -> revealed.clear();
        }
        if (outcome instanceof Outcome.Decided decided) {
          tally.ends.add(state.phase() + " " + decided.reason());
          assertThat(decided.verdict().name()).as(about)
              .isEqualTo(cheat.isFalseClaim() ? "SOLVER_LOSES" : "CHALLENGER_LOSES");
          now++;
          assertThat(send(chosen.by(), game.move(state, chosen.move()))).as("after the end")
              .isEqualTo(new Sent.Refused("UnknownGame"));
        }
      }
      assertThat(outcome).as(about).isInstanceOf(Outcome.Decided.class);
    }

    private record Chosen(Move move, Party by, long at) {}

    /// As dev.verdict.bisection.play.Match has it: the side to move first, then the other; else the clock.
    private static Chosen choose(GameState state, List<Bytes> revealed, Player solver, Player challenger) {
      Party toMove = state.phase().toMove();
      for (Party party : List.of(toMove, toMove == Party.SOLVER ? Party.CHALLENGER : Party.SOLVER)) {
        Player player = party == Party.SOLVER ? solver : challenger;
        Optional<Move> move = player.move(state, revealed, Instant.ofEpochSecond(now));
        if (move.isPresent()) {
          return new Chosen(move.get(), party, now);
        }
      }
      return new Chosen(new Move.Timeout(), Party.ANYONE, Math.max(state.runningClock().lastInstant() + 1, now));
    }

    private void compare(GameState state, Candidates.Candidate candidate, Tally tally, String about) {
      Outcome java = rules.apply(state, candidate.move(), candidate.by(), Instant.ofEpochSecond(now));
      same(java, tried(java, candidate.by(), game.move(state, candidate.move())), about);
      if (java instanceof Outcome.Rejected) {
        tally.refused.merge(state.phase(), 1, Integer::sum);
      } else {
        tally.alternatives++;
      }
    }

    /// At a clock's last instant the move is one and the timeout isn't; a second later it is the other way round.
    private void boundaries(GameState state, Chosen chosen, Random random, String about) {
      if (random.nextInt(3) != 0 || chosen.move() instanceof Move.Timeout) {
        return;
      }
      long kept = now;
      for (long at : new long[] {state.runningClock().lastInstant(), state.runningClock().lastInstant() + 1}) {
        for (Move move : List.of(chosen.move(), new Move.Timeout())) {
          now = at;
          Outcome java = rules.apply(state, move, chosen.by(), Instant.ofEpochSecond(at));
          same(java, tried(java, chosen.by(), game.move(state, move)), about + ", " + move + " at " + at);
        }
      }
      now = kept;
    }

    /// The state before, and the present one with any byte changed: the contract alone can tell.
    private void stale(
        GameState state, Optional<GameState> before, Chosen chosen, Random random, String about) {
      before.ifPresent(old -> assertThat(send(chosen.by(), game.move(old, chosen.move()))).as(about)
          .isEqualTo(new Sent.Refused("StaleState")));
      byte[] words = state.encode();
      words[32 * (1 + random.nextInt(GameState.WORDS - 1)) + 31] ^= (byte) (1 << random.nextInt(3));
      try {
        GameState other = GameState.decode(words);
        assertThat(send(chosen.by(), game.move(other, chosen.move()))).as(about)
            .isEqualTo(new Sent.Refused("StaleState"));
      } catch (IllegalArgumentException e) {
        // No state has this in that word.
      }
    }
  }

  // ------------------------------------------------------------------ the contract's side

  /// What became of a transaction.
  private sealed interface Sent {
    record Refused(String error) implements Sent {}

    record Done(List<ChainEvent> events) implements Sent {}
  }

  /// Sends in a block of time `now`. The estimate beforehand, at the same time, names the error of what is refused.
  private static Sent send(Party by, TransactionRequest request) {
    network.node().nextBlockTimestamp(now);
    try {
      return new Sent.Done(network.deployment().events().in(network.sender(account(by)).send(request)));
    } catch (ContractRevertedException e) {
      assertThat(e.transactionHash()).as("refused in the block, not by the estimate: " + e.getMessage()).isEmpty();
      return new Sent.Refused(e.name());
    }
  }

  /// What sending in a block of time `now` would bring.
  private static Sent tried(Outcome java, Party by, TransactionRequest request) {
    if (java instanceof Outcome.Rejected) {
      return send(by, request);
    }
    return network.simulate(account(by), request, now).<Sent>map(Sent.Done::new)
        .orElseGet(() -> new Sent.Refused("in a simulated block"));
  }

  private static int account(Party by) {
    return switch (by) {
      case SOLVER -> Network.SOLVER;
      case CHALLENGER -> Network.VERIFIER;
      case ANYONE -> Network.OUTSIDER;
    };
  }

  /// Compares; gives the contract's, whose words of gas the next move has to carry.
  private static Outcome same(Outcome java, Sent chain, String about) {
    switch (java) {
      case Outcome.Rejected(Rejection why) -> {
        assertThat(chain).as("Java rejects (%s): %s", why, about).isInstanceOf(Sent.Refused.class);
        String error = ((Sent.Refused) chain).error();
        if (IN_BYTES.contains(why.getClass())) {
          // Which of several faults in the bytes is named first is each reader's own affair.
          assertThat(error).as("a named error: %s", about).isNotIn("Unknown", "Panic", "Error", "OutOfGas");
        } else {
          assertThat(error).as("%s: %s", why, about).isEqualTo(why.getClass().getSimpleName());
        }
        return java;
      }
      case Outcome.Advanced(GameState expected) -> {
        GameState actual = one(java, chain, ChainEvent.Moved.class, about).state();
        assertThat(actual).as(about).isEqualTo(expected.toBuilder().solverGas(actual.solverGas())
            .challengerGas(actual.challengerGas()).build());
        assertThat(actual.solverGas()).as(about).isGreaterThanOrEqualTo(expected.solverGas());
        assertThat(actual.challengerGas()).as(about).isGreaterThanOrEqualTo(expected.challengerGas());
        return new Outcome.Advanced(actual);
      }
      case Outcome.Decided expected -> {
        ChainEvent.Decided actual = one(java, chain, ChainEvent.Decided.class, about);
        Outcome.Decided told =
            new Outcome.Decided(actual.verdict(), actual.reason(), actual.result(), actual.claimed());
        assertThat(told).as(about).isEqualTo(expected);
        return told;
      }
    }
  }

  private static <T extends ChainEvent> T one(Outcome java, Sent chain, Class<T> kind, String about) {
    assertThat(chain).as("Java says %s: %s", java.getClass().getSimpleName(), about).isInstanceOf(Sent.Done.class);
    return ((Sent.Done) chain).events().stream().filter(kind::isInstance).map(kind::cast).findFirst().orElseThrow();
  }
}
