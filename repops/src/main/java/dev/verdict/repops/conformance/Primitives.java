package dev.verdict.repops.conformance;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.RegisterType;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.util.ArrayList;
import java.util.List;

/// The samples of the instructions: each on every combination of edge values that it takes. An i64 result is seen
/// whole, its low half by one node and its high half by another.
final class Primitives {
  private static final int[] FLOATS = {
    0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x807fffff, 0x00800000, 0x80800000, 0x00800001,
    0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x3f800000, 0xbf800000, 0x3f800001, 0x3f7fffff,
    0x40000000, 0x3f000000, 0x3fc00000, 0x40200000, 0x33800000, 0x33800001, 0x34000000, 0x4b000000, 0x4b800000,
    0x4b800001, 0x4f000000, 0xcf000000, 0x5f000000, 0xdf000000, 0x5effffff, 0x42b17217, 0xc2cff1b5, 0x1f800000,
    0x5f7fffff, 0xc0490fdb, 0x3eaaaaab,
  };

  private static final long[] LONGS = {
    0, 1, -1, 2, 3, -2, 7, 31, 32, 63, 64, 65, 127, 255, 256, 0x7fffffffL, 0x80000000L, -0x80000000L, 0xffffffffL,
    Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE + 1,
    // Ties and their neighbours where an integer becomes an f32.
    (1L << 24) + 1, (1L << 24) + 3, (1L << 25) + 3, (1L << 40) + (1L << 16), (1L << 40) + (1L << 16) + 1,
    (1L << 62) + (1L << 38), (1L << 62) + (1L << 38) - 1,
    // Bits of floats, a NaN that isn't canonical among them.
    0x7f800001L, 0x80000001L, 0x3f800000L,
  };

  /// One state slot each: the floats, the low and the high halves of the integers.
  private static final int FLOAT_SLOT = 0;
  private static final int LOW_SLOT = 1;
  private static final int HIGH_SLOT = 2;
  private static final int BYTE_SLOT = 3;

  private final List<Node> nodes = new ArrayList<>();

  private Primitives() {}

  static Sample sample(Opcode op) {
    Primitives p = new Primitives();
    switch (op) {
      case LOAD -> p.load();
      case GATHER -> p.gather();
      case ACC -> p.accumulator();
      case CONST_F -> p.floatConstants();
      case CONST_I -> p.integerConstants();
      case INDEX -> p.indices();
      case STEP -> p.step();
      case SELECT -> p.select();
      default -> p.plain(op);
    }
    List<Tensor> states = List.of(floats(), halves(0), halves(32), bytes());
    List<Slot> slots = new ArrayList<>();
    for (Tensor t : states) {
      slots.add(new Slot("s" + slots.size(), t.dtype(), t.shape(), Slot.UNCHANGED));
    }
    List<Integer> outputs = new ArrayList<>();
    for (int n = 0; n < p.nodes.size(); n++) {
      outputs.add(n);
    }
    return new Sample(new Program(slots, List.of(), List.of(), p.nodes), outputs,
        List.of(new Sample.Run(0, 1, states), new Sample.Run((1L << 33) + 5, 1, states)));
  }

  private static Tensor floats() {
    Tensor t = Tensor.zeros(DType.F32, Shape.of(FLOATS.length));
    for (int i = 0; i < FLOATS.length; i++) {
      t.setFloat(i, Float.intBitsToFloat(FLOATS[i]));
    }
    return t;
  }

  private static Tensor halves(int shift) {
    Tensor t = Tensor.zeros(DType.I32, Shape.of(LONGS.length));
    for (int i = 0; i < LONGS.length; i++) {
      t.setLong(i, LONGS[i] >> shift);
    }
    return t;
  }

  private static Tensor bytes() {
    Tensor t = Tensor.zeros(DType.U8, Shape.of(256));
    for (int i = 0; i < 256; i++) {
      t.setLong(i, i);
    }
    return t;
  }

  /// A body that is written down from top to bottom, over an output of these dimensions.
  private static final class Code {
    private final long[] out;
    private final List<Input> inputs = new ArrayList<>();
    private final List<Instruction> body = new ArrayList<>();

    Code(long... out) {
      this.out = out;
    }

    int emit(Opcode op, int a, int b, int c, int imm) {
      body.add(new Instruction(op, a, b, c, imm));
      return body.size() - 1;
    }

    int emit(Opcode op, int... r) {
      return emit(op, r.length > 0 ? r[0] : 0, r.length > 1 ? r[1] : 0, r.length > 2 ? r[2] : 0, 0);
    }

    int constant(int c) {
      return emit(Opcode.CONST_I, 0, 0, 0, c);
    }

    int load(Input input) {
      inputs.add(input);
      return emit(Opcode.LOAD, inputs.size() - 1);
    }

    /// The slot's element at the output index along dimension `d`.
    int along(int slot, DType dtype, long numel, int d) {
      long[] strides = new long[out.length];
      strides[d] = 1;
      return load(new Input(new Source.State(slot), dtype, numel, 0, strides, new long[0]));
    }

    int edgeFloat(int d) {
      return along(FLOAT_SLOT, DType.F32, FLOATS.length, d);
    }

    int edgeLong(int d) {
      int low = along(LOW_SLOT, DType.I32, LONGS.length, d);
      int high = along(HIGH_SLOT, DType.I32, LONGS.length, d);
      int half = constant(32);
      return emit(Opcode.IOR, emit(Opcode.ISHL, high, half), emit(Opcode.IUSHR, emit(Opcode.ISHL, low, half), half));
    }

    int edge(RegisterType type, int d) {
      return type == RegisterType.F32 ? edgeFloat(d) : edgeLong(d);
    }

    Node node(String label, DType dtype, Shape red, int init) {
      return new Node(label, dtype, Shape.of(out), red, init, inputs, body);
    }

