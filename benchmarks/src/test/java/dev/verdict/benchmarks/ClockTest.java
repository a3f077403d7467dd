package dev.verdict.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockTest {
  private static final long SLEPT_NANOS = 100_000_000;

  private static long slept(Clock clock, boolean callerAlone) throws InterruptedException {
    long start = clock.nanos(1, callerAlone);
    Thread.sleep(SLEPT_NANOS / 1_000_000);
    return clock.nanos(1, callerAlone) - start;
  }

  @Test
  void nanos_whileTheCallerSleeps_passOnTheWallAndNotOnItsProcessor() throws InterruptedException {
    assertThat(slept(Clock.WALL, true)).isGreaterThanOrEqualTo(SLEPT_NANOS * 9 / 10);
    assertThat(slept(Clock.CPU, true)).isLessThan(SLEPT_NANOS / 2);
  }

  @Test
  void nanos_whileTheCallerWorks_passOnItsProcessor() {
    long start = Clock.CPU.nanos(1, true);
    long until = System.nanoTime() + 10 * SLEPT_NANOS;
    while (Clock.CPU.nanos(1, true) - start < SLEPT_NANOS / 10 && System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    assertThat(Clock.CPU.nanos(1, true) - start).isGreaterThanOrEqualTo(SLEPT_NANOS / 10);
  }

  /// Of all threads, a thread: four that are busy for a second are a second.
  @Test
  void nanos_ofTheProcess_areDividedByItsThreads() {
    long whole = Clock.CPU.nanos(1, false);
    long share = Clock.CPU.nanos(4, false);
    assertThat(share).isBetween(whole / 4, whole / 4 + 1_000_000_000);
  }

  /// The process's time moves in steps of 10 ms.
  @Test
  void sampleNanos_ofTheProcessesProcessorTime_areLonger() {
    assertThat(Clock.WALL.sampleNanos(true)).isEqualTo(30_000_000);
    assertThat(Clock.WALL.sampleNanos(false)).isEqualTo(30_000_000);
    assertThat(Clock.CPU.sampleNanos(true)).isEqualTo(30_000_000);
    assertThat(Clock.CPU.sampleNanos(false)).isEqualTo(200_000_000);
  }
}
