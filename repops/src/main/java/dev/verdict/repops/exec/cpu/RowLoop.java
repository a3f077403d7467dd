package dev.verdict.repops.exec.cpu;

import java.lang.foreign.MemorySegment;

/// What [RowLoopCompiler] writes a class of.
@FunctionalInterface
interface RowLoop {
  /// Computes rows [from, to) of all members' outputs.
  ///
  /// @param tensors in the order of the stage's
  /// @param own the thread's own memory, for rows that aren't stored
  /// @param scratch for rows of vectors
  void run(long step, MemorySegment[] tensors, MemorySegment own, MemorySegment scratch, long from, long to);
}
