package dev.verdict.learning.train;

import dev.verdict.bisection.trace.Computation;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.ir.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs a job and leaves its trail (SPEC §5.1): checkpoints in a store, their roots in a journal. A run that was killed
/// goes on from its last checkpoint.
///
/// Steps go back and forth between two sets of tensors; while a checkpoint is hashed and stored, which takes a thread
/// of its own, a third takes the place of the one being read.
public final class Trainer {
  private final TrainingJob job;
  private final Computation computation;
  private final FolderStore store;
  private final CheckpointWriter.States states;
  private final TrailJournal journal;
  private final int lossNode;

  /// @param computation what the steps are done with
  /// @param journalFile where this run's progress is kept
  public Trainer(TrainingJob job, Computation computation, FolderStore store, Path journalFile) {
    this(job, computation, store, journalFile,
        (root, tensors) -> store.putState(root, job.program().slots(), tensors));
  }

  /// @param states where states are written; they are read from `store`
  Trainer(TrainingJob job, Computation computation, FolderStore store, Path journalFile,
      CheckpointWriter.States states) {
    this.job = job;
    this.computation = computation;
    this.store = store;
    this.states = states;
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

  /// Trains to the end, from the start or from wherever an earlier run of the same journal got to. Throws what saving a
  /// checkpoint throws, some steps later at the most.
  public Run train(TrainingObserver observer) {
    List<Digest> trail = new ArrayList<>();
    try (CheckpointWriter writer = new CheckpointWriter(states, journal, trail)) {
      List<Tensor> current = resume(trail, writer);
      List<Tensor> next = copies(current);
      Optional<List<Tensor>> spare = Optional.empty();
      float loss = Float.NaN;
      for (long step = job.checkpointStep(trail.size() - 1); step < job.steps(); step++) {
        if (writer.holds(next)) {
          List<Tensor> free = spare.isPresent() ? spare.get() : copies(next);
          spare = Optional.of(next);
          next = free;
        }
        computation.step(step, current, next, NodeObserver.NONE);
        loss = loss();
        List<Tensor> before = current;
        current = next;
        next = before;
        observer.stepped(step + 1, loss);
        if ((step + 1) % job.checkpointInterval() == 0 || step + 1 == job.steps()) {
          writer.begin(step + 1, current);
        }
      }
      writer.await();
      Trail whole = new Trail(trail);
      store.put(whole.states());
      return new Run(whole, current, loss);
    }
  }

  private static List<Tensor> copies(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::copy).toList();
  }

  private float loss() {
    return lossNode < 0 ? Float.NaN : computation.kept(lossNode).map(loss -> loss.getFloat(0)).orElse(Float.NaN);
  }

  /// The last state there is, S_0 at least, and in `trail` the roots up to it.
  private List<Tensor> resume(List<Digest> trail, CheckpointWriter writer) {
    Objects objects = new Objects(store);
    List<Digest> recorded = journal.read();
    Digest first = job.initialStateRoot();
    if (!recorded.isEmpty() && recorded.getFirst().equals(first) && recorded.size() <= job.intervals() + 1) {
      for (int last = recorded.size() - 1; last > 0; last--) {
        Optional<List<Tensor>> saved =
            objects.state(recorded.get(last), job.checkpointStep(last), job.program().slots());
        if (saved.isPresent()) {
          trail.addAll(recorded.subList(0, last + 1));
          return copies(saved.get());
        }
        // Damaged, or gone: the one before leads to it again.
        store.removeState(recorded.get(last));
      }
    }
    writer.begin(0, job.initial().states());
    writer.await();
    return copies(job.initial().states());
  }

  /// What a run leaves behind.
  ///
  /// @param lastState S_T's slots
  /// @param loss of the last step done here; NaN where the program has no loss node, or nothing was left to do
  public record Run(Trail trail, List<Tensor> lastState, float loss) {}
}
