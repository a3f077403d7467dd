package dev.verdict.benchmarks;

/// A workload made ready by an engine.
public interface Contender extends AutoCloseable {
  /// Computes it once, from the same inputs.
  void run() throws Exception;

  /// Up to `count` elements from the beginning of each of the last run's results, row-major. The losses of all runs so
  /// far, for a step of training.
  float[] result(int count) throws Exception;

  @Override
  default void close() throws Exception {}
}
