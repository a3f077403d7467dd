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

/// Kernels with their buffers. Those are made here once; a run allocates nothing that grows with the tensors.
final class CpuProgram implements CompiledProgram {
  private final Program program;
  private final List<NodeKernel> kernels;
  private final List<Tensor> outputs = new ArrayList<>();
  private final List<MemorySegment[]> operands = new ArrayList<>();
  private final Scratch[] scratch;

  CpuProgram(Program program, List<NodeKernel> kernels, int threads) {
    this.program = program;
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
      NodeKernel kernel = kernels.get(n);
      kernel.run(step, output.segment(), in, scratch[0], 0, kernel.units());
      observer.computed(n, output);
    }
  }

  @Override
  public Tensor output(int node) {
    return outputs.get(node);
  }
}
