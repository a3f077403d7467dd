package dev.verdict.repops.exec.cpu;

import java.util.List;

/// Nodes that are computed together.
///
/// @param nodes in order; those of a group of more than one share `outer`
/// @param outer the outer indices that the group is cut at
/// @param run a divisor of `outer`; no block crosses a multiple of it
/// @param bytes that one outer index reads and writes
/// @param elements of the largest output for one outer index
record Group(List<Integer> nodes, long outer, long run, long bytes, long elements) {
  Group {
    nodes = List.copyOf(nodes);
  }

  /// One node by itself.
  static Group of(int node) {
    return new Group(List.of(node), 1, 1, 0, 0);
  }

  /// How many outer indices a block has: as many as `blocking` allows, as few as give every thread enough blocks,
  /// and if at all possible so many that all blocks are alike.
  long block(Blocking blocking, int threads) {
    long fewest = Math.max(1, (blocking.minElements() - 1) / elements + 1);
    long wanted = threads == 1 ? outer : Math.max(fewest, (outer - 1) / ((long) threads * blocking.minBlocks()) + 1);
    long most = Math.min(run, Math.max(fewest, Math.min(wanted, blocking.blockBytes() / Math.max(1, bytes))));
    for (long block = most; block > most / 2; block--) {
      if (run % block == 0) {
        return block;
      }
    }
    return most;
  }
}
