package dev.verdict.learning.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Value;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobLimitTest {
  @TempDir Path folder;

  /// Valid, and 2^40 elements large.
  private static Program huge() {
    GraphBuilder g = new GraphBuilder();
    Value state = g.state("w", DType.F32, Shape.of(1L << 20, 1L << 20));
    g.update(state, g.neg(state));
    return g.build().program();
  }

  @Test
  void load_validProgramThatNobodyCanRun_isRefusedBeforeAnythingIsFetched() {
    FolderStore store = new FolderStore(folder);
    Digest root = store.put(huge());
    assertThatThrownBy(() -> TrainingJob.load(new Objects(store), root, Digest.ZERO, 1, 1, 4L << 30))
        .isInstanceOf(JobTooLargeException.class)
        .hasMessageContaining("20971520 MiB")
        .hasMessageContaining("--max-memory");
    // Without a limit it goes on to fetch the state, which isn't there.
    assertThatThrownBy(() -> TrainingJob.load(new Objects(store), root, Digest.ZERO, 1, 1))
        .isInstanceOf(MissingObjectException.class);
  }

  @Test
  void workingBytes_ofASmallProgram_isTheSumOfItsTensors() {
    GraphBuilder g = new GraphBuilder();
    Value state = g.state("w", DType.F32, Shape.of(10));
    g.update(state, g.neg(state));
    assertThat(TrainingJob.workingBytes(g.build().program())).isEqualTo(4 * 40 + 40);
  }
}
