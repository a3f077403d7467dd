package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.random;
import static dev.verdict.repops.op.OnnxCase.node;

import ai.onnxruntime.OrtException;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.testing.OnnxModel;
import dev.verdict.repops.testing.OnnxModel.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Forward values of the operators against ONNX Runtime, attributes and awkward shapes included.
class OnnxRuntimeParityTest {
  private static Tensor r(long seed, long... dims) {
    return random(seed, -2, 2, dims);
  }

  private static Tensor ints(int... values) {
    return Tensor.ofInts(Shape.of(values.length), values);
  }

  private static Tensor bytes(int... values) {
    Tensor t = Tensor.zeros(DType.U8, Shape.of(values.length));
    for (int i = 0; i < values.length; i++) {
      t.setLong(i, values[i]);
    }
    return t;
  }

  static Stream<OnnxCase> products() {
    GraphCase.Operator matMul = (g, v) -> g.matMul(v.get(0), v.get(1));
    return Stream.of(
        node("MatMul").as("MatMul", matMul, r(1, 5, 33), r(2, 33, 4)),
        node("MatMul").as("MatMul, batched", matMul, r(1, 2, 3, 5, 7), r(2, 2, 3, 7, 4)),
        node("MatMul").as("MatMul, b shared", matMul, r(1, 2, 3, 5, 7), r(2, 7, 4)),
        node("MatMul").as("MatMul, both broadcast", matMul, r(1, 3, 1, 2, 5, 7), r(2, 4, 1, 7, 3)),
        node("MatMul").as("MatMul, row", matMul, r(1, 7), r(2, 2, 7, 3)),
        node("MatMul").as("MatMul, column", matMul, r(1, 2, 3, 7), r(2, 7)),
        node("MatMul").as("MatMul, dot", matMul, r(1, 7), r(2, 7)),
        node("Gemm").as("Gemm", (g, v) -> g.gemm(v.get(0), v.get(1), v.get(2), false, false), r(1, 5, 7), r(2, 7, 3),
            r(3, 3)),
        node("Gemm").with("alpha", 0.25f).with("beta", -1.5f).with("transA", 1).with("transB", 1)
            .as("Gemm, everything", (g, v) -> g.gemm(v.get(0), v.get(1), v.get(2), 0.25f, -1.5f, true, true),
                r(1, 7, 5), r(2, 3, 7), r(3, 5, 1)),
        node("Gemm").with("alpha", 0.25f).as("Gemm, no c",
            (g, v) -> g.gemm(v.get(0), v.get(1), null, 0.25f, 1f, false, false), r(1, 5, 7), r(2, 7, 3)));
  }

  /// A map of one operand with the edges among its values.
  private static OnnxCase map(
      OnnxCase.Node node, String op, double low, double high, BiFunction<GraphBuilder, Value, Value> ours) {
    Tensor x = random(1, low, high, 3, 67);
    float[] edges = {0f, -0f, Float.POSITIVE_INFINITY, Float.NaN, 1f, -1f, 3e38f, 1e-30f};
    for (int i = 0; i < edges.length; i++) {
      if (edges[i] >= low && edges[i] <= high || low < -1) {
        x.setFloat(i * 5, edges[i]);
      }
    }
    return node.as(op, (g, v) -> ours.apply(g, v.getFirst()), x);
  }

  private static OnnxCase map(String op, double low, double high, BiFunction<GraphBuilder, Value, Value> ours) {
    return map(node(op), op, low, high, ours);
  }

