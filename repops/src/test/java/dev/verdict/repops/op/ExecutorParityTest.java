package dev.verdict.repops.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operator and its gradient, and the models: the compiling executor gives the reference's bits, node by node.
class ExecutorParityTest {
  static Stream<GradientsTest.Case> everyOperator() {
    return GradientsTest.everyOperator();
  }

  private static void assertSameNodes(BuiltGraph built, long step, StepInputs inputs) {
    CompiledProgram expected = new ReferenceExecutor().compile(built.program());
    CompiledProgram actual = new CpuExecutor().compile(built.program());
    expected.run(step, inputs, NodeObserver.NONE);
    actual.run(step, inputs, NodeObserver.NONE);
    for (int n = 0; n < built.program().nodes().size(); n++) {
      assertThat(actual.output(n).sameBits(expected.output(n))).as("node %s %s", n, built.program().nodes().get(n))
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("everyOperator")
  void cpu_operatorAndGradient_equalsReference(GradientsTest.Case c) {
    BuiltGraph built = c.build();
    List<Tensor> states = new ArrayList<>(List.of(c.operands()));
    states.add(GraphCase.random(3, -1, 1, built.program().slots().getLast().shape().dims()));
    assertSameNodes(built, 0, new StepInputs(states, List.of(), List.of()));
    for (Tensor t : states) {
      if (t.dtype() == DType.F32) {
        sprinkleEdges(t);
      }
    }
    assertSameNodes(built, 0, new StepInputs(states, List.of(), List.of()));
  }

  /// Every seventh element becomes a zero, a subnormal, an infinity or a NaN.
  private static void sprinkleEdges(Tensor t) {
    float[] edges = {-0f, 0f, Float.MIN_VALUE, -Float.MIN_NORMAL, Float.POSITIVE_INFINITY, Float.NaN, 88.8f,
        Float.MAX_VALUE, Float.NEGATIVE_INFINITY};
    for (long i = 0; i < t.numel(); i += 7) {
      t.setFloat(i, edges[(int) (i / 7 % edges.length)]);
    }
  }

  @Test
  void cpu_models_equalReference() throws IOException {
    Digits digits = Digits.read().head(40);
    BuiltGraph mlp = new MultilayerPerceptron(List.of(64, 128, 10), 1f / 16f)
        .training(digits.boundImages(), digits.boundLabels(), 33, AdamW.of(0.01f));
    BuiltGraph cnn = new ConvolutionalNetwork(8, List.of(3, 5), 10, 1f / 16f)
        .training(digits.boundImages(), digits.boundLabels(), 7, Momentum.of(0.1f, 0.9f));
    for (BuiltGraph built : List.of(mlp, cnn)) {
      assertSameNodes(built, 3,
          new StepInputs(built.initialStates(5), List.of(digits.images(), digits.labels()), List.of()));
    }
  }
}
