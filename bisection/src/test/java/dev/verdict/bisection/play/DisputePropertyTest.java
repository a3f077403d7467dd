package dev.verdict.bisection.play;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.adversary.Cheat;
import dev.verdict.bisection.adversary.FrivolousChallenger;
import dev.verdict.bisection.adversary.IneffectiveCheatException;
import dev.verdict.bisection.game.GameParameters;
import dev.verdict.bisection.game.GameRules;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.bisection.testing.Dispute;
import dev.verdict.bisection.trace.ServedObjects;
import dev.verdict.bisection.transcript.Replay;
import dev.verdict.bisection.transcript.Transcript;
import dev.verdict.repops.DType;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// SPEC §1: soundness and completeness, on random programs.
class DisputePropertyTest {
  private static final int CLAIMS = 16;
  private static final Digest SALT = Digest.sha256(new byte[] {1});

  private static long intervalFor(Random random, long steps) {
    return 1 + random.nextInt((int) steps + 1);
  }

  @ParameterizedTest
  @EnumSource(value = Cheat.class, names = "FRIVOLOUS_CHALLENGE", mode = EnumSource.Mode.EXCLUDE)
  void play_falseClaim_losesToTheHonestChallenger(Cheat cheat) {
    int refuted = 0;
    int proved = 0;
    Map<Phase, Integer> ends = new EnumMap<>(Phase.class);
    // Random programs leave many deviations without effect; seeds go on until enough have one.
    for (long seed = 100; seed < 1000 && refuted < CLAIMS; seed++) {
      Random random = new Random(seed);
      RandomPrograms.Sample sample = RandomPrograms.sample(seed);
      long steps = 1 + random.nextInt(7);
      long interval = intervalFor(random, steps);
      String about = cheat + " seed " + seed + " T " + steps + " c " + interval;
      Dispute dispute;
      try {
        dispute = new Dispute(sample, steps, interval, cheat.computation(new Cheat.Run(new ReferenceExecutor(),
            sample.program(), sample.inputs().data(), sample.inputs().constants(), steps, interval), seed));
      } catch (IneffectiveCheatException e) {
        continue;
      }
      if (dispute.isTrue()) {
        // The deviation was absorbed before the next checkpoint: the claim is true after all.
        continue;
      }
      dispute.budgetBytes = random.nextBoolean() ? 0 : 1 << 20;
      long suspected = dispute.falseInterval();
      for (int mode = 0; mode < 4; mode++) {
        SolverPlayer served = dispute.solver();
        Player solver = cheat.solver(dispute.claimedTrace(), seed);
        boolean serves = mode % 2 == 0;
        Function<GameState, ServedObjects> service =
            state -> serves ? cheat.served(served.serves(state)) : Dispute.nothing(state);
        Digest opening = mode == 1
            ? GameRules.opening(dispute.claim.claimId(), Dispute.CHALLENGER, suspected, SALT)
            : Digest.ZERO;
        ChallengerPlayer challenger =
            mode < 2 ? dispute.auditor(suspected, SALT, service) : dispute.witness(service);
        Match.Played played = dispute.play(mode == 0 ? suspected : 0, opening, solver, challenger);
        assertThat(played.verdict().verdict()).as("%s mode %d: %s", about, mode, played.verdict())
            .isEqualTo(Verdict.SOLVER_LOSES);
        requireFewDemands(dispute, played, about);
        requireReplays(played, about);
        if (serves && mode == 0 && cheat != Cheat.WITHHOLD) {
          // Eight transactions with the challenge; one less for each level skipped.
          assertThat(played.transcript().entries().size()).as(about).isLessThanOrEqualTo(7);
        }
        ends.merge(played.states().get(played.states().size() - 1).phase(), 1, Integer::sum);
        proved += played.verdict().reason() == Reason.PROVED ? 1 : 0;
      }
      refuted++;
    }
    System.out.println(cheat + ": " + refuted + " claims refuted, " + proved + " games proved, ended in " + ends);
    assertThat(refuted).isEqualTo(CLAIMS);
  }

