package dev.verdict.repops.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.ProgramCodec;
import dev.verdict.repops.ir.ProgramValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/// Builds a graph around an operator, with state slots as its operands, and runs it.
final class GraphCase {
  /// An operator under test.
  @FunctionalInterface
  interface Operator {
    Value apply(GraphBuilder graph, List<Value> operands);
  }

  private GraphCase() {}

  /// The result for these operands by the reference executor.
  static Tensor evaluate(Operator operator, Tensor... operands) {
    BuiltGraph built = builtTwice(() -> {
      GraphBuilder graph = new GraphBuilder();
      graph.output("y", operator.apply(graph, states(graph, operands)));
      return graph.build();
    });
    CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
    compiled.run(0, new StepInputs(List.of(operands), List.of(), List.of()), NodeObserver.NONE);
    return compiled.output(built.output("y"));
  }

  /// How many nodes the operator takes.
  static int nodeCount(Operator operator, Tensor... operands) {
    GraphBuilder graph = new GraphBuilder();
    Value y = operator.apply(graph, states(graph, operands));
    graph.output("y", y);
    return graph.build().program().nodes().size();
  }

  static List<Value> states(GraphBuilder graph, Tensor... operands) {
    List<Value> values = new ArrayList<>();
    for (Tensor t : operands) {
      values.add(graph.state("x" + values.size(), t.dtype(), t.shape()));
    }
    return values;
  }

  /// Builds once, builds again, and holds the bytes of the valid programs against each other.
  static BuiltGraph builtTwice(Supplier<BuiltGraph> build) {
    BuiltGraph built = build.get();
    ProgramValidator.requireValid(built.program());
    assertThat(ProgramCodec.encode(built.program())).isEqualTo(ProgramCodec.encode(build.get().program()));
    return built;
  }

  static Tensor floats(long[] dims, double... values) {
    float[] f = new float[values.length];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) values[i];
    }
    return Tensor.ofFloats(Shape.of(dims), f);
  }

  static long[] dims(long... dims) {
    return dims;
  }

  /// Uniform in [low, high).
  static Tensor random(long seed, double low, double high, long... dims) {
    SplittableRandom random = new SplittableRandom(seed);
    Tensor t = Tensor.zeros(DType.F32, Shape.of(dims));
    for (long i = 0; i < t.numel(); i++) {
      t.setFloat(i, (float) random.nextDouble(low, high));
    }
    return t;
  }
}
