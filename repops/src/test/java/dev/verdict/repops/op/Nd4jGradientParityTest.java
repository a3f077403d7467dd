package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.random;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/// Gradients of Σ y·w, binary32 in both, against ND4J's SameDiff: to a few ulps of the largest. Left out where SameDiff
/// 1.0.0-M2.1 has none that works: cumsum's differs from central differences, gather's throws.
class Nd4jGradientParityTest {
  private static final double TOLERANCE = 1e-5;

  /// The operator in SameDiff.
  @FunctionalInterface
  private interface Theirs {
    SDVariable apply(SameDiff sd, List<SDVariable> operands);
  }

  private record Case(String name, Theirs theirs, GraphCase.Operator ours, Tensor... operands) {
    @Override
    public String toString() {
      return name;
    }

    /// The gradients for each operand, by the reference executor.
    List<Tensor> actual(Tensor weights) {
      GraphBuilder g = new GraphBuilder();
      List<Value> values = GraphCase.states(g, operands);
      Value w = g.state("w", DType.F32, weights.shape());
      Value loss = g.reduceSum(g.mul(ours.apply(g, values), w), false);
      List<Value> gradients = Gradients.gradients(loss, values);
      for (int i = 0; i < values.size(); i++) {
        g.output("g" + i, gradients.get(i));
      }
      BuiltGraph built = g.build();
      List<Tensor> states = new ArrayList<>(List.of(operands));
      states.add(weights);
      CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
      compiled.run(0, new StepInputs(states, List.of(), List.of()), NodeObserver.NONE);
      List<Tensor> actual = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        actual.add(compiled.output(built.output("g" + i)).copy());
      }
      return actual;
    }