  static Stream<OnnxCase> mapsOfOne() {
    Tensor x = r(1, 3, 67);
    OnnxModel silu = new OnnxModel().input("x", Type.FLOAT, 3, 67).node("Sigmoid", List.of("x"), List.of("s"))
        .node("Mul", List.of("x", "s"), List.of("y")).output("y", Type.FLOAT);
    return Stream.of(
        map("Neg", -2, 2, GraphBuilder::neg),
        map("Abs", -2, 2, GraphBuilder::abs),
        map("Sqrt", 0, 9, GraphBuilder::sqrt),
        map("Reciprocal", -2, 2, GraphBuilder::reciprocal),
        map("Exp", -3, 3, GraphBuilder::exp),
        map("Log", 0.01, 9, GraphBuilder::log),
        map("Tanh", -5, 5, GraphBuilder::tanh),
        map("Erf", -3, 3, GraphBuilder::erf),
        node("Sin").as("Sin", (g, v) -> g.sin(v.getFirst()), x),
        node("Cos").as("Cos", (g, v) -> g.cos(v.getFirst()), x),
        node("Gelu").as("Gelu", (g, v) -> g.gelu(v.getFirst()), x),
        node("Gelu").with("approximate", "tanh").as("Gelu, tanh", (g, v) -> g.geluTanh(v.getFirst()), x),
        map("Relu", -2, 2, GraphBuilder::relu),
        map(node("LeakyRelu").with("alpha", 0.125f), "LeakyRelu", -2, 2, (g, v) -> g.leakyRelu(v, 0.125f)),
        map("Sigmoid", -5, 5, GraphBuilder::sigmoid),
        new OnnxCase("Silu", silu, (g, v) -> g.silu(v.getFirst()), x),
        node("Not").of(Type.BOOL).gives(Type.BOOL).as("Not", (g, v) -> g.not(v.getFirst()), bytes(0, 1, 1)));
  }

  private static OnnxCase pow(float exponent) {
    Tensor x = random(1, exponent % 1 == 0 ? -2 : 0.1, 2, 31);
    OnnxModel model = new OnnxModel().input("x", Type.FLOAT, 31).constant("e", new float[] {exponent})
        .node("Pow", List.of("x", "e"), List.of("y")).output("y", Type.FLOAT);
    return new OnnxCase("Pow, " + exponent, model, (g, v) -> g.pow(v.getFirst(), exponent), x);
  }

  private static OnnxCase clip(float min, float max) {
    OnnxModel model = new OnnxModel().input("x", Type.FLOAT, 31).constant("min", new float[] {min})
        .constant("max", new float[] {max}).node("Clip", List.of("x", "min", "max"), List.of("y"))
        .output("y", Type.FLOAT);
    Tensor x = r(1, 31);
    x.setFloat(3, Float.NaN);
    x.setFloat(4, Float.POSITIVE_INFINITY);
    return new OnnxCase("Clip, " + min + " to " + max, model, (g, v) -> g.clip(v.getFirst(), min, max), x);
  }

  static Stream<OnnxCase> mapsWithConstants() {
    return Stream.of(pow(2), pow(3), pow(7), pow(-1), pow(-4), pow(0.5f), pow(-0.5f), pow(2.5f), pow(1), pow(0),
        clip(-1, 0.5f), clip(0, Float.POSITIVE_INFINITY), clip(1, -1));
  }

