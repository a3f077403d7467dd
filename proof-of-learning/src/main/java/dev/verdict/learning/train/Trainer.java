package dev.verdict.learning.train;

import dev.verdict.bisection.trace.Computation;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.ir.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs a job and leaves its trail (SPEC §5.1): checkpoints in a store, their roots in a journal. A run that was killed
/// goes on from its last checkpoint.
public final class Trainer {
  private final TrainingJob job;
  private final Computation computation;
  private final FolderStore store;
  private final TrailJournal journal;
  private final int lossNode;

  /// @param computation what the steps are done with
  /// @param journalFile where this run's progress is kept
  public Trainer(TrainingJob job, Computation computation, FolderStore store, Path journalFile) {
    this.job = job;
    this.computation = computation;
    this.store = store;
    this.journal = new TrailJournal(journalFile);
    this.lossNode = lossNode(job);
  }

  /// The scalar that people call the loss: the last node of one element whose label ends in `Loss`; -1 where there is
  /// none.
  private static int lossNode(TrainingJob job) {
    List<Node> nodes = job.program().nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (nodes.get(i).label().endsWith("Loss") && nodes.get(i).out().numel() == 1) {
        return i;
      }
    }
    return -1;
  }

  /// Trains to the end, from the start or from wherever an earlier run of the same journal got to.
  public Run train(TrainingObserver observer) {
    List<Digest> states = new ArrayList<>();
    List<Tensor> current = resume(states);
    float loss = Float.NaN;
    List<Tensor> next = current.stream().map(Tensor::copy).toList();
    for (long step = job.checkpointStep(states.size() - 1); step < job.steps(); step++) {
      computation.step(step, current, next, NodeObserver.NONE);
      loss = loss();
      List<Tensor> before = current;
      current = next;
      next = before;
      observer.stepped(step + 1, loss);
      if ((step + 1) % job.checkpointInterval() == 0 || step + 1 == job.steps()) {
        save(states, step + 1, current);
      }
    }
    Trail trail = new Trail(states);
    store.put(trail.states());
    return new Run(trail, current, loss);
  }

  private float loss() {
    return lossNode < 0 ? Float.NaN : computation.kept(lossNode).map(loss -> loss.getFloat(0)).orElse(Float.NaN);
  }

  private List<Tensor> resume(List<Digest> states) {
    Objects objects = new Objects(store);
    List<Digest> recorded = journal.read();
    Digest first = job.initialStateRoot();
    if (!recorded.isEmpty() && recorded.getFirst().equals(first) && recorded.size() <= job.intervals() + 1) {
      for (int last = recorded.size() - 1; last > 0; last--) {
        Optional<List<Tensor>> saved =
            objects.state(recorded.get(last), job.checkpointStep(last), job.program().slots());
        if (saved.isPresent()) {
          states.addAll(recorded.subList(0, last + 1));
          return saved.get().stream().map(Tensor::copy).toList();
        }
        // Damaged, or gone: the one before leads to it again.
        store.removeState(recorded.get(last));
      }
    }
    save(states, 0, job.initial().states());
    return job.initial().states().stream().map(Tensor::copy).toList();
  }

  private void save(List<Digest> states, long step, List<Tensor> tensors) {
    Digest root = StateCommitment.of(step, tensors).root();
    store.putState(root, job.program().slots(), tensors);
    journal.write(states.size(), root);
    states.add(root);
  }

  /// What a run leaves behind.
  ///
  /// @param lastState S_T's slots
  /// @param loss of the last step done here; NaN where the program has no loss node, or nothing was left to do
  public record Run(Trail trail, List<Tensor> lastState, float loss) {}
}
