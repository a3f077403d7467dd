package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.ir.Composition;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.RegisterType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes one node (SPEC §3.1) so that its lowering reads like its formula. A matrix product:
///
/// ```
/// NodeBuilder n = graph.node("MatMul", DType.F32, Shape.of(m, n)).over(k).from(0f);
/// Scalar x = n.load(a, n.out(0), n.red(0));
/// Scalar y = n.load(b, n.red(0), n.out(1));
/// return n.result(x.timesPlus(y, n.acc()));
/// ```
///
/// Instructions are in the order of the calls; one that is there already isn't written again, and one that the result
/// doesn't need is dropped. Views of a value become strides. An index over a dimension of one loop turn has stride 0.
public final class NodeBuilder {
  static final int MAX_INSTRUCTIONS = 64;
  static final int MAX_INPUTS = 16;
  static final int MAX_RANK = 8;

  /// The gradient of the loss for one operand.
  @FunctionalInterface
  public interface Pullback {
    /// @param gradient ∂loss/∂result, of the result's shape
    /// @param result what the node computed
    /// @return ∂loss/∂operand, of the operand's shape
    Value apply(Value gradient, Value result);
  }

  private final GraphBuilder graph;
  private final String label;
  private final DType dtype;
  private final Shape out;
  private Shape red = Shape.scalar();
  private int initBits;

  private final List<Input> inputs = new ArrayList<>();
  private final List<Instruction> body = new ArrayList<>();
  private final List<RegisterType> types = new ArrayList<>();
  private final Map<Instruction, Integer> registers = new HashMap<>();
  private final List<Value> read = new ArrayList<>();
  private final List<Derivation> derivations = new ArrayList<>();

  NodeBuilder(GraphBuilder graph, String label, DType dtype, Shape out) {
    this.graph = graph;
    this.label = label;
    this.dtype = dtype;
    this.out = out;
    requireLimit("dimensions", MAX_RANK, out.rank());
  }

  /// Makes it a fold over these dimensions, row-major; call it before anything is loaded.
  public NodeBuilder over(long... dims) {
    if (!body.isEmpty()) {
      throw new IllegalStateException(label + ": over() comes before the body");
    }
    requireLimit("reduction dimensions", MAX_RANK, dims.length);
    red = Shape.of(dims);
    return this;
  }

  /// The accumulator's first value, for an f32 node.
  public NodeBuilder from(float init) {
    initBits = Float.floatToIntBits(init);
    return this;
  }

  /// The accumulator's first value, for an i32 or u8 node.
  public NodeBuilder from(int init) {
    initBits = init;
    return this;
  }

  /// The output index along dimension `d`.
  public Affine out(int d) {
    return Affine.axis(axes(), d);
  }

  /// The reduction index along dimension `d`.
  public Affine red(int d) {
    return Affine.axis(axes(), out.rank() + d);
  }

  /// The index 0.
  public Affine zero() {
    return Affine.zero(axes());
  }

  private int axes() {
    return out.rank() + red.rank();
  }

  private long extent(int axis) {
    return axis < out.rank() ? out.dim(axis) : red.dim(axis - out.rank());
  }

  /// LOAD of `v` broadcast to the output shape, trailing dimensions aligned (ONNX's multidirectional broadcasting).
  public Scalar load(Value v) {
    Affine[] index = new Affine[v.shape().rank()];
    for (int d = 0; d < index.length; d++) {
      int axis = d + out.rank() - index.length;
      if (axis < 0 || v.shape().dim(d) != 1 && v.shape().dim(d) != out.dim(axis)) {
        throw ShapeMismatchException.of(label, "an operand doesn't broadcast to the result", "operand", v.shape(),
            "result", out);
      }
      index[d] = v.shape().dim(d) == 1 ? zero() : out(axis);
    }
    return load(v, index);
  }

  /// LOAD of `v` at an index for each of its dimensions. An index outside its dimension reads another element, or +0
  /// outside the stored tensor: choose it away.
  public Scalar load(Value v, Affine... index) {
    requireRank(v, index.length);
    read.add(graph.own(label, v));
    return switch (v.storage()) {
      case Storage.Literal l -> literal(v.dtype(), l.bits());
      case Storage.Stored s -> {
        Affine flat = flat(v, index);
        long[] strides = new long[axes()];
        for (int axis = 0; axis < strides.length; axis++) {
          strides[axis] = extent(axis) == 1 ? 0 : flat.coefficient(axis);
        }
        Input input = new Input(s.source(), v.dtype(), s.numel(), flat.constant(),
            Arrays.copyOf(strides, out.rank()), Arrays.copyOfRange(strides, out.rank(), strides.length));
        yield append(new Instruction(Opcode.LOAD, slot(input), 0, 0, 0), RegisterType.of(v.dtype()));
      }
    };
  }

  /// GATHER of `v` at an index for each of its dimensions, some of them computed; +0 where the flat index lies outside
  /// the stored tensor.
  public Scalar gather(Value v, Index... index) {
    return gather(null, v, index);
  }

