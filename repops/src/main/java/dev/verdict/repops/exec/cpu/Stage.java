package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Source;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/// What runs between two points of a schedule: one node, or a group of them block by block or row by row.
sealed interface Stage permits NodeStage, BlockStage, RowStage {
  /// Computes the stage's nodes.
  void run(long step, Memory memory, Crew crew);

  /// What each thread needs for it.
  Scratch.Size scratch();

  /// Shows each of its kernels, some perhaps more than once.
  void kernels(Consumer<NodeKernel> each);

  /// Bytes of blocks that each thread needs for it.
  long blockBytes();

  /// Where a step's tensors are.
  ///
  /// @param nodes outputs that are stored
  /// @param scratch for each thread
  /// @param blocks for each thread
  record Memory(
      MemorySegment[] states, MemorySegment[] data, MemorySegment[] constants, MemorySegment[] nodes,
      Scratch[] scratch, MemorySegment[] blocks) {
    MemorySegment of(Input input) {
      return of(input.source());
    }

    MemorySegment of(Source source) {
      return switch (source) {
        case Source.NodeOutput n -> nodes[n.index()];
        case Source.State s -> states[s.index()];
        case Source.Data d -> data[d.index()];
        case Source.Const c -> constants[c.index()];
      };
    }
  }

  /// Units for each call of a kernel: a few calls for each thread, none of them shorter than `worthSharing`.
  static long chunk(long units, double work, int threads, long worthSharing) {
    double chunks = Math.min(threads * 8.0, Math.max(threads, work / Math.max(1, worthSharing)));
    return Math.max(1, (long) Math.ceil(units / chunks));
  }
}
