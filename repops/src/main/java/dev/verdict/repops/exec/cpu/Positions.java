package dev.verdict.repops.exec.cpu;

import java.util.Arrays;

/// Where the indices of some dimensions, in row-major order, lead in a tensor: no table, since a batch of images has as
/// many positions as pixels. A kernel writes out the [Stretch] that it works on.
///
/// Dimensions of 1 are left out, and neighbours that lie as one dimension would are one.
final class Positions {
  private final long offset;
  private final int[] dims;
  private final long[] strides;
  private final int count;

  private Positions(long offset, int[] dims, long[] strides) {
    this.offset = offset;
    this.dims = dims;
    this.strides = strides;
    int product = 1;
    for (int dim : dims) {
      product *= dim;
    }
    this.count = product;
  }

  /// @param dims at least 1 each, whose product is an int
  static Positions of(long offset, long[] dims, long[] strides) {
    int[] merged = new int[dims.length];
    long[] along = new long[dims.length];
    int rank = 0;
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] == 1) {
        continue;
      }
      if (rank > 0 && along[rank - 1] == strides[d] * dims[d]) {
        merged[rank - 1] *= (int) dims[d];
      } else {
        merged[rank++] = (int) dims[d];
      }
      along[rank - 1] = strides[d];
    }
    return new Positions(offset, Arrays.copyOf(merged, rank), Arrays.copyOf(along, rank));
  }

  int count() {
    return count;
  }

  /// The length of the innermost dimension, whose positions are [#stride] apart.
  int line() {
    return dims.length == 0 ? 1 : dims[dims.length - 1];
  }

  long stride() {
    return dims.length == 0 ? 1 : strides[dims.length - 1];
  }

  /// Whether all follow one another without a gap.
  boolean areNeighbours() {
    return count == 1 || line() == count && stride() == 1;
  }

  /// Whether there are few neighbours: runs of fewer than four on average.
  boolean areApart() {
    return count > 1 && (stride() != 1 || line() < 4 && line() < count);
  }

  long at(int index) {
    long at = offset;
    int rest = index;
    for (int d = dims.length - 1; d > 0; d--) {
      int outer = rest / dims[d];
      at += (rest - outer * dims[d]) * strides[d];
      rest = outer;
    }
    return dims.length == 0 ? at : at + rest * strides[0];
  }

  /// Writes positions [first, first + count) to `at`, and to `run` from each on how many follow one another without a
  /// gap, itself included and whether or not they belong to the stretch.
  void write(int first, int count, long[] at, int[] run) {
    int line = line();
    long stride = stride();
    for (int i = 0; i < count; ) {
      int within = (first + i) % line;
      int length = Math.min(line - within, count - i);
      long start = at(first + i);
      for (int j = 0; j < length; j++) {
        at[i + j] = start + j * stride;
      }
      for (int j = 0; j < length; j++) {
        run[i + j] = stride == 1 ? line - within - j : 1;
      }
      i += length;
    }
  }
}
