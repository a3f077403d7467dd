package dev.verdict.repops.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.ProgramValidator;
import dev.verdict.repops.ir.Slot;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Programs as the builder makes them, and what it refuses.
class GraphBuilderTest {
  private final GraphBuilder g = new GraphBuilder();
  private final Value a = g.state("a", DType.F32, Shape.of(128, 64));
  private final Value b = g.state("b", DType.F32, Shape.of(32, 10));
  private final Value ints = g.state("ints", DType.I32, Shape.of(32));

  @Test
  void build_nodesNobodyNeeds_areLeftOut() {
    g.exp(a);
    Value kept = g.relu(a);
    g.neg(kept);
    g.update(a, kept);
    BuiltGraph built = g.build();
    ProgramValidator.requireValid(built.program());
    assertThat(built.program().nodes()).extracting(Node::label).containsExactly("Relu");
    assertThat(built.program().slots()).extracting(Slot::next).containsExactly(0, Slot.UNCHANGED, Slot.UNCHANGED);
  }

  @Test
  void build_sameNodeTwice_isThereOnce() {
    g.output("x", g.exp(a));
    g.output("y", g.exp(a));
    BuiltGraph built = g.build();
    assertThat(built.program().nodes()).hasSize(1);
    assertThat(built.output("x")).isEqualTo(built.output("y"));
  }

  @Test
  void matMul_lowering_isOneFmaFold() {
    g.output("y", g.matMul(a, g.transpose(a)));
    Node node = g.build().program().nodes().getFirst();
    assertThat(node.out()).isEqualTo(Shape.of(128, 128));
    assertThat(node.red()).isEqualTo(Shape.of(64));
    assertThat(node.body().stream().map(Object::toString)).containsExactly("LOAD 0", "LOAD 1", "ACC", "FMA r0 r1 r2");
    assertThat(node.inputs().get(0).outStrides()).containsExactly(64, 0);
    assertThat(node.inputs().get(0).redStrides()).containsExactly(1);
    assertThat(node.inputs().get(1).outStrides()).containsExactly(0, 64);
    assertThat(node.inputs().get(1).redStrides()).containsExactly(1);
  }

  @Test
  void update_viewsAndStates_areMaterialised() {
    Value square = g.state("square", DType.F32, Shape.of(4, 4));
    Value other = g.state("other", DType.F32, Shape.of(4, 4));
    g.update(square, g.transpose(square));
    g.update(other, square);
    BuiltGraph built = g.build();
    ProgramValidator.requireValid(built.program());
    assertThat(built.program().nodes()).extracting(Node::label).containsExactly("Identity", "Identity");
  }

  @Test
  void reshapedResult_asNextState_isMaterialised() {
    Value flat = g.state("flat", DType.F32, Shape.of(320));
    g.update(flat, g.reshape(g.exp(b), 320));
    BuiltGraph built = g.build();
    ProgramValidator.requireValid(built.program());
    assertThat(built.program().nodes()).extracting(Node::label).containsExactly("Exp", "Identity");
  }

  @Test
  void result_unneededInstructionsAndInputs_areDropped() {
    NodeBuilder n = g.node("Own", DType.F32, Shape.of(32, 10));
    n.load(a, n.zero(), n.zero()).exp();
    Scalar x = n.load(b);
    n.constant(1L << 40);
    g.output("y", n.result(x.plus(x)));
    Node node = g.build().program().nodes().getFirst();
    assertThat(node.inputs()).hasSize(1);
    assertThat(node.body().stream().map(Object::toString)).containsExactly("LOAD 0", "ADD r0 r0");
  }

  @Test
  void constant_beyond32Bits_isComposed() {
    for (long c : new long[] {1L << 40, -(1L << 40) - 12345, Long.MIN_VALUE, Long.MAX_VALUE, 0xffff_ffffL}) {
      GraphBuilder graph = new GraphBuilder();
      graph.state("unused", DType.I32, Shape.scalar());
      NodeBuilder n = graph.node("Wide", DType.I32, Shape.scalar());
      graph.output("y", n.result(n.constant(c)));
      IntegerBody body = new IntegerBody(graph.build().program().nodes().getFirst());
      assertThat(body.result()).isEqualTo(c);
    }
  }