    Map<String, INDArray> expected(Tensor weights) {
      SameDiff sd = SameDiff.create();
      List<SDVariable> variables = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (Tensor t : operands) {
        names.add("x" + variables.size());
        variables.add(sd.var(names.getLast(), nd(t)));
      }
      SDVariable loss = theirs.apply(sd, variables).mul(sd.constant("w", nd(weights))).sum();
      loss.markAsLoss();
      return sd.calculateGradients(Map.of(), names);
    }
  }

  private static INDArray nd(Tensor t) {
    return Nd4j.create(t.toFloats(), t.shape().dims(), 'c');
  }

  private static Tensor r(long seed, long... dims) {
    return random(seed, -1, 1, dims);
  }

  private static Tensor positive(long seed, long... dims) {
    return random(seed, 0.5, 2, dims);
  }

  static Stream<Case> maps() {
    Tensor x = random(1, -3, 3, 5, 7);
    Tensor p = positive(1, 5, 7);
    return Stream.of(
        new Case("Add", (sd, v) -> v.get(0).add(v.get(1)), (g, v) -> g.add(v.get(0), v.get(1)), r(1, 5, 7), r(2, 5, 1)),
        new Case("Sub", (sd, v) -> v.get(0).sub(v.get(1)), (g, v) -> g.sub(v.get(0), v.get(1)), r(1, 5, 7), r(2, 1, 7)),
        new Case("Mul", (sd, v) -> v.get(0).mul(v.get(1)), (g, v) -> g.mul(v.get(0), v.get(1)), r(1, 5, 7), r(2, 5, 1)),
        new Case("Div", (sd, v) -> v.get(0).div(v.get(1)), (g, v) -> g.div(v.get(0), v.get(1)), r(1, 5, 7),
            positive(2, 5, 7)),
        new Case("Abs", (sd, v) -> sd.math.abs(v.get(0)), (g, v) -> g.abs(v.get(0)), x),
        new Case("Sqrt", (sd, v) -> sd.math.sqrt(v.get(0)), (g, v) -> g.sqrt(v.get(0)), p),
        new Case("Reciprocal", (sd, v) -> sd.math.reciprocal(v.get(0)), (g, v) -> g.reciprocal(v.get(0)), p),
        new Case("Pow, 3", (sd, v) -> sd.math.cube(v.get(0)), (g, v) -> g.pow(v.get(0), 3), x),
        new Case("Pow, 2", (sd, v) -> sd.math.square(v.get(0)), (g, v) -> g.pow(v.get(0), 2), x),
        new Case("Pow, 2.5", (sd, v) -> sd.math.pow(v.get(0), 2.5), (g, v) -> g.pow(v.get(0), 2.5f), p),
        new Case("Exp", (sd, v) -> sd.math.exp(v.get(0)), (g, v) -> g.exp(v.get(0)), x),
        new Case("Log", (sd, v) -> sd.math.log(v.get(0)), (g, v) -> g.log(v.get(0)), p),
        new Case("Sin", (sd, v) -> sd.math.sin(v.get(0)), (g, v) -> g.sin(v.get(0)), x),
        new Case("Cos", (sd, v) -> sd.math.cos(v.get(0)), (g, v) -> g.cos(v.get(0)), x),
        new Case("Tanh", (sd, v) -> sd.math.tanh(v.get(0)), (g, v) -> g.tanh(v.get(0)), x),
        new Case("Erf", (sd, v) -> sd.math.erf(v.get(0)), (g, v) -> g.erf(v.get(0)), x),
        new Case("Relu", (sd, v) -> sd.nn.relu(v.get(0), 0), (g, v) -> g.relu(v.get(0)), x),
        new Case("LeakyRelu", (sd, v) -> sd.nn.leakyRelu(v.get(0), 0.125), (g, v) -> g.leakyRelu(v.get(0), 0.125f), x),
        new Case("Sigmoid", (sd, v) -> sd.nn.sigmoid(v.get(0)), (g, v) -> g.sigmoid(v.get(0)), x),
        new Case("Silu", (sd, v) -> sd.nn.swish(v.get(0)), (g, v) -> g.silu(v.get(0)), x),
        new Case("Clip", (sd, v) -> sd.math.clipByValue(v.get(0), -0.5, 0.75), (g, v) -> g.clip(v.get(0), -0.5f, 0.75f),
            x));
  }

  static Stream<Case> folds() {
    Tensor x = r(1, 2, 3, 4);
    return Stream.of(
        new Case("MatMul", (sd, v) -> v.get(0).mmul(v.get(1)), (g, v) -> g.matMul(v.get(0), v.get(1)), r(1, 5, 7),
            r(2, 7, 3)),
        new Case("MatMul, batched", (sd, v) -> v.get(0).mmul(v.get(1)), (g, v) -> g.matMul(v.get(0), v.get(1)),
            r(1, 2, 5, 7), r(2, 2, 7, 3)),
        new Case("ReduceSum", (sd, v) -> v.get(0).sum(0, 2), (g, v) -> g.reduceSum(v.get(0), false, 0, 2), x),
        new Case("ReduceMean", (sd, v) -> v.get(0).mean(true, 1), (g, v) -> g.reduceMean(v.get(0), true, 1), x),
        new Case("ReduceMax", (sd, v) -> v.get(0).max(2), (g, v) -> g.reduceMax(v.get(0), false, 2), x),
        new Case("ReduceMin", (sd, v) -> v.get(0).min(0), (g, v) -> g.reduceMin(v.get(0), false, 0), x),
        new Case("Softmax", (sd, v) -> sd.nn.softmax(v.get(0), 1), (g, v) -> g.softmax(v.get(0), 1), x),
        new Case("LogSoftmax", (sd, v) -> sd.nn.logSoftmax(v.get(0)), (g, v) -> g.logSoftmax(v.get(0), 2), x));
  }

  static Stream<Case> blocks() {
    return Stream.of(
        new Case("LayerNormalization", (sd, v) -> sd.nn.layerNorm(v.get(0), v.get(1), v.get(2), false, 1),
            (g, v) -> g.layerNormalization(v.get(0), v.get(1), v.get(2), -1, 0f), r(1, 5, 7), r(2, 7), r(3, 7)),
        // ND4J has widths before lengths.
        new Case("Attention",
            (sd, v) -> sd.nn.dotProductAttention(v.get(0).permute(0, 1, 3, 2), v.get(1).permute(0, 1, 3, 2),
                v.get(2).permute(0, 1, 3, 2), null, true).permute(0, 1, 3, 2),
            (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), false), r(1, 2, 3, 4, 6), r(2, 2, 3, 5, 6),
            r(3, 2, 3, 5, 4)));
  }

  static Stream<Case> moves() {
    Tensor x = r(1, 2, 3, 4);
    return Stream.of(
        new Case("Transpose", (sd, v) -> sd.permute(v.get(0), 2, 0, 1), (g, v) -> g.transpose(v.get(0), 2, 0, 1), x),
        new Case("Reshape", (sd, v) -> sd.reshape(v.get(0), 6, 4), (g, v) -> g.reshape(v.get(0), 6, -1), x),
        new Case("Concat", (sd, v) -> sd.concat(1, v.get(0), v.get(1), v.get(2)),
            (g, v) -> g.concat(1, v.get(0), v.get(1), v.get(2)), x, r(2, 2, 1, 4), r(3, 2, 5, 4)),
        new Case("Slice", (sd, v) -> sd.stridedSlice(v.get(0), new long[] {0, 1, 0}, new long[] {2, 3, 4}, 1, 1, 3),
            (g, v) -> g.slice(v.get(0), new long[] {1, 0}, new long[] {3, 4}, new int[] {1, 2}, new long[] {1, 3}), x));
  }

  static Stream<Case> windows() {
    Tensor image = r(1, 2, 3, 8, 7);
    Conv2DConfig conv = Conv2DConfig.builder().kH(3).kW(2).sH(2).sW(1).pH(1).pW(1).dH(1).dW(2)
        .build();
    DeConv2DConfig transposed = DeConv2DConfig.builder().kH(3).kW(2).sH(2).sW(3).pH(0).pW(0).dH(1).dW(1)
        .isSameMode(false).build();
    Pooling2DConfig pool = Pooling2DConfig.builder().kH(3).kW(2).sH(2).sW(2).build();
    Sliding two = Sliding.unit().stride(2, 2);
    return Stream.of(
        // ND4J has the kernel as [kH,kW,C,M].
        new Case("Conv", (sd, v) -> sd.cnn.conv2d(v.get(0), sd.permute(v.get(1), 2, 3, 1, 0), v.get(2), conv),
            (g, v) -> g.conv(v.get(0), v.get(1), v.get(2), Sliding.unit().stride(2, 1).pad(1).dilation(1, 2), 1),
            image, r(2, 4, 3, 3, 2), r(3, 4)),
        // ND4J has the kernel as [kH,kW,M,C].
        new Case("ConvTranspose",
            (sd, v) -> sd.cnn.deconv2d(v.get(0), sd.permute(v.get(1), 2, 3, 1, 0), v.get(2), transposed),
            (g, v) -> g.convTranspose(v.get(0), v.get(1), v.get(2), Sliding.unit().stride(2, 3), 0, 0, 1),
            image, r(2, 3, 4, 3, 2), r(3, 4)),
        new Case("MaxPool", (sd, v) -> sd.cnn.maxPooling2d(v.get(0), pool), (g, v) -> g.maxPool(v.get(0), 3, 2, two),
            image),
        new Case("AveragePool", (sd, v) -> sd.cnn.avgPooling2d(v.get(0), pool),
            (g, v) -> g.averagePool(v.get(0), 3, 2, two, false), image));
  }

  @BeforeAll
  static void nd4jIsThere() {
    Nd4jParityTest.nd4jIsThere();
  }

  @ParameterizedTest
  @MethodSource({"maps", "folds", "blocks", "moves", "windows"})
  void gradients_ofAWeightedSum_areCloseToSameDiff(Case c) {
    GraphBuilder g = new GraphBuilder();
    Tensor weights = r(99, c.ours().apply(g, GraphCase.states(g, c.operands())).shape().dims());
    List<Tensor> actual = c.actual(weights);
    Map<String, INDArray> expected = c.expected(weights);
    assertThat(expected).hasSize(c.operands().length);
    for (int p = 0; p < actual.size(); p++) {
      float[] theirs = expected.get("x" + p).castTo(DataType.FLOAT).dup('c').data().asFloat();
      assertThat(theirs).hasSize((int) actual.get(p).numel());
      double largest = 1;
      for (float v : theirs) {
        largest = Math.max(largest, Math.abs(v));
      }
      for (int i = 0; i < theirs.length; i++) {
        assertThat(Math.abs((double) actual.get(p).getFloat(i) - theirs[i])).as("operand %s, element %s", p, i)
            .isLessThan(TOLERANCE * largest);
      }
    }
  }
}
