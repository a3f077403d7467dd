package dev.verdict.repops.testing;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Valid programs with inputs to run them on, each determined by its seed: what the codec, the validator, the
/// executors and the game are tested with.
///
/// They have maps, folds, matrix products in all four transpositions, windows, arg-max by GATHER, embeddings, paddings
/// that read outside, folds of length 1, accumulators of every dtype, ranks 0 to 4, sources of every kind, random bodies
/// of every opcode, tensors of one element and of several chunks.
public final class RandomPrograms {
  private static final int[] DIMS = {1, 1, 2, 3, 4, 5, 7, 9};

  /// A program, and inputs that match it.
  public record Sample(long seed, Program program, StepInputs inputs) {}

  /// A tensor that a node may read.
  private record Readable(Source source, DType dtype, Shape shape) {}

  private final Random random;
  private final List<Slot> slots = new ArrayList<>();
  private final List<BoundTensor> data = new ArrayList<>();
  private final List<BoundTensor> constants = new ArrayList<>();
  private final List<Tensor> states = new ArrayList<>();
  private final List<Tensor> dataTensors = new ArrayList<>();
  private final List<Tensor> constTensors = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final List<Readable> readable = new ArrayList<>();

  private RandomPrograms(Random random) {
    this.random = random;
  }

  /// A program of 3 to 14 nodes and a few more that update slots.
  public static Sample sample(long seed) {
    Random random = new Random(seed);
    return new RandomPrograms(random).make(seed, 3 + random.nextInt(12));
  }

  /// A program of at least `nodeCount` ≥ 1 nodes.
  public static Sample sample(long seed, int nodeCount) {
    return new RandomPrograms(new Random(seed)).make(seed, nodeCount);
  }

  /// A node of its own that reads DATA alone, with a random body of at most `maxLength` instructions: for tests of a
  /// single evaluation, which make up what the loads give.
  public static Node loneNode(Random random, int maxLength) {
    RandomPrograms programs = new RandomPrograms(random);
    int sources = random.nextInt(4);
    for (int s = 0; s < sources; s++) {
      programs.readable.add(new Readable(new Source.Data(s), programs.dtype(), programs.shape(4, 120)));
    }
    return programs.randomNode(programs.dtype(), programs.shape(3, 60), "", maxLength);
  }

  private Sample make(long seed, int nodeCount) {
    int slotCount = 1 + random.nextInt(4);
    for (int i = 0; i < slotCount; i++) {
      DType dtype = dtype();
      Shape shape = tensorShape();
      slots.add(new Slot("slot" + i, dtype, shape, Slot.UNCHANGED));
      states.add(EdgeValues.anyTensor(random, dtype, shape));
      readable.add(new Readable(new Source.State(i), dtype, shape));
    }
    int dataCount = random.nextInt(3);
    for (int i = 0; i < dataCount; i++) {
      Tensor tensor = EdgeValues.anyTensor(random, dtype(), tensorShape());
      dataTensors.add(tensor);
      data.add(new BoundTensor("données " + i, tensor.dtype(), tensor.shape(), TensorCommitment.root(tensor)));
      readable.add(new Readable(new Source.Data(i), tensor.dtype(), tensor.shape()));
    }
    int constCount = random.nextInt(3);
    for (int i = 0; i < constCount; i++) {
      Tensor tensor = EdgeValues.anyTensor(random, dtype(), tensorShape());
      constTensors.add(tensor);
      constants.add(new BoundTensor("", tensor.dtype(), tensor.shape(), TensorCommitment.root(tensor)));
      readable.add(new Readable(new Source.Const(i), tensor.dtype(), tensor.shape()));
    }
    while (nodes.size() < nodeCount) {
      add(switch (random.nextInt(13)) {
        case 0 -> matMul();
        case 1 -> elementwise();
        case 2 -> reduceAxis();
        case 3 -> window();
        case 4 -> argMax();
        case 5 -> embedding();
        case 6 -> transposeOrPad();
        case 7 -> longFold();
        default -> randomNode(dtype(), shape(4, 120), "Random" + nodes.size(), 20);
      });
    }
    for (int i = 0; i < slotCount; i++) {
      if (random.nextInt(4) != 0) {
        Slot slot = slots.get(i);
        add(randomNode(slot.dtype(), slot.shape(), "Update", 12));
        slots.set(i, new Slot(slot.name(), slot.dtype(), slot.shape(), nodes.size() - 1));
      }
    }
    return new Sample(
        seed, new Program(slots, data, constants, nodes), new StepInputs(states, dataTensors, constTensors));
  }

