package dev.verdict.bisection.trace;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.exec.NodeObserver;
import java.util.ArrayList;
import java.util.List;

/// A whole run with its checkpoints in memory: for tests, demonstrations and small models.
public final class RecordedRun implements Checkpoints {
  private final List<List<Tensor>> states = new ArrayList<>();
  private final List<Digest> leaves = new ArrayList<>();

  private RecordedRun() {}

  /// Runs `computation` from `initial` for `steps` ≥ 1 steps, and keeps every `checkpointInterval`-th state and the last.
  public static RecordedRun of(Computation computation, List<Tensor> initial, long steps, long checkpointInterval) {
    RecordedRun run = new RecordedRun();
    List<Tensor> current = copies(initial);
    List<Tensor> next = copies(initial);
    run.keep(0, current);
    for (long t = 0; t < steps; t++) {
      computation.step(t, current, next, NodeObserver.NONE);
      List<Tensor> done = next;
      next = current;
      current = done;
      if ((t + 1) % checkpointInterval == 0 || t + 1 == steps) {
        run.keep(t + 1, current);
      }
    }
    return run;
  }

  private void keep(long step, List<Tensor> tensors) {
    states.add(copies(tensors));
    leaves.add(StateCommitment.of(step, tensors).root());
  }

  static List<Tensor> copies(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::copy).toList();
  }

  @Override
  public List<Digest> leaves() {
    return List.copyOf(leaves);
  }

  @Override
  public List<Tensor> states(long index) {
    return states.get(Math.toIntExact(index));
  }

  /// C, what the claim is made of.
  public Digest root() {
    return VectorCommitment.root(leaves);
  }
}
