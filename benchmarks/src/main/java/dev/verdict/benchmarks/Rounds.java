package dev.verdict.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// Measures contenders in turn: a sample is so many runs in a row, a round is one sample of everybody, beginning with
/// another one each time. Medians over the rounds, and ratios within a round, so that what else the machine does meets
/// all of them.
final class Rounds {
  private static final int LEAST = 5;
  private static final int MOST = 41;
  private static final long WARM_UP_WINDOW_NANOS = 500_000_000L;
  private static final long WARM_UP_AT_MOST_NANOS = 40_000_000_000L;
  /// So that threads which spin after their work are asleep when the next one's turn comes.
  private static final long PAUSE_MILLIS = 5;

  /// What the samples are taken with.
  ///
  /// @param callerAlone whether the calling thread does all the work
  record Stopwatch(Clock clock, int threads, boolean callerAlone) {
    long nanos() {
      return clock.nanos(threads, callerAlone);
    }

    long sampleNanos() {
      return clock.sampleNanos(callerAlone);
    }
  }

  /// Seconds of one run, by contender and round.
  private final double[][] seconds;

  /// @param seconds by contender, the same number of rounds for each
  Rounds(double[][] seconds) {
    this.seconds = seconds;
  }

  /// Measures for about `budgetNanos`, warm-up not counted.
  static Rounds of(List<Contender> contenders, long budgetNanos, Stopwatch watch) throws Exception {
    int[] runs = new int[contenders.size()];
    long roundNanos = 0;
    for (int c = 0; c < runs.length; c++) {
      double perRun = warmUp(contenders.get(c));
      runs[c] = (int) Math.max(1, Math.min(1e6, watch.sampleNanos() / perRun));
      roundNanos += (long) (perRun * runs[c]) + PAUSE_MILLIS * 1_000_000;
    }
    int rounds = (int) Math.clamp(budgetNanos / roundNanos, LEAST, MOST);
    double[][] seconds = new double[runs.length][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < runs.length; turn++) {
        int c = (round + turn) % runs.length;
        Thread.sleep(PAUSE_MILLIS);
        seconds[c][round] = nanos(contenders.get(c), runs[c], watch) * 1e-9 / runs[c];
      }
    }
    return new Rounds(seconds);
  }

  /// Runs until the JIT compiler has been idle for a while that was no faster than those before it: caches and
  /// allocators are filled by then too. Nanoseconds that a run takes in the end.
  private static double warmUp(Contender contender) throws Exception {
    double best = Double.POSITIVE_INFINITY;
    double last = 0;
    boolean settled = false;
    long start = System.nanoTime();
    while (!settled && System.nanoTime() - start < WARM_UP_AT_MOST_NANOS) {
      int runs = 0;
      long compiling = compilationNanos();
      long window = System.nanoTime();
      while (runs == 0 || System.nanoTime() - window < WARM_UP_WINDOW_NANOS) {
        contender.run();
        runs++;
      }
      long nanos = System.nanoTime() - window;
      last = (double) nanos / runs;
      settled = last > 0.9 * best && compilationNanos() - compiling < 0.05 * nanos;
      best = Math.min(best, last);
    }
    return last;
  }

  private static long compilationNanos() {
    return ManagementFactory.getCompilationMXBean().getTotalCompilationTime() * 1_000_000;
  }

  private static long nanos(Contender contender, int runs, Stopwatch watch) throws Exception {
    long start = watch.nanos();
    for (int i = 0; i < runs; i++) {
      contender.run();
    }
    return Math.max(1, watch.nanos() - start);
  }

  int count() {
    return seconds[0].length;
  }

  /// The median seconds of one run.
  double median(int contender) {
    return median(seconds[contender].clone());
  }

  /// The median over the rounds of how many times as fast `a` was as `b`.
  double ratio(int a, int b) {
    return median(IntStream.range(0, count()).mapToDouble(r -> seconds[b][r] / seconds[a][r]).toArray());
  }

  /// The contender in [from, to) with the smallest median; empty where there is none.
  OptionalInt fastest(int from, int to) {
    return IntStream.range(from, to).boxed().min(Comparator.comparingDouble(this::median))
        .map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }
}
