package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.exec.Liveness;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Source;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// A group of nodes, block after block of their outer indices; the blocks are shared out among the threads.
///
/// An output that nothing outside reads exists one block at a time, in memory of the thread's own. Any other is written
/// where it belongs, and read from there by the group's later nodes while it is still in the cache.
final class BlockStage implements Stage {
  private final List<Member> members = new ArrayList<>();
  private final long outer;
  private final long run;
  private final long block;
  private final long blocksPerRun;
  private final int shares;
  private final long blockBytes;

  /// One node of the group.
  ///
  /// @param innerBytes of its output for one outer index
  /// @param stored whether its output is written where all of it has a place
  /// @param at else, where its block begins in the thread's own memory
  /// @param whole computes a block
  /// @param last computes what is left of a run after its whole blocks; the same where nothing is
  /// @param producers for each input the member that it reads; -1 for a tensor from outside
  private record Member(
      int index, Slice slice, long innerBytes, boolean stored, long at, NodeKernel whole, NodeKernel last,
      int[] producers, MemorySegment[][] in) {}

  /// @param stored for each node of the program whether anything outside its group reads it
  BlockStage(
      Program program, Group group, boolean[] stored, Kernels kernels, Blocking blocking, int threads,
      long worthSharing) {
    List<Integer> nodes = group.nodes();
    double work = nodes.stream().mapToDouble(n -> NodeStage.work(program.nodes().get(n))).sum();
    this.shares = work < worthSharing ? 1 : threads;
    this.outer = group.outer();
    this.run = group.run();
    this.block = group.block(blocking, shares);
    this.blocksPerRun = (run - 1) / block + 1;
    MemoryPlan plan = places(program, nodes, stored);
    this.blockBytes = plan.arenaBytes();
    for (int m = 0; m < nodes.size(); m++) {
      int index = nodes.get(m);
      Node node = program.nodes().get(index);
      Slice slice = Slice.of(node, outer).orElseThrow();
      int[] producers = new int[node.inputs().size()];
      long[] slices = new long[producers.length];
      for (int s = 0; s < producers.length; s++) {
        producers[s] = node.inputs().get(s).source() instanceof Source.NodeOutput(int read) && slice.reads(s)
            ? nodes.indexOf(read) : -1;
        slices[s] = producers[s] < 0 ? 0 : members.get(producers[s]).slice.inner();
      }
      NodeKernel whole = kernels.of(index, slice.block(block, slices), 1);
      NodeKernel last = run % block == 0 ? whole : kernels.of(index, slice.block(run % block, slices), 1);
      members.add(new Member(index, slice, Liveness.sizeBytes(node) / outer, stored[index], plan.offsets()[m], whole,
          last, producers, new MemorySegment[threads][producers.length]));
    }
  }

  /// Where the blocks lie that aren't stored: those that later nodes still read don't overlap.
  private MemoryPlan places(Program program, List<Integer> nodes, boolean[] stored) {
    List<MemoryPlan.Buffer> buffers = new ArrayList<>();
    for (int m = 0; m < nodes.size(); m++) {
      int last = m;
      for (int later = m + 1; later < nodes.size(); later++) {
        for (Input input : program.nodes().get(nodes.get(later)).inputs()) {
          if (input.source().equals(new Source.NodeOutput(nodes.get(m)))) {
            last = later;
          }
        }
      }
      long bytes = stored[nodes.get(m)] ? 0 : Liveness.sizeBytes(program.nodes().get(nodes.get(m))) / outer * block;
      buffers.add(new MemoryPlan.Buffer(bytes, m, last));
    }
    return MemoryPlan.of(buffers);
  }

  @Override
  public void run(long step, Memory memory, Crew crew) {
    crew.run(shares, outer / run * blocksPerRun, 1, (thread, from, to) -> {
      for (long b = from; b < to; b++) {
        long within = b % blocksPerRun * block;
        block(step, memory, thread, b / blocksPerRun * run + within, Math.min(block, run - within));
      }
    });
  }

  /// Outer indices [first, first + count).
  private void block(long step, Memory memory, int thread, long first, long count) {
    for (Member m : members) {
      MemorySegment[] in = m.in[thread];
      for (int s = 0; s < in.length; s++) {
        if (m.producers[s] >= 0) {
          in[s] = output(members.get(m.producers[s]), memory, thread, first, count);
        } else if (m.slice.moves(s)) {
          Input input = m.slice.node().inputs().get(s);
          in[s] = memory.of(input).asSlice(m.slice.base(s, first) * input.dtype().widthBytes());
        } else {
          in[s] = m.slice.reads(s) ? memory.of(m.slice.node().inputs().get(s)) : MemorySegment.NULL;
        }
      }
      NodeKernel kernel = count == block ? m.whole : m.last;
      kernel.run(step, output(m, memory, thread, first, count), in, memory.scratch()[thread], 0, kernel.units());
    }
  }

  private static MemorySegment output(Member m, Memory memory, int thread, long first, long count) {
    return m.stored
        ? memory.nodes()[m.index].asSlice(first * m.innerBytes, count * m.innerBytes)
        : memory.blocks()[thread].asSlice(m.at, count * m.innerBytes);
  }

  @Override
  public void kernels(Consumer<NodeKernel> each) {
    for (Member m : members) {
      each.accept(m.whole);
      each.accept(m.last);
    }
  }

  @Override
  public Scratch.Size scratch() {
    Scratch.Size size = Scratch.Size.NONE;
    for (Member m : members) {
      size = size.max(m.whole.scratch()).max(m.last.scratch());
    }
    return size;
  }

  @Override
  public long blockBytes() {
    return blockBytes;
  }
}
