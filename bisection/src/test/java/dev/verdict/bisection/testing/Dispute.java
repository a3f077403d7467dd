package dev.verdict.bisection.testing;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.GameParameters;
import dev.verdict.bisection.game.GameRules;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.play.ChallengerPlayer;
import dev.verdict.bisection.play.Match;
import dev.verdict.bisection.play.Player;
import dev.verdict.bisection.play.SolverPlayer;
import dev.verdict.bisection.step.Adjudicator;
import dev.verdict.bisection.trace.Checkpoints;
import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.bisection.trace.RecordedRun;
import dev.verdict.bisection.trace.ServedObjects;
import dev.verdict.bisection.trace.TraceProvider;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.testing.RandomPrograms;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;

/// A claim on a small run, and games about it.
public final class Dispute {
  public static final GameParameters CLOCKS = new GameParameters(1000, 800, 60);
  public static final Instant START = Instant.ofEpochSecond(1_700_000_000L);
  public static final Account SOLVER = Account.ofHex("11".repeat(20));
  public static final Account CHALLENGER = Account.ofHex("22".repeat(20));
  public static final GameRules RULES = new GameRules(CLOCKS, Adjudicator.INSTANCE);

  public final RandomPrograms.Sample sample;
  public final long steps;
  public final long interval;
  public final Computation claimed;
  public final RecordedRun claimedRun;
  public final RecordedRun trueRun;
  public final GameRules.Claim claim;
  /// 0 makes providers execute again for every tensor.
  public long budgetBytes = TraceProvider.DEFAULT_BUDGET_BYTES;

  /// A claim on what `claimed` computes.
  public Dispute(RandomPrograms.Sample sample, long steps, long interval, Computation claimed) {
    this.sample = sample;
    this.steps = steps;
    this.interval = interval;
    this.claimed = claimed;
    this.claimedRun = RecordedRun.of(claimed, sample.inputs().states(), steps, interval);
    this.trueRun = RecordedRun.of(honest(sample), sample.inputs().states(), steps, interval);
    this.claim = new GameRules.Claim(7, SOLVER, ProgramCommitment.of(sample.program()).programRoot(),
        claimedRun.root(), steps, interval);
  }

  public static HonestComputation honest(RandomPrograms.Sample sample) {
    return new HonestComputation(
        new ReferenceExecutor(), sample.program(), sample.inputs().data(), sample.inputs().constants());
  }

  public boolean isTrue() {
    return claimedRun.leaves().equals(trueRun.leaves());
  }

  /// The interval that ends with the first false leaf.
  public long falseInterval() {
    for (int i = 0; i < claimedRun.leaves().size(); i++) {
      if (!claimedRun.leaves().get(i).equals(trueRun.leaves().get(i))) {
        return i;
      }
    }
    throw new IllegalStateException("the claim is true");
  }

  public long intervals() {
    return claimedRun.leaves().size() - 1;
  }

  /// The solver's own trace.
  public TraceProvider claimedTrace() {
    return new TraceProvider(claimed, steps, interval, claimedRun, budgetBytes);
  }

  public SolverPlayer solver() {
    return new SolverPlayer(claimedTrace());
  }

  /// An honest trace from `checkpoints`.
  public TraceProvider honestTrace(Checkpoints checkpoints) {
    return new TraceProvider(honest(sample), steps, interval, checkpoints, budgetBytes);
  }

  /// A challenger that has audited interval `interval` from the solver's checkpoint before it.
  public ChallengerPlayer auditor(long interval, Digest salt, Function<GameState, ServedObjects> served) {
    return new ChallengerPlayer(
        honestTrace(claimedRun), served, Optional.of(new ChallengerPlayer.Suspicion(interval, salt)));
  }

  /// A challenger that has run everything and looks into C by itself.
  public ChallengerPlayer witness(Function<GameState, ServedObjects> served) {
    return new ChallengerPlayer(honestTrace(trueRun), served, Optional.empty());
  }

  public static ServedObjects nothing(GameState state) {
    return ServedObjects.NONE;
  }

  public Match.Played play(long interval, Digest opening, Player solver, Player challenger) {
    return new Match(RULES, Duration.ofSeconds(1))
        .play(claim, CHALLENGER, interval, opening, solver, challenger, START);
  }
}
