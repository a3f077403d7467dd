package dev.verdict.repops.exec.cpu;

/// What decides how a node is computed, never what: tests set it so that small programs take every path.
///
/// @param strip the most lanes in a unit
/// @param stridedStrip the same where a fold reads along a stride: each lane then holds a cache line of its own from
///     step to step
/// @param oneByOne whether a fold that has nothing in neighbouring lanes to gain from (no row of neighbours to read, no
///     elementary function) computes its outputs one after the other; measured for row sums: 0.5 ns a step, in lanes
///     1.8
/// @param minLanes a dimension of fewer isn't worth the rows
/// @param minProduct the fewest outputs of a matrix product that [MatMulKernel] computes
/// @param depth the most steps of a matrix product between a load of its accumulators and their store
/// @param rows the most rows of a matrix product's left operand that are packed at once
/// @param columns the most columns of its right operand
/// @param worthSharing instructions of a node, all in all, below which waking a thread costs more than it brings
record Tuning(
    int strip, int stridedStrip, boolean oneByOne, int minLanes, int minProduct, int depth, int rows, int columns,
    long worthSharing) {
  /// As measured: 2 KiB a row, so that a body's rows stay in the first cache; matrix blocks that fit the second.
  static final Tuning DEFAULT = new Tuning(512, 128, true, 8, 32, 1024, 72, 1024, 100_000);

  Tuning withStrip(int lanes) {
    return new Tuning(
        lanes, lanes, oneByOne, minLanes, minProduct, depth, rows, columns, worthSharing);
  }
}