  static Stream<OnnxCase> mapsOfTwo() {
    Tensor a = r(1, 2, 3, 5);
    Tensor b = r(2, 3, 1);
    Tensor i = ints(-7, 7, 0, 5, -5, 9);
    Tensor j = ints(2, -2, 3, 5, 5, 1 << 30);
    Tensor p = bytes(0, 0, 1, 1);
    Tensor q = bytes(0, 1, 0, 1);
    GraphCase.Operator min = (g, v) -> g.min(v.get(0), v.get(1));
    GraphCase.Operator max = (g, v) -> g.max(v.get(0), v.get(1));
    Tensor special = GraphCase.floats(GraphCase.dims(4), 1, Double.NaN, -3, Double.POSITIVE_INFINITY);
    Tensor other = GraphCase.floats(GraphCase.dims(4), Double.NaN, 2, -3, 5);
    List<OnnxCase> cases = new ArrayList<>(List.of(
        node("Min").as("Min", min, a, b),
        node("Max").as("Max", max, a, b),
        node("Min").as("Min, NaN", min, special, other),
        node("Max").as("Max, NaN", max, special, other),
        node("Min").as("Min of three", (g, v) -> g.min(v.get(0), v.get(1), v.get(2)), a, b, r(3, 5)),
        node("Max").as("Max of three", (g, v) -> g.max(v.get(0), v.get(1), v.get(2)), a, b, r(3, 5)),
        node("Min").gives(Type.INT32).as("Min, i32", min, i, j),
        node("Where").of(Type.BOOL, Type.FLOAT, Type.FLOAT).as("Where",
            (g, v) -> g.where(v.get(0), v.get(1), v.get(2)), bytes(0, 1, 1, 0, 1), a, b),
        node("And").of(Type.BOOL, Type.BOOL).gives(Type.BOOL).as("And", (g, v) -> g.and(v.get(0), v.get(1)), p, q),
        node("Or").of(Type.BOOL, Type.BOOL).gives(Type.BOOL).as("Or", (g, v) -> g.or(v.get(0), v.get(1)), p, q),
        node("Xor").of(Type.BOOL, Type.BOOL).gives(Type.BOOL).as("Xor", (g, v) -> g.xor(v.get(0), v.get(1)), p, q)));
    arithmetic("Add", GraphBuilder::add, a, b, i, j, cases);
    arithmetic("Sub", GraphBuilder::sub, a, b, i, j, cases);
    arithmetic("Mul", GraphBuilder::mul, a, b, i, j, cases);
    arithmetic("Div", GraphBuilder::div, a, b, i, j, cases);
    comparison("Equal", GraphBuilder::equal, special, other, i, j, cases);
    comparison("Less", GraphBuilder::less, special, other, i, j, cases);
    comparison("LessOrEqual", GraphBuilder::lessOrEqual, special, other, i, j, cases);
    comparison("Greater", GraphBuilder::greater, special, other, i, j, cases);
    comparison("GreaterOrEqual", GraphBuilder::greaterOrEqual, special, other, i, j, cases);
    return cases.stream();
  }

  /// An operator of two values.
  @FunctionalInterface
  private interface Binary {
    Value apply(GraphBuilder g, Value a, Value b);
  }

  private static void arithmetic(
      String op, Binary ours, Tensor a, Tensor b, Tensor i, Tensor j, List<OnnxCase> cases) {
    GraphCase.Operator operator = (g, v) -> ours.apply(g, v.get(0), v.get(1));
    cases.add(node(op).as(op, operator, a, b));
    cases.add(node(op).gives(Type.INT32).as(op + ", i32", operator, i, j));
  }

  private static void comparison(
      String op, Binary ours, Tensor a, Tensor b, Tensor i, Tensor j, List<OnnxCase> cases) {
    GraphCase.Operator operator = (g, v) -> ours.apply(g, v.get(0), v.get(1));
    cases.add(node(op).gives(Type.BOOL).as(op, operator, a, b));
    cases.add(node(op).gives(Type.BOOL).as(op + ", i32", operator, i, j));
  }

  static Stream<OnnxCase> casts() {
    Tensor x = GraphCase.floats(GraphCase.dims(6), -1.9, 1.9, 0.5, 200.7, 0, 3);
    Tensor positive = GraphCase.floats(GraphCase.dims(4), 0.9, 254.99, 0, 17);
    return Stream.of(
        node("Cast").with("to", 6).gives(Type.INT32).as("Cast, f32 to i32",
            (g, v) -> g.cast(v.getFirst(), DType.I32), x),
        node("Cast").with("to", 2).gives(Type.UINT8).as("Cast, f32 to u8",
            (g, v) -> g.cast(v.getFirst(), DType.U8), positive),
        node("Cast").with("to", 1).as("Cast, i32 to f32", (g, v) -> g.cast(v.getFirst(), DType.F32),
            ints(-5, 16777217, Integer.MAX_VALUE, Integer.MIN_VALUE)),
        node("Cast").with("to", 2).gives(Type.UINT8).as("Cast, i32 to u8",
            (g, v) -> g.cast(v.getFirst(), DType.U8), ints(-5, 300, 255, 256)),
        node("Cast").with("to", 1).as("Cast, u8 to f32", (g, v) -> g.cast(v.getFirst(), DType.F32), bytes(0, 255, 7)));
  }

