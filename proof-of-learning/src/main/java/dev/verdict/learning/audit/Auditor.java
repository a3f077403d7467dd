package dev.verdict.learning.audit;

import dev.verdict.bisection.trace.Computation;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.exec.NodeObserver;
import java.util.ArrayList;
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
    /// All intervals of the plan recompute to their own ends.
    record Sound(AuditPlan plan) implements Result {}

    /// From the claim's own state at its beginning, this interval doesn't lead to the claim's state at its end.
    record Wrong(long interval) implements Result {}

    /// The claim's leaves aren't served, and the claim as a whole isn't the one true one.
    record Undisclosed() implements Result {}
  }

  /// Audits the claim with root `claim`.
  ///
  /// @param served where the solver keeps its checkpoints and C's leaves; what it doesn't have is replayed from the last
  ///     checkpoint before, at worst from S_0
  /// @param stepped hears the number of steps replayed so far
  public Result audit(Digest claim, Objects served, AuditPlan plan, LongConsumer stepped) {
    Optional<List<Digest>> leaves = served.vector(claim).filter(v -> v.size() == job.intervals() + 1);
    return leaves.isPresent() ? auditLeaves(leaves.get(), served, plan, stepped) : auditWhole(claim, stepped);
  }

  private Result auditLeaves(List<Digest> leaves, Objects served, AuditPlan plan, LongConsumer stepped) {
    long done = 0;
    for (long interval : plan.intervals()) {
      long from = interval - 1;
      Optional<List<Tensor>> start = stateAt(leaves, served, from);
      while (start.isEmpty() && from > 0) {
        from--;
        start = stateAt(leaves, served, from);
      }
      List<Tensor> state = start.orElse(job.initial().states());
      for (long i = from + 1; i <= interval; i++) {
        for (long t = job.checkpointStep(i - 1); t < job.checkpointStep(i); t++) {
          state = honest.step(t, state, NodeObserver.NONE);
          stepped.accept(++done);
        }
        if (!StateCommitment.of(job.checkpointStep(i), state).root().equals(leaves.get((int) i))) {
          return new Result.Wrong(i);
        }
      }
    }
    return new Result.Sound(plan);
  }

  private Optional<List<Tensor>> stateAt(List<Digest> leaves, Objects served, long leaf) {
    return leaf == 0
        ? Optional.of(job.initial().states())
        : served.state(leaves.get((int) leaf), job.checkpointStep(leaf), job.program().slots());
  }

  private Result auditWhole(Digest claim, LongConsumer stepped) {
    List<Digest> leaves = new ArrayList<>();
    List<Tensor> state = job.initial().states();
    leaves.add(job.initialStateRoot());
    for (long t = 0; t < job.steps(); t++) {
      state = honest.step(t, state, NodeObserver.NONE);
      stepped.accept(t + 1);
      if (t + 1 == job.checkpointStep(leaves.size())) {
        leaves.add(StateCommitment.of(t + 1, state).root());
      }
    }
    return VectorCommitment.root(leaves).equals(claim)
        ? new Result.Sound(AuditPlan.all(job.intervals()))
        : new Result.Undisclosed();
  }
}
