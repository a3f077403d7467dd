package dev.verdict.learning.audit;

import dev.verdict.bisection.trace.Checkpoints;
import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.RecordedRun;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.commit.Digest;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Replays intervals of a claim and compares roots: tolerance zero (SPEC §5.2).
public final class Auditor {
  private final TrainingJob job;
  private final Computation honest;

  public Auditor(TrainingJob job, Computation honest) {
    this.job = job;
    this.honest = honest;
  }

  /// What an audit found.
  public sealed interface Result {
    /// The intervals of the plan recompute to their own ends.
    record Sound(AuditPlan plan) implements Result {}

    /// From the claim's own state at its beginning, this interval doesn't lead to the claim's state at its end.
    ///
    /// @param claimed the claim's states, as far as they can be had: up to the beginning of the interval
    record Wrong(long interval, Checkpoints claimed) implements Result {}

    /// C's leaves aren't served, and C isn't the true run's.
    ///
    /// @param truth the true run
    record Undisclosed(Checkpoints truth) implements Result {}
  }

  /// Audits the claim with root `claim`.
  ///
  /// @param served where the solver keeps C's leaves and its checkpoints; a checkpoint that it doesn't have is replayed
  ///     from the last one before, at worst from S_0; without the leaves the whole run is
  /// @param stepped hears the number of steps replayed so far
  public Result audit(Digest claim, Objects served, AuditPlan plan, LongConsumer stepped) {
    Optional<List<Digest>> leaves = served.vector(claim, job.intervals() + 1).filter(v -> v.size() == job.intervals() + 1);
    if (leaves.isEmpty()) {
      RecordedRun truth =
          RecordedRun.of(honest, job.initial().states(), job.steps(), job.checkpointInterval());
      stepped.accept(job.steps());
      return truth.root().equals(claim)
          ? new Result.Sound(AuditPlan.all(job.intervals()))
          : new Result.Undisclosed(truth);
    }
    ClaimedCheckpoints claimed = new ClaimedCheckpoints(job, honest, leaves.get(), served, stepped);
    for (long interval : plan.intervals()) {
      Optional<Result> wrong = firstWrong(claimed, interval, served);
      if (wrong.isPresent()) {
        return wrong.get();
      }
    }
    return new Result.Sound(plan);
  }

  /// Replays what leads to the interval as far as its beginning isn't served, and then the interval itself.
  private Optional<Result> firstWrong(ClaimedCheckpoints claimed, long interval, Objects served) {
    long from = interval;
    while (from > 1 && !isServed(claimed, from - 1, served)) {
      from--;
    }
    for (long i = from; i <= interval; i++) {
      if (!claimed.recomputes(i)) {
        return Optional.of(new Result.Wrong(i, claimed));
      }
    }
    return Optional.empty();
  }

  private boolean isServed(ClaimedCheckpoints claimed, long leaf, Objects served) {
    return served.state(claimed.leaves().get((int) leaf), job.checkpointStep(leaf), job.program().slots()).isPresent();
  }
}
