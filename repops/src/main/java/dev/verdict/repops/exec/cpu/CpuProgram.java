package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/// Kernels with their buffers. Those are made here once; a run allocates nothing that grows with the tensors.
final class CpuProgram implements CompiledProgram {
  /// Instructions below which waking a thread costs more than it brings.
  private final long worthSharing;

  private final Program program;
  private final List<NodeKernel> kernels;
  private final List<Tensor> outputs = new ArrayList<>();
  private final List<MemorySegment[]> operands = new ArrayList<>();
  private final Scratch[] scratch;
  /// For all threads but the calling one.
  private final Optional<ForkJoinPool> workers;

  CpuProgram(
      Program program, List<NodeKernel> kernels, int threads, Optional<ForkJoinPool> workers, long worthSharing) {
    this.program = program;
    this.worthSharing = worthSharing;
    this.kernels = List.copyOf(kernels);
    Arena arena = Arena.ofAuto();
    for (Node node : program.nodes()) {
      outputs.add(Tensor.allocate(arena, node.dtype(), node.out()));
      operands.add(new MemorySegment[node.inputs().size()]);
    }
    Scratch.Size size = Scratch.Size.NONE;
    for (NodeKernel kernel : kernels) {
      size = size.max(kernel.scratch());
    }
    this.workers = workers;
    scratch = new Scratch[threads];
    for (int t = 0; t < threads; t++) {
      scratch[t] = Scratch.allocate(size);
    }
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public void run(long step, StepInputs inputs, NodeObserver observer) {
    inputs.requireMatching(program);
    for (int n = 0; n < outputs.size(); n++) {
      List<Input> reads = program.nodes().get(n).inputs();
      MemorySegment[] in = operands.get(n);
      for (int s = 0; s < in.length; s++) {
        in[s] = inputs.resolve(reads.get(s), outputs::get).segment();
      }
      Tensor output = outputs.get(n);
      compute(program.nodes().get(n), kernels.get(n), step, output.segment(), in);
      observer.computed(n, output);
    }
  }

  private void compute(Node node, NodeKernel kernel, long step, MemorySegment out, MemorySegment[] in) {
    long units = kernel.units();
    int shares = (int) Math.min(units, scratch.length);
    if (shares == 1 || work(node) < worthSharing) {
      kernel.run(step, out, in, scratch[0], 0, units);
      return;
    }
    ForkJoinTask<?>[] others = new ForkJoinTask<?>[shares - 1];
    for (int t = 1; t < shares; t++) {
      Scratch own = scratch[t];
      long from = units * t / shares;
      long to = units * (t + 1) / shares;
      others[t - 1] = workers.orElseThrow().submit(() -> kernel.run(step, out, in, own, from, to));
    }
    try {
      kernel.run(step, out, in, scratch[0], 0, units / shares);
    } finally {
      // Nobody may write to the output once the caller has it, whatever went wrong.
      for (ForkJoinTask<?> other : others) {
        other.quietlyJoin();
      }
    }
    for (ForkJoinTask<?> other : others) {
      other.join();
    }
  }

  private static double work(Node node) {
    return (double) node.out().numel() * node.foldLength() * node.body().size();
  }

  @Override
  public Tensor output(int node) {
    return outputs.get(node);
  }
}
