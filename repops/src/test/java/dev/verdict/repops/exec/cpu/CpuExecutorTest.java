package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.testing.RandomPrograms;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bit equality with the reference on programs made from seeds.
class CpuExecutorTest {
  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_randomPrograms_equalsReference(Parity.Path path) {
    for (long seed = 0; seed < 1_000; seed++) {
      RandomPrograms.Sample sample = RandomPrograms.sample(seed);
      assertThat(Parity.firstDifference(path.executor(), sample)).as("seed %s", seed).isEmpty();
    }
  }
}
