package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/// One node, its units shared out among the threads.
final class NodeStage implements Stage {
  private final int index;
  private final List<Input> inputs;
  private final NodeKernel kernel;
  private final MemorySegment[] in;
  private final int shares;
  private final long chunk;

  NodeStage(int index, Node node, NodeKernel kernel, int threads, long worthSharing) {
    this.index = index;
    this.inputs = node.inputs();
    this.kernel = kernel;
    this.in = new MemorySegment[inputs.size()];
    double work = work(node);
    this.shares = work < worthSharing ? 1 : threads;
    this.chunk = Stage.chunk(kernel.units(), work, threads, worthSharing);
  }

  /// In instructions.
  static double work(Node node) {
    return (double) node.out().numel() * node.foldLength() * node.body().size();
  }

  @Override
  public void run(long step, Memory memory, Crew crew) {
    for (int s = 0; s < in.length; s++) {
      in[s] = memory.of(inputs.get(s));
    }
    MemorySegment out = memory.nodes()[index];
    crew.run(shares, kernel.units(), chunk,
        (member, from, to) -> kernel.run(step, out, in, memory.scratch()[member], from, to));
  }

  @Override
  public Scratch.Size scratch() {
    return kernel.scratch();
  }

  @Override
  public void kernels(Consumer<NodeKernel> each) {
    each.accept(kernel);
  }

  @Override
  public long blockBytes() {
    return 0;
  }
}