  /// As [#gather], and +0 or 0 where `condition` is 0.
  public Scalar gatherWhere(Scalar condition, Value v, Index... index) {
    return gather(condition, v, index);
  }

  private Scalar gather(@Nullable Scalar condition, Value v, Index... index) {
    requireRank(v, index.length);
    if (!(v.storage() instanceof Storage.Stored s)) {
      return gather(condition, graph.materialise(v), index);
    }
    read.add(graph.own(label, v));
    Affine affine = zero();
    @Nullable Scalar computed = null;
    for (int d = 0; d < index.length; d++) {
      switch (index[d]) {
        case Affine a -> affine = affine.plus(a.times(v.stride(d)));
        case Scalar r -> {
          Scalar term = v.stride(d) == 1 ? r : r.times(constant(v.stride(d)));
          computed = computed == null ? term : computed.plus(term);
        }
      }
    }
    Scalar flat = index(affine.plus(v.offset()));
    if (computed != null) {
      flat = isZero(flat) ? computed : computed.plus(flat);
    }
    if (condition != null) {
      flat = condition.choose(flat, constant(-1L));
    }
    Input input = new Input(s.source(), v.dtype(), s.numel(), 0, new long[out.rank()], new long[red.rank()]);
    return append(new Instruction(Opcode.GATHER, slot(input), flat.register(), 0, 0), RegisterType.of(v.dtype()));
  }

  private boolean isZero(Scalar s) {
    Instruction i = body.get(s.register());
    return i.op() == Opcode.CONST_I && i.imm() == 0;
  }

  private Affine flat(Value v, Affine... index) {
    Affine flat = zero().plus(v.offset());
    for (int d = 0; d < index.length; d++) {
      flat = flat.plus(index[d].times(v.stride(d)));
    }
    return flat;
  }

  private void requireRank(Value v, int indices) {
    if (v.shape().rank() != indices) {
      throw ShapeMismatchException.of(label, indices + " indices for a value of rank " + v.shape().rank(), "value",
          v.shape());
    }
  }

  private int slot(Input input) {
    int slot = inputs.indexOf(input);
    if (slot < 0) {
      slot = inputs.size();
      inputs.add(input);
      requireLimit("inputs", MAX_INPUTS, inputs.size());
    }
    return slot;
  }

  private Scalar literal(DType literalType, int bits) {
    return literalType == DType.F32 ? constant(Float.intBitsToFloat(bits)) : constant((long) bits);
  }

  /// ACC: the accumulator before this turn.
  public Scalar acc() {
    return append(new Instruction(Opcode.ACC, 0, 0, 0, 0), RegisterType.of(dtype));
  }

  /// STEP: the step number, from 0.
  public Scalar step() {
    return append(new Instruction(Opcode.STEP, 0, 0, 0, 0), RegisterType.I64);
  }

  /// CONST_F.
  public Scalar constant(float c) {
    return append(new Instruction(Opcode.CONST_F, 0, 0, 0, Float.floatToIntBits(c)), RegisterType.F32);
  }

  /// CONST_I, and a shift and an or where it takes more than 32 bits.
  public Scalar constant(long c) {
    if (c == (int) c) {
      return append(new Instruction(Opcode.CONST_I, 0, 0, 0, (int) c), RegisterType.I64);
    }
    Scalar high = emit(Opcode.ISHL, constant(c >> 32), constant(32L));
    Scalar low = emit(Opcode.IUSHR, emit(Opcode.ISHL, constant((long) (int) c), constant(32L)), constant(32L));
    return high.or(low);
  }

  /// An affine index in an i64 register.
  public Scalar index(Affine a) {
    @Nullable Scalar sum = null;
    for (int axis = 0; axis < axes(); axis++) {
      if (a.coefficient(axis) != 0 && extent(axis) > 1) {
        Scalar i = append(new Instruction(Opcode.INDEX, axis, 0, 0, 0), RegisterType.I64);
        Scalar term = a.coefficient(axis) == 1 ? i : i.times(constant(a.coefficient(axis)));
        sum = sum == null ? term : sum.plus(term);
      }
    }
    if (sum == null) {
      return constant(a.constant());
    }
    return a.constant() == 0 ? sum : sum.plus(constant(a.constant()));
  }

  /// Says what the loss's gradient for `operand` is; see [Gradients]. A loaded f32 value without one has none.
  public NodeBuilder derive(Value operand, Pullback pullback) {
    derivations.add(new Derivation(label, operand, pullback));
    return this;
  }

  /// Ends the node: `result` is what it computes. Throws [IllegalArgumentException] where its type isn't the node's.
  public Value result(Scalar result) {
    if (result.type() != RegisterType.of(dtype)) {
      throw new IllegalArgumentException(
          label + ": the result is " + result.type() + ", the node's elements are " + dtype);
    }
    Node node = new Node(label, dtype, out, red, red.rank() == 0 ? 0 : initBits, usedInputs(result), used(result));
    return graph.add(node, withOpaqueOnes());
  }

