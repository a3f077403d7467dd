package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Builds a [Program] from operators: ONNX's names and semantics where ONNX has them.
///
/// A [Value] is a view (source, offset, strides). Reshape, Transpose, Slice, Expand, Squeeze, Unsqueeze and Flatten
/// cost no node: they change the view, and an `Identity` node is added only where strides can't express the result.
/// Literals are written into the bodies that use them. A node that is there already isn't added again.
///
/// Floating-point operators take f32. Where an operator says *dtype*, it takes f32, or integers, which wrap when they
/// are stored. Broadcasting is ONNX's multidirectional one: trailing dimensions aligned, a dimension of 1 stretched.
/// Every operator throws [ShapeMismatchException], [DTypeMismatchException] or [InvalidAttributeException] for operands
/// it can't take, and [ForeignValueException] for another builder's. NaN and signed zeros follow SPEC §2.2 through the
/// stated formula: a NaN that is computed with gives NaN, and what else is worth knowing is stated with the operator.
///
/// Each operation of a formula is rounded, unless it says fma. A map is one evaluation an element in one node, and
/// where it takes one tensor its result has that one's shape. Views take any dtype and move elements without computing.
/// Products are chains of fma: a NaN, or a zero times an infinity, among an element's terms makes it NaN. *A plain sum*
/// is [#reduceSum]'s.
///
/// Every f32 operator has a gradient unless it says otherwise; see [Gradients].
public final class GraphBuilder {
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Node, Integer> known = new HashMap<>();
  private final List<State> states = new ArrayList<>();
  private final Map<Value, Integer> slotOf = new HashMap<>();
  private final List<BoundTensor> data = new ArrayList<>();
  private final List<BoundTensor> constants = new ArrayList<>();
  private final SequencedMap<String, Value> outputs = new LinkedHashMap<>();
  private int serial;

  private record State(String name, DType dtype, Shape shape, Initializer initializer, @Nullable Value next) {}

  // ---- sources ---------------------------------------------------------------------------------

  /// A state slot (SPEC §3.2), zero at first.
  public Value state(String name, DType dtype, Shape shape) {
    return state(name, dtype, shape, Initializer.zeros());
  }

  /// A state slot with its first value. Slots are numbered in the order of the calls. Throws
  /// [InvalidAttributeException] for a name that is taken.
  public Value state(String name, DType dtype, Shape shape, Initializer initializer) {
    if (states.stream().anyMatch(s -> s.name().equals(name))) {
      throw new InvalidAttributeException("state", "name", "new", "'" + name + "'");
    }
    Value value = source(new Source.State(states.size()), dtype, shape);
    slotOf.put(value, states.size());
    states.add(new State(name, dtype, shape, initializer, null));
    return value;
  }

  /// A data set, bound by the root of its tensor (SPEC §4).
  public Value data(String name, DType dtype, Shape shape, Digest root) {
    data.add(new BoundTensor(name, dtype, shape, root));
    return source(new Source.Data(data.size() - 1), dtype, shape);
  }

  /// A constant tensor, bound by its root.
  public Value constant(String name, DType dtype, Shape shape, Digest root) {
    constants.add(new BoundTensor(name, dtype, shape, root));
    return source(new Source.Const(constants.size() - 1), dtype, shape);
  }

  /// The f32 scalar `c`; costs no node.
  public Value literal(float c) {
    return literal(DType.F32, Float.floatToIntBits(c), Shape.scalar());
  }

  /// An i32 scalar; costs no node.
  public Value literal(int c) {
    return literal(DType.I32, c, Shape.scalar());
  }

  Value literal(DType dtype, int bits, Shape shape) {
    return new Value(this, new Storage.Literal(bits), dtype, shape, 0, new long[shape.rank()], List.of());
  }

  private Value source(Source source, DType dtype, Shape shape) {
    return new Value(
        this, new Storage.Stored(source, shape.numel()), dtype, shape, 0, shape.strides(), List.of());
  }

  // ---- results ---------------------------------------------------------------------------------

  /// Makes `value` the slot's content after the step. Throws [InvalidAttributeException] where `slot` isn't what
  /// [#state] gave, or has its next value already.
  public void update(Value slot, Value value) {
    Integer index = slotOf.get(own("update", slot));
    if (index == null) {
      throw new InvalidAttributeException("update", "slot", "a value that state() gave", slot);
    }
    State state = states.get(index);
    if (state.next() != null) {
      throw new InvalidAttributeException("update", "slot", "updated once", "again: '" + state.name() + "'");
    }
    if (own("update", value).dtype() != state.dtype()) {
      throw new DTypeMismatchException("update", "'" + state.name() + "'", state.dtype().toString(), value.dtype());
    }
    if (!value.shape().equals(state.shape())) {
      throw ShapeMismatchException.of("update", "the next value of '" + state.name() + "' has another shape", "slot",
          state.shape(), "value", value.shape());
    }
    states.set(index, new State(state.name(), state.dtype(), state.shape(), state.initializer(),
        asNode(value)));
  }

  /// Keeps `value` as a node of the program, to be found by name in [BuiltGraph#output].
  public void output(String name, Value value) {
    if (outputs.putIfAbsent(name, asNode(own("output", value))) != null) {
      throw new InvalidAttributeException("output", "name", "new", "'" + name + "'");
    }
  }

  /// `value` as the whole output of a node: itself where it is one, else an `Identity`.
  private Value asNode(Value value) {
    return value.isWholeNode() && nodes.get(nodeOf(value)).out().equals(value.shape()) ? value : materialise(value);
  }

  /// The program: nodes that no slot's next value and no output needs are left out, the others stay in the order in
  /// which they were made.
  public BuiltGraph build() {
    boolean[] live = new boolean[nodes.size()];
    states.forEach(s -> markLive(live, s.next()));
    outputs.values().forEach(v -> markLive(live, v));
    for (int i = live.length - 1; i >= 0; i--) {
      if (live[i]) {
        nodes.get(i).inputs().forEach(input -> markLive(live, input.source()));
      }
    }
    int[] renumbered = new int[live.length];
    List<Node> kept = new ArrayList<>();
    for (int i = 0; i < live.length; i++) {
      if (live[i]) {
        renumbered[i] = kept.size();
        kept.add(renumber(nodes.get(i), renumbered));
      }
    }
    List<Slot> slots = new ArrayList<>();
    for (State s : states) {
      slots.add(new Slot(s.name(), s.dtype(), s.shape(),
          s.next() == null ? Slot.UNCHANGED : renumbered[nodeOf(s.next())]));
    }
    SequencedMap<String, Integer> named = new LinkedHashMap<>();
    outputs.forEach((name, value) -> named.put(name, renumbered[nodeOf(value)]));
    return new BuiltGraph(new Program(slots, data, constants, kept), Collections.unmodifiableSequencedMap(named),
        states.stream().map(State::initializer).toList());
  }

  private static void markLive(boolean[] live, @Nullable Value value) {
    if (value != null) {
      live[nodeOf(value)] = true;
    }
  }

  private static void markLive(boolean[] live, Source source) {
    if (source instanceof Source.NodeOutput n) {
      live[n.index()] = true;
    }
  }

  private static int nodeOf(Value value) {
    return ((Storage.Stored) value.storage()).source().index();
  }

  private static Node renumber(Node node, int[] renumbered) {
    List<Input> inputs = new ArrayList<>();
    for (Input i : node.inputs()) {
      inputs.add(i.source() instanceof Source.NodeOutput n
          ? new Input(new Source.NodeOutput(renumbered[n.index()]), i.dtype(), i.numel(), i.offset(),
              i.outStrides(), i.redStrides())
          : i);
    }
    return new Node(node.label(), node.dtype(), node.out(), node.red(), node.initBits(), inputs, node.body());
  }

