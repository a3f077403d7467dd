package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.ir.Program;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Consumer;

/// A group of nodes, row after row: a softmax, a layer norm, a gradient of either. All of the group is done with a row
/// before the next one is begun, by one method that [RowLoopCompiler] writes for it, so that a row stays in the first
/// cache and going from node to node costs next to nothing; memory brings the next row meanwhile.
final class RowStage implements Stage {
  /// Elements of rows that are computed at once, where one row hasn't more: their cache lines fit a processor's queue of stores,
  /// which memory then takes while the next ones are computed.
  private static final long AT_ONCE = 1 << 10;

  private final RowPlan plan;
  private final RowLoop loop;
  private final int shares;
  private final long chunk;
  private final long blockBytes;
  private final Scratch.Size scratch;

  private RowStage(RowPlan plan, int atOnce, RowLoopCompiler.Code code, int threads, long worthSharing) {
    this.plan = plan;
    this.loop = code.loop();
    this.scratch = Scratch.Size.ofNativeRows(code.scratch());
    this.blockBytes = 4 * plan.ownElements() * atOnce;
    this.shares = plan.work() < worthSharing ? 1 : threads;
    this.chunk = Stage.chunk(plan.rows(), plan.work(), threads, worthSharing);
  }

  /// The stage for `group`, if it has a plan and its code isn't too long.
  ///
  /// @param stored for each node of the program whether anything outside its group reads it
  static Optional<RowStage> of(
      Program program, Group group, boolean[] stored, Kernels kernels, Tuning tuning, Blocking blocking,
      int threads) {
    return RowPlan.of(program, group, stored, tuning, blocking).flatMap(plan -> {
      int atOnce = (int) Math.max(1, AT_ONCE / plan.elements());
      return kernels.of(plan, atOnce)
          .map(code -> new RowStage(plan, atOnce, code, threads, tuning.worthSharing()));
    });
  }

  @Override
  public void run(long step, Memory memory, Crew crew) {
    MemorySegment[] tensors = new MemorySegment[plan.tensors().size()];
    for (int t = 0; t < tensors.length; t++) {
      tensors[t] = switch (plan.tensors().get(t)) {
        case RowPlan.Tensor.Outside o -> memory.of(o.source());
        case RowPlan.Tensor.Output o -> memory.nodes()[o.node()];
      };
    }
    crew.run(shares, plan.rows(), chunk, (thread, from, to) -> loop.run(
        step, tensors, memory.blocks()[thread], memory.scratch()[thread].nativeRows(), from, to));
  }

  @Override
  public Scratch.Size scratch() {
    return scratch;
  }

  @Override
  public void kernels(Consumer<NodeKernel> each) {}

  @Override
  public long blockBytes() {
    return blockBytes;
  }
}
