package dev.verdict.learning.train;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Hashes and stores checkpoints while training goes on, one at a time and in order: first the object, then its line in
/// the journal. What goes wrong is thrown to the trainer, at the latest when it saves again or ends.
final class CheckpointWriter implements AutoCloseable {
  /// Where states go.
  @FunctionalInterface
  interface States {
    /// Stores a state under its root.
    void put(Digest root, List<Tensor> tensors);
  }

  private record Save(List<Tensor> tensors, Future<Digest> root) {}

  private final States store;
  private final TrailJournal journal;
  private final List<Digest> states;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("verdict-checkpoint").factory());
  private Optional<Save> inFlight = Optional.empty();

  /// @param states the roots of the checkpoints so far; grows
  CheckpointWriter(States store, TrailJournal journal, List<Digest> states) {
    this.store = store;
    this.journal = journal;
    this.states = states;
  }

  /// Begins to save S_step, once the one before is there. `tensors` mustn't change while [#holds(List)] says so.
  void begin(long step, List<Tensor> tensors) {
    await();
    int index = states.size();
    inFlight = Optional.of(new Save(tensors, worker.submit(() -> {
      Digest root = StateCommitment.of(step, tensors).root();
      store.put(root, tensors);
      journal.write(index, root);
      return root;
    })));
  }

  /// Whether `tensors` are still being read. Throws what saving them threw.
  boolean holds(List<Tensor> tensors) {
    if (inFlight.isPresent() && inFlight.get().root().isDone()) {
      await();
    }
    return inFlight.isPresent() && inFlight.get().tensors() == tensors;
  }

  /// Waits until all that was begun is there. Throws what saving it threw.
  void await() {
    if (inFlight.isEmpty()) {
      return;
    }
    Future<Digest> root = inFlight.get().root();
    inFlight = Optional.empty();
    try {
      states.add(root.get());
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new IllegalStateException("cannot save a checkpoint", e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a checkpoint was being saved", e);
    }
  }

  /// Ends once nothing is being written any more.
  @Override
  public void close() {
    worker.close();
  }
}