  /// Evaluates a body of integer constants and shifts.
  private record IntegerBody(Node node) {
    long result() {
      long[] r = new long[node.body().size()];
      for (int i = 0; i < r.length; i++) {
        var n = node.body().get(i);
        r[i] = n.op() == Opcode.CONST_I ? n.imm() : n.op() == Opcode.ISHL ? r[n.a()] << r[n.b()]
            : n.op() == Opcode.IUSHR ? r[n.a()] >>> r[n.b()] : r[n.a()] | r[n.b()];
      }
      return r[r.length - 1];
    }
  }

  private static void refused(Class<? extends Throwable> type, String message, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(type).hasMessage(message);
  }

  @Test
  void shapes_thatDontFit_areNamed() {
    refused(ShapeMismatchException.class, "MatMul: inner dimensions differ: a=[128,64], b=[32,10]",
        () -> g.matMul(a, b));
    refused(ShapeMismatchException.class, "MatMul: leading dimensions don't broadcast: a=[2,64,64], b=[3,64,64]",
        () -> g.matMul(g.expand(g.slice(a, 0, 0, 64, 1), 2, 64, 64), g.expand(g.slice(a, 0, 0, 64, 1), 3, 64, 64)));
    refused(ShapeMismatchException.class, "MatMul: a scalar isn't a matrix; use mul: a=[], b=[32,10]",
        () -> g.matMul(g.literal(1f), b));
    refused(ShapeMismatchException.class, "Add: shapes don't broadcast: a=[128,64], b=[32,10]", () -> g.add(a, b));
    refused(ShapeMismatchException.class, "Gemm: c doesn't broadcast to the product: product=[64,64], c=[2,1,1]",
        () -> g.gemm(a, a, g.reshape(g.slice(g.slice(b, 0, 0, 2, 1), 1, 0, 1, 1), 2, 1, 1), true, false));
    refused(ShapeMismatchException.class, "Reshape: numbers of elements differ: x=[32,10], shape=[3,10]",
        () -> g.reshape(b, 3, 10));
    refused(ShapeMismatchException.class, "Conv: x must have 4 dimensions: x=[32,10]",
        () -> g.conv(b, b, null, Sliding.unit(), 1));
    refused(ShapeMismatchException.class, "SoftmaxCrossEntropyLoss: labels must have the shape of the scores without "
        + "the classes: scores=[128,64], labels=[32]",
        () -> g.softmaxCrossEntropyLoss(a, ints));
    refused(ShapeMismatchException.class,
        "update: the next value of 'a' has another shape: slot=[128,64], value=[32,10]", () -> g.update(a, b));
    refused(ShapeMismatchException.class, "Squeeze: dimension 0 isn't 1: x=[32,10]", () -> g.squeeze(b, 0));
  }

  @Test
  void dtypes_thatDontFit_areNamed() {
    refused(DTypeMismatchException.class, "MatMul: b must be F32, not I32; use cast", () -> g.matMul(a, ints));
    refused(DTypeMismatchException.class, "Add: b must be F32 as a is, not I32; use cast", () -> g.add(b, ints));
    refused(DTypeMismatchException.class, "Gather: indices must be I32 or U8, not F32; use cast",
        () -> g.gather(a, b, 0));
    refused(DTypeMismatchException.class, "update: 'ints' must be I32, not F32; use cast", () -> g.update(ints, b));
  }