  static Stream<OnnxCase> views() {
    Tensor x = r(1, 3, 4, 5);
    Tensor row = r(2, 4, 1);
    return Stream.of(
        node("Reshape").constant(0, -1, 2).as("Reshape", (g, v) -> g.reshape(v.getFirst(), 0, -1, 2), x),
        node("Transpose").with("perm", new long[] {2, 0, 1}).as("Transpose",
            (g, v) -> g.transpose(v.getFirst(), 2, 0, 1), x),
        node("Transpose").as("Transpose, reversed", (g, v) -> g.transpose(v.getFirst()), x),
        node("Flatten").with("axis", 2).as("Flatten", (g, v) -> g.flatten(v.getFirst(), 2), x),
        node("Squeeze").constant(-1).as("Squeeze", (g, v) -> g.squeeze(v.getFirst(), -1), row),
        node("Unsqueeze").constant(0, -1).as("Unsqueeze", (g, v) -> g.unsqueeze(v.getFirst(), 0, -1), x),
        node("Expand").constant(3, 1, 5).as("Expand", (g, v) -> g.expand(v.getFirst(), 3, 1, 5), row),
        node("Slice").constant(-1, 0, 1).constant(-100, 3, 100).constant(2, 0, 1).constant(-2, 2, 1).as("Slice",
            (g, v) -> g.slice(v.getFirst(), new long[] {-1, 0, 1}, new long[] {-100, 3, 100}, new int[] {2, 0, 1},
                new long[] {-2, 2, 1}), x),
        node("Split").constant(1, 3).with("axis", 1).output(1, 2).as("Split",
            (g, v) -> g.split(v.getFirst(), 1, 1L, 3L).get(1), x),
        node("Split").with("axis", -1).with("num_outputs", 2).output(1, 2).as("Split, parts",
            (g, v) -> g.split(v.getFirst(), -1, 2).get(1), x),
        node("Concat").with("axis", 1).as("Concat", (g, v) -> g.concat(1, v.get(0), v.get(1), v.get(2)), x,
            r(2, 3, 1, 5), r(3, 3, 7, 5)),
        node("Concat").with("axis", -3).gives(Type.UINT8).as("Concat, u8", (g, v) -> g.concat(0, v.get(0), v.get(1)),
            bytes(1, 255).reshape(Shape.of(1, 1, 2)), bytes(9, 8).reshape(Shape.of(1, 1, 2))),
        node("Pad").constant(1, 0, -1, 2, 0, 3).as("Pad", (g, v) -> g.pad(v.getFirst(), 0f, 1, 0, -1, 2, 0, 3), x),
        node("Pad").constant(2, 0, 1, 5, 1, 0).with("mode", "edge").as("Pad, edge",
            (g, v) -> g.pad(v.getFirst(), PadMode.EDGE, 2, 0, 1, 5, 1, 0), x),
        node("Pad").constant(2, 0, 1, 1, 3, 4).with("mode", "reflect").as("Pad, reflect",
            (g, v) -> g.pad(v.getFirst(), PadMode.REFLECT, 2, 0, 1, 1, 3, 4), x),
        node("Pad").constant(2, 0, 1, 3, 4, 5).with("mode", "wrap").as("Pad, wrap",
            (g, v) -> g.pad(v.getFirst(), PadMode.WRAP, 2, 0, 1, 3, 4, 5), x));
  }

