package dev.verdict.benchmarks;

import java.util.List;

/// The beginnings of several results, one after the other, to be compared.
public final class Samples {
  /// Up to `count` elements of one result.
  @FunctionalInterface
  public interface Beginning<R> {
    float[] of(R result, int count);
  }

  private Samples() {}

  public static <R> float[] of(List<R> results, int count, Beginning<R> beginning) {
    List<float[]> parts = results.stream().map(r -> beginning.of(r, count)).toList();
    float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
