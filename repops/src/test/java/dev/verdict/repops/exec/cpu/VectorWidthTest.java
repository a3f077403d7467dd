package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.testing.RandomPrograms;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same bits at every vector width: each in a JVM of its own, where `verdict.vectorBits` is read once.
class VectorWidthTest {
  private static final int SEEDS = 96;
  private static final int NO_VECTOR_MODULE = -1;

  @ParameterizedTest
  @ValueSource(ints = {0, 128, 256, 512, NO_VECTOR_MODULE})
  void run_anyWidth_equalsReference(int bits) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(bits == NO_VECTOR_MODULE
        ? List.of()
        : List.of("--add-modules=jdk.incubator.vector", "-Dverdict.vectorBits=" + bits));
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path"), VectorWidthTest.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains("width " + Math.max(0, bits) + ", " + SEEDS + " programs, every path: same bits");
  }

  /// What the other JVM runs.
  public static void main(String[] args) {
    for (long seed = 0; seed < SEEDS; seed++) {
      RandomPrograms.Sample sample = switch ((int) seed % 6) {
        case 0 -> FusionTest.chain(10_000 + seed);
        case 3 -> RowStageTest.sample(seed);
        case 1 -> seed % 12 == 1 ? RunningSumTest.sample(seed) : RowProductTest.sample(seed, (int) seed + 4, 11);
        case 2 -> LaneMasksTest.sample(seed);
        case 4 -> PoolKernelTest.sample(seed);
        default -> RandomPrograms.sample(10_000 + seed);
      };
      for (Parity.Path path : Parity.Path.values()) {
        // What lies between a row's nodes is kept of some programs, and of others the last alone.
        Optional<String> difference = seed % 12 == 3
            ? Parity.firstDifference(path.executor(), sample, Set.of(sample.program().nodes().size() - 1))
            : Parity.firstDifference(path.executor(), sample);
        if (difference.isPresent()) {
          System.out.println("seed " + sample.seed() + " " + path + ": " + difference.get());
          System.exit(1);
        }
      }
    }
    System.out.println("width " + VectorWidth.BITS + ", " + SEEDS + " programs, every path: same bits");
  }
}