  private void add(Node node) {
    readable.add(new Readable(new Source.NodeOutput(nodes.size()), node.dtype(), node.out()));
    nodes.add(node);
  }

  // ---- shapes and sources ----------------------------------------------------------------------

  private DType dtype() {
    return switch (random.nextInt(6)) {
      case 0 -> DType.U8;
      case 1 -> DType.I32;
      default -> DType.F32;
    };
  }

  private Shape shape(int maxRank, long maxNumel) {
    while (true) {
      long[] dims = new long[random.nextInt(maxRank + 1)];
      for (int d = 0; d < dims.length; d++) {
        dims[d] = DIMS[random.nextInt(DIMS.length)];
      }
      Shape shape = Shape.of(dims);
      if (shape.numel() <= maxNumel) {
        return shape;
      }
    }
  }

  /// Sometimes of more than one chunk.
  private Shape tensorShape() {
    return switch (random.nextInt(5)) {
      case 0 -> Shape.of(257 + random.nextInt(500));
      case 1 -> Shape.of(3 + random.nextInt(3), 100 + random.nextInt(33));
      default -> shape(4, 200);
    };
  }

  private Readable read(DType dtype) {
    List<Readable> fit = readable.stream().filter(r -> r.dtype() == dtype).toList();
    return fit.isEmpty() ? readable.get(random.nextInt(readable.size())) : fit.get(random.nextInt(fit.size()));
  }

  private static Input input(Readable from, long offset, long[] out, long[] red) {
    return new Input(from.source(), from.dtype(), from.shape().numel(), offset, out, red);
  }

  private Input anyInput(Readable from, Shape out, Shape red) {
    long numel = from.shape().numel();
    if (random.nextInt(3) != 0) {
      // Contiguous over out and red together, broadcast along some dimensions.
      long stride = 1;
      long[] r = new long[red.rank()];
      long[] o = new long[out.rank()];
      for (int d = red.rank() - 1; d >= 0; d--) {
        r[d] = random.nextInt(5) == 0 ? 0 : stride;
        stride *= r[d] == 0 ? 1 : red.dim(d);
      }
      for (int d = out.rank() - 1; d >= 0; d--) {
        o[d] = random.nextInt(5) == 0 ? 0 : stride;
        stride *= o[d] == 0 ? 1 : out.dim(d);
      }
      return input(from, random.nextInt(4) == 0 ? random.nextInt(7) - 3 : 0, o, r);
    }
    return input(from, random.nextInt((int) numel + 4) - 2, strides(out.rank(), numel), strides(red.rank(), numel));
  }

  private long[] strides(int rank, long numel) {
    long[] strides = new long[rank];
    for (int d = 0; d < rank; d++) {
      strides[d] = switch (random.nextInt(8)) {
        case 0 -> 0;
        case 1 -> -1;
        case 2 -> random.nextInt((int) numel + 1);
        case 3 -> -random.nextInt(5);
        case 4 -> random.nextInt(20) == 0 ? (random.nextBoolean() ? 1L << 50 : -(1L << 50)) : 3;
        default -> 1 + random.nextInt(7);
      };
    }
    return strides;
  }

  // ---- nodes -----------------------------------------------------------------------------------

