package dev.verdict.repops.exec;

/// What running a compiled program takes, in bytes.
///
/// @param inputs states, data sets and constants, which the caller owns
/// @param kept outputs of kept nodes, the caller's own or the program's
/// @param arena what all other outputs share over the time of a step
/// @param scratch working memory of the threads: rows, packed operands, blocks that are never stored
/// @param tables what kernels have computed beforehand: positions in tensors
/// @param live what tensors need at the most: for each point of the schedule the inputs, the outputs of kept nodes, and
///     those others that have been stored and are still to be read, added up; the greatest of these sums
public record MemoryReport(long inputs, long kept, long arena, long scratch, long tables, long live) {
  /// All that is held while a step runs.
  public long total() {
    return inputs + kept + arena + scratch + tables;
  }

  /// What is held over what is needed; 1 is best.
  public double ratio() {
    return (double) total() / live;
  }
}
