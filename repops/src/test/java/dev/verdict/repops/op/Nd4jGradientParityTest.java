package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.verdict.repops.DType;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/// Gradients of Σ y·w against ND4J's automatic differentiation, for the operators that it has.
class Nd4jGradientParityTest {
  private static final double TOLERANCE = 1e-5;

  @FunctionalInterface
  interface Theirs {
    SDVariable apply(SameDiff sd, List<SDVariable> operands);
  }

  record Case(String name, GraphCase.Operator ours, Theirs theirs, Tensor... operands) {
    @Override
    public String toString() {
      return name;
    }
  }

  @BeforeAll
  static void nd4jIsThere() {
    String reason = "";
    try {
      Nd4j.create(1);
    } catch (RuntimeException | LinkageError e) {
      reason = e.toString();
    }
    assumeTrue(reason.isEmpty(), "ND4J has no backend for this platform: " + reason);
  }

  private static Tensor r(long seed, long... dims) {
    return random(seed, -1, 1, dims);
  }

  private static INDArray nd(Tensor t) {
    return Nd4j.create(t.toFloats(), t.shape().dims(), 'c');
  }

  static Stream<Case> cases() {
    Tensor x = r(1, 5, 7);
    Tensor image = r(1, 2, 3, 6, 5);
    Conv2DConfig conv = Conv2DConfig.builder().kH(3).kW(2).sH(2).sW(1).pH(1).pW(1).dH(1).dW(1).build();
    Pooling2DConfig pool = Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).build();
    return Stream.of(
        new Case("MatMul", (g, v) -> g.matMul(v.get(0), v.get(1)), (sd, v) -> v.get(0).mmul(v.get(1)), x,
            r(2, 7, 4)),
        new Case("Tanh", (g, v) -> g.tanh(v.get(0)), (sd, v) -> sd.math().tanh(v.get(0)), x),
        new Case("Sigmoid", (g, v) -> g.sigmoid(v.get(0)), (sd, v) -> sd.nn().sigmoid(v.get(0)), x),
        new Case("Silu", (g, v) -> g.silu(v.get(0)), (sd, v) -> sd.nn().swish(v.get(0)), x),
        new Case("Softmax", (g, v) -> g.softmax(v.get(0), 1), (sd, v) -> sd.nn().softmax(v.get(0), 1), x),
        new Case("LogSoftmax", (g, v) -> g.logSoftmax(v.get(0), 1), (sd, v) -> sd.nn().logSoftmax(v.get(0)), x),
        new Case("ReduceMean", (g, v) -> g.reduceMean(v.get(0), false, 1), (sd, v) -> v.get(0).mean(1), x),
        new Case("LayerNormalization", (g, v) -> g.layerNormalization(v.get(0), v.get(1), v.get(2), -1, 0f),
            (sd, v) -> sd.nn().layerNorm(v.get(0), v.get(1), v.get(2), false, 1), x, r(2, 7), r(3, 7)),
        new Case("Attention", (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), false),
            (sd, v) -> sd.nn().dotProductAttention(v.get(0).permute(0, 1, 3, 2), v.get(1).permute(0, 1, 3, 2),
                v.get(2).permute(0, 1, 3, 2), null, true).permute(0, 1, 3, 2), r(1, 2, 3, 4, 6), r(2, 2, 3, 5, 6),
            r(3, 2, 3, 5, 4)),
        new Case("Conv", (g, v) -> g.conv(v.get(0), v.get(1), v.get(2), Sliding.unit().stride(2, 1).pad(1), 1),
            (sd, v) -> sd.cnn().conv2d(v.get(0), v.get(1).permute(2, 3, 1, 0), v.get(2), conv), image,
            r(2, 4, 3, 3, 2), r(3, 4)),
        new Case("MaxPool", (g, v) -> g.maxPool(v.get(0), 2, 2, Sliding.unit().stride(2, 2)),
            (sd, v) -> sd.cnn().maxPooling2d(v.get(0), pool), image));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradients_areCloseToNd4j(Case c) {
    List<Tensor> ours = ours(c);
    List<INDArray> theirs = theirs(c, ours.getLast());
    for (int p = 0; p < theirs.size(); p++) {
      float[] expected = theirs.get(p).castTo(DataType.FLOAT).dup('c').data().asFloat();
      assertThat(expected).hasSize((int) ours.get(p).numel());
      double largest = 1;
      for (float e : expected) {
        largest = Math.max(largest, Math.abs(e));
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs((double) ours.get(p).getFloat(i) - expected[i])).as("operand %s, element %s", p, i)
            .isLessThan(TOLERANCE * largest);
      }
    }
  }

  /// The gradients, and then the weights that the result was multiplied by.
  private static List<Tensor> ours(Case c) {
    GraphBuilder graph = new GraphBuilder();
    List<Value> values = GraphCase.states(graph, c.operands());
    Value y = c.ours().apply(graph, values);
    Value weights = graph.state("w", DType.F32, y.shape());
    List<Value> gradients = Gradients.gradients(graph.reduceSum(graph.mul(y, weights), false), values);
    for (int p = 0; p < gradients.size(); p++) {
      graph.output("g" + p, gradients.get(p));
    }
    BuiltGraph built = graph.build();
    CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
    List<Tensor> states = new ArrayList<>(List.of(c.operands()));
    states.add(r(99, y.shape().dims()));
    compiled.run(0, new StepInputs(states, List.of(), List.of()), NodeObserver.NONE);
    List<Tensor> result = new ArrayList<>();
    for (int p = 0; p < gradients.size(); p++) {
      result.add(compiled.output(built.output("g" + p)));
    }
    result.add(states.getLast());
    return result;
  }

  private static List<INDArray> theirs(Case c, Tensor weights) {
    SameDiff sd = SameDiff.create();
    List<SDVariable> variables = new ArrayList<>();
    for (Tensor t : c.operands()) {
      variables.add(sd.var("x" + variables.size(), nd(t)));
    }
    SDVariable loss = c.theirs().apply(sd, variables).mul(sd.constant(nd(weights))).sum();
    loss.markAsLoss();
    String[] names = variables.stream().map(SDVariable::name).toArray(String[]::new);
    Map<String, INDArray> gradients = sd.calculateGradients(Map.of(), names);
    return Stream.of(names).map(gradients::get).toList();
  }
}