  @Test
  void attributes_outsideTheirRange_areNamed() {
    refused(InvalidAttributeException.class, "Softmax: axis must be -2 to 1, not 5", () -> g.softmax(a, 5));
    refused(InvalidAttributeException.class, "Transpose: perm must be a permutation of 2 dimensions, not [0, 0]",
        () -> g.transpose(a, 0, 0));
    refused(InvalidAttributeException.class,
        "Slice: range must be one that holds an element of [32,10], not 4 to 4 by 1",
        () -> g.slice(b, 0, 4, 4, 1));
    refused(InvalidAttributeException.class, "state: name must be new, not 'a'",
        () -> g.state("a", DType.F32, Shape.scalar()));
    refused(InvalidAttributeException.class, "Sliding: pads must be at least 0, not -1 -1 -1 -1",
        () -> Sliding.unit().pad(-1));
    refused(InvalidAttributeException.class,
        "MaxPool: kernel height must be at least 1, and dilated at most the padded height of 32, not 33",
        () -> g.maxPool(g.reshape(b, 1, 1, 32, 10), 33, 1, Sliding.unit()));
    refused(InvalidAttributeException.class, "output: name must be one of [], not 'y'", () -> g.build().output("y"));
    g.update(a, g.exp(a));
    refused(InvalidAttributeException.class, "update: slot must be updated once, not again: 'a'",
        () -> g.update(a, g.exp(a)));
    assertThatThrownBy(() -> g.node("x".repeat(33), DType.F32, Shape.scalar()))
        .isInstanceOf(InvalidAttributeException.class);
  }

  @Test
  void selections_thatDontFit_areNamed() {
    Value rows = g.state("rows", DType.I32, Shape.of(32, 10));
    Value wide = g.state("wide", DType.I32, Shape.of(32, 11));
    refused(ShapeMismatchException.class, "Concat: dimensions other than 0 differ: a=[128,64], b=[32,10]",
        () -> g.concat(0, a, b));
    refused(DTypeMismatchException.class, "Concat: each value must be F32 as the first is, not I32; use cast",
        () -> g.concat(0, b, rows));
    refused(InvalidAttributeException.class, "Concat: values must be at least one, not 0", () -> g.concat(0));
    refused(InvalidAttributeException.class,
        "Split: sizes must be positive and 10 in sum, as dimension 1 of [32,10], not [4, 7]",
        () -> g.split(b, 1, 4L, 7L));
    refused(InvalidAttributeException.class,
        "Split: sizes must be positive and 10 in sum, as dimension 1 of [32,10], not [4, 5]",
        () -> g.split(b, 1, 4L, 5L));
    refused(InvalidAttributeException.class, "Split: parts must be such that each of them gets an element of 10, not 6",
        () -> g.split(b, 1, 6));
    refused(InvalidAttributeException.class, "Slice: axes must be distinct, not [1, -1]",
        () -> g.slice(b, new long[2], new long[] {1, 1}, new int[] {1, -1}, new long[] {1, 1}));
    refused(InvalidAttributeException.class, "Slice: starts, ends, axes and steps must be of one length, not 1 2 2 2",
        () -> g.slice(b, new long[1], new long[2], new int[2], new long[2]));
    refused(InvalidAttributeException.class,
        "Pad: pads must be 0 to 9 with mode REFLECT along dimension 1 of [32,10], not 10 and 0",
        () -> g.pad(b, PadMode.REFLECT, 0, 10, 0, 0));
    refused(InvalidAttributeException.class, "Pad: pads must be 4 numbers, not [1]",
        () -> g.pad(b, PadMode.EDGE, 1));
    refused(ShapeMismatchException.class,
        "GatherElements: indices must lie within x but along axis 0: x=[32,10], indices=[32,11]",
        () -> g.gatherElements(b, wide, 0));
    refused(ShapeMismatchException.class,
        "ScatterElements: updates must have the indices' shape: indices=[32,10], updates=[128,64]",
        () -> g.scatterElements(b, rows, a, 0));
    refused(DTypeMismatchException.class, "ScatterElements: updates must be F32 as x is, not I32; use cast",
        () -> g.scatterElementsAdd(b, rows, rows, 0));
    refused(ShapeMismatchException.class, "Embedding: table must have 2 dimensions: table=[]",
        () -> g.embedding(g.literal(1f), ints));
    refused(InvalidAttributeException.class, "CumSum: axis must be -2 to 1, not 2", () -> g.cumSum(b, 2, false, false));
  }