  // ---- nodes -----------------------------------------------------------------------------------

  /// A new node, for an operator of one's own. Throws [InvalidAttributeException] for a label that isn't ASCII of at
  /// most 32 characters.
  public NodeBuilder node(String label, DType dtype, Shape out) {
    if (label.length() > 32 || !label.chars().allMatch(c -> c < 128)) {
      throw new InvalidAttributeException("node", "label", "ASCII of at most 32 characters", "'" + label + "'");
    }
    return new NodeBuilder(this, label, dtype, out);
  }

  int nextSerial() {
    return serial++;
  }

  /// `value` if it is this builder's.
  Value own(String operator, Value value) {
    if (value.graph() != this) {
      throw new ForeignValueException(operator, value);
    }
    return value;
  }

  /// Appends a node, or finds the one that computes the same; the first label stays.
  Value add(Node node, List<Derivation> derivations) {
    Node unlabelled =
        new Node("", node.dtype(), node.out(), node.red(), node.initBits(), node.inputs(), node.body());
    Integer index = known.get(unlabelled);
    if (index == null) {
      index = nodes.size();
      nodes.add(node);
      known.put(unlabelled, index);
    }
    return new Value(this, new Storage.Stored(new Source.NodeOutput(index), node.out().numel()), node.dtype(),
        node.out(), 0, node.out().strides(), derivations);
  }

  /// A contiguous copy, by an `Identity` node.
  Value materialise(Value value) {
    NodeBuilder n = node("Identity", value.dtype(), value.shape());
    return n.derive(value, (g, y) -> g).result(n.load(value));
  }

  // ---- views -----------------------------------------------------------------------------------

  /// ONNX Reshape (opset 25, allowzero = 0): the same elements in row-major order. One dimension may be −1: what is
  /// left; a 0 is x's dimension in that place. (allowzero = 1 makes empty tensors, which don't exist here.) Gradient: g
  /// in x's shape. Throws [InvalidAttributeException] for other dimensions below 1, or where −1 isn't a whole number;
  /// [ShapeMismatchException] where the number of elements isn't x's.
  public Value reshape(Value x, long... dims) {
    return Views.reshape("Reshape", own("Reshape", x), Views.inferred(x, dims));
  }

  /// ONNX Flatten (opset 25): `[Π dims before axis, Π dims from axis]`; axis is −rank to rank, negative from the end.
  /// Gradient: g in x's shape. Throws [InvalidAttributeException] for another axis.
  public Value flatten(Value x, int axis) {
    return Views.flatten(own("Flatten", x), axis);
  }

  /// ONNX Transpose (opset 25): dimension d of the result is dimension `perm[d]` of x; an empty `perm` reverses them.
  /// Gradient: g transposed back. Throws [InvalidAttributeException] where `perm` isn't a permutation of x's
  /// dimensions.
  public Value transpose(Value x, int... perm) {
    return Views.transpose("Transpose", own("Transpose", x), perm);
  }

  /// ONNX Squeeze (opset 25): without the dimensions `axes` (negative: from the end), which must be 1; without all that
  /// are 1 where `axes` is empty. Gradient: g in x's shape. Throws [ShapeMismatchException] where one isn't 1,
  /// [InvalidAttributeException] for an axis that x lacks or that is named twice.
  public Value squeeze(Value x, int... axes) {
    return Views.squeeze(own("Squeeze", x), axes);
  }

  /// ONNX Unsqueeze (opset 25): with dimensions of 1 so that they stand at `axes` of the result (negative: from its
  /// end). Gradient: g in x's shape. Throws [InvalidAttributeException] for an axis that the result lacks or that is
  /// named twice.
  public Value unsqueeze(Value x, int... axes) {
    return Views.unsqueeze(own("Unsqueeze", x), axes);
  }

  /// ONNX Expand (opset 13): broadcast with the shape `dims`, which may also be the smaller one in a dimension.
  /// Gradient: g summed over the axes that x was stretched along, as [#add]'s. Throws [ShapeMismatchException] where
  /// the shapes don't broadcast.
  public Value expand(Value x, long... dims) {
    return Views.expand(own("Expand", x), dims);
  }

  /// ONNX Slice (opset 13) along one axis: elements start, start + step, … before `end` (after it where step is
  /// negative); negative bounds count from the end and are clamped as ONNX says. Gradient: g put in its place among +0.
  /// Throws [InvalidAttributeException] for a step of 0, an axis that x lacks, or where nothing is left.
  public Value slice(Value x, int axis, long start, long end, long step) {
    return Views.slice(own("Slice", x), axis, start, end, step);
  }

  /// ONNX Slice (opset 13) along several axes at once, as [#slice(Value, int, long, long, long)] along each: one view.
  /// Gradient: g put in its place among +0, two dimensions a node. Throws as there, and
  /// [InvalidAttributeException] where an axis is named twice or the arrays differ in length.
  public Value slice(Value x, long[] starts, long[] ends, int[] axes, long[] steps) {
    return Views.slice(own("Slice", x), starts, ends, axes, steps);
  }

  /// ONNX Split (opset 18) into parts of these `sizes` along `axis`: [#slice]s of x, and gradients as theirs. Throws
  /// [InvalidAttributeException] where a size is below 1, they don't add up to x's dimension, or x lacks the axis.
  public List<Value> split(Value x, int axis, long... sizes) {
    return Views.split(own("Split", x), axis, sizes);
  }

  /// ONNX Split (opset 18) with `num_outputs`: parts of ⌈size / parts⌉, the last of what is left. Throws
  /// [InvalidAttributeException] where a part would be empty.
  public List<Value> split(Value x, int axis, int parts) {
    return Views.split(own("Split", x), axis, Views.evenSizes(x, axis, parts));
  }

  /// ONNX Concat (opset 13) along `axis` (negative: from the end), *dtype*: two values a node, the first half of the
  /// list with the second, so that a proof opens two tensors whatever their number; one value is itself. Gradients:
  /// slices of g. Throws [DTypeMismatchException] where dtypes differ, [ShapeMismatchException] where other dimensions
  /// do, [InvalidAttributeException] without a value or for an axis that they lack.
  public Value concat(int axis, Value... values) {
    return Views.concat(axis, Stream.of(values).map(v -> own("Concat", v)).toList());
  }

  /// ONNX Pad (opset 25), mode constant, f32: `value` round x; `pads` is all begins, then all ends; a negative pad
  /// crops. Two padded dimensions a node, the first two first. Gradient: g cropped where x was padded, and padded with
  /// +0 where it was cropped. Throws [DTypeMismatchException] for integers, [InvalidAttributeException] where there
  /// aren't two pads for each dimension, or where nothing is left.
  public Value pad(Value x, float value, long... pads) {
    return Views.pad(own("Pad", x), value, pads);
  }

  /// ONNX Pad (opset 25), mode edge, reflect or wrap, *dtype*: [#concat] of slices of x, dimension by dimension from
  /// the first; `pads` is all begins, then all ends, none negative. Gradient: that of those slices, contributions of
  /// one element added as [Gradients] says. Throws [InvalidAttributeException] where there aren't two pads for each
  /// dimension, one is negative, or exceeds what [PadMode] can take from x (reflect: size − 1; wrap: size).
  public Value pad(Value x, PadMode mode, long... pads) {
    return Views.pad(own("Pad", x), mode, pads);
  }

  /// ONNX Identity (opset 25), of any dtype: the same elements, contiguous, by a node of its own. Gradient: g.
  public Value identity(Value x) {
    return materialise(own("Identity", x));
  }

  // ---- element by element ----------------------------------------------------------------------

