package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramValidator;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.op.Gradients;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Sliding;
import dev.verdict.repops.op.Value;
import dev.verdict.repops.testing.EdgeValues;
import dev.verdict.repops.testing.RandomPrograms;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Pooling and its gradients, of windows of every kind and rows of every width around a vector's.
class PoolKernelTest {
  @BeforeEach
  void requireVectors() {
    assumeThat(VectorWidth.BITS).as("vector bits").isNotZero();
  }

  /// A pooling of x, and its gradient, on values of which many are equal.
  static RandomPrograms.Sample sample(long seed) {
    Random random = new Random(seed);
    int kernelHeight = 1 + random.nextInt(3);
    int kernelWidth = 1 + random.nextInt(3);
    boolean tiles = random.nextBoolean();
    Sliding sliding = tiles ? Sliding.unit().stride(kernelHeight, kernelWidth)
        : Sliding.unit().stride(1 + random.nextInt(2), 1 + random.nextInt(3))
            .dilation(1 + random.nextInt(2), 1 + random.nextInt(2));
    if (!tiles && random.nextBoolean() && kernelHeight > 1 && kernelWidth > 1) {
      sliding = sliding.pad(random.nextInt(2), random.nextInt(2), random.nextInt(2), random.nextInt(2));
    }
    long height = tiles ? (1L + random.nextInt(4)) * kernelHeight : 5 + random.nextInt(5);
    long width = tiles ? (1L + random.nextInt(40)) * kernelWidth : 6 + random.nextInt(70);
    Shape shape = Shape.of(1 + random.nextInt(3), 1 + random.nextInt(3), height, width);
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, shape);
    Value y = random.nextInt(3) > 0 ? g.maxPool(x, kernelHeight, kernelWidth, sliding)
        : g.averagePool(x, kernelHeight, kernelWidth, sliding, random.nextBoolean());
    Value w = g.state("w", DType.F32, y.shape());
    g.output("g", Gradients.gradients(g.reduceSum(g.mul(y, w), false), List.of(x)).getFirst());
    Tensor values = EdgeValues.anyTensor(random, DType.F32, shape);
    for (long i = 0; i < values.numel(); i++) {
      if (random.nextInt(3) > 0) {
        values.setFloat(i, random.nextInt(3) * (random.nextBoolean() ? 1f : -1f));
      }
    }
    return new RandomPrograms.Sample(seed, g.build().program(),
        new StepInputs(List.of(values, EdgeValues.anyTensor(random, DType.F32, y.shape())), List.of(), List.of()));
  }

  private static Optional<? extends NodeKernel> kernel(Node node) {
    NodePlan plan = NodePlan.of(node, Tuning.DEFAULT);
    Optional<PoolKernel> pool = PoolKernel.of(plan);
    return pool.isPresent() ? pool : PoolGradient.of(plan);
  }

  /// Each kernel by itself, its units in pieces from the last to the first: what one writes too much, none mends.
  @Test
  void run_anyWindow_equalsReference() {
    Map<Opcode, Integer> found = new EnumMap<>(Opcode.class);
    for (long seed = 0; seed < 600; seed++) {
      RandomPrograms.Sample sample = sample(seed);
      Program program = sample.program();
      CompiledProgram reference = new ReferenceExecutor().compile(program);
      reference.run(0, sample.inputs(), NodeObserver.NONE);
      for (int n = 0; n < program.nodes().size(); n++) {
        Node node = program.nodes().get(n);
        Optional<? extends NodeKernel> kernel = kernel(node);
        if (kernel.isEmpty()) {
          continue;
        }
        found.merge(node.body().getLast().op(), 1, Integer::sum);
        MemorySegment[] in = node.inputs().stream().map(input -> switch (input.source()) {
          case Source.NodeOutput o -> reference.output(o.index());
          case Source.State s -> sample.inputs().states().get(s.index());
          default -> throw new AssertionError(input);
        }).map(Tensor::segment).toArray(MemorySegment[]::new);
        Tensor y = Parity.inPieces(kernel.get(), node, in, new Random(seed));
        assertThat(Parity.firstDifference(reference.output(n), y)).as("seed %s %s", seed, node).isEmpty();
      }
    }
    // MaxPool, its index, and AveragePool's sums together with the gradients of both.
    assertThat(found).containsOnlyKeys(Opcode.MAX, Opcode.SELECT, Opcode.ADD);
    assertThat(found.values()).allMatch(count -> count > 50);
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_programs_equalReference(Parity.Path path) {
    for (long seed = 0; seed < 60; seed++) {
      RandomPrograms.Sample sample = sample(seed);
      assertThat(Parity.firstDifference(path.executor(), sample)).as("seed %s", seed).isEmpty();
    }
  }

  @Test
  void of_aTilingPool_knowsAllOfIt() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(2, 3, 8, 28));
    Value y = g.maxPool(x, 2, 2, Sliding.unit().stride(2, 2));
    g.output("g", Gradients.gradients(g.reduceSum(g.mul(y, y), false), List.of(x)).getFirst());
    List<String> known = g.build().program().nodes().stream().filter(n -> kernel(n).isPresent()).map(Node::label).toList();
    assertThat(known).containsExactly("MaxPool", "MaxPool.index", "MaxPool.grad");
  }

  /// Nodes with one instruction of another kind, another constant, another initial value or another type.
  @Test
  void run_nearlyPooling_equalsReference() {
    int others = 0;
    for (long seed = 0; seed < 40; seed++) {
      RandomPrograms.Sample sample = sample(seed);
      for (int n = 0; n < sample.program().nodes().size(); n++) {
        Node node = sample.program().nodes().get(n);
        if (kernel(node).isEmpty()) {
          continue;
        }
        for (Node other : changed(node)) {
          List<Node> nodes = new ArrayList<>(sample.program().nodes());
          nodes.set(n, other);
          Program program = new Program(sample.program().slots(), sample.program().data(),
              sample.program().constants(), nodes);
          assertThat(Parity.firstDifference(
              Parity.Path.DEFAULT.executor(), new RandomPrograms.Sample(seed, program, sample.inputs())))
              .as("seed %s %s", seed, other).isEmpty();
          others++;
        }
      }
    }
    assertThat(others).isGreaterThan(100);
  }

  /// Nodes of these shapes that no operator writes: any strides, offsets and lengths of the inputs, any indices, and
  /// constants as large as there are.
  @Test
  void run_anyStridesAndIndices_equalReference() {
    int known = 0;
    for (long seed = 0; seed < 6_000; seed++) {
      RandomPrograms.Sample sample = strange(seed);
      known += kernel(sample.program().nodes().getFirst()).isPresent() ? 1 : 0;
      assertThat(Parity.firstDifference(Parity.Path.DEFAULT.executor(), sample))
          .as("seed %s %s", seed, sample.program().nodes().getFirst()).isEmpty();
    }
    assertThat(known).isBetween(1_000, 5_000);
  }

  private static RandomPrograms.Sample strange(long seed) {
    Random random = new Random(seed);
    int kind = random.nextInt(3);
    boolean isGradient = kind == 2;
    long columns = 1 + random.nextInt(40);
    long rows = 1 + random.nextInt(4);
    Shape out = isGradient ? Shape.of(rows, columns, random.nextInt(8) == 0 ? 3 : 2) : Shape.of(rows, columns);
    Shape red = isGradient ? Shape.scalar() : Shape.of(1 + random.nextInt(3), 1 + random.nextInt(3));
    long elements = 1000;
    DType first = isGradient ? DType.I32 : DType.F32;
    List<Input> inputs =
        List.of(input(random, 0, first, out, red, elements), input(random, 1, DType.F32, out, red, elements));
    List<Instruction> body = new ArrayList<>();
    body.add(op(Opcode.LOAD, 0));
    if (kind == 0) {
      body.add(new Instruction(Opcode.ACC, 0, 0, 0, 0));
      int acc = random.nextInt(2);
      body.add(op(random.nextBoolean() ? Opcode.MAX : Opcode.ADD, acc, 1 - acc));
    } else {
      body.add(op(Opcode.LOAD, 1));
      int here = index(random, body, out.rank() + red.rank());
      if (isGradient) {
        body.add(op(Opcode.IEQ, 0, here));
        body.add(new Instruction(Opcode.CONST_F, 0, 0, 0, 0));
        body.add(op(Opcode.SELECT, body.size() - 2, 1, body.size() - 1));
        body.add(op(Opcode.ADD, body.size() - 2, body.size() - 1));
      } else {
        body.add(new Instruction(Opcode.ACC, 0, 0, 0, 0));
        body.add(new Instruction(Opcode.CONST_I, 0, 0, 0, 0));
        body.add(op(Opcode.ILT, body.size() - 2, body.size() - 1));
        body.add(op(Opcode.FEQ, 0, 1));
        body.add(op(Opcode.IAND, body.size() - 2, body.size() - 1));
        body.add(op(Opcode.SELECT, body.size() - 1, here, body.size() - 5));
      }
    }
    int init = kind == 1 ? -1 : kind == 0 ? Float.floatToIntBits(EdgeValues.anyFloat(random)) : 0;
    Node node = new Node("Strange", kind == 1 ? DType.I32 : DType.F32, out, red, init, inputs, body);
    Shape numel = Shape.of(elements);
    Program program = new Program(List.of(new Slot("x", first, numel, Slot.UNCHANGED),
        new Slot("y", DType.F32, numel, Slot.UNCHANGED)), List.of(), List.of(), List.of(node));
    Tensor x = EdgeValues.anyTensor(random, first, numel);
    Tensor y = EdgeValues.anyTensor(random, DType.F32, numel);
    for (long i = 0; i < elements; i++) {
      if (isGradient && random.nextInt(4) > 0) {
        x.setLong(i, random.nextInt(5) - 1);
      } else if (!isGradient && random.nextInt(3) > 0) {
        x.setFloat(i, random.nextInt(3));
        y.setFloat(i, random.nextInt(3));
      }
    }
    return new RandomPrograms.Sample(seed, program, new StepInputs(List.of(x, y), List.of(), List.of()));
  }

  /// Most often as pooling reads it, else by strides of any kind; now and then beyond the tensor.
  private static Input input(Random random, int slot, DType dtype, Shape out, Shape red, long elements) {
    boolean isGradient = red.rank() == 0;
    long[] along = new long[out.rank()];
    long[] steps = new long[red.rank()];
    long columns = out.dim(1);
    along[0] = random.nextInt(3) == 0 ? random.nextInt(5) - 2 : 2 * columns + 4;
    along[1] = isGradient ? 1 : 1 + random.nextInt(2);
    for (int d = 0; d < steps.length; d++) {
      steps[d] = slot == 1 && random.nextInt(4) > 0 ? 0 : 1 + random.nextInt(4);
    }
    if (slot == 1 && random.nextInt(4) > 0) {
      along[1] = 1;
    }
    if (random.nextInt(4) == 0) {
      along[random.nextInt(along.length)] = random.nextInt(6) - 2;
    }
    long least = 0;
    long most = 0;
    for (int d = 0; d < along.length; d++) {
      least += Math.min(0, along[d] * (out.dim(d) - 1));
      most += Math.max(0, along[d] * (out.dim(d) - 1));
    }
    for (int d = 0; d < steps.length; d++) {
      most += steps[d] * (red.dim(d) - 1);
    }
    // To the very ends, so that a vector too much would be seen, or outside.
    long offset = switch (random.nextInt(5)) {
      case 0 -> -least;
      case 1 -> random.nextInt((int) elements);
      default -> elements - 1 - most;
    };
    return new Input(new Source.State(slot), dtype, elements, offset, along, steps);
  }

  /// Appends a sum of indices and constants; its register.
  private static int index(Random random, List<Instruction> body, int axes) {
    int sum = constant(random, body);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int axis = random.nextInt(6) == 0 ? random.nextInt(axes) : axes - 1 - random.nextInt(2);
      body.add(op(Opcode.INDEX, axis));
      int term = body.size() - 1;
      if (random.nextBoolean()) {
        int factor = constant(random, body);
        body.add(random.nextBoolean() ? op(Opcode.IMUL, term, factor) : op(Opcode.IMUL, factor, term));
        term = body.size() - 1;
      }
      body.add(op(Opcode.IADD, sum, term));
      sum = body.size() - 1;
    }
    return sum;
  }

  /// Small, an i32, or, as products of those, as far from 0 as an i64 can be.
  private static int constant(Random random, List<Instruction> body) {
    boolean isHuge = random.nextInt(6) == 0;
    body.add(new Instruction(Opcode.CONST_I, 0, 0, 0, isHuge ? 1 << 16 : random.nextInt(6) - 2));
    if (isHuge) {
      int first = body.size() - 1;
      body.add(op(Opcode.IMUL, first, first));
      body.add(new Instruction(Opcode.CONST_I, 0, 0, 0, random.nextBoolean() ? Integer.MIN_VALUE : Integer.MAX_VALUE));
      body.add(op(Opcode.IMUL, body.size() - 2, body.size() - 1));
      body.add(new Instruction(Opcode.CONST_I, 0, 0, 0, random.nextInt(7) - 3));
      body.add(op(Opcode.IADD, body.size() - 2, body.size() - 1));
    }
    return body.size() - 1;
  }

  private static Instruction op(Opcode op, int... r) {
    return new Instruction(op, r[0], r.length > 1 ? r[1] : 0, r.length > 2 ? r[2] : 0, 0);
  }

  /// An index that is doubled again and again names every register twice.
  @Test
  void of_indexDoubledFiftyTimes_isLookedAtOnce() {
    Node index = sample(0, "MaxPool.index");
    List<Instruction> body = new ArrayList<>(index.body().subList(0, index.body().size() - 1));
    Instruction choice = index.body().getLast();
    int here = choice.b();
    while (body.size() < ProgramValidator.MAX_BODY - 1) {
      body.add(new Instruction(Opcode.IADD, here, here, 0, 0));
      here = body.size() - 1;
    }
    body.add(new Instruction(Opcode.SELECT, choice.a(), here, choice.c(), 0));
    Node doubled = new Node(
        index.label(), index.dtype(), index.out(), index.red(), index.initBits(), index.inputs(), body);
    assertThat(assertTimeoutPreemptively(Duration.ofSeconds(20), () -> kernel(doubled))).isEmpty();
  }

  /// The first node of that label from `seed` on.
  private static Node sample(long seed, String label) {
    Optional<Node> found = sample(seed).program().nodes().stream().filter(n -> n.label().equals(label)).findFirst();
    return found.isPresent() ? found.get() : sample(seed + 1, label);
  }

  private static List<Node> changed(Node node) {
    List<Node> others = new ArrayList<>();
    if (node.hasFold()) {
      others.add(new Node(node.label(), node.dtype(), node.out(), node.red(), node.initBits() ^ 1 << 23, node.inputs(),
          node.body()));
    }
    for (int i = 0; i < node.body().size(); i++) {
      Instruction x = node.body().get(i);
      Opcode op = switch (x.op()) {
        case MAX -> Opcode.MIN;
        case ADD -> Opcode.SUB;
        case ILT -> Opcode.ILE;
        case FEQ -> Opcode.FLE;
        case IEQ -> Opcode.ILT;
        case IAND -> Opcode.IOR;
        case IADD -> Opcode.IMUL;
        case IMUL -> Opcode.ISUB;
        default -> x.op();
      };
      int imm = x.op() == Opcode.CONST_I || x.op() == Opcode.CONST_F ? x.imm() + 1 : x.imm();
      if (op != x.op() || imm != x.imm()) {
        List<Instruction> body = new ArrayList<>(node.body());
        body.set(i, new Instruction(op, x.a(), x.b(), x.c(), imm));
        others.add(new Node(node.label(), node.dtype(), node.out(), node.red(), node.initBits(), node.inputs(), body));
      }
    }
    return others;
  }
}
