package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.conformance.Catalogue;
import dev.verdict.repops.conformance.PublishedDigests;
import dev.verdict.repops.conformance.Selftest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The catalogue by the compiling executor gives the published digests at every vector width and number of threads:
/// each width in a JVM of its own, where `verdict.vectorBits` is read once.
class ConformanceWidthTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 128, 256, 512})
  void run_anyWidth_givesThePublishedDigests(int bits) throws Exception {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--add-modules=jdk.incubator.vector", "-Dverdict.vectorBits=" + bits, "-Xmx512m", "-cp",
        System.getProperty("java.class.path"), ConformanceWidthTest.class.getName()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(output).contains("width " + bits + ", " + Catalogue.all().size() + " entries, 4 executors: as published");
  }

  /// What the other JVM runs: the usual executor, then others that share every node between their threads.
  public static void main(String[] args) {
    Tuning shared = new Tuning(4, 4, false, 2, 1, 1024, 1, 1, 0);
    List<CpuExecutor> executors = List.of(new CpuExecutor(), new CpuExecutor(1, shared), new CpuExecutor(2, shared),
        new CpuExecutor(3, shared));
    Selftest selftest = new Selftest(PublishedDigests.read());
    for (CpuExecutor executor : executors) {
      for (Selftest.Outcome outcome : selftest.run(Catalogue.all(), executor, o -> {})) {
        if (!outcome.isRight()) {
          System.out.println("executor " + executors.indexOf(executor) + ": " + outcome);
          System.exit(1);
        }
      }
    }
    System.out.println("width " + VectorWidth.BITS + ", " + Catalogue.all().size() + " entries, " + executors.size()
        + " executors: as published");
  }
}
