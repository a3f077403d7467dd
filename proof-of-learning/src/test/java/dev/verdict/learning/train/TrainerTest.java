package dev.verdict.learning.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.bisection.trace.RecordedRun;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.learning.testing.SmallJobs;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final TrainingJob JOB = SmallJobs.job(7, 3);

  @TempDir Path folder;

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private FolderStore store() {
    return new FolderStore(folder.resolve("store"));
  }

  private Path journal() {
    return folder.resolve("trails/trail");
  }

  private Trainer trainer(TrainingJob job) {
    return new Trainer(job, SmallJobs.honest(job), store(), journal());
  }

  private static List<Digest> truth(TrainingJob job) {
    return RecordedRun.of(SmallJobs.honest(job), job.initial().states(), job.steps(), job.checkpointInterval()).leaves();
  }

  @ParameterizedTest
  @CsvSource({"7,3", "6,3", "1,1", "3,1", "2,5"})
  void train_anyInterval_leavesTheTrailOfTheRun(long steps, long interval) {
    TrainingJob job = SmallJobs.job(steps, interval);
    Trainer.Run run = trainer(job).train(TrainingObserver.NONE);
    assertThat(run.trail().states()).isEqualTo(truth(job));
    Objects objects = new Objects(store());
    assertThat(objects.vector(run.trail().commitment().root(), run.trail().states().size())).contains(run.trail().states());
    for (int leaf = 0; leaf <= job.intervals(); leaf++) {
      assertThat(objects.state(run.trail().states().get(leaf), job.checkpointStep(leaf), job.program().slots()))
          .as("checkpoint %d", leaf).isPresent();
    }
    assertThat(run.loss()).isNotNaN();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
  void train_killedAfterAnyStep_resumesToTheSameCommitment(int step) {
    assertThatThrownBy(() -> trainer(JOB).train((stepsDone, loss) -> {
      if (stepsDone == step) {
        throw new Killed();
      }
    })).isInstanceOf(Killed.class);
    List<Long> done = new ArrayList<>();
    Trainer.Run run = trainer(JOB).train((stepsDone, loss) -> done.add(stepsDone));
    assertThat(run.trail().states()).isEqualTo(truth(JOB));
    // Nothing before the last checkpoint is done again.
    assertThat(done.getFirst()).isEqualTo((step - 1) / 3 * 3 + 1);
  }

  @Test
  void train_wholeTrailThere_doesNothing() {
    Trail first = trainer(JOB).train(TrainingObserver.NONE).trail();
    Trainer.Run again = trainer(JOB).train((stepsDone, loss) -> {
      throw new Killed();
    });
    assertThat(again.trail()).isEqualTo(first);
    assertThat(again.loss()).isNaN();
  }

  /// A kill in the middle of writing leaves part of an entry.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 33, 63, 95, 97})
  void train_journalCutOff_resumesToTheSameCommitment(int length) throws IOException {
    trainer(JOB).train(TrainingObserver.NONE);
    Files.write(journal(), Arrays.copyOf(Files.readAllBytes(journal()), length));
    assertThat(trainer(JOB).train(TrainingObserver.NONE).trail().states()).isEqualTo(truth(JOB));
  }

  @Test
  void train_lastCheckpointDamaged_trainsToTheSameCommitment() throws IOException {
    Trail trail = trainer(JOB).train(TrainingObserver.NONE).trail();
    Path file = folder.resolve("store/states/" + trail.last().hex() + ".safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);

    assertThat(trainer(JOB).train(TrainingObserver.NONE).trail().states()).isEqualTo(truth(JOB));

    assertThat(new Objects(store()).state(trail.last(), JOB.steps(), JOB.program().slots()))
        .as("what is damaged is written again").isPresent();
  }

  @Test
  void train_journalOfAnotherJob_startsAnew() {
    TrainingJob other = SmallJobs.job(9, 2);
    trainer(other).train(TrainingObserver.NONE);
    assertThat(trainer(JOB).train(TrainingObserver.NONE).trail().states()).isEqualTo(truth(JOB));
  }

  private Trainer trainer(CheckpointWriter.States states) {
    return new Trainer(JOB, SmallJobs.honest(JOB), store(), journal(), states);
  }

  private void put(Digest root, List<Tensor> tensors) {
    store().putState(root, JOB.program().slots(), tensors);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Steps 4 to 6 run while S_3 is not yet stored, and change nothing in it.
  @Test
  void train_storeIsSlow_goesOnAndSavesWhatWasThere() {
    CountDownLatch nextCheckpoint = new CountDownLatch(1);
    List<Digest> stored = new CopyOnWriteArrayList<>();
    Trainer.Run run = trainer((root, tensors) -> {
      if (stored.size() == 1) {
        await(nextCheckpoint);
      }
      put(root, tensors);
      stored.add(root);
    }).train((stepsDone, loss) -> {
      if (stepsDone == 6) {
        assertThat(stored).as("S_3 isn't there yet").hasSize(1);
        nextCheckpoint.countDown();
      }
    });
    assertThat(run.trail().states()).isEqualTo(truth(JOB));
    assertThat(stored).isEqualTo(truth(JOB));
    for (int leaf = 0; leaf <= JOB.intervals(); leaf++) {
      assertThat(new Objects(store()).state(stored.get(leaf), JOB.checkpointStep(leaf), JOB.program().slots()))
          .as("checkpoint %d", leaf).isPresent();
    }
  }

  /// A kill before, or right after, the object of any checkpoint is there: its line is not in the journal.
  @ParameterizedTest
  @CsvSource({"0,false", "1,false", "2,false", "3,false", "0,true", "1,true", "2,true", "3,true"})
  void train_killedWhileSaving_resumesToTheSameCommitment(int checkpoint, boolean objectThere) {
    List<Digest> stored = new CopyOnWriteArrayList<>();
    assertThatThrownBy(() -> trainer((root, tensors) -> {
      if (stored.size() == checkpoint) {
        if (objectThere) {
          put(root, tensors);
        }
        throw new Killed();
      }
      put(root, tensors);
      stored.add(root);
    }).train(TrainingObserver.NONE)).isInstanceOf(Killed.class);
    assertThat(new TrailJournal(journal()).read()).isEqualTo(stored).hasSize(checkpoint);
    List<Long> done = new ArrayList<>();
    assertThat(trainer(JOB).train((stepsDone, loss) -> done.add(stepsDone)).trail().states()).isEqualTo(truth(JOB));
    assertThat(done.getFirst()).isEqualTo(JOB.checkpointStep(Math.max(0, checkpoint - 1)) + 1);
  }

  /// When the trainer ends, however it ends, nobody writes any more.
  @Test
  void train_stoppedWhileSaving_endsAfterTheSave() {
    CountDownLatch saving = new CountDownLatch(1);
    assertThatThrownBy(() -> trainer((root, tensors) -> {
      saving.countDown();
      put(root, tensors);
    }).train((stepsDone, loss) -> {
      if (stepsDone == 4) {
        await(saving);
        throw new Killed();
      }
    })).isInstanceOf(Killed.class);
    assertThat(new TrailJournal(journal()).read()).isEqualTo(truth(JOB).subList(0, 2));
  }

  @Test
  void train_storeFails_throwsWhatItThrew() throws IOException {
    Path states = folder.resolve("store/states");
    assertThatThrownBy(() -> trainer(JOB).train((stepsDone, loss) -> {
      if (stepsDone == 2) {
        try (Stream<Path> files = Files.list(states)) {
          for (Path file : files.toList()) {
            Files.delete(file);
          }
          Files.delete(states);
          Files.writeString(states, "not a folder");
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      }
    })).isInstanceOf(UncheckedIOException.class);
    assertThat(new TrailJournal(journal()).read()).as("no line without its object").hasSize(1);
    Files.delete(states);
    assertThat(trainer(JOB).train(TrainingObserver.NONE).trail().states()).isEqualTo(truth(JOB));
  }
}
