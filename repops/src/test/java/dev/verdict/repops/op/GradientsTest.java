package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every operator's gradient against central differences of the same program in binary64.
class GradientsTest {
  private static final double STEP = 1e-5;
  /// Differences are good to about 1e-10; constants of a program (1/K, a slope) are rounded to f32.
  private static final double TOLERANCE = 3e-7;

  /// f32 operands are differentiated, others held.
  record Case(String name, GraphCase.Operator operator, Tensor... operands) {
    /// The operator's result y, the loss Σ y·w with w one more slot, and the gradients g0, g1, … of the operands.
    BuiltGraph build() {
      GraphBuilder graph = new GraphBuilder();
      List<Value> values = GraphCase.states(graph, operands);
      Value y = operator.apply(graph, values);
      Value weights = graph.state("w", DType.F32, y.shape());
      Value loss = graph.reduceSum(graph.mul(y, weights), false);
      graph.output("y", graph.identity(y));
      graph.output("loss", loss);
      List<Value> parameters = values.stream().filter(v -> v.dtype() == DType.F32).toList();
      List<Value> gradients = Gradients.gradients(loss, parameters);
      for (int p = 0; p < parameters.size(); p++) {
        graph.output("g" + values.indexOf(parameters.get(p)), gradients.get(p));
      }
      return graph.build();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Tensor r(long seed, long... dims) {
    return random(seed, -1, 1, dims);
  }

  private static Tensor positive(long seed, long... dims) {
    return random(seed, 0.5, 2, dims);
  }

  static Stream<Case> everyOperator() {
    Tensor image = r(1, 2, 4, 6, 5);
    Tensor kernel = r(2, 6, 4, 3, 2);
    Tensor grouped = r(3, 6, 2, 3, 2);
    Tensor bias = r(4, 6);
    Tensor labels = Tensor.ofBytes(Shape.of(4), (byte) 0, (byte) 2, (byte) 1, (byte) 2);
    Sliding sliding = Sliding.unit().stride(2, 1).pad(1, 0, 2, 1).dilation(2, 1);
    Sliding strided = Sliding.unit().stride(3, 2);
    return Stream.concat(BlockOperators.cases(), Stream.of(
        new Case("Add", (g, v) -> g.add(v.get(0), v.get(1)), r(1, 2, 3), r(2, 3)),
        new Case("Add, both broadcast", (g, v) -> g.add(v.get(0), v.get(1)), r(1, 2, 1, 3, 1), r(2, 4, 1, 2)),
        new Case("Add, scalar", (g, v) -> g.add(v.get(0), v.get(1)), r(1, 30, 40), r(2)),
        new Case("Sub", (g, v) -> g.sub(v.get(0), v.get(1)), r(1, 3), r(2, 2, 3)),
        new Case("Mul", (g, v) -> g.mul(v.get(0), v.get(1)), r(1, 2, 3), r(2, 2, 1)),
        new Case("Mul by itself", (g, v) -> g.mul(v.get(0), v.get(0)), r(1, 2, 3)),
        new Case("Div", (g, v) -> g.div(v.get(0), v.get(1)), r(1, 2, 3), positive(2, 3)),
        new Case("Min", (g, v) -> g.min(v.get(0), v.get(1)), r(1, 2, 3), r(2, 3)),
        new Case("Max", (g, v) -> g.max(v.get(0), v.get(1)), r(1, 2, 3), r(2, 3)),
        new Case("Min of three", (g, v) -> g.min(v.get(0), v.get(1), v.get(2)), r(1, 2, 3), r(2, 3), r(3, 2, 1)),
        new Case("Max of three", (g, v) -> g.max(v.get(0), v.get(1), v.get(2)), r(1, 2, 3), r(2, 3), r(3, 2, 1)),
        new Case("Where", (g, v) -> g.where(v.get(2), v.get(0), v.get(1)), r(1, 2, 3), r(2, 1, 3),
            Tensor.ofInts(Shape.of(3), 0, 1, 0)),
        new Case("Neg", (g, v) -> g.neg(v.get(0)), r(1, 5)),
        new Case("Abs", (g, v) -> g.abs(v.get(0)), r(1, 9)),
        new Case("Sqrt", (g, v) -> g.sqrt(v.get(0)), positive(1, 5)),
        new Case("Reciprocal", (g, v) -> g.reciprocal(v.get(0)), positive(1, 5)),
        new Case("Pow, 2", (g, v) -> g.pow(v.get(0), 2), r(1, 5)),
        new Case("Pow, 13", (g, v) -> g.pow(v.get(0), 13), r(1, 5)),
        new Case("Pow, 1", (g, v) -> g.pow(v.get(0), 1), r(1, 5)),
        new Case("Pow, -3", (g, v) -> g.pow(v.get(0), -3), positive(1, 5)),
        new Case("Pow, 0.5", (g, v) -> g.pow(v.get(0), 0.5f), positive(1, 5)),
        new Case("Pow, -2.5", (g, v) -> g.pow(v.get(0), -2.5f), positive(1, 5)),
        new Case("Exp", (g, v) -> g.exp(v.get(0)), r(1, 5)),
        new Case("Log", (g, v) -> g.log(v.get(0)), positive(1, 5)),
        new Case("Tanh", (g, v) -> g.tanh(v.get(0)), r(1, 5)),
        new Case("Erf", (g, v) -> g.erf(v.get(0)), random(1, -3, 3, 9)),
        new Case("Sin", (g, v) -> g.sin(v.get(0)), random(1, -9, 9, 9)),
        new Case("Cos", (g, v) -> g.cos(v.get(0)), random(1, -9, 9, 9)),
        new Case("Gelu", (g, v) -> g.gelu(v.get(0)), random(1, -4, 4, 9)),
        new Case("Gelu, tanh", (g, v) -> g.geluTanh(v.get(0)), random(1, -4, 4, 9)),
        new Case("Relu", (g, v) -> g.relu(v.get(0)), r(1, 9)),
        new Case("LeakyRelu", (g, v) -> g.leakyRelu(v.get(0), 0.25f), r(1, 9)),
        new Case("Sigmoid", (g, v) -> g.sigmoid(v.get(0)), r(1, 5)),
        new Case("Silu", (g, v) -> g.silu(v.get(0)), random(1, -4, 4, 9)),
        new Case("Clip", (g, v) -> g.clip(v.get(0), -0.5f, 0.25f), r(1, 30)),
        new Case("Identity", (g, v) -> g.identity(g.transpose(v.get(0))), r(1, 2, 3)),
        new Case("Reshape of Transpose", (g, v) -> g.reshape(g.transpose(v.get(0), 2, 0, 1), -1, 3), r(1, 2, 3, 4)),
        new Case("Flatten, Squeeze, Unsqueeze",
            (g, v) -> g.unsqueeze(g.squeeze(g.flatten(v.get(0), 3), 1), 0), r(1, 2, 3, 1)),
        new Case("Slice", (g, v) -> g.slice(g.slice(v.get(0), 0, 1, 9, 3), 1, -2, -9, -2), r(1, 8, 7)),
        new Case("Slice, two axes", (g, v) -> g.slice(v.get(0), new long[] {-1, 1}, new long[] {-99, 7},
            new int[] {2, 0}, new long[] {-3, 2}), r(1, 8, 2, 7)),
        new Case("Split", (g, v) -> {
          List<Value> parts = g.split(v.get(0), 1, 2, 1, 4);
          return g.add(g.mul(parts.get(0), parts.get(1)), g.slice(parts.get(2), 1, 1, 3, 1));
        }, r(1, 3, 7)),
        new Case("Concat", (g, v) -> g.concat(1, v.get(0), v.get(1), g.transpose(v.get(2)), v.get(0)), r(1, 2, 3, 2),
            r(2, 2, 1, 2), r(3, 2, 2, 2)),
        new Case("Pad, edge", (g, v) -> g.pad(v.get(0), PadMode.EDGE, 2, 0, 1, 3), r(1, 3, 4)),
        new Case("Pad, reflect", (g, v) -> g.pad(v.get(0), PadMode.REFLECT, 2, 0, 1, 3), r(1, 3, 4)),
        new Case("Pad, wrap", (g, v) -> g.pad(v.get(0), PadMode.WRAP, 3, 0, 1, 4), r(1, 3, 4)),
        new Case("Expand", (g, v) -> g.expand(v.get(0), 5, 2, 3), r(1, 2, 1)),
        new Case("Pad", (g, v) -> g.pad(v.get(0), 2f, 1, -1, 0, 2), r(1, 3, 4)),
        new Case("MatMul", (g, v) -> g.matMul(v.get(0), v.get(1)), r(1, 3, 4), r(2, 4, 2)),
        new Case("MatMul, batched", (g, v) -> g.matMul(v.get(0), v.get(1)), r(1, 2, 3, 4), r(2, 2, 4, 2)),
        new Case("MatMul, b shared", (g, v) -> g.matMul(v.get(0), v.get(1)), r(1, 2, 3, 3, 4), r(2, 4, 2)),
        new Case("MatMul, a shared", (g, v) -> g.matMul(v.get(0), g.transpose(v.get(1), 0, 2, 1)), r(1, 3, 4),
            r(2, 3, 2, 4)),
        new Case("MatMul, both broadcast", (g, v) -> g.matMul(v.get(0), v.get(1)), r(1, 3, 1, 2, 1, 2, 4),
            r(2, 2, 1, 3, 4, 3)),
        new Case("MatMul, heads of a group",
            (g, v) -> g.matMul(g.reshape(v.get(0), 2, 2, 3, 4, 5), g.transpose(v.get(1), 0, 1, 2, 4, 3)),
            r(1, 2, 6, 4, 5), r(2, 2, 2, 1, 3, 5)),
        new Case("MatMul, row", (g, v) -> g.matMul(v.get(0), v.get(1)), r(1, 4), r(2, 3, 4, 2)),
        new Case("MatMul, column", (g, v) -> g.matMul(v.get(0), v.get(1)), r(1, 2, 3, 4), r(2, 4)),
        new Case("MatMul, dot", (g, v) -> g.matMul(v.get(0), v.get(1)), r(1, 4), r(2, 4)),
        new Case("Gemm, factors", (g, v) -> g.gemm(v.get(0), v.get(1), v.get(2), 0.5f, -3f, false, true), r(1, 4, 3),
            r(2, 2, 3), r(3, 4, 1)),
        new Case("Gemm, alpha alone", (g, v) -> g.gemm(v.get(0), v.get(1), null, 0.5f, 1f, false, false), r(1, 4, 3),
            r(2, 3, 2)),
        new Case("Gemm", (g, v) -> g.gemm(v.get(0), v.get(1), v.get(2), true, true), r(1, 4, 3), r(2, 2, 4), r(3, 2)),
        new Case("Conv", (g, v) -> g.conv(v.get(0), v.get(1), v.get(2), Sliding.unit(), 1), image, kernel, bias),
        new Case("Conv, padded", (g, v) -> g.conv(v.get(0), v.get(1), v.get(2), Sliding.unit().pad(1), 1), image,
            kernel, bias),
        new Case("Conv, strided", (g, v) -> g.conv(v.get(0), v.get(1), v.get(2), strided, 1), image, kernel, bias),
        new Case("Conv, everything", (g, v) -> g.conv(v.get(0), v.get(1), v.get(2), sliding, 2), image, grouped,
            bias),
        new Case("Conv, 1x1", (g, v) -> g.conv(v.get(0), v.get(1), null, Sliding.unit(), 1), image, r(2, 3, 4, 1, 1)),
        new Case("Conv, line", (g, v) -> g.conv(v.get(0), v.get(1), v.get(2), Sliding.line(2, 1, 0, 2), 2),
            r(1, 2, 4, 9), r(2, 6, 2, 3), bias),
        new Case("ConvTranspose", (g, v) -> g.convTranspose(v.get(0), v.get(1), v.get(2), Sliding.unit(), 0, 0, 1),
            r(1, 2, 4, 3, 5), r(2, 4, 6, 3, 2), bias),
        new Case("ConvTranspose, everything",
            (g, v) -> g.convTranspose(v.get(0), v.get(1), v.get(2),
                Sliding.unit().stride(3, 2).pad(1, 2, 0, 1).dilation(1, 2), 2, 1, 2),
            r(1, 2, 4, 3, 5), r(2, 4, 3, 3, 2), bias),
        new Case("ConvTranspose, pads beyond the kernel",
            (g, v) -> g.convTranspose(v.get(0), v.get(1), null, Sliding.unit().stride(2, 2).pad(1), 0, 0, 1),
            r(1, 1, 2, 3, 4), r(2, 2, 3, 1, 1)),
        new Case("ConvTranspose, line",
            (g, v) -> g.convTranspose(v.get(0), v.get(1), v.get(2), Sliding.line(2, 1, 1, 1), 0, 1, 1), r(1, 2, 3, 5),
            r(2, 3, 6, 4), bias),
        new Case("MaxPool, line", (g, v) -> g.maxPool(v.get(0), 3, Sliding.line(2, 1, 0, 1)), r(1, 2, 3, 9)),
        new Case("MaxPool, ceiling", (g, v) -> g.maxPool(v.get(0), 2, 3, Sliding.unit().stride(3, 2).pad(1).ceiling()),
            image),
        new Case("AveragePool, line", (g, v) -> g.averagePool(v.get(0), 3, Sliding.line(2, 1, 0, 2), false),
            r(1, 2, 3, 9)),
        new Case("AveragePool, ceiling",
            (g, v) -> g.averagePool(v.get(0), 3, 2, Sliding.unit().stride(2, 3).pad(1).ceiling(), true), image),
        new Case("AveragePool, dilated",
            (g, v) -> g.averagePool(v.get(0), 2, 2, sliding.pad(1, 0, 2, 1).ceiling(), false), image),
        new Case("MaxPool", (g, v) -> g.maxPool(v.get(0), 2, 2, Sliding.unit().stride(2, 2)), image),
        new Case("MaxPool, everything", (g, v) -> g.maxPool(v.get(0), 3, 2, sliding), image),
        new Case("AveragePool", (g, v) -> g.averagePool(v.get(0), 2, 3, strided, false), image),
        new Case("AveragePool, padded",
            (g, v) -> g.averagePool(v.get(0), 3, 2, Sliding.unit().stride(2, 1).pad(1), false), image),
        new Case("AveragePool, counting pads",
            (g, v) -> g.averagePool(v.get(0), 3, 2, Sliding.unit().stride(2, 1).pad(1), true), image),
        new Case("GlobalAveragePool", (g, v) -> g.globalAveragePool(v.get(0)), image),
        new Case("ReduceSum", (g, v) -> g.reduceSum(v.get(0), false, 0, 2), r(1, 2, 3, 4)),
        new Case("ReduceSum, long", (g, v) -> g.reduceSum(v.get(0), true, 1), r(1, 2, 1030)),
        new Case("ReduceMean", (g, v) -> g.reduceMean(v.get(0), false, 1), r(1, 2, 3, 4)),
        new Case("ReduceMax", (g, v) -> g.reduceMax(v.get(0), false, 0, 2), r(1, 2, 3, 4)),
        new Case("ReduceMin", (g, v) -> g.reduceMin(v.get(0), true, 1), r(1, 2, 3, 4)),
        new Case("CumSum", (g, v) -> g.cumSum(v.get(0), 1, false, false), r(1, 2, 5, 3)),
        new Case("CumSum, exclusive", (g, v) -> g.cumSum(v.get(0), 1, true, false), r(1, 2, 5, 3)),
        new Case("CumSum, reverse", (g, v) -> g.cumSum(v.get(0), 0, false, true), r(1, 5, 3)),
        new Case("CumSum, both", (g, v) -> g.cumSum(g.transpose(v.get(0)), -1, true, true), r(1, 5, 3)),
        new Case("Softmax", (g, v) -> g.softmax(v.get(0), 1), r(1, 3, 4, 2)),
        new Case("LogSoftmax", (g, v) -> g.logSoftmax(v.get(0), -1), r(1, 3, 4)),
        new Case("Gather", (g, v) -> g.gather(v.get(0), v.get(1), 1), r(1, 2, 4, 3),
            Tensor.ofInts(Shape.of(2, 3), 0, -1, 2, 2, 9, 0)),
        new Case("Gather, one", (g, v) -> g.gather(v.get(0), g.literal(2), 1), r(1, 2, 4)),
        new Case("Embedding", (g, v) -> g.embedding(v.get(0), v.get(1)), r(1, 5, 3),
            Tensor.ofInts(Shape.of(2, 4), 0, 4, 2, 2, -1, 5, 0, 2)),
        new Case("Embedding, one", (g, v) -> g.embedding(v.get(0), g.literal(3)), r(1, 5, 3)),
        new Case("GatherElements", (g, v) -> g.gatherElements(v.get(0), v.get(1), 1), r(1, 2, 4, 3),
            Tensor.ofInts(Shape.of(2, 3, 2), 0, -1, 3, 3, 9, 0, 1, 1, 1, -4, -5, 2)),
        new Case("ScatterElements", (g, v) -> g.scatterElements(v.get(0), v.get(2), v.get(1), 0), r(1, 4, 3),
            r(2, 3, 2), Tensor.ofInts(Shape.of(3, 2), 1, -1, 1, 0, 7, 3)),
        new Case("ScatterElements, of six dimensions",
            (g, v) -> g.scatterElementsAdd(v.get(0), v.get(2), v.get(1), 2), r(1, 1, 2, 3, 1, 2, 1),
            r(2, 1, 2, 4, 1, 2, 1),
            Tensor.ofInts(Shape.of(1, 2, 4, 1, 2, 1), 0, 1, 2, 2, 0, -1, 1, 1, 2, 1, 0, -3, 3, 0, 1, 2)),
        new Case("ScatterElements, add", (g, v) -> g.scatterElementsAdd(v.get(0), v.get(2), v.get(1), -1),
            r(1, 3, 4), r(2, 2, 5), Tensor.ofInts(Shape.of(2, 5), 1, -1, 1, 0, 7, 3, 3, 3, -4, 0)),
        new Case("SoftmaxCrossEntropyLoss", (g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1)), r(1, 4, 3),
            labels),
        new Case("MeanSquaredError", (g, v) -> g.meanSquaredError(v.get(0), v.get(1)), r(1, 2, 3), r(2, 2, 3)),
        new Case("fan-out", (g, v) -> {
          Value h = g.exp(v.get(0));
          return g.add(g.mul(h, g.relu(v.get(0))), g.div(h, v.get(1)));
        }, r(1, 2, 3), positive(2, 2, 3))));
  }

