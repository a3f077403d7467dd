package dev.verdict.learning.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.trace.Computation;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.learning.testing.SmallJobs;
import dev.verdict.learning.train.Trail;
import dev.verdict.learning.train.Trainer;
import dev.verdict.learning.train.TrainingObserver;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditorTest {
  /// Intervals of steps 0-2, 3-5, 6-8, 9.
  private static final TrainingJob JOB = SmallJobs.job(10, 3);

  @TempDir Path folder;

  private Trail claim(Computation computation) {
    return new Trainer(JOB, computation, new FolderStore(folder), folder.resolve("journal"))
        .train(TrainingObserver.NONE).trail();
  }

  private Auditor.Result audit(Digest claim, AuditPlan plan) {
    return new Auditor(JOB, SmallJobs.honest(JOB)).audit(claim, new Objects(new FolderStore(folder)), plan, steps -> {});
  }

  private Auditor.Result auditAll(Trail trail) {
    return audit(trail.commitment().root(), AuditPlan.all(JOB.intervals()));
  }

  private Path state(Trail trail, int leaf) {
    return folder.resolve("states/" + trail.states().get(leaf).hex() + ".safetensors");
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 2] ^= 4;
    Files.write(file, bytes);
  }

  @Test
  void audit_trueClaim_isSound() {
    Trail trail = claim(SmallJobs.honest(JOB));
    assertThat(auditAll(trail)).isEqualTo(new Auditor.Result.Sound(AuditPlan.all(4)));
  }

  @ParameterizedTest
  @CsvSource({"0,1", "2,1", "3,2", "5,2", "6,3", "9,4"})
  void audit_wrongStep_isFoundInItsInterval(long step, long interval) {
    Trail trail = claim(SmallJobs.wrongAt(JOB, step));
    assertThat(auditAll(trail)).isInstanceOfSatisfying(Auditor.Result.Wrong.class, wrong -> {
      assertThat(wrong.interval()).isEqualTo(interval);
      assertThat(wrong.claimed().leaves()).isEqualTo(trail.states());
      // The claim's own state at the beginning.
      assertThat(StateCommitment.of(JOB.checkpointStep(interval - 1), wrong.claimed().states(interval - 1)).root())
          .isEqualTo(trail.states().get((int) interval - 1));
    });
  }

  @Test
  void audit_wrongIntervalNotDrawn_isNotFound() {
    Trail trail = claim(SmallJobs.wrongAt(JOB, 4));
    AuditPlan others = new AuditPlan(4, List.of(1L, 3L, 4L));
    assertThat(audit(trail.commitment().root(), others)).isEqualTo(new Auditor.Result.Sound(others));
  }

  /// No excuse: the interval before is replayed as well, and found to be wrong where it is.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void audit_checkpointMissingOrDamaged_isReplayedFromTheOneBefore(boolean damaged) throws IOException {
    Trail trail = claim(SmallJobs.wrongAt(JOB, 4));
    for (int leaf = 1; leaf <= 3; leaf++) {
      if (damaged) {
        damage(state(trail, leaf));
      } else {
        Files.delete(state(trail, leaf));
      }
    }
    assertThat(audit(trail.commitment().root(), new AuditPlan(4, List.of(4L))))
        .isInstanceOfSatisfying(Auditor.Result.Wrong.class, wrong -> {
          assertThat(wrong.interval()).isEqualTo(2);
          assertThat(StateCommitment.of(3, wrong.claimed().states(1)).root()).isEqualTo(trail.states().get(1));
        });
  }

  @Test
  void audit_allCheckpointsMissing_trueClaimIsSound() throws IOException {
    Trail trail = claim(SmallJobs.honest(JOB));
    for (int leaf = 0; leaf <= 4; leaf++) {
      Files.delete(state(trail, leaf));
    }
    assertThat(auditAll(trail)).isEqualTo(new Auditor.Result.Sound(AuditPlan.all(4)));
  }

  @Test
  void audit_nothingServed_comparesWithTheWholeRun() throws IOException {
    Trail trail = claim(SmallJobs.wrongAt(JOB, 9));
    Trail truth = new Trainer(JOB, SmallJobs.honest(JOB), new FolderStore(folder.resolve("other")),
        folder.resolve("otherJournal")).train(TrainingObserver.NONE).trail();
    Files.delete(folder.resolve("vectors/" + trail.commitment().root().hex() + ".hashes"));
    assertThat(audit(trail.commitment().root(), new AuditPlan(4, List.of(1L))))
        .isInstanceOfSatisfying(Auditor.Result.Undisclosed.class,
            undisclosed -> assertThat(undisclosed.truth().leaves()).isEqualTo(truth.states()));
    assertThat(audit(truth.commitment().root(), new AuditPlan(4, List.of(1L))))
        .isEqualTo(new Auditor.Result.Sound(AuditPlan.all(4)));
  }

  /// Leaves of another number than the run has checkpoints, or of other states than the job begins with.
  @Test
  void audit_commitmentOfAnotherLength_isUndisclosed() {
    Trail trail = claim(SmallJobs.honest(JOB));
    List<Digest> longer = new ArrayList<>(trail.states());
    longer.add(trail.last());
    Digest root = new FolderStore(folder).put(longer);
    assertThat(root).isEqualTo(VectorCommitment.root(longer));
    assertThat(audit(root, AuditPlan.all(4))).isInstanceOf(Auditor.Result.Undisclosed.class);
  }
}