  private Node randomNode(DType dtype, Shape out, String label, int maxLength) {
    Shape red = switch (random.nextInt(6)) {
      case 0, 1, 2 -> Shape.scalar();
      case 3 -> Shape.of(1);
      case 4 -> Shape.of(1 + random.nextInt(19));
      default -> shape(3, 24);
    };
    List<Input> inputs = new ArrayList<>();
    int count = readable.isEmpty() ? 0 : 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      inputs.add(anyInput(readable.get(random.nextInt(readable.size())), out, red));
    }
    boolean hasFold = red.rank() > 0;
    return new Node(label, dtype, out, red, hasFold ? init(dtype) : 0, inputs,
        RandomBodies.make(random, dtype, out.rank() + red.rank(), hasFold, inputs, maxLength));
  }

  private int init(DType dtype) {
    return random.nextInt(3) == 0 ? 0 : (int) EdgeValues.anyRegister(random, dtype);
  }

  private static Instruction load(int input) {
    return new Instruction(Opcode.LOAD, input, 0, 0, 0);
  }

  private static Instruction acc() {
    return new Instruction(Opcode.ACC, 0, 0, 0, 0);
  }

  private static Instruction op(Opcode op, int a, int b) {
    return new Instruction(op, a, b, 0, 0);
  }

  /// C[i,j] = Σₖ A[i,k]·B[k,j], either operand perhaps transposed.
  private Node matMul() {
    Readable a = read(DType.F32);
    Readable b = read(DType.F32);
    if (a.dtype() != DType.F32 || b.dtype() != DType.F32) {
      return elementwise();
    }
    long m = 1 + random.nextInt(17);
    long n = 1 + random.nextInt(19);
    long k = 1 + random.nextInt(23);
    long[] aOut = random.nextBoolean() ? new long[] {k, 0} : new long[] {1, 0};
    long[] aRed = {aOut[0] == 1 ? m : 1};
    boolean transposed = random.nextBoolean();
    long[] bOut = {0, transposed ? k : 1};
    long[] bRed = {transposed ? 1 : n};
    return new Node("MatMul", DType.F32, Shape.of(m, n), Shape.of(k), random.nextInt(4) == 0 ? 0x3f800000 : 0,
        List.of(input(a, 0, aOut, aRed), input(b, 0, bOut, bRed)),
        List.of(load(0), load(1), acc(), new Instruction(Opcode.FMA, 0, 1, 2, 0)));
  }

  /// Two operands of the shape of the first, one operation.
  private Node elementwise() {
    Readable a = readable.get(random.nextInt(readable.size()));
    Readable b = read(a.dtype());
    Shape shape = a.shape();
    long[] strides = shape.strides();
    boolean f32 = a.dtype() == DType.F32;
    Opcode[] ops = f32
        ? new Opcode[] {Opcode.ADD, Opcode.SUB, Opcode.MUL, Opcode.DIV, Opcode.MIN, Opcode.MAX}
        : new Opcode[] {Opcode.IADD, Opcode.ISUB, Opcode.IMUL, Opcode.IAND, Opcode.ISHL, Opcode.IDIV};
    Opcode op = ops[random.nextInt(ops.length)];
    if (b.dtype().isInteger() != a.dtype().isInteger()) {
      b = a;
    }
    long[] broadcast = random.nextInt(3) == 0 ? new long[strides.length] : strides;
    return new Node(op.name(), a.dtype(), shape, Shape.scalar(), 0,
        List.of(input(a, 0, strides, new long[0]), input(b, 0, broadcast, new long[0])),
        List.of(load(0), load(1), op(op, 0, 1)));
  }

  /// Sum or extremum along one axis.
  private Node reduceAxis() {
    Readable a = readable.get(random.nextInt(readable.size()));
    int rank = a.shape().rank();
    if (rank == 0) {
      return elementwise();
    }
    int axis = random.nextInt(rank);
    long[] strides = a.shape().strides();
    long[] dims = new long[rank - 1];
    long[] out = new long[rank - 1];
    for (int d = 0, o = 0; d < rank; d++) {
      if (d != axis) {
        dims[o] = a.shape().dim(d);
        out[o++] = strides[d];
      }
    }
    boolean f32 = a.dtype() == DType.F32;
    Opcode op = f32 ? random.nextBoolean() ? Opcode.ADD : Opcode.MAX : Opcode.IADD;
    int init = op == Opcode.MAX ? 0xff800000 : 0;
    return new Node("Reduce", a.dtype(), Shape.of(dims), Shape.of(a.shape().dim(axis)), init,
        List.of(input(a, 0, out, new long[] {strides[axis]})),
        List.of(load(0), acc(), op(op, 1, 0)));
  }

  /// A one-dimensional convolution, or pooling where it has no weights; reads past the end.
  private Node window() {
    Readable a = read(DType.F32);
    Readable w = read(DType.F32);
    if (a.dtype() != DType.F32 || w.dtype() != DType.F32) {
      return elementwise();
    }
    long step = 1 + random.nextInt(3);
    long dilation = 1 + random.nextInt(2);
    long channels = 1 + random.nextInt(3);
    long length = 1 + random.nextInt(20);
    long width = 1 + random.nextInt(5);
    Input x = input(a, -random.nextInt(3), new long[] {0, step}, new long[] {length, dilation});
    Input weights = input(w, 0, new long[] {2 * width, 0}, new long[] {width, 1});
    return new Node("Conv", DType.F32, Shape.of(channels, length), Shape.of(2, width), 0, List.of(x, weights),
        List.of(load(0), load(1), acc(), new Instruction(Opcode.FMA, 0, 1, 2, 0)));
  }

  /// Of each row the index of its greatest element, the first of equals.
  private Node argMax() {
    Readable a = read(DType.F32);
    if (a.dtype() != DType.F32) {
      return elementwise();
    }
    long rows = 1 + random.nextInt(9);
    long columns = 1 + random.nextInt(17);
    Input view = input(a, 0, new long[] {columns}, new long[] {1});
    return new Node("ArgMax", DType.I32, Shape.of(rows), Shape.of(columns), 0, List.of(view),
        List.of(
            acc(),
            new Instruction(Opcode.INDEX, 0, 0, 0, 0),
            new Instruction(Opcode.CONST_I, 0, 0, 0, (int) columns),
            op(Opcode.IMUL, 1, 2),
            op(Opcode.IADD, 3, 0),
            new Instruction(Opcode.GATHER, 0, 4, 0, 0),
            load(0),
            op(Opcode.FLT, 5, 6),
            new Instruction(Opcode.INDEX, 1, 0, 0, 0),
            new Instruction(Opcode.SELECT, 7, 8, 0, 0)));
  }

  /// Rows of a table picked by integers, some of them out of range.
  private Node embedding() {
    Readable ids = read(random.nextBoolean() ? DType.I32 : DType.U8);
    Readable table = readable.get(random.nextInt(readable.size()));
    if (!ids.dtype().isInteger()) {
      return elementwise();
    }
    long width = 1 + random.nextInt(8);
    long count = 1 + random.nextInt(12);
    return new Node("Gather", table.dtype(), Shape.of(count, width), Shape.scalar(), 0,
        List.of(input(ids, 0, new long[] {1, 0}, new long[0]), input(table, 0, new long[] {0, 0}, new long[0])),
        List.of(
            load(0),
            new Instruction(Opcode.CONST_I, 0, 0, 0, (int) width),
            op(Opcode.IMUL, 0, 1),
            new Instruction(Opcode.INDEX, 1, 0, 0, 0),
            op(Opcode.IADD, 2, 3),
            new Instruction(Opcode.GATHER, 1, 4, 0, 0)));
  }

  /// A copy with strides of its own: a transposition, a flip, or a padding that reads +0 on both sides.
  private Node transposeOrPad() {
    Readable a = readable.get(random.nextInt(readable.size()));
    long numel = a.shape().numel();
    Input view;
    Shape out;
    switch (random.nextInt(3)) {
      case 0 -> {
        out = Shape.of(numel + 4);
        view = input(a, -2, new long[] {1}, new long[0]);
      }
      case 1 -> {
        out = Shape.of(numel);
        view = input(a, numel - 1, new long[] {-1}, new long[0]);
      }
      default -> {
        long columns = 1 + random.nextInt(9);
        long rows = Math.max(1, numel / columns);
        out = Shape.of(columns, rows);
        view = input(a, 0, new long[] {1, columns}, new long[0]);
      }
    }
    return new Node("Copy", a.dtype(), out, Shape.scalar(), 0, List.of(view), List.of(load(0)));
  }

  /// A fold whose accumulators fill more than one chunk.
  private Node longFold() {
    Readable a = readable.get(random.nextInt(readable.size()));
    boolean f32 = a.dtype() == DType.F32;
    Shape out = shape(1, 3);
    return new Node("LongSum", a.dtype(), out, Shape.of(300 + random.nextInt(900)), init(a.dtype()),
        List.of(input(a, 0, new long[out.rank()], new long[] {1})),
        List.of(load(0), acc(), op(f32 ? Opcode.ADD : Opcode.IADD, 1, 0)));
  }
}