  /// ONNX Add (opset 14), with broadcasting, *dtype*: a + b. ∞ − ∞ is NaN; x + (−x) is +0, and −0 only −0 + −0.
  /// Gradients: g, each summed over the axes it was broadcast along (the innermost run of such axes first, each run by
  /// [#reduceSum]'s rule). Throws [DTypeMismatchException] where a and b differ in dtype, [ShapeMismatchException]
  /// where their shapes don't broadcast.
  public Value add(Value a, Value b) {
    return Elementwise.add("Add", own("Add", a), b);
  }

  /// ONNX Sub (opset 14), with broadcasting, *dtype*: a − b. ∞ − ∞ is NaN, x − x is +0. Gradients: g, and −g negated
  /// after it was summed, by [#add]'s sums. Throws as [#add].
  public Value sub(Value a, Value b) {
    return Elementwise.sub("Sub", own("Sub", a), b);
  }

  /// ONNX Mul (opset 14), with broadcasting, *dtype*: a · b. 0 · ∞ is NaN; a zero has the product of the signs.
  /// Gradients: g · b and g · a, by [#add]'s sums. Throws as [#add].
  public Value mul(Value a, Value b) {
    return Elementwise.mul("Mul", own("Mul", a), b);
  }

  /// ONNX Div (opset 14), with broadcasting, *dtype*: a / b. x / ±0 is an infinity of the signs' product, 0 / 0 and
  /// ∞ / ∞ are NaN; integers truncate, by zero give 0, and the i32 −2³¹ / −1 wraps to −2³¹. Gradients: g / b and
  /// −((g · y) / b) with y = a / b, by [#add]'s sums. Throws as [#add].
  public Value div(Value a, Value b) {
    return Elementwise.div("Div", own("Div", a), b);
  }

  /// ONNX Min (opset 13) of two, with broadcasting, *dtype*: IEEE 754-2019 minimum, so NaN wins and −0 < +0.
  /// Gradients: g to a where a ≤ b, to b where b < a, and to neither where one is NaN (±0 are equal here), by [#add]'s
  /// sums. Throws as [#add].
  public Value min(Value a, Value b) {
    return Elementwise.min("Min", own("Min", a), b);
  }

  /// ONNX Max (opset 13) of two, with broadcasting, *dtype*: IEEE 754-2019 maximum, so NaN wins and −0 < +0.
  /// Gradients: g to a where b ≤ a, to b where a < b, and to neither where one is NaN (±0 are equal here), by [#add]'s
  /// sums. Throws as [#add].
  public Value max(Value a, Value b) {
    return Elementwise.max("Max", own("Max", a), b);
  }

  /// ONNX Min (opset 13) of three or more: [#min(Value, Value)] from left to right, a node each.
  public Value min(Value a, Value b, Value... more) {
    return Stream.of(more).reduce(min(a, b), this::min);
  }

  /// ONNX Max (opset 13) of three or more: [#max(Value, Value)] from left to right, a node each.
  public Value max(Value a, Value b, Value... more) {
    return Stream.of(more).reduce(max(a, b), this::max);
  }

  /// ONNX Equal (opset 19), with broadcasting, of two of one *dtype*: u8 1 where a = b, else 0. −0 = +0; a NaN equals
  /// nothing. No gradient. Throws as [#add].
  public Value equal(Value a, Value b) {
    return Elementwise.compare("Equal", own("Equal", a), b, Scalar::equalTo);
  }

  /// ONNX Less (opset 13), with broadcasting, of two of one *dtype*: u8 1 where a < b, else 0. −0 isn't below +0; with
  /// a NaN it is 0. No gradient. Throws as [#add].
  public Value less(Value a, Value b) {
    return Elementwise.compare("Less", own("Less", a), b, Scalar::lessThan);
  }

  /// ONNX LessOrEqual (opset 16), with broadcasting, of two of one *dtype*: u8 1 where a ≤ b, else 0. With a NaN it
  /// is 0. No gradient. Throws as [#add].
  public Value lessOrEqual(Value a, Value b) {
    return Elementwise.compare("LessOrEqual", own("LessOrEqual", a), b, Scalar::atMost);
  }

  /// ONNX Greater (opset 13), with broadcasting, of two of one *dtype*: u8 1 where b < a, else 0, as [#less].
  public Value greater(Value a, Value b) {
    return Elementwise.compare("Greater", own("Greater", a), b, (x, y) -> y.lessThan(x));
  }

  /// ONNX GreaterOrEqual (opset 16), with broadcasting, of two of one *dtype*: u8 1 where b ≤ a, else 0, as
  /// [#lessOrEqual].
  public Value greaterOrEqual(Value a, Value b) {
    return Elementwise.compare("GreaterOrEqual", own("GreaterOrEqual", a), b, (x, y) -> y.atMost(x));
  }

  /// ONNX And (opset 7), with broadcasting, of two of one integer dtype, true where they aren't 0: u8 1 where both are,
  /// else 0. No gradient. Throws [DTypeMismatchException] for f32 or two dtypes, [ShapeMismatchException] where their
  /// shapes don't broadcast.
  public Value and(Value a, Value b) {
    return Elementwise.logical("And", own("And", a), b, (p, q) -> p.or(q).equalTo(p.node().constant(0L)));
  }

  /// ONNX Or (opset 7), as [#and]: u8 1 where one is true, else 0. No gradient.
  public Value or(Value a, Value b) {
    return Elementwise.logical("Or", own("Or", a), b, (p, q) -> p.and(q).equalTo(p.node().constant(0L)));
  }

  /// ONNX Xor (opset 7), as [#and]: u8 1 where one alone is true, else 0. No gradient.
  public Value xor(Value a, Value b) {
    return Elementwise.logical("Xor", own("Xor", a), b, (p, q) -> p.equalTo(q).equalTo(p.node().constant(0L)));
  }

  /// ONNX Not (opset 1), of integers: u8 1 where x is 0, else 0. No gradient. Throws [DTypeMismatchException] for f32.
  public Value not(Value x) {
    return Elementwise.not(own("Not", x));
  }

  /// ONNX Where (opset 16), with broadcasting of all three, *dtype*: a where the integer condition isn't 0, else b.
  /// What isn't taken has no influence, NaN or not. Gradients: g where taken, else +0, by [#add]'s sums; none of the
  /// condition. Throws [DTypeMismatchException] for an f32 condition or where a and b differ in dtype,
  /// [ShapeMismatchException] where the shapes don't broadcast.
  public Value where(Value condition, Value a, Value b) {
    return Elementwise.where(own("Where", condition), own("Where", a), b);
  }

  /// ONNX Neg (opset 13), *dtype*: −x; flips the sign of a zero and of an infinity. Integers wrap: the i32 −2³¹ is its
  /// own negative, a u8 x becomes 256 − x. Gradient: −g.
  public Value neg(Value x) {
    return Elementwise.neg(own("Neg", x));
  }

  /// ONNX Abs (opset 13), *dtype*: |x|; −0 gives +0, −∞ gives ∞, the i32 −2³¹ itself. Gradient: g where 0 < x, −g where
  /// x < 0, else (±0 and NaN) +0.
  public Value abs(Value x) {
    return Elementwise.abs(own("Abs", x));
  }

  /// ONNX Sqrt (opset 13), f32: √x, rounded once. −0 gives −0, ∞ gives ∞, below zero is NaN. Gradient: (g · 0.5) / y,
  /// so infinite (for g = 0 NaN) at ±0. Throws [DTypeMismatchException] for integers.
  public Value sqrt(Value x) {
    return Elementwise.sqrt(own("Sqrt", x));
  }