    Node map(String label, DType dtype) {
      return node(label, dtype, Shape.scalar(), 0);
    }
  }

  private static long edges(RegisterType type) {
    return type == RegisterType.F32 ? FLOATS.length : LONGS.length;
  }

  /// Any combination of operands.
  private void plain(Opcode op) {
    long[] out = op.operands().stream().mapToLong(Primitives::edges).toArray();
    Code code = new Code(out);
    int[] operands = new int[out.length];
    for (int d = 0; d < out.length; d++) {
      operands[d] = code.edge(op.operands().get(d), d);
    }
    code.emit(op, operands);
    result(op.name(), code, op.result() == RegisterType.F32);
  }

  private void select() {
    for (RegisterType type : RegisterType.values()) {
      Code code = new Code(LONGS.length, edges(type));
      int ifTrue = code.edge(type, 1);
      int ifFalse = type == RegisterType.F32 ? code.emit(Opcode.NEG, ifTrue) : code.constant(77);
      code.emit(Opcode.SELECT, code.edgeLong(0), ifTrue, ifFalse);
      result("SELECT", code, type == RegisterType.F32);
    }
  }

  /// The code's last register, an i64 as two halves.
  private void result(String label, Code code, boolean isFloat) {
    nodes.add(code.map(label, isFloat ? DType.F32 : DType.I32));
    if (!isFloat) {
      int last = code.body.size() - 1;
      code.emit(Opcode.ISHR, last, code.constant(32));
      nodes.add(code.map(label + ".high", DType.I32));
    }
  }

  /// Every dtype, along positive and negative strides, and beyond both ends, where it is +0.
  private void load() {
    read("LOAD.f32", FLOAT_SLOT, DType.F32, FLOATS.length);
    read("LOAD.i32", LOW_SLOT, DType.I32, LONGS.length);
    read("LOAD.u8", BYTE_SLOT, DType.U8, 256);
  }

  private void read(String label, int slot, DType dtype, long numel) {
    for (long stride : new long[] {1, 3, -2}) {
      Code code = new Code(5, 2 * numel);
      code.load(new Input(new Source.State(slot), dtype, numel, stride < 0 ? numel + 3 : -3,
          new long[] {1, stride}, new long[0]));
      nodes.add(code.map(label, dtype));
    }
  }

  /// At every edge of i64, and from three before the tensor to three after it.
  private void gather() {
    Input floats = new Input(new Source.State(FLOAT_SLOT), DType.F32, FLOATS.length, 0, new long[1], new long[0]);
    Code far = new Code(LONGS.length);
    int index = far.edgeLong(0);
    far.inputs.add(floats);
    far.emit(Opcode.GATHER, far.inputs.size() - 1, index);
    nodes.add(far.map("GATHER", DType.F32));
    Code near = new Code(FLOATS.length + 6);
    int i = near.emit(Opcode.INDEX, 0);
    near.inputs.add(floats);
    near.emit(Opcode.GATHER, 0, near.emit(Opcode.ISUB, near.constant(FLOATS.length + 2), i));
    nodes.add(near.map("GATHER.reversed", DType.F32));
  }

  /// Folds whose order shows: acc := x − acc, acc := 3·acc + x, from edges.
  private void accumulator() {
    for (int init : new int[] {0x00000000, 0x80000000, 0x7f800000, 0x3f800000}) {
      Code code = new Code(3);
      int x = code.load(new Input(new Source.State(FLOAT_SLOT), DType.F32, FLOATS.length, 0, new long[] {13},
          new long[] {1}));
      code.emit(Opcode.SUB, x, code.emit(Opcode.ACC));
      nodes.add(code.node("ACC.f32", DType.F32, Shape.of(13), init));
    }
    for (DType dtype : new DType[] {DType.I32, DType.U8}) {
      Code code = new Code(5);
      int x = code.load(new Input(new Source.State(LOW_SLOT), DType.I32, LONGS.length, 0, new long[] {1},
          new long[] {5}));
      int tripled = code.emit(Opcode.IMUL, code.emit(Opcode.ACC), code.constant(3));
      code.emit(Opcode.IADD, tripled, x);
      nodes.add(code.node("ACC." + dtype, dtype, Shape.of(6), 7));
    }
  }

  private void floatConstants() {
    for (int bits : FLOATS) {
      Code code = new Code(3);
      code.emit(Opcode.CONST_F, 0, 0, 0, bits);
      nodes.add(code.map("CONST_F", DType.F32));
    }
  }

  private void integerConstants() {
    for (int c : new int[] {0, 1, -1, 255, 256, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      Code code = new Code(3);
      code.constant(c);
      result("CONST_I", code, false);
    }
  }

  /// 100·i + 10·j of an output, and with the index of a fold.
  private void indices() {
    Code map = new Code(7, 19);
    weighted(map, 2);
    nodes.add(map.map("INDEX", DType.I32));
    Code fold = new Code(3, 9);
    int sum = weighted(fold, 4);
    fold.emit(Opcode.IXOR, fold.emit(Opcode.IMUL, fold.emit(Opcode.ACC), fold.constant(31)), sum);
    nodes.add(fold.node("INDEX.fold", DType.I32, Shape.of(5, 2), 1));
  }

  private static int weighted(Code code, int dimensions) {
    int sum = code.constant(0);
    for (int d = 0; d < dimensions; d++) {
      int term = code.emit(Opcode.IMUL, code.emit(Opcode.INDEX, d), code.constant(100 - 30 * d));
      sum = code.emit(Opcode.IADD, sum, term);
    }
    return sum;
  }

  private void step() {
    Code code = new Code(3);
    code.emit(Opcode.STEP);
    result("STEP", code, false);
  }
}