  static Stream<OnnxCase> reductions() {
    Tensor x = r(1, 3, 4, 50);
    Tensor ties = GraphCase.floats(GraphCase.dims(2, 4), 1, 5, 5, 0, -1, 3, -1, 3);
    Tensor i = Tensor.ofInts(Shape.of(2, 3), 1, -2, 3, 4, 5, -6);
    return Stream.of(
        node("ReduceSum").constant(0, 2).with("keepdims", 0).as("ReduceSum",
            (g, v) -> g.reduceSum(v.getFirst(), false, 0, 2), x),
        node("ReduceSum").as("ReduceSum, all", (g, v) -> g.reduceSum(v.getFirst(), true), x),
        node("ReduceSum").constant(-1).as("ReduceSum, long", (g, v) -> g.reduceSum(v.getFirst(), true, -1),
            random(1, 0, 1, 2, 5000)),
        node("ReduceMean").constant(1).as("ReduceMean", (g, v) -> g.reduceMean(v.getFirst(), true, 1), x),
        node("ReduceMax").constant(0, 1).with("keepdims", 0).as("ReduceMax",
            (g, v) -> g.reduceMax(v.getFirst(), false, 0, 1), x),
        node("ReduceMin").constant(2).as("ReduceMin", (g, v) -> g.reduceMin(v.getFirst(), true, 2), x),
        node("ArgMax").with("axis", 1).with("keepdims", 0).gives(Type.INT64).as("ArgMax",
            (g, v) -> g.argMax(v.getFirst(), 1, false), ties),
        node("ArgMin").with("axis", 0).gives(Type.INT64).as("ArgMin", (g, v) -> g.argMin(v.getFirst(), 0, true), ties),
        node("CumSum").constant(1).as("CumSum", (g, v) -> g.cumSum(v.getFirst(), 1, false, false), x),
        node("CumSum").constant(-1).with("exclusive", 1).as("CumSum, exclusive",
            (g, v) -> g.cumSum(v.getFirst(), -1, true, false), x),
        node("CumSum").constant(0).with("reverse", 1).gives(Type.INT32).as("CumSum, reverse",
            (g, v) -> g.cumSum(v.getFirst(), 0, false, true), i),
        node("CumSum").constant(1).with("reverse", 1).with("exclusive", 1).as("CumSum, both",
            (g, v) -> g.cumSum(v.getFirst(), 1, true, true), x),
        node("Softmax").with("axis", 1).as("Softmax", (g, v) -> g.softmax(v.getFirst(), 1), x),
        node("LogSoftmax").as("LogSoftmax", (g, v) -> g.logSoftmax(v.getFirst(), -1), x));
  }

  static Stream<OnnxCase> selections() {
    Tensor x = r(1, 2, 4, 3);
    Tensor indices = Tensor.ofInts(Shape.of(2, 3), 0, -1, 2, 2, 3, -4);
    Tensor elements = Tensor.ofInts(Shape.of(2, 3, 2), 0, -1, 3, 3, 2, 0, 1, 1, 1, -4, -2, 2);
    Tensor distinct = Tensor.ofInts(Shape.of(2, 3, 2), 0, -1, 3, 2, 2, 0, 1, 1, 3, -4, -2, 2);
    return Stream.of(
        node("Gather").with("axis", 1).as("Gather", (g, v) -> g.gather(v.get(0), v.get(1), 1), x, indices),
        node("Gather").as("Embedding", (g, v) -> g.embedding(v.get(0), v.get(1)), r(1, 4, 3),
            Tensor.ofInts(Shape.of(2, 3), 0, 1, 2, 2, 3, 1)),
        node("GatherElements").with("axis", 1).as("GatherElements",
            (g, v) -> g.gatherElements(v.get(0), v.get(1), 1), x, elements),
        node("ScatterElements").with("axis", 1).as("ScatterElements",
            (g, v) -> g.scatterElements(v.get(0), v.get(1), v.get(2), 1), x, distinct, r(2, 2, 3, 2)),
        node("ScatterElements").with("axis", 1).with("reduction", "add").as("ScatterElements, add",
            (g, v) -> g.scatterElementsAdd(v.get(0), v.get(1), v.get(2), 1), x, elements, r(2, 2, 3, 2)),
        node("ScatterElements").gives(Type.INT32).as("ScatterElements, i32",
            (g, v) -> g.scatterElements(v.get(0), v.get(1), v.get(2), 0), ints(1, 2, 3), ints(-1, 0), ints(7, 8)));
  }

