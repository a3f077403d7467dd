package dev.verdict.benchmarks;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.Gradients;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Sliding;
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
    return switch (workload) {
      case Workload.Training w -> new VerdictTraining(w.model(), new CpuExecutor(threads));
      case Workload.Commitment w -> new Contender() {
        private Digest root = Digest.ZERO;

        @Override
        public void run() {
          root = TensorCommitment.root(operands.getFirst());
        }

        /// Nobody else computes it.
        @Override
        public float[] result(int count) {
          return new float[] {root.equals(Digest.ZERO) ? 0 : 1};
        }
      };
      default -> graph(workload, operands);
    };
  }

  /// A workload as a program: its operands are the state slots, its results the outputs.
  static BuiltGraph program(Workload workload) {
    GraphBuilder g = new GraphBuilder();
    List<Value> x = new ArrayList<>();
    for (Shape shape : workload.operands()) {
      x.add(g.state("x" + x.size(), DType.F32, shape));
    }
    List<Value> results = build(workload, g, x);
    for (int i = 0; i < results.size(); i++) {
      g.output("y" + i, results.get(i));
    }
    return g.build();
  }

  private Contender graph(Workload workload, List<Tensor> operands) {
    BuiltGraph built = program(workload);
    List<Integer> outputs = List.copyOf(built.outputs().values());
    CompiledProgram compiled = new CpuExecutor(threads).compile(built.program(), Set.copyOf(outputs));
    StepInputs inputs = new StepInputs(operands, List.of(), List.of());
    return new Contender() {
      @Override
      public void run() {
        compiled.run(0, inputs, NodeObserver.NONE);
      }

      @Override
      public float[] result(int count) {
        return Samples.of(outputs, count, (y, n) -> first(compiled.output(y), n));
      }
    };
  }

  static float[] first(Tensor t, int count) {
    float[] values = new float[(int) Math.min(count, t.numel())];
    for (int i = 0; i < values.length; i++) {
      values[i] = t.getFloat(i);
    }
    return values;
  }

  private static List<Value> build(Workload workload, GraphBuilder g, List<Value> x) {
    return switch (workload) {
      case Workload.MatMul w -> List.of(g.gemm(x.get(0), x.get(1), null, w.transposeA(), w.transposeB()));
      case Workload.Map w -> List.of(switch (w.function()) {
        case EXP -> g.exp(x.getFirst());
        case GELU -> g.gelu(x.getFirst());
      });
      case Workload.Rowwise w -> List.of(switch (w.function()) {
        case SOFTMAX -> g.softmax(x.getFirst(), -1);
        case LAYERNORM -> g.layerNormalization(x.get(0), x.get(1), x.get(2), -1, 1e-5f);
      });
      case Workload.Conv w -> {
        Value y = g.conv(x.get(0), x.get(1), null, Sliding.unit().stride(w.stride(), w.stride()).pad(w.pad()), 1);
        if (!w.backward()) {
          yield List.of(y);
        }
        List<Value> results = new ArrayList<>(List.of(y));
        results.addAll(Gradients.gradients(g.reduceSum(g.mul(y, x.get(2)), false), x.subList(0, 2)));
        yield results;
      }
      case Workload.Attention w -> List.of(g.attention(x.get(0), x.get(1), x.get(2), true));
      case Workload.Commitment w -> throw new IllegalArgumentException(w.name() + " is no graph");
      case Workload.Training w -> throw new IllegalArgumentException(w.name() + " is no graph of this kind");
    };
  }
}