  /// ONNX Reciprocal (opset 13), f32: 1 / x, rounded once. ±0 gives ±∞, ±∞ gives ±0. Gradient: −(g · (y · y)). Throws
  /// [DTypeMismatchException] for integers.
  public Value reciprocal(Value x) {
    return Elementwise.reciprocal(own("Reciprocal", x));
  }

  /// ONNX Pow (opset 15), f32, with a constant exponent n or n + ½, |exponent| ≤ 1,024, as a composition of
  /// multiplications: y = x, then for each lower bit of n from the highest y · y, and · x where it is set; then · √x
  /// for the half (√x alone for n = 0); then 1 / y where the exponent is negative. So it isn't rounded once, 1 / y is 0
  /// where xⁿ overflows, and with a half −0 and −∞ follow √ (−0, NaN) rather than IEEE 754's pow. Exponent 0 is the
  /// literal 1, which depends on nothing, not on a NaN either. Gradient: g · (exponent · x^(exponent − 1)), that power
  /// in the same way. Throws [InvalidAttributeException] for another exponent, [DTypeMismatchException] for integers.
  public Value pow(Value x, float exponent) {
    return Elementwise.pow(own("Pow", x), exponent);
  }

  /// ONNX Exp (opset 13), f32: eˣ within 1 ulp, by the arithmetic of [dev.verdict.repops.ir.FastExp]. ±0 gives 1, −∞
  /// gives +0; ∞ from 88.722839 on, +0 from −103.972084 down. Gradient: g · y. Throws [DTypeMismatchException] for
  /// integers.
  public Value exp(Value x) {
    return Elementwise.exp(own("Exp", x));
  }

  /// ONNX Log (opset 13), f32: ln x, correctly rounded (SPEC §2.3). ±0 gives −∞, 1 gives +0, ∞ gives ∞, below zero is
  /// NaN. Gradient: g / x. Throws [DTypeMismatchException] for integers.
  public Value log(Value x) {
    return Elementwise.log(own("Log", x));
  }

  /// ONNX Tanh (opset 13), f32, correctly rounded (SPEC §2.3). ±0 gives ±0, ±∞ gives ±1. Gradient: g · fma(−y, y, 1).
  /// Throws [DTypeMismatchException] for integers.
  public Value tanh(Value x) {
    return Elementwise.tanh(own("Tanh", x));
  }

  /// ONNX Erf (opset 13), f32, correctly rounded (SPEC §2.3). ±0 gives ±0, ±∞ gives ±1. Gradient:
  /// g · (2/√π · exp(−(x · x))), 2/√π the binary32 1.1283792. Throws [DTypeMismatchException] for integers.
  public Value erf(Value x) {
    return Elementwise.erf(own("Erf", x));
  }

  /// ONNX Sin (opset 22), f32, of x in radians, correctly rounded (SPEC §2.3). ±0 gives ±0; NaN for infinities.
  /// Gradient: g · cos(x). Throws [DTypeMismatchException] for integers.
  public Value sin(Value x) {
    return Elementwise.sin(own("Sin", x));
  }

  /// ONNX Cos (opset 22), f32, of x in radians, correctly rounded (SPEC §2.3). ±0 gives 1; NaN for infinities.
  /// Gradient: −(g · sin(x)). Throws [DTypeMismatchException] for integers.
  public Value cos(Value x) {
    return Elementwise.cos(own("Cos", x));
  }

  /// ONNX Gelu (opset 20) with `approximate = "none"`, f32: x·Φ(x) = ½·x·(1 + erf(x / √2)), Φ the normal distribution's by
  /// the arithmetic of [dev.verdict.repops.ir.NormalDistribution]: within 4 ulp for |x| < 1, 1.7 ulp above, 6·10^-8 below.
  /// ±0 gives ±0, ∞ gives ∞; −0 below −14.4; −∞ gives NaN, as −∞ · 0. Gradient:
  /// g · fma(x, 1/√(2π) · exp(−0.5 · (x · x)), Φ(x)), 1/√(2π) the binary32 0.3989423. Throws [DTypeMismatchException] for
  /// integers.
  public Value gelu(Value x) {
    return Elementwise.gelu(own("Gelu", x));
  }

  /// ONNX Gelu (opset 20) with `approximate = "tanh"`, f32: with h = 0.5 · x and
  /// u = √(2/π) · (x + 0.044715 · ((x · x) · x)), y = fma(h, tanh u, h), each operation rounded, √(2/π) the
  /// square root of the binary32 2/π, 0.79788452. ±0 gives +0, ∞ gives ∞; +0 where tanh has reached −1; −∞ gives NaN, as
  /// −∞ · 0. Gradient: with t = tanh(u) and s = √(2/π) · fma(0.134145, x · x, 1),
  /// g · (0.5 · ((1 + t) + (x · fma(−t, t, 1)) · s)). Throws [DTypeMismatchException] for integers.
  public Value geluTanh(Value x) {
    return Elementwise.geluTanh(own("GeluTanh", x));
  }

  /// ONNX Relu (opset 14), f32: max(x, +0), so −0 gives +0 and NaN stays. Gradient: g where 0 < x, else (NaN too) +0.
  /// Throws [DTypeMismatchException] for integers.
  public Value relu(Value x) {
    return Elementwise.relu(own("Relu", x));
  }

  /// ONNX LeakyRelu (opset 16), f32: alpha · x where x < 0, else x, so ±0 and NaN stay. Gradient: alpha · g where
  /// x < 0, else g. Throws [DTypeMismatchException] for integers.
  public Value leakyRelu(Value x, float alpha) {
    return Elementwise.leakyRelu(own("LeakyRelu", x), alpha);
  }

  /// ONNX Sigmoid (opset 13), f32, as the composition 1 / (1 + exp(−x)), each operation rounded. ∞ gives 1; −∞ gives
  /// +0, as does every x so small that exp(−x) overflows, from −88.722839 down. Gradient: g · (y · (1 − y)). Throws
  /// [DTypeMismatchException] for integers.
  public Value sigmoid(Value x) {
    return Elementwise.sigmoid(own("Sigmoid", x));
  }

  /// SiLU, ONNX Swish (opset 24) with alpha = 1, f32, as the composition x / (1 + exp(−x)), each operation rounded. ∞
  /// gives ∞; −0 where exp(−x) overflows; −∞ gives NaN, as ONNX's −∞ · 0 does. Gradient: with s = 1 / (1 + exp(−x)),
  /// g · (s · fma(x, 1 − s, 1)). Throws [DTypeMismatchException] for integers.
  public Value silu(Value x) {
    return Elementwise.silu(own("Silu", x));
  }

  /// ONNX Clip (opset 13), f32: min(max(x, min), max), so that a NaN stays, −0 is below a bound of +0, and max wins
  /// over a greater min; an infinite bound is none. Gradient: g where min ≤ x ≤ max, else (NaN too) +0. Throws
  /// [InvalidAttributeException] for a bound that is NaN, [DTypeMismatchException] for integers.
  public Value clip(Value x, float min, float max) {
    return Elementwise.clip(own("Clip", x), min, max);
  }

  /// ONNX Cast (opset 25), of any dtype; to its own dtype x itself. f32 to an integer truncates, saturates at i64,
  /// makes NaN 0, and keeps the low 32 or 8 bits (ONNX agrees inside the type's range and leaves the rest undefined);
  /// an integer to f32 rounds to nearest even; integers wrap. No gradient but from f32 to itself.
  public Value cast(Value x, DType dtype) {
    return Elementwise.cast(own("Cast", x), dtype);
  }

  // ---- products --------------------------------------------------------------------------------