  @Test
  void play_trueClaim_survivesEveryChallenge() {
    int outOfRange = 0;
    int timedOut = 0;
    Map<Phase, Integer> ends = new EnumMap<>(Phase.class);
    for (long seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      RandomPrograms.Sample sample = RandomPrograms.sample(seed);
      long steps = 1 + random.nextInt(7);
      long interval = intervalFor(random, steps);
      Dispute dispute = new Dispute(sample, steps, interval, Dispute.honest(sample));
      dispute.budgetBytes = random.nextBoolean() ? 0 : 1 << 20;
      assertThat(dispute.isTrue()).isTrue();
      for (int game = 0; game < 8; game++) {
        String about = "seed " + seed + " game " + game;
        // A fresh solver for every move: nothing has to be remembered.
        Player solver = game % 4 == 3
            ? (state, revealed, now) -> dispute.solver().move(state, revealed, now)
            : dispute.solver();
        long selected = random.nextBoolean() ? 0 : 1 + random.nextInt((int) dispute.intervals());
        Match.Played played = dispute.play(selected, Digest.ZERO, solver,
            new FrivolousChallenger(sample.program(), seed * 100 + game));
        assertThat(played.verdict().verdict()).as("%s: %s", about, played.verdict())
            .isEqualTo(Verdict.CHALLENGER_LOSES);
        requireReplays(played, about);
        outOfRange += played.verdict().reason() == Reason.OUT_OF_RANGE ? 1 : 0;
        timedOut += played.verdict().reason() == Reason.TIMED_OUT ? 1 : 0;
        ends.merge(played.states().get(played.states().size() - 1).phase(), 1, Integer::sum);
        assertThat(played.transcript().entries().size()).isLessThanOrEqualTo(GameParameters.MAX_MOVES);
      }
    }
    System.out.println("true claims: " + outOfRange + " out of range, ended in " + ends);
    assertThat(timedOut).isZero();
    assertThat(outOfRange).isPositive();
    assertThat(ends.keySet()).contains(Phase.OPEN_NODE, Phase.PROVE_SLOT, Phase.PROVE_POSITION);
  }

  @Test
  void play_trueClaimHonestChallenger_neverPointsAnywhere() {
    for (long seed = 0; seed < 10; seed++) {
      RandomPrograms.Sample sample = RandomPrograms.sample(seed);
      Dispute dispute = new Dispute(sample, 3, 2, Dispute.honest(sample));
      SolverPlayer solver = dispute.solver();
      Match.Played played = dispute.play(0, Digest.ZERO, solver, dispute.witness(solver::serves));
      assertThat(played.verdict().reason()).isEqualTo(Reason.TIMED_OUT);
      assertThat(played.verdict().verdict()).isEqualTo(Verdict.CHALLENGER_LOSES);
      // What the challenge demanded is revealed, and then the challenger's clock runs out.
      assertThat(played.transcript().entries()).hasSize(2);
    }
  }

  private static void requireReplays(Match.Played played, String about) {
    Transcript transcript = Transcript.parse(played.transcript().toText());
    assertThat(transcript).as(about).isEqualTo(played.transcript());
    Replay.Result result = Replay.of(transcript);
    assertThat(result).as(about).isInstanceOf(Replay.Result.Ended.class);
    assertThat(((Replay.Result.Ended) result).verdict()).isEqualTo(played.verdict());
    assertThat(((Replay.Result.Ended) result).states()).isEqualTo(played.states());
    for (GameState state : played.states()) {
      assertThat(GameState.decode(state.encode())).isEqualTo(state);
    }
  }

  /// At most ⌈log16 n⌉ demands a level; in a tensor one more, for the chunk.
  private static void requireFewDemands(Dispute dispute, Match.Played played, String about) {
    Map<Phase, Integer> demands = new EnumMap<>(Phase.class);
    List<Transcript.Entry> entries = played.transcript().entries();
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).move() instanceof Move.Demand) {
        demands.merge(played.states().get(i).phase(), 1, Integer::sum);
      }
    }
    GameState last = played.states().get(played.states().size() - 1);
    demands.forEach((phase, count) -> {
      int limit = switch (phase) {
        case SELECT_INTERVAL -> log16(last.intervalCount() + 1);
        case SELECT_STEP -> log16(last.innerSteps());
        case SELECT_NODE -> Math.max(log16(last.slotCount()), log16(last.nodeCount()) + dispute.sample.program().nodes()
            .stream().mapToInt(n -> log16(TensorCommitment.leafCount(n.dtype(), n.out().numel()))).max().orElse(0) + 1);
        case SELECT_POSITION ->
          log16(TensorCommitment.leafCount(DType.ofCode(last.foldDType()), last.foldLength() - 1)) + 1;
        default -> 0;
      };
      assertThat(count).as("%s: demands in %s", about, phase).isLessThanOrEqualTo(limit);
    });
  }

  /// ⌈log16 n⌉, and 1 for n = 1.
  static int log16(long n) {
    int log = 1;
    for (long reach = 16; reach < n; reach *= 16) {
      log++;
    }
    return log;
  }
}