  private List<Derivation> withOpaqueOnes() {
    List<Derivation> all = new ArrayList<>(derivations);
    for (Value v : read) {
      if (derivations.stream().noneMatch(d -> d.operand() == v)) {
        all.add(new Derivation(label, v, null));
      }
    }
    return all;
  }

  private boolean[] needed(Scalar result) {
    boolean[] needed = new boolean[body.size()];
    needed[result.register()] = true;
    for (int i = result.register(); i >= 0; i--) {
      if (needed[i]) {
        for (int operand : body.get(i).registers()) {
          needed[operand] = true;
        }
      }
    }
    return needed;
  }

  /// The inputs that needed instructions read, in the order of their first use.
  private List<Input> usedInputs(Scalar result) {
    return usedSlots(result).stream().map(inputs::get).toList();
  }

  private List<Integer> usedSlots(Scalar result) {
    boolean[] needed = needed(result);
    List<Integer> slots = new ArrayList<>();
    for (int i = 0; i < body.size(); i++) {
      if (needed[i] && readsInput(body.get(i)) && !slots.contains(body.get(i).a())) {
        slots.add(body.get(i).a());
      }
    }
    return slots;
  }

  private static boolean readsInput(Instruction i) {
    return i.op() == Opcode.LOAD || i.op() == Opcode.GATHER;
  }

  private List<Instruction> used(Scalar result) {
    boolean[] needed = needed(result);
    List<Integer> slots = usedSlots(result);
    int[] renumbered = new int[body.size()];
    List<Instruction> used = new ArrayList<>();
    for (int i = 0; i < body.size(); i++) {
      if (needed[i]) {
        renumbered[i] = used.size();
        used.add(renumber(body.get(i), renumbered, slots));
      }
    }
    requireLimit("instructions", MAX_INSTRUCTIONS, used.size());
    return used;
  }

  private static Instruction renumber(Instruction i, int[] renumbered, List<Integer> slots) {
    if (readsInput(i)) {
      int register = i.op() == Opcode.GATHER ? renumbered[i.b()] : 0;
      return new Instruction(i.op(), slots.indexOf(i.a()), register, 0, 0);
    }
    int count = i.registers().length;
    return count == 0 ? i : new Instruction(i.op(), renumbered[i.a()], count > 1 ? renumbered[i.b()] : 0,
        count > 2 ? renumbered[i.c()] : 0, 0);
  }

  Scalar emit(Opcode op, Scalar... operands) {
    for (int i = 0; i < operands.length; i++) {
      RegisterType expected = op.operands().get(i);
      if (operands[i].node() != this || operands[i].type() != expected) {
        throw new IllegalArgumentException(
            label + ": operand " + i + " of " + op + " must be a register of this node, " + expected);
      }
    }
    RegisterType type = op.result();
    if (type == null) {
      throw new IllegalArgumentException(label + ": " + op + " isn't plain");
    }
    return append(new Instruction(op, register(operands, 0), register(operands, 1), register(operands, 2), 0), type);
  }

  private static int register(Scalar[] operands, int i) {
    return i < operands.length ? operands[i].register() : 0;
  }

  Scalar emitSelect(Scalar condition, Scalar ifTrue, Scalar ifFalse) {
    if (condition.type() != RegisterType.I64 || ifTrue.type() != ifFalse.type()) {
      throw new IllegalArgumentException(label + ": SELECT takes an i64 and two of one type, not " + condition.type()
          + ", " + ifTrue.type() + ", " + ifFalse.type());
    }
    return append(new Instruction(Opcode.SELECT, condition.register(), ifTrue.register(), ifFalse.register(), 0),
        ifTrue.type());
  }

  Scalar emit(Composition composition, Scalar x) {
    List<Instruction> template = composition.instructions();
    Scalar[] emitted = new Scalar[template.size()];
    emitted[0] = x;
    for (int i = 1; i < emitted.length; i++) {
      Instruction t = template.get(i);
      Scalar[] operands = Arrays.stream(t.registers()).mapToObj(r -> emitted[r]).toArray(Scalar[]::new);
      emitted[i] = switch (t.op()) {
        case CONST_F -> append(t, RegisterType.F32);
        case CONST_I -> append(t, RegisterType.I64);
        case SELECT -> emitSelect(operands[0], operands[1], operands[2]);
        default -> emit(t.op(), operands);
      };
    }
    return emitted[emitted.length - 1];
  }

  private Scalar append(Instruction i, RegisterType type) {
    Integer known = registers.get(i);
    if (known == null) {
      known = body.size();
      requireLimit("instructions before pruning", 256, known + 1L);
      body.add(i);
      types.add(type);
      registers.put(i, known);
    }
    return new Scalar(this, known, types.get(known));
  }

  private void requireLimit(String what, long limit, long actual) {
    if (actual > limit) {
      throw new BodyLimitException(label, what, limit, actual);
    }
  }
}