  /// ONNX MatMul (opset 13): C[i,j] = Σₖ A[i,k]·B[k,j], a fold of fma from +0, k ascending (SPEC §2.4), in one node.
  /// Shapes: A [m,k], B [k,n] → C [m,n]. Leading dimensions are a batch of matrices and broadcast; a vector A is a row
  /// and a vector B a column, whose dimension of 1 the result lacks. Gradients: gA = g·Bᵀ and gB = Aᵀ·g by the same
  /// fold, which goes first over the leading dimensions that the operand was broadcast along, row-major, then over n
  /// or m. Throws [ShapeMismatchException] where k differs, leading dimensions don't broadcast, or one is a scalar;
  /// [DTypeMismatchException] for integers.
  public Value matMul(Value a, Value b) {
    return MatrixProduct.matMul("MatMul", own("MatMul", a), b);
  }

  /// ONNX Gemm (opset 13) with alpha = beta = 1: [#gemm(Value, Value, Value, float, float, boolean, boolean)].
  public Value gemm(Value a, Value b, @Nullable Value c, boolean transA, boolean transB) {
    return MatrixProduct.gemm(own("Gemm", a), b, c, 1, 1, transA, transB);
  }

  /// ONNX Gemm (opset 13): [#matMul] of A (or Aᵀ) and B (or Bᵀ), then in a second node alpha · (A·B) + beta · C, each
  /// operation rounded, C broadcast to [m,n]. Factors of 1, which change no bit, are left out, and so is a second node
  /// with nothing to do. Shapes: A [m,k], or [k,m] with `transA`; B [k,n], or [n,k] with `transB` → [m,n]. Gradients as
  /// [#matMul]'s of alpha · g; for C beta · Σ g, summed as [#add] does. Throws [ShapeMismatchException] where A or B
  /// isn't a matrix, k differs, or C doesn't broadcast to the product; [DTypeMismatchException] for integers.
  public Value gemm(
      Value a, Value b, @Nullable Value c, float alpha, float beta, boolean transA, boolean transB) {
    return MatrixProduct.gemm(own("Gemm", a), b, c, alpha, beta, transA, transB);
  }

  /// ONNX Conv (opset 22) in one or two dimensions: y[n,m,p,q] = Σ_{c,i,j} x'[n, c, p·s+i·d, q·s+j·d] · w[m,c,i,j], a
  /// fold of fma from +0 over (c, i, j) row-major, x' being x padded with +0 by a map of its own; then + bias[m] in
  /// another node. As that padding is multiplied too, an infinite or NaN weight makes NaN wherever it reaches it.
  /// Shapes: x [N,C,H,W], w [M,C/groups,kH,kW], bias [M] → [N,M,oH,oW], o = ⌊(H + pads − d·(k−1) − 1) / s⌋ + 1; or
  /// x [N,C,L] and w [M,C/groups,k] with [Sliding#line] → [N,M,oL], as with a height of 1. auto_pad is
  /// [Sliding#padSame]. Gradients: of x as [#convTranspose], in a fold of fma over (m, i, j); of w a fold of fma over
  /// (n, p, q); of the bias the sum of g over each plane, then over n. Throws [ShapeMismatchException] where ranks or
  /// channels don't fit; [InvalidAttributeException] for groups that don't divide M, a kernel larger than the padded
  /// image, ceil_mode, or two dimensions' sliding of a line; [DTypeMismatchException] for integers.
  public Value conv(Value x, Value w, @Nullable Value bias, Sliding sliding, int groups) {
    return Convolution.conv(own("Conv", x), own("Conv", w), bias, sliding, groups);
  }

  /// ONNX ConvTranspose (opset 22) in one or two dimensions: y[n,m,h,w] = Σ_{c,i,j} s[n, c, h + (kH−1−i)·d,
  /// w + (kW−1−j)·d] · w[c,m,i,j], a fold of fma from +0 over (c, i, j) row-major, where s holds x spread out by the
  /// strides among +0 (a map), so that x's row p stands at row p·stride + (kH−1)·d − padTop; then + bias[m] in another
  /// node. As those zeros are multiplied too, an infinite or NaN weight makes NaN wherever its window reaches.
  /// Shapes: x [N,C,H,W], w [C,M/groups,kH,kW], bias [M] → [N,M,oH,oW], o = s·(H−1) + d·(k−1) + 1 − pads +
  /// outputPad, with outputPad below the stride; or x [N,C,L] and w [C,M/groups,k] with [Sliding#line] → [N,M,oL].
  /// Gradients: of x as [#conv] of g with w; of w a fold of fma over (n, p, q) of x; of the bias as [#conv]'s. Throws
  /// as [#conv] (groups must divide C), and [InvalidAttributeException] for an output padding that isn't below its
  /// stride, or pads that leave nothing.
  public Value convTranspose(
      Value x, Value w, @Nullable Value bias, Sliding sliding, long outputPadH, long outputPadW, int groups) {
    return Convolution.convTranspose(own("ConvTranspose", x), own("ConvTranspose", w), bias, sliding, outputPadH,
        outputPadW, groups);
  }

  // ---- pooling ---------------------------------------------------------------------------------

  /// ONNX MaxPool (opset 22) in two dimensions, f32: a fold of max from −∞ over the window, row-major; padding is −∞.
  /// NaN wins, −0 < +0. Shapes: [N,C,H,W] → [N,C,oH,oW], as [#conv], or by ⌈ ⌉ with [Sliding#ceiling]; pads below the
  /// dilated kernel. Gradient: to the first element of each window that equals its largest (to none where that is
  /// NaN); x's is one fold of + from +0 over the windows that hold it, row-major in the place it has in them; a map
  /// where windows tile the image. Throws [ShapeMismatchException] for another rank; [InvalidAttributeException] for
  /// larger pads or a kernel larger than the padded image; [DTypeMismatchException] for integers.
  public Value maxPool(Value x, int kernelHeight, int kernelWidth, Sliding sliding) {
    return Pooling.max(own("MaxPool", x), kernelHeight, kernelWidth, sliding);
  }

  /// ONNX MaxPool (opset 22) in one dimension: [#maxPool(Value, int, int, Sliding)] of x [N,C,L] as images of height 1,
  /// with [Sliding#line] → [N,C,oL]. Throws as there, and [InvalidAttributeException] for two dimensions' sliding.
  public Value maxPool(Value x, int kernel, Sliding sliding) {
    return Pooling.maxOfLine(own("MaxPool", x), kernel, sliding);
  }

  /// ONNX AveragePool (opset 22) in two dimensions, f32: the sum over the window (fold of + from +0, row-major, padding
  /// +0), divided in a second node by the number of its elements inside the image; with `countIncludePad` padding
  /// counts (what reaches beyond it by ceil_mode doesn't). Shapes as [#maxPool(Value, int, int, Sliding)]'s. At most
  /// 1,024 elements; pads below the dilated kernel. Gradient: g divided by that number, in one fold of + from +0 over
  /// the windows that hold the element, as in MaxPool. Throws as MaxPool, and [InvalidAttributeException] for a larger
  /// window.
  public Value averagePool(
      Value x, int kernelHeight, int kernelWidth, Sliding sliding, boolean countIncludePad) {
    return Pooling.average(own("AveragePool", x), kernelHeight, kernelWidth, sliding, countIncludePad);
  }

  /// ONNX AveragePool (opset 22) in one dimension: [#averagePool(Value, int, int, Sliding, boolean)] of x [N,C,L] as
  /// images of height 1, with [Sliding#line] → [N,C,oL]. Throws as there, and [InvalidAttributeException] for two
  /// dimensions' sliding.
  public Value averagePool(Value x, int kernel, Sliding sliding, boolean countIncludePad) {
    return Pooling.averageOfLine(own("AveragePool", x), kernel, sliding, countIncludePad);
  }