  private static OnnxCase conv(String name, Sliding s, int groups, Tensor... operands) {
    boolean line = operands[0].shape().rank() == 3;
    return sliding(node("Conv").with("group", groups), s, line).as(name,
        (g, v) -> g.conv(v.get(0), v.get(1), v.size() > 2 ? v.get(2) : null, s, groups), operands);
  }

  private static OnnxCase convTranspose(
      String name, Sliding s, long padH, long padW, int groups, Tensor... operands) {
    boolean line = operands[0].shape().rank() == 3;
    return sliding(node("ConvTranspose").with("group", groups), s, line)
        .with("output_padding", line ? new long[] {padW} : new long[] {padH, padW})
        .as(name, (g, v) -> g.convTranspose(v.get(0), v.get(1), v.size() > 2 ? v.get(2) : null, s, padH, padW, groups),
            operands);
  }

  private static OnnxCase.Node sliding(OnnxCase.Node node, Sliding s, boolean line) {
    return line
        ? node.with("strides", new long[] {s.strideW()}).with("dilations", new long[] {s.dilationW()})
            .with("pads", new long[] {s.padLeft(), s.padRight()})
        : node.with("strides", new long[] {s.strideH(), s.strideW()})
            .with("dilations", new long[] {s.dilationH(), s.dilationW()})
            .with("pads", new long[] {s.padTop(), s.padLeft(), s.padBottom(), s.padRight()});
  }

  static Stream<OnnxCase> convolutions() {
    Sliding unit = Sliding.unit();
    Tensor image = r(1, 2, 4, 7, 6);
    Tensor bias = r(3, 6);
    return Stream.of(
        conv("Conv", unit.pad(1), 1, image, r(2, 6, 4, 3, 3), bias),
        conv("Conv, everything", unit.stride(2, 1).pad(1, 0, 2, 1).dilation(2, 3), 2, image, r(2, 6, 2, 3, 2), bias),
        conv("Conv, depthwise", unit.pad(1), 4, image, r(2, 4, 1, 3, 3)),
        conv("Conv, line", Sliding.line(2, 1, 2, 2), 2, r(1, 2, 4, 11), r(2, 6, 2, 3), bias),
        convTranspose("ConvTranspose", unit, 0, 0, 1, image, r(2, 4, 3, 3, 2)),
        convTranspose("ConvTranspose, everything", unit.stride(3, 2).pad(1, 2, 0, 1).dilation(1, 2), 2, 1, 2, image,
            r(2, 4, 3, 3, 2), bias),
        convTranspose("ConvTranspose, line", Sliding.line(3, 1, 0, 2), 0, 2, 1, r(1, 2, 4, 11), r(2, 4, 6, 4), bias));
  }

  private static OnnxCase same(String pad, long stride, long height, long width) {
    Sliding s = Sliding.unit().stride(stride, stride).padSame(height, width, 3, 2, pad.equals("SAME_LOWER"));
    return node("Conv").with("auto_pad", pad).with("strides", new long[] {stride, stride}).as(
        "Conv, " + pad + ", stride " + stride + ", " + height + " by " + width,
        (g, v) -> g.conv(v.get(0), v.get(1), null, s, 1), r(1, 1, 2, height, width), r(2, 3, 2, 3, 2));
  }

