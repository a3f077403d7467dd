package dev.verdict.repops.exec.cpu;

import org.jspecify.annotations.Nullable;

/// Neighbours among [Positions], written out in a thread's own memory: index 0 is the first of the stretch. The tables
/// belong to whoever asked last.
final class Stretch {
  /// Of a position and its run.
  static final long POSITION_BYTES = 12;

  private final long[] at;
  private final int[] run;
  private @Nullable Positions positions;
  private int first;
  private int count;
  private boolean apart;

  /// With room for `most` positions.
  Stretch(int most) {
    this.at = new long[most];
    this.run = new int[most];
  }

  /// Positions [first, first + count), which takes no time where it held those before: a batch of small products asks
  /// for the same again and again.
  Stretch of(Positions positions, int first, int count) {
    if (this.positions != positions || this.first != first || this.count < count) {
      positions.write(first, count, at, run);
      this.positions = positions;
      this.first = first;
      this.count = count;
      this.apart = positions.areApart();
    }
    return this;
  }

  /// Each position.
  long[] at() {
    return at;
  }

  /// Whether there are few neighbours among all of the positions, [Positions#areApart].
  boolean areApart() {
    return apart;
  }

  /// From each position on how many follow one another without a gap.
  int[] run() {
    return run;
  }
}