  /// ONNX GlobalAveragePool (opset 22), f32, in any number of dimensions: [#reduceMean] over all dimensions from the
  /// third on. Shapes: [N,C,…] → [N,C,1,…]. Gradient as its. Throws [ShapeMismatchException] for fewer than three
  /// dimensions, [DTypeMismatchException] for integers.
  public Value globalAveragePool(Value x) {
    return Pooling.globalAverage(own("GlobalAveragePool", x));
  }

  // ---- reductions ------------------------------------------------------------------------------

  /// ONNX ReduceSum (opset 13), *dtype*: Σ x over `axes` (negative: from the end), over all where there are none, from
  /// +0, *a plain sum*. In the order of SPEC §2.4: f32 over the last axes (the last alone, or with those before it) in
  /// 32 strands where there are 128 terms or more; over others, and integers, in blocks of 1,024 where there are more;
  /// else one fold, row-major. A sum is never −0; ∞ − ∞ is NaN; integers wrap; a scalar is itself. Shapes: x's without
  /// the axes, or with 1 in their place where `keepDims`. Gradient: g expanded. Throws [InvalidAttributeException] for an axis that x lacks or that is named twice.
  public Value reduceSum(Value x, boolean keepDims, int... axes) {
    return Reductions.sum("ReduceSum", own("ReduceSum", x), keepDims, axes);
  }

  /// ONNX ReduceMean (opset 18), f32: [#reduceSum] in the order of SPEC §2.4 as lowered (see docs/operators.md), then
  /// one division by K, the number of elements, rounded to f32; ∞ where the sum overflows. Shapes as its. Gradient:
  /// g / K expanded. Throws as it, and [DTypeMismatchException] for integers.
  public Value reduceMean(Value x, boolean keepDims, int... axes) {
    return Reductions.mean("ReduceMean", own("ReduceMean", x), keepDims, axes);
  }

  /// ONNX ReduceMax (opset 20), f32: a fold of max from −∞ over `axes`, over all where there are none, row-major; NaN
  /// wins, −0 < +0; a scalar is itself. Shapes as [#reduceSum]'s. Gradient: to the first largest, found as [#argMax]
  /// does. Throws [InvalidAttributeException] for an axis that x lacks or that is named twice,
  /// [DTypeMismatchException] for integers.
  public Value reduceMax(Value x, boolean keepDims, int... axes) {
    return Reductions.max("ReduceMax", own("ReduceMax", x), keepDims, axes);
  }

  /// ONNX ArgMax (opset 13), *dtype* → i32: the first index of the largest along `axis` (negative: from the end), a
  /// fold from 0 that keeps the index and GATHERs its value: `best < x[k] ? k : index`. ±0 are equal. A NaN is passed
  /// over unless it stands first, which then wins. Shapes: x's without the axis, or with 1 in its place where
  /// `keepDims`. No gradient. Throws [InvalidAttributeException] for an axis that x lacks.
  public Value argMax(Value x, int axis, boolean keepDims) {
    return Reductions.argMax(own("ArgMax", x), axis, keepDims);
  }

  /// ONNX ReduceMin (opset 20), f32: as [#reduceMax] a fold of min from +∞, NaN winning, −0 < +0. Gradient: to the
  /// first smallest, found as [#argMin] does.
  public Value reduceMin(Value x, boolean keepDims, int... axes) {
    return Reductions.min("ReduceMin", own("ReduceMin", x), keepDims, axes);
  }

  /// ONNX ArgMin (opset 13), *dtype* → i32: as [#argMax], `x[k] < best ? k : index`. No gradient.
  public Value argMin(Value x, int axis, boolean keepDims) {
    return Reductions.argMin(own("ArgMin", x), axis, keepDims);
  }

  /// ONNX CumSum (opset 14) along `axis` (negative: from the end), *dtype*: y[i] = Σ x[k] over k ≤ i (`exclusive`:
  /// k < i), a fold of + from +0, k ascending; with `reverse` over k ≥ i (k > i), k descending. The outputs along the
  /// axis are the places of one chain (SPEC §3.1), whose length isn't split. Never −0; from a NaN on all are NaN;
  /// integers wrap. Shapes: x's. Gradient: the same of g, with `reverse` the other way. Throws
  /// [InvalidAttributeException] for an axis that x lacks.
  public Value cumSum(Value x, int axis, boolean exclusive, boolean reverse) {
    return Reductions.cumSum(own("CumSum", x), axis, exclusive, reverse);
  }

  /// ONNX Softmax (opset 13) along `axis` (negative: from the end), f32, as the composition m = max x, e = expMinus(x − m),
  /// y = e · (1 / Σ e) (a plain sum), expMinus being e^x for x ≤ 0 within 0.89 ulp, and +0 below −87.34
  /// ([dev.verdict.repops.ir.ExpMinus]). −∞ gives +0 beside something larger; a row with a NaN or ∞, or of −∞ alone, is
  /// NaN throughout. Shapes: x's. Gradient: y · (g − d) with d = Σ g·y by fma from +0, along the last axis in the order of
  /// [#reduceSum]. Throws [InvalidAttributeException] for an axis that x lacks, [DTypeMismatchException] for integers.
  public Value softmax(Value x, int axis) {
    return Softmax.softmax(own("Softmax", x), axis);
  }

  /// ONNX LogSoftmax (opset 13) along `axis` (negative: from the end), f32, as the composition m = max x,
  /// s = Σ expMinus(x − m) (a plain sum; see [#softmax]), y = (x − m) − log s. −∞ gives −∞ beside something larger; a row
  /// with a NaN or ∞, or of −∞ alone, is NaN throughout. Shapes: x's. Gradient: g − expMinus(y) · Σ g (a plain sum). Throws
  /// as [#softmax].
  public Value logSoftmax(Value x, int axis) {
    return Softmax.logSoftmax(own("LogSoftmax", x), axis);
  }

  // ---- selection -------------------------------------------------------------------------------

  /// ONNX Gather (opset 13), *dtype*: x's slices along `axis` at integer `indices`, negative ones counting from the
  /// end; +0 where an index is outside. Shape: x's before axis, then the indices', then x's after axis. Gradient: a
  /// fold from +0 over the indices, row-major, of acc + (index here ? g : +0). Throws [DTypeMismatchException] for f32
  /// indices, [InvalidAttributeException] for an axis that x lacks.
  public Value gather(Value x, Value indices, int axis) {
    return Selection.gather(own("Gather", x), indices, axis);
  }

  /// Rows of a table, f32: y[…,j] = table[ids[…],j], and +0 where an id is outside [0, V): ONNX Gather (opset 13) along
  /// axis 0, but that a negative id isn't counted from the end. Shapes: table [V,D], integer ids […] → […,D]. Gradient
  /// of row v: a fold from +0 over the ids, row-major, of acc + (id = v ? g : +0), which an executor may compute by
  /// passing over the ids that aren't v, as acc is never −0. Throws [ShapeMismatchException] where the table isn't of
  /// two dimensions, [DTypeMismatchException] for an integer table or f32 ids.
  public Value embedding(Value table, Value ids) {
    return Selection.embedding(own("Embedding", table), ids);
  }

  /// ONNX GatherElements (opset 13), *dtype*: y[…,i,…] = x[…,indices[…,i,…],…] along `axis`, of the indices' shape,
  /// whose other dimensions are at most x's; negative indices count from the end, and outside x is +0. Gradient: a fold
  /// from +0 over the indices along the axis, ascending, of g where they name the element. Throws
  /// [ShapeMismatchException] for other dimensions, [DTypeMismatchException] for f32 indices,
  /// [InvalidAttributeException] for an axis that x lacks.
  public Value gatherElements(Value x, Value indices, int axis) {
    return Selection.gatherElements(own("GatherElements", x), indices, axis);
  }