  static Stream<OnnxCase> automaticPads() {
    return Stream.of("SAME_UPPER", "SAME_LOWER").flatMap(pad -> Stream.of(1, 2, 3).flatMap(
        stride -> Stream.of(same(pad, stride, 7, 6), same(pad, stride, 6, 5))));
  }

  private static OnnxCase maxPool(String name, int h, int w, Sliding s, Tensor image) {
    return sliding(node("MaxPool"), s, false).with("kernel_shape", new long[] {h, w})
        .with("ceil_mode", s.ceil() ? 1 : 0).as(name, (g, v) -> g.maxPool(v.getFirst(), h, w, s), image);
  }

  private static OnnxCase averagePool(String name, int h, int w, Sliding s, boolean countPads, Tensor image) {
    return sliding(node("AveragePool"), s, false).with("kernel_shape", new long[] {h, w})
        .with("ceil_mode", s.ceil() ? 1 : 0).with("count_include_pad", countPads ? 1 : 0)
        .as(name, (g, v) -> g.averagePool(v.getFirst(), h, w, s, countPads), image);
  }

  static Stream<OnnxCase> pooling() {
    Sliding two = Sliding.unit().stride(2, 2);
    Sliding odd = Sliding.unit().stride(3, 2).pad(1, 0, 1, 1);
    Tensor image = r(1, 2, 3, 8, 7);
    Tensor line = r(2, 2, 3, 12);
    Sliding along = Sliding.line(2, 1, 2, 1);
    return Stream.of(
        maxPool("MaxPool", 2, 2, two, image),
        maxPool("MaxPool, everything", 3, 2, odd.dilation(2, 3), image),
        maxPool("MaxPool, ceiling", 3, 2, odd.ceiling(), image),
        maxPool("MaxPool, ceiling without pads", 3, 3, two.ceiling(), image),
        maxPool("MaxPool, ceiling, stride beyond the kernel", 2, 2, Sliding.unit().stride(5, 3).pad(1).ceiling(),
            image),
        sliding(node("MaxPool"), along, true).with("kernel_shape", new long[] {3}).as("MaxPool, line",
            (g, v) -> g.maxPool(v.getFirst(), 3, along), line),
        averagePool("AveragePool", 2, 2, two, false, image),
        averagePool("AveragePool, padded", 3, 2, odd, false, image),
        averagePool("AveragePool, counting pads", 3, 2, odd, true, image),
        averagePool("AveragePool, dilated", 3, 2, odd.dilation(2, 3), false, image),
        averagePool("AveragePool, dilated, counting pads", 3, 2, odd.dilation(2, 3), true, image),
        averagePool("AveragePool, ceiling", 3, 2, odd.ceiling(), false, image),
        averagePool("AveragePool, ceiling, counting pads", 3, 3, Sliding.unit().stride(2, 2).pad(1, 1, 0, 0).ceiling(),
            true, image),
        sliding(node("AveragePool"), along, true).with("kernel_shape", new long[] {3}).as("AveragePool, line",
            (g, v) -> g.averagePool(v.getFirst(), 3, along, false), line),
        node("GlobalAveragePool").as("GlobalAveragePool", (g, v) -> g.globalAveragePool(v.getFirst()), image),
        node("GlobalAveragePool").as("GlobalAveragePool, line", (g, v) -> g.globalAveragePool(v.getFirst()), line));
  }

  @BeforeAll
  static void onnxRuntimeIsThere() {
    OnnxCase.assumeRuntime();
  }

  @ParameterizedTest
  @MethodSource({"products", "mapsOfOne", "mapsWithConstants", "mapsOfTwo", "casts", "views", "reductions",
      "selections", "convolutions", "automaticPads", "pooling"})
  void forward_ofEveryOperator_isCloseToOnnxRuntime(OnnxCase c) throws OrtException {
    c.assertClose();
  }
}