  @Test
  void windows_thatDontFit_areNamed() {
    Value image = g.reshape(b, 1, 2, 16, 10);
    Value line = g.reshape(b, 1, 2, 160);
    Value kernel = g.state("kernel", DType.F32, Shape.of(2, 3, 3, 3));
    refused(InvalidAttributeException.class,
        "ConvTranspose: output_padding must be at least 0 and below the strides, not 1 0",
        () -> g.convTranspose(image, kernel, null, Sliding.unit(), 1, 0, 1));
    refused(InvalidAttributeException.class, "ConvTranspose: groups must be a divisor of w's 2 channels, not 0",
        () -> g.convTranspose(image, kernel, null, Sliding.unit(), 0, 0, 0));
    refused(ShapeMismatchException.class,
        "ConvTranspose: channels differ (x[1] isn't w[0]): x=[1,1,32,10], w=[2,3,3,3]",
        () -> g.convTranspose(g.reshape(b, 1, 1, 32, 10), kernel, null, Sliding.unit(), 0, 0, 1));
    refused(InvalidAttributeException.class, "ConvTranspose: pads must be such that the result has a height, not -2",
        () -> g.convTranspose(image, kernel, null, Sliding.unit().pad(10), 0, 0, 1));
    refused(ShapeMismatchException.class, "Conv: w must have 3 dimensions: w=[2,3,3,3]",
        () -> g.conv(line, kernel, null, Sliding.line(1, 0, 0, 1), 1));
    refused(InvalidAttributeException.class, "Conv: ceil_mode must be 0, not 1",
        () -> g.conv(g.state("colours", DType.F32, Shape.of(1, 3, 4, 4)), kernel, null, Sliding.unit().ceiling(), 1));
    refused(InvalidAttributeException.class,
        "MaxPool: pads must be below the dilated kernel of 2 by 2, not 2 0 0 0",
        () -> g.maxPool(image, 2, 2, Sliding.unit().pad(2, 0, 0, 0)));
    assertThatThrownBy(() -> g.maxPool(line, 2, Sliding.unit().stride(2, 2)))
        .isInstanceOf(InvalidAttributeException.class).hasMessageStartingWith("MaxPool: sliding must be a line");
  }

  @Test
  void constants_outsideTheirRange_areNamed() {
    refused(InvalidAttributeException.class,
        "Pow: exponent must be a multiple of 0.5 from -1024.0 to 1024.0, not 0.3", () -> g.pow(a, 0.3f));
    refused(InvalidAttributeException.class,
        "Pow: exponent must be a multiple of 0.5 from -1024.0 to 1024.0, not NaN", () -> g.pow(a, Float.NaN));
    refused(InvalidAttributeException.class, "Clip: bounds must be numbers, not NaN to 1.0",
        () -> g.clip(a, Float.NaN, 1));
    refused(InvalidAttributeException.class,
        "Reshape: shape must be positive, with one -1 at most, and 0 only where [32,10] has that dimension, "
            + "not [320, 1, 0]", () -> g.reshape(b, 320, 1, 0));
    refused(DTypeMismatchException.class, "And: a must be I32 or U8, not F32; use cast", () -> g.and(a, a));
  }

  @Test
  void values_ofAnotherBuilder_areRefused() {
    Value foreign = new GraphBuilder().state("a", DType.F32, Shape.of(64, 2));
    refused(ForeignValueException.class, "MatMul: F32[64,2] belongs to another graph builder; build both from one",
        () -> g.matMul(a, foreign));
  }

  @Test
  void bodies_thatOutgrowANode_areRefused() {
    NodeBuilder n = g.node("Long", DType.F32, Shape.scalar());
    Scalar x = n.constant(1f);
    for (int i = 0; i < 64; i++) {
      x = x.exp();
    }
    Scalar last = x;
    refused(BodyLimitException.class,
        "Long: a node has at most 64 instructions, this one needs 65; split it in two", () -> n.result(last));
  }

  @Test
  void registers_ofMixedTypes_areRefused() {
    NodeBuilder n = g.node("Mixed", DType.F32, Shape.scalar());
    refused(IllegalArgumentException.class, "Mixed: operand 1 of ADD must be a register of this node, F32",
        () -> n.constant(1f).plus(n.constant(1L)));
    refused(IllegalArgumentException.class, "Mixed: the result is I64, the node's elements are F32",
        () -> n.result(n.constant(1L)));
  }
}
