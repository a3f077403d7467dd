package dev.verdict.repops.op;

/// The order in which operators add along the last axis (SPEC §2.4), written down a second time.
final class RowOrder {
  /// The accumulator after term `j`.
  @FunctionalInterface
  interface Term {
    float addTo(float acc, int j);
  }

  private RowOrder() {}

  static float sum(float[] values) {
    return sum(values.length, (acc, j) -> acc + values[j]);
  }

  static float sum(int count, Term term) {
    if (count < 128) {
      float acc = 0;
      for (int j = 0; j < count; j++) {
        acc = term.addTo(acc, j);
      }
      return acc;
    }
    int steps = Math.min(32, count / 32);
    int whole = count / (32 * steps) * 32 * steps;
    float[] strands = new float[whole / steps];
    for (int j = 0; j < whole; j++) {
      int strand = j / (32 * steps) * 32 + j % 32;
      strands[strand] = term.addTo(strands[strand], j);
    }
    float sum = sum(strands);
    return whole == count ? sum : sum + sum(count - whole, (acc, j) -> term.addTo(acc, whole + j));
  }
}
