package dev.verdict.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void of_severalResults_joinsTheirBeginnings() {
    List<float[]> results = List.of(new float[] {1, 2, 3}, new float[] {4}, new float[] {5, 6});
    assertThat(Samples.of(results, 2, (r, n) -> Arrays.copyOf(r, Math.min(n, r.length)))).containsExactly(1, 2, 4, 5, 6);
    assertThat(Samples.of(List.<float[]>of(), 2, (r, n) -> r)).isEmpty();
  }
}
