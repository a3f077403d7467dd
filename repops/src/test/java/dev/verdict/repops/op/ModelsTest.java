package dev.verdict.repops.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Slot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The models that a demonstration trains.
class ModelsTest {
  private static final MultilayerPerceptron MLP = new MultilayerPerceptron(List.of(64, 128, 10), 1f / 16f);
  private static final ConvolutionalNetwork CNN = new ConvolutionalNetwork(8, List.of(4, 8), 10, 1f / 16f);

  /// The state after some steps, and the loss of each.
  private record Run(List<Tensor> states, List<Float> losses) {
    static Run of(BuiltGraph built, Digits digits, int steps) {
      CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
      List<Tensor> states = built.initialStates(7);
      List<Float> losses = new ArrayList<>();
      for (int t = 0; t < steps; t++) {
        compiled.run(t, new StepInputs(states, List.of(digits.images(), digits.labels()), List.of()),
            NodeObserver.NONE);
        losses.add(compiled.output(built.output("loss")).getFloat(0));
        List<Tensor> next = new ArrayList<>();
        for (int s = 0; s < states.size(); s++) {
          int node = built.program().slots().get(s).next();
          next.add(node == Slot.UNCHANGED ? states.get(s) : compiled.output(node).copy());
        }
        states = next;
      }
      return new Run(states, losses);
    }

    float last(int n) {
      return (float) losses.subList(losses.size() - n, losses.size()).stream().mapToDouble(l -> l).average()
          .orElseThrow();
    }
  }

  private static double accuracy(BuiltGraph inference, List<Tensor> states, Digits digits) {
    CompiledProgram compiled = new ReferenceExecutor().compile(inference.program());
    compiled.run(0, new StepInputs(states.subList(0, inference.program().slots().size()), List.of(digits.images()),
        List.of()), NodeObserver.NONE);
    Tensor logits = compiled.output(inference.output("logits"));
    int right = 0;
    for (int row = 0; row < digits.labels().numel(); row++) {
      int best = 0;
      for (int c = 1; c < 10; c++) {
        best = logits.getFloat(row * 10 + best) < logits.getFloat(row * 10 + c) ? c : best;
      }
      right += best == digits.labels().getLong(row) ? 1 : 0;
    }
    return right / (double) digits.labels().numel();
  }

  @Test
  void multilayerPerceptron_someStepsOnDigits_learns() throws IOException {
    Digits digits = Digits.read();
    BuiltGraph built = GraphCase.builtTwice(
        () -> MLP.training(digits.boundImages(), digits.boundLabels(), 64, AdamW.of(0.005f)));
    Run run = Run.of(built, digits, 28);
    assertThat(run.losses().getFirst()).isCloseTo(2.4f, within(0.4f));
    assertThat(run.last(4)).isLessThan(0.8f);
    assertThat(accuracy(MLP.inference(digits.boundImages()), run.states(), digits)).isGreaterThan(0.8);
  }

  @Test
  void convolutionalNetwork_someStepsOnDigits_learns() throws IOException {
    Digits digits = Digits.read().head(160);
    BuiltGraph built = GraphCase.builtTwice(
        () -> CNN.training(digits.boundImages(), digits.boundLabels(), 32, AdamW.of(0.01f)));
    Run run = Run.of(built, digits, 25);
    assertThat(run.last(4)).isLessThan(run.losses().getFirst() / 2);
    assertThat(accuracy(CNN.inference(digits.boundImages()), run.states(), digits)).isGreaterThan(0.6);
  }

  @Test
  void everyOptimiser_someSteps_lowersTheLoss() throws IOException {
    Digits digits = Digits.read().head(32);
    MultilayerPerceptron small = new MultilayerPerceptron(List.of(64, 16, 10), 1f / 16f);
    for (Optimizer optimizer : List.of(Sgd.of(0.5f), Momentum.of(0.1f, 0.9f), AdamW.of(0.01f),
        new AdamW(LearningRate.warmup(0.01f, 5), 0.9f, 0.999f, 1e-8f, 0f))) {
      Run run = Run.of(small.training(digits.boundImages(), digits.boundLabels(), 32, optimizer), digits, 15);
      assertThat(run.losses().getLast()).as("%s", optimizer).isLessThan(run.losses().getFirst() * 0.7f);
    }
  }

