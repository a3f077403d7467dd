package dev.verdict.repops.exec.cpu;

import java.lang.foreign.MemorySegment;

/// The code of one node, cut into units that may run in any order and on any thread. It keeps no state.
interface NodeKernel {
  /// How many units there are.
  long units();

  /// Computes the output elements of units [from, to).
  ///
  /// @param out the node's output
  /// @param in the tensors of the node's inputs, in order
  /// @param scratch this thread's own; sized for this kernel
  void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to);

  /// What [#run] needs of a [Scratch].
  default Scratch.Size scratch() {
    return Scratch.Size.NONE;
  }

  /// Bytes of what it has computed beforehand, for all threads.
  default long tableBytes() {
    return 0;
  }
}
