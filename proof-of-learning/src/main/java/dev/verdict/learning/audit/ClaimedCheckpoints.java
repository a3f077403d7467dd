package dev.verdict.learning.audit;

import dev.verdict.bisection.trace.Checkpoints;
import dev.verdict.bisection.trace.Computation;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.exec.NodeObserver;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// A claim's states at its checkpoints as a verifier gets hold of them: from wherever they are served, and where they
/// aren't, by replaying from the last one before that is, at worst from S_0 (SPEC §5.2).
public final class ClaimedCheckpoints implements Checkpoints {
  private final TrainingJob job;
  private final Computation honest;
  private final List<Digest> leaves;
  private final Objects served;
  private final LongConsumer stepped;

  private long replayed;
  private long steps;
  private List<Tensor> current;
  private List<Tensor> next;

  /// @param leaves of C
  /// @param served where the solver keeps its checkpoints
  /// @param stepped hears the number of steps replayed so far
  ClaimedCheckpoints(
      TrainingJob job, Computation honest, List<Digest> leaves, Objects served, LongConsumer stepped) {
    this.job = job;
    this.honest = honest;
    this.leaves = List.copyOf(leaves);
    this.served = served;
    this.stepped = stepped;
    this.current = job.initial().states().stream().map(Tensor::copy).toList();
    this.next = current.stream().map(Tensor::copy).toList();
  }

  @Override
  public List<Digest> leaves() {
    return leaves;
  }

  /// The claim's own state at `leaf`. Throws [IllegalStateException] where it isn't served and no replay leads to it,
  /// which happens only behind an interval that is wrong.
  @Override
  public List<Tensor> states(long leaf) {
    if (leaf == 0) {
      return job.initial().states();
    }
    Optional<List<Tensor>> stored = served.state(leaves.get((int) leaf), job.checkpointStep(leaf), job.program().slots());
    if (stored.isPresent()) {
      return stored.get();
    }
    if (replayed != leaf && !recomputes(leaf)) {
      throw new IllegalStateException("checkpoint " + leaf + " is not served, and the claim's interval " + leaf
          + " does not lead to it");
    }
    return current;
  }

  /// Replays interval `interval` from the claim's own state at its beginning; whether it leads to the claim's state at
  /// its end.
  boolean recomputes(long interval) {
    long begin = interval - 1;
    if (replayed != begin) {
      List<Tensor> start = states(begin);
      for (int i = 0; i < start.size(); i++) {
        current.get(i).copyFrom(start.get(i));
      }
    }
    replayed = -1;
    for (long t = job.checkpointStep(begin); t < job.checkpointStep(interval); t++) {
      honest.step(t, current, next, NodeObserver.NONE);
      List<Tensor> done = next;
      next = current;
      current = done;
      stepped.accept(++steps);
    }
    replayed = interval;
    return StateCommitment.of(job.checkpointStep(interval), current).root().equals(leaves.get((int) interval));
  }
}