  @ParameterizedTest
  @MethodSource("everyOperator")
  void gradients_ofAWeightedSum_equalCentralDifferences(Case c) {
    BuiltGraph built = c.build();
    GraphCase.builtTwice(c::build);
    assertThat(largestError(c, built)).isLessThan(TOLERANCE);
  }

  /// The largest |gradient − difference| / max(1, |difference|) over up to about 200 elements of each operand.
  private static double largestError(Case c, BuiltGraph built) {
    List<double[]> states = new ArrayList<>();
    for (Tensor t : c.operands()) {
      states.add(DoubleInterpreter.doubles(t));
    }
    int y = built.output("y");
    states.add(DoubleInterpreter.doubles(r(99, built.program().nodes().get(y).out().dims())));
    DoubleInterpreter interpreter = new DoubleInterpreter(built.program());
    int loss = built.output("loss");
    double largest = 0;
    for (int p = 0; p < c.operands().length; p++) {
      if (c.operands()[p].dtype() != DType.F32) {
        continue;
      }
      interpreter.run(0, states, List.of());
      double[] gradient = interpreter.output(built.output("g" + p)).clone();
      assertThat(gradient).hasSameSizeAs(states.get(p));
      for (int i = 0; i < gradient.length; i += Math.max(1, gradient.length / 200)) {
        double up = at(interpreter, states, p, i, STEP, loss);
        double down = at(interpreter, states, p, i, -STEP, loss);
        double difference = (up - down) / (2 * STEP);
        double error = Math.abs(gradient[i] - difference) / Math.max(1, Math.abs(difference));
        // A NaN is an error too.
        largest = error <= largest ? largest : error;
      }
    }
    return largest;
  }