  /// ONNX ScatterElements (opset 18), reduction none, *dtype*: x, with updates[…,i,…] at its place …,indices[…,i,…],…
  /// along `axis`: a fold that starts with x's element and takes each update that names it, i ascending. So among
  /// duplicates, which ONNX leaves undefined, the last wins. Negative indices count from the end; those outside name
  /// nothing. Shapes: indices and updates alike, their other dimensions at most x's. Gradients: for x g where no update
  /// came; for an update g of the element where it lasted; else +0. Throws as [#gatherElements], and
  /// [DTypeMismatchException] or [ShapeMismatchException] where the updates aren't of x's dtype or the indices' shape.
  public Value scatterElements(Value x, Value indices, Value updates, int axis) {
    return Selection.scatterElements(
        own("ScatterElements", x), indices, own("ScatterElements", updates), axis, false);
  }

  /// ONNX ScatterElements (opset 18), reduction add: as [#scatterElements], with acc + update in place of update.
  /// Gradients: g for x, and [#gatherElements] of g for the updates.
  public Value scatterElementsAdd(Value x, Value indices, Value updates, int axis) {
    return Selection.scatterElements(own("ScatterElements", x), indices, own("ScatterElements", updates), axis, true);
  }

  /// Rows (t · size + i) mod N of a data set [N, …], for i = 0 … size − 1, at step t, *dtype* → [size, …]. No gradient.
  /// Throws [InvalidAttributeException] for a size below 1, [ShapeMismatchException] for a scalar. Source: this
  /// project's; ONNX has no step number.
  public Value batch(Value dataSet, int size) {
    return Selection.batch(own("Batch", dataSet), size);
  }

  /// ONNX OneHot (opset 11) along a new last axis of `depth` places, f32: `on` where the integer index (negative: from
  /// the end) is this place, else `off`; `off` throughout for an index outside. Shapes: indices […] → […,depth]. No
  /// gradient. Throws [DTypeMismatchException] for f32 indices, [InvalidAttributeException] for a depth below 1.
  public Value oneHot(Value indices, int depth, float on, float off) {
    return Selection.oneHot(own("OneHot", indices), depth, on, off);
  }

  // ---- normalisations --------------------------------------------------------------------------

  /// ONNX LayerNormalization (opset 17), f32: over the n elements of the dimensions from `axis` on (negative: from the
  /// end), which are a row, with each operation rounded,
  ///
  /// ```
  /// mean = (Σ x) / n                      a plain sum, as [#reduceSum]'s
  /// c    = x − mean
  /// inv  = 1 / √((Σ c·c) / n + epsilon)   Σ c·c likewise, by fma
  /// x̂    = c · inv
  /// y    = fma(x̂, scale, bias)            x̂ · scale where there is no bias
  /// ```
  ///
  /// Shapes: scale and bias those of the dimensions from `axis` on. A row that holds a NaN or an infinity gives NaN.
  /// Gradients: with h = g · scale, of x ((h − (Σ h) / n) − x̂·((Σ h·x̂) / n)) · inv, by the sums above; of the
  /// scale the plain sum over the rows of g · x̂; of the bias that of g. Throws [InvalidAttributeException] for an axis
  /// that x lacks or an epsilon that is negative or not finite, [ShapeMismatchException] for another shape of scale or
  /// bias, [DTypeMismatchException] for integers.
  public Value layerNormalization(Value x, Value scale, @Nullable Value bias, int axis, float epsilon) {
    return Normalization.layer(own("LayerNormalization", x), scale, bias, axis, epsilon);
  }

  /// ONNX RMSNormalization (opset 23): as [#layerNormalization] without mean and bias, c = x. A row with a NaN gives
  /// NaN; one with an infinity NaN there and zeros elsewhere. Gradient of x: with h = g · scale,
  /// (h − x̂ · ((Σ h·x̂) / n)) · inv. Throws as there. Source: Zhang and Sennrich, 2019.
  public Value rmsNormalization(Value x, Value scale, int axis, float epsilon) {
    return Normalization.rootMeanSquare(own("RMSNormalization", x), scale, axis, epsilon);
  }

  /// ONNX GroupNormalization (opset 21): channels in `groups` runs of neighbours; a row is a group's channels with all
  /// that follows them, and is normalised as in [#layerNormalization]; then y = fma(x̂, scale, bias). Shapes: x
  /// [N,C,…], scale and bias [C]. Gradients as there; of the scale and the bias sums over each plane, then over n.
  /// Throws as there, and [InvalidAttributeException] where the groups don't divide C.
  public Value groupNormalization(Value x, Value scale, Value bias, int groups, float epsilon) {
    return Normalization.group(own("GroupNormalization", x), scale, bias, groups, epsilon);
  }

  /// ONNX InstanceNormalization (opset 22): [#groupNormalization] with each channel a group, under its own name.
  public Value instanceNormalization(Value x, Value scale, Value bias, float epsilon) {
    return Normalization.instance(own("InstanceNormalization", x), scale, bias, epsilon);
  }

  /// ONNX BatchNormalization (opset 15), training mode, f32: as [#layerNormalization], each channel with its own
  /// statistics over the K elements that it has in the batch. Each sum is one over each plane (all that follows the
  /// channels), then one over n: [#reduceSum]'s for the mean; of squares the first is one by fma, in
  /// the same order. The next running mean is fma(momentum, running mean, (1 − momentum) · mean), 1 −
  /// momentum rounded when the program is made; the running variance likewise, of (Σ c·c) / K. Make them state slots,
  /// and update those with what this returns. Shapes: x [N,C,…], all others [C]. Gradients as of [#groupNormalization],
  /// but of x ((g − (Σ g) / K) − x̂·((Σ g·x̂) / K)) · (scale · inv); none of what the running statistics become. Throws
  /// [InvalidAttributeException] for a momentum outside [0, 1] or an epsilon that is negative or not finite,
  /// [ShapeMismatchException] for other shapes, [DTypeMismatchException] for integers.
  public BatchNormalization batchNormalizationTraining(Value x, Value scale, Value bias, Value runningMean,
      Value runningVariance, float epsilon, float momentum) {
    return BatchNormalization.training(own("BatchNormalization", x), scale, bias, runningMean, runningVariance,
        epsilon, momentum);
  }

  /// ONNX BatchNormalization (opset 15), inference, f32: fma((x − mean) · inv, scale, bias) with inv = 1 / √(variance +
  /// epsilon). Shapes: x [N,C,…], all others [C]. Gradients: of x g · (scale · inv); of scale and bias as in training;
  /// none of mean and variance. Throws as in training.
  public Value batchNormalization(Value x, Value scale, Value bias, Value mean, Value variance, float epsilon) {
    return BatchNormalization.inference(own("BatchNormalization", x), scale, bias, mean, variance, epsilon);
  }

  /// ONNX Dropout (opset 13), training mode, f32: element i is kept, as x · (1 / (1 − ratio)), where u ≥ ratio, and
  /// else +0; without training leave it out. u is the 24 highest bits of a word of Philox4x32-10, times 2⁻²⁴: of word i
  /// mod 4 at counter (⌊i / 4⌋, 0, t, place) under key (seed low, seed high), i being row-major and t the step. Each
  /// step draws anew; each use needs a `place` of its own. Four, three and three rounds are a node each, over words [⌈N
  /// / 4⌉, 2, 2]; the last gives the mask. What is dropped is +0, NaN or not. Shapes: y and the u8 mask have x's.
  /// Gradient: the same choice of g · (1 / (1 − ratio)) and +0, by the same mask. Throws [InvalidAttributeException]
  /// for a ratio outside [0, 1) or more than 2³⁴ elements, [DTypeMismatchException] for integers. Source: Srivastava et
  /// al., 2014; Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011.
  public Dropout dropout(Value x, float ratio, long seed, int place) {
    return Dropout.of(own("Dropout", x), ratio, seed, place);
  }

