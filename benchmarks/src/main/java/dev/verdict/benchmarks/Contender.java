package dev.verdict.benchmarks;

/// A workload made ready by an engine.
interface Contender extends AutoCloseable {
  /// Computes it once, from the same inputs.
  void run() throws Exception;

  /// The first `count` elements of the last run's result, row-major.
  float[] result(int count) throws Exception;

  @Override
  default void close() throws Exception {}
}