  @Test
  void training_oneStepOfAdamW_isTheFormulaToTheBit() {
    GraphBuilder g = new GraphBuilder();
    Value p = g.state("p", DType.F32, Shape.of(2));
    Value loss = g.reduceSum(g.mul(p, p), false);
    AdamW adam = new AdamW(LearningRate.constant(0.1f), 0.9f, 0.99f, 1e-3f, 0.25f);
    adam.update(g, List.of("p"), List.of(p), Gradients.gradients(loss, List.of(p)));
    BuiltGraph built = g.build();
    List<Tensor> states = new ArrayList<>(built.initialStates(0));
    states.set(0, Tensor.ofFloats(Shape.of(2), 0.3f, -1.7f));
    CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
    compiled.run(0, new StepInputs(states, List.of(), List.of()), NodeObserver.NONE);
    for (int i = 0; i < 2; i++) {
      float x = states.get(0).getFloat(i);
      float gradient = x + x;
      float m = Math.fma(0.9f, 0f, (1 - 0.9f) * gradient);
      float v = Math.fma(0.99f, 0f, (1 - 0.99f) * gradient * gradient);
      float size = 0.1f / (1f - 0.9f);
      float direction = m / ((float) Math.sqrt(v / (1f - 0.99f)) + 1e-3f);
      float expected = Math.fma(-size, direction, x * (1f - 0.1f * 0.25f));
      assertThat(compiled.output(built.program().slots().get(0).next()).getFloat(i)).isEqualTo(expected);
    }
    assertThat(compiled.output(built.program().slots().get(built.slot("AdamW.beta2Power")).next()).getFloat(0))
        .isEqualTo(0.99f);
  }

  @Test
  void demonstration_program_isSmallAndSteadyInShape() throws IOException {
    BuiltGraph built = demonstration();
    List<String> labels = built.program().nodes().stream().map(Node::label).toList();
    assertThat(built.program().slots().stream().map(Slot::name)).containsExactly("W0", "b0", "W1", "b1", "W0.m",
        "W0.v", "b0.m", "b0.v", "W1.m", "W1.v", "b1.m", "b1.v", "AdamW.beta1Power", "AdamW.beta2Power");
    assertThat(labels).contains("Batch", "Cast", "Mul", "Gemm", "Gemm.bias", "Relu", "SoftmaxCrossEntropyLoss",
        "Gemm.gradA", "Gemm.gradB", "Gemm.gradC", "Relu.grad", "LearningRate", "AdamW");
    assertThat(labels).hasSize(45);
    for (Node node : built.program().nodes()) {
      long large = node.inputs().stream().filter(i -> i.numel() > 1024).map(Input::source).distinct().count();
      assertThat(large).as(node.label()).isLessThanOrEqualTo(2);
    }
  }

  private static BuiltGraph demonstration() throws IOException {
    Digits digits = Digits.read();
    return MLP.training(digits.boundImages(), digits.boundLabels(), 64, AdamW.of(0.001f));
  }

  @Test
  void initialStates_oneSeed_areReproducibleAndBounded() throws IOException {
    BuiltGraph built = demonstration();
    List<Tensor> a = built.initialStates(7);
    List<Tensor> b = built.initialStates(7);
    for (int i = 0; i < a.size(); i++) {
      assertThat(a.get(i).sameBits(b.get(i))).isTrue();
    }
    assertThat(a.getFirst().sameBits(built.initialStates(8).getFirst())).isFalse();
    float bound = (float) Math.sqrt(6.0 / 64);
    Set<Float> distinct = new HashSet<>();
    double sum = 0;
    for (float w : a.getFirst().toFloats()) {
      assertThat(Math.abs(w)).isLessThanOrEqualTo(bound);
      distinct.add(w);
      sum += w;
    }
    assertThat(distinct.size()).isGreaterThan(8100);
    assertThat(sum / 8192).isCloseTo(0, within(0.01));
    assertThat(a.get(built.slot("AdamW.beta1Power")).getFloat(0)).isEqualTo(1f);
  }

  @Test
  void philox_knownCounters_giveTheAuthorsWords() {
    assertThat(Philox.words(0, 0, 0, 0, 0, 0)).isEqualTo(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    assertThat(Philox.words(-1, -1, -1, -1, -1, -1)).isEqualTo(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    assertThat(Philox.words(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0)).isEqualTo(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
  }

  @Test
  void models_badSizes_areRefused() {
    assertThatThrownBy(() -> new MultilayerPerceptron(List.of(64), 1f))
        .isInstanceOf(InvalidAttributeException.class)
        .hasMessage("MultilayerPerceptron: sizes must be two at least, each at least 1, not [64]");
    assertThatThrownBy(() -> new ConvolutionalNetwork(6, List.of(1, 2), 10, 1f))
        .isInstanceOf(InvalidAttributeException.class);
  }
}
