package dev.verdict.repops.exec.cpu;

/// Where the rows of a node begin in its inputs, one row after the other: the first dimensions of an output count them,
/// the last ones lie along them.
final class RowCursor {
  private final long[] dims;
  private final long[][] strides;
  private final long[] index;
  private final long[] at;

  /// At row `row` of those that the first `rank` dimensions of `plan`'s output count.
  RowCursor(NodePlan plan, int rank, long row, int... inputs) {
    dims = plan.outDims();
    index = new long[rank];
    long rest = row;
    for (int d = rank - 1; d >= 0; d--) {
      index[d] = rest % dims[d];
      rest /= dims[d];
    }
    strides = new long[inputs.length][];
    at = new long[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      strides[i] = plan.access(inputs[i]).out();
      at[i] = plan.access(inputs[i]).offset();
      for (int d = 0; d < rank; d++) {
        at[i] += index[d] * strides[i][d];
      }
    }
  }

  /// The element of the `i`th input that the row begins with.
  long at(int i) {
    return at[i];
  }

  /// The row's index along each of the first dimensions.
  long[] index() {
    return index;
  }

  void next() {
    for (int d = index.length - 1; d >= 0; d--) {
      boolean wraps = ++index[d] == dims[d];
      for (int i = 0; i < at.length; i++) {
        at[i] += wraps ? strides[i][d] * (1 - dims[d]) : strides[i][d];
      }
      if (!wraps) {
        return;
      }
      index[d] = 0;
    }
  }
}