  // ---- attention -------------------------------------------------------------------------------

  /// [B,S,heads·D] seen as [B,heads,S,D], of any dtype: how ONNX Attention and RotaryEmbedding read three dimensions.
  /// Gradient: g seen back. Throws [ShapeMismatchException] for another rank, [InvalidAttributeException] for heads
  /// that don't divide the last dimension.
  public Value splitHeads(Value x, int heads) {
    return Attention.heads(own("Attention", x), heads);
  }

  /// [B,H,S,D] as [B,S,H·D], of any dtype: [#splitHeads] back. A view where it is what [#attention] or
  /// [#rotaryEmbedding] gave. Gradient: g seen back. Throws [ShapeMismatchException] for another rank.
  public Value mergeHeads(Value x) {
    return Attention.merged(own("Attention", x));
  }

  /// ONNX RotaryEmbedding (opset 23) of x [B,H,S,D]: the first `rotated` features of a head (all where 0) are pairs
  /// (a, b), features j and j + rotated/2, or neighbours 2j and 2j + 1 where `interleaved`; they become
  /// (a · cos + −(b · sin), b · cos + a · sin), in three nodes. The tables are [S,rotated/2] or [B,S,rotated/2];
  /// with integer `positions` [B,S] they are [P,rotated/2], of which row positions[b,s] is taken, +0 where there is no
  /// such row. Stored as [B,S,H,D]. Gradient: the same of g with sin's sign turned; none of the tables. Throws
  /// [InvalidAttributeException] where `rotated` is odd or more than D, [ShapeMismatchException] where the tables or
  /// positions don't fit x, [DTypeMismatchException] for f32 positions or anything else that is an integer. Source: Su
  /// et al., "RoFormer", 2021.
  public Value rotaryEmbedding(
      Value x, RotaryEmbedding tables, @Nullable Value positions, boolean interleaved, long rotated) {
    return RotaryEmbedding.apply(own("RotaryEmbedding", x), tables, positions, interleaved, rotated);
  }

  /// ONNX Attention (opset 23) without a mask of one's own and scaled by 1/√D, rounded to f32 once:
  /// [#attention(Value, Value, Value, Value, boolean, float)].
  public Value attention(Value q, Value k, Value v, boolean causal) {
    Views.requireRank("Attention", "q", own("Attention", q), 4);
    return attention(q, k, v, null, causal, (float) (1 / Math.sqrt(q.shape().dim(3))));
  }

  /// ONNX Attention (opset 23), without soft cap and past: each query head attends to the keys of its group,
  /// Hq / Hkv neighbours sharing one key head.
  ///
  /// ```
  /// s = (Σ_d q·k) · scale      a fold of fma from +0; then one product
  /// s = s + mask               an f32 mask; or s where an integer mask isn't 0, else −∞
  /// s = −∞                     where causal and the key's index is above the query's
  /// m = max s                  along the keys, a fold from −3.4028235e38
  /// e = expMinus(s − m)        see softmax; +0 where s is −∞
  /// w = e · (1 / max(Σ e, 1))  a plain sum; it is 1 at least unless the whole row is masked
  /// y = Σ_j w·v                a fold of fma from +0
  /// ```
  ///
  /// A row that is masked throughout gives w = +0 and y = ±0 (ONNX leaves it open); otherwise w is [#softmax]'s. A
  /// masked key's value is still multiplied by +0, so that its NaN or infinity gives NaN. Shapes: q [B,Hq,Sq,D],
  /// k [B,Hkv,Sk,D], v [B,Hkv,Sk,Dv], mask broadcast to [B,Hq,Sq,Sk] → [B,Hq,Sq,Dv], stored as [B,Sq,Hq,Dv]; for
  /// ONNX's three dimensions see [#splitHeads] and [#mergeHeads].
  ///
  /// Gradients: with p = Σ_d g·v, dl = w · (p − Σ_j p·w) and ds = dl · scale, of q Σ_j ds·k, of k Σ ds·q over the
  /// group's heads and the queries, row-major, of v Σ w·g likewise, all folds of fma from +0 (Σ_j p·w in the order
  /// of [#reduceSum]); of an f32 mask dl, summed over what it was broadcast along. Throws
  /// [ShapeMismatchException] where shapes don't fit or the mask doesn't broadcast to the scores,
  /// [InvalidAttributeException] for a scale that isn't finite, [DTypeMismatchException] where q, k or v are integers.
  public Value attention(Value q, Value k, Value v, @Nullable Value mask, boolean causal, float scale) {
    return Attention.apply(own("Attention", q), k, v, mask, causal, scale);
  }

  // ---- losses ----------------------------------------------------------------------------------

  /// ONNX SoftmaxCrossEntropyLoss (opset 13) by the mean, without weights or ignored labels:
  /// [#softmaxCrossEntropyLoss(Value, Value, Value, OptionalLong, LossReduction)].
  public Value softmaxCrossEntropyLoss(Value scores, Value labels) {
    return softmaxCrossEntropyLoss(scores, labels, null, OptionalLong.empty(), LossReduction.MEAN);
  }

  /// ONNX SoftmaxCrossEntropyLoss (opset 13): with m and s of [#logSoftmax] along the classes,
  /// lossᵢ = (log sᵢ − (x[i,labelᵢ] − mᵢ)) · wᵢ, wᵢ being the label's weight, without that product where there are no
  /// weights; +0 for a label that is ignored. The sum is a plain one. The mean is [#reduceMean]; with weights or an
  /// ignored label it is Σ lossᵢ / Σ wᵢ, where what is ignored counts 0, and NaN where all is. Shapes: scores [N,C,…],
  /// integer labels [N,…], weights [C] → scalar, or [N,…] without reduction. A label outside [0, C) reads as +0 for
  /// its score and its weight. Gradient: (e · (1 / s) − [label = c]) · f, where f is g, or g / rows for the mean; with
  /// weights or an ignored label it is wᵢ · g, or wᵢ · (g / Σ wᵢ) for the mean. None of the weights. Throws
  /// [ShapeMismatchException] for other shapes, [DTypeMismatchException] for integer scores or weights or f32 labels.
  public Value softmaxCrossEntropyLoss(Value scores, Value labels, @Nullable Value weights, OptionalLong ignoreIndex,
      LossReduction reduction) {
    return CrossEntropy.of(own("SoftmaxCrossEntropyLoss", scores), labels, weights, ignoreIndex, reduction);
  }

  /// The mean of (p − t)² over all K elements, f32: a difference, a square, [#reduceMean] → scalar. Gradients:
  /// (p − t) · (g · (2 / K)) for p, 2 / K rounded when the program is made, and its negative for t. Throws
  /// [ShapeMismatchException] where the shapes aren't one, [DTypeMismatchException] for integers. Source: the
  /// definition; ONNX writes it with Sub, Mul and ReduceMean.
  public Value meanSquaredError(Value p, Value t) {
    return Losses.meanSquaredError(own("MeanSquaredError", p), t);
  }

  /// How many rows of scores [B,C], f32, have their [#argMax] at the integer label [B]: an i32 scalar, a sum of 0 and 1
  /// over the rows. A row of NaN counts as having it at 0. No gradient. Throws [ShapeMismatchException] for other
  /// shapes, [DTypeMismatchException] for integer scores or f32 labels. Source: this project's.
  public Value correctCount(Value scores, Value labels) {
    return Losses.correctCount(own("CorrectCount", scores), labels);
  }
}
