package dev.verdict.repops.exec.cpu;

/// What decides which nodes are computed together, block after block, and how large a block is; never what is computed.
///
/// @param blockBytes of all a block reads and writes, at the most
/// @param minElements outputs of a block's largest node, at the least: below, calls cost more than the caches save
/// @param minBlocks for each thread, so that they end together
/// @param siblings how many groups back a node that reads the same tensors is looked for
/// @param minRow elements of the shortest row that a group is computed one after the other of, where it can be
record Blocking(long blockBytes, long minElements, int minBlocks, int siblings, long minRow) {
  /// Half of a second-level cache of 1 MiB.
  static final Blocking DEFAULT = new Blocking(512 << 10, 2048, 4, 16, 32);
  /// Every node by itself.
  static final Blocking NONE = new Blocking(0, Long.MAX_VALUE, 1, 0, Long.MAX_VALUE);
}
