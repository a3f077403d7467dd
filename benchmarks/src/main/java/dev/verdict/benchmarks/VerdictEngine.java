package dev.verdict.benchmarks;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Ours, by the way that a user has: graph, executor, run.
final class VerdictEngine implements Engine {
  static final String NAME = "verdict";

  private final int threads;

  VerdictEngine(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Contender prepare(Workload workload, List<Tensor> operands) {
    GraphBuilder g = new GraphBuilder();
    List<Value> x = new ArrayList<>();
    for (Tensor t : operands) {
      x.add(g.state("x" + x.size(), t.dtype(), t.shape()));
    }
    g.output("y", build(workload, g, x));
    BuiltGraph built = g.build();
    int y = built.output("y");
    CompiledProgram compiled = new CpuExecutor(threads).compile(built.program(), Set.of(y));
    StepInputs inputs = new StepInputs(operands, List.of(), List.of());
    return new Contender() {
      @Override
      public void run() {
        compiled.run(0, inputs, NodeObserver.NONE);
      }

      @Override
      public float[] result(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = compiled.output(y).getFloat(i);
        }
        return values;
      }
    };
  }

  private static Value build(Workload workload, GraphBuilder g, List<Value> x) {
    return switch (workload) {
      case Workload.MatMul w -> g.gemm(x.get(0), x.get(1), null, w.transposeA(), w.transposeB());
      case Workload.Map w -> switch (w.function()) {
        case EXP -> g.exp(x.getFirst());
        case GELU -> g.gelu(x.getFirst());
      };
      case Workload.Rowwise w -> switch (w.function()) {
        case SOFTMAX -> g.softmax(x.getFirst(), -1);
        case LAYERNORM -> g.layerNormalization(x.get(0), x.get(1), x.get(2), -1, 1e-5f);
      };
    };
  }
}