  /// The check itself must fail where a gradient is wrong.
  @Test
  void gradients_slightlyWrongPullback_isNoticed() {
    Case wrong = new Case("Exp with a wrong gradient", (g, v) -> {
      NodeBuilder n = g.node("Wrong", DType.F32, v.get(0).shape());
      n.derive(v.get(0), (h, y) -> g.mul(g.mul(h, y), g.literal(1.00001f)));
      return n.result(n.load(v.get(0)).exp());
    }, r(1, 5));
    assertThat(largestError(wrong, wrong.build())).isGreaterThan(TOLERANCE);
  }

  private static double at(
      DoubleInterpreter interpreter, List<double[]> states, int p, int i, double by, int loss) {
    List<double[]> moved = new ArrayList<>(states);
    moved.set(p, DoubleInterpreter.moved(states.get(p), i, by));
    interpreter.run(0, moved, List.of());
    return interpreter.output(loss)[0];
  }

  @Test
  void gradients_lossWithoutPath_isRefused() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(3));
    Value other = g.state("other", DType.F32, Shape.of(3));
    Value loss = g.reduceSum(x, false);
    assertThatThrownBy(() -> Gradients.gradients(loss, List.of(x, other)))
        .isInstanceOf(NotDifferentiableException.class)
        .hasMessage("Gradients: the loss doesn't depend on parameter 1, F32[3]; leave it out");
  }

  @Test
  void gradients_operatorWithoutOne_isRefused() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(3));
    NodeBuilder n = g.node("Cube", DType.F32, Shape.of(3));
    Scalar v = n.load(x);
    Value loss = g.reduceSum(n.result(v.times(v).times(v)), false);
    assertThatThrownBy(() -> Gradients.gradients(loss, List.of(x)))
        .isInstanceOf(NotDifferentiableException.class)
        .hasMessage("Cube: has no gradient for its operand F32[3]");
  }

  @Test
  void gradients_ofAGradient_isRefused() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(3));
    Value first = Gradients.gradients(g.reduceSum(g.exp(x), false), List.of(x)).getFirst();
    assertThatThrownBy(() -> Gradients.gradients(g.reduceSum(first, false), List.of(x)))
        .isInstanceOf(NotDifferentiableException.class);
  }

  @Test
  void gradients_throughIntegers_stop() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(3));
    Value loss = g.reduceSum(g.cast(g.cast(x, DType.I32), DType.F32), false);
    assertThatThrownBy(() -> Gradients.gradients(loss, List.of(x))).isInstanceOf(NotDifferentiableException.class)
        .hasMessageContaining("doesn't depend");
  }
}
