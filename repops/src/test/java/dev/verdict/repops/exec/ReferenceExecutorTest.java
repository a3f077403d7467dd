package dev.verdict.repops.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.InvalidProgramException;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.testing.RandomPrograms;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReferenceExecutorTest {
  private static final long[] NONE = {};

  private static Instruction op(Opcode op, int... abc) {
    return new Instruction(
        op, abc.length > 0 ? abc[0] : 0, abc.length > 1 ? abc[1] : 0, abc.length > 2 ? abc[2] : 0, 0);
  }

  private static Instruction constI(int value) {
    return new Instruction(Opcode.CONST_I, 0, 0, 0, value);
  }

  private static Instruction constF(float value) {
    return new Instruction(Opcode.CONST_F, 0, 0, 0, Float.floatToIntBits(value));
  }

  private static Input view(int index, Tensor of, long offset, long[] out, long[] red) {
    return new Input(new Source.Data(index), of.dtype(), of.numel(), offset, out, red);
  }

  /// Runs `node` alone, in a program of its own that is first validated.
  private static Tensor run(Node node, long step, Tensor... data) {
    List<BoundTensor> bound = new ArrayList<>();
    for (Tensor t : data) {
      bound.add(new BoundTensor("", t.dtype(), t.shape(), TensorCommitment.root(t)));
    }
    Program program = new Program(
        List.of(new Slot("s", DType.U8, Shape.scalar(), Slot.UNCHANGED)), bound, List.of(), List.of(node));
    CompiledProgram compiled = new ReferenceExecutor().compile(program);
    StepInputs inputs = new StepInputs(List.of(Tensor.zeros(DType.U8, Shape.scalar())), List.of(data), List.of());
    compiled.run(step, inputs, NodeObserver.NONE);
    assertThat(ReferenceExecutor.run(node, step, inputs.operands(node, n -> {
      throw new AssertionError();
    })).sameBits(compiled.output(0))).isTrue();
    return compiled.output(0);
  }

  private static int[] bits(Tensor t) {
    int[] bits = new int[(int) t.numel()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (int) t.getRegister(i);
    }
    return bits;
  }

  @Test
  void run_matMul_isTheChainOfFma() {
    // 1 + 2^-12 squared is 1 + 2^-11 + 2^-24: rounded once, with −1 added, it keeps 2^-24.
    float x = 1 + 0x1p-12f;
    Tensor a = Tensor.ofFloats(Shape.of(2, 3), 1, x, 3, 4, 5, 6);
    Tensor b = Tensor.ofFloats(Shape.of(3, 2), -1, 8, x, 10, 0, 12);
    Node node = new Node("MatMul", DType.F32, Shape.of(2, 2), Shape.of(3), 0,
        List.of(view(0, a, 0, new long[] {3, 0}, new long[] {1}), view(1, b, 0, new long[] {0, 1}, new long[] {2})),
        List.of(op(Opcode.LOAD, 0), op(Opcode.LOAD, 1), op(Opcode.ACC), op(Opcode.FMA, 0, 1, 2)));
    float expected = 0x1p-11f + 0x1p-24f;
    assertThat(expected).isNotEqualTo(x * x - 1);
    assertThat(run(node, 0, a, b).toFloats())
        .containsExactly(expected, Math.fma(3f, 12f, Math.fma(x, 10f, 8f)), -4 + 5 * x, 4 * 8 + 5 * 10 + 6 * 12);
  }

  @Test
  void run_argMaxByGather_keepsTheFirstOfEquals() {
    Tensor a = Tensor.ofFloats(Shape.of(3, 4), 1, 7, 7, 2, -3, -2, -1, -0f, 5, 5, 5, 5);
    Node node = new Node("ArgMax", DType.I32, Shape.of(3), Shape.of(4), 0,
        List.of(view(0, a, 0, new long[] {4}, new long[] {1})),
        List.of(
            op(Opcode.ACC), op(Opcode.INDEX, 0), constI(4), op(Opcode.IMUL, 1, 2), op(Opcode.IADD, 3, 0),
            op(Opcode.GATHER, 0, 4), op(Opcode.LOAD, 0), op(Opcode.FLT, 5, 6), op(Opcode.INDEX, 1),
            op(Opcode.SELECT, 7, 8, 0)));
    assertThat(bits(run(node, 0, a))).containsExactly(1, 3, 0);
    // The accumulators of the first row are the arg-maxima of its prefixes.
    FoldTrace trace = new FoldTrace(node, 0, BodyInterpreter.Operands.of(List.of(a)));
    assertThat(bits(trace.accumulators(0).orElseThrow())).containsExactly(0, 1, 1);
  }

  @Test
  void run_sum_runsOverTheReductionRowMajor() {
    // In this order the large terms cancel before the small one comes; in any other it is lost.
    Tensor a = Tensor.ofFloats(Shape.of(2, 2), 0x1p60f, -0x1p60f, 1, 2);
    Node node = new Node("Sum", DType.F32, Shape.scalar(), Shape.of(2, 2), Float.floatToIntBits(0.5f),
        List.of(view(0, a, 0, NONE, new long[] {2, 1})),
        List.of(op(Opcode.LOAD, 0), op(Opcode.ACC), op(Opcode.ADD, 1, 0)));
    assertThat(run(node, 0, a).toFloats()).containsExactly(3f);
    FoldTrace trace = new FoldTrace(node, 0, BodyInterpreter.Operands.of(List.of(a)));
    assertThat(trace.accumulators(0).orElseThrow().toFloats()).containsExactly(0x1p60f, 0, 1);
    assertThat(trace.evaluate(0, 2, Float.floatToIntBits(40f))).isEqualTo(Float.floatToIntBits(41f));
    assertThatThrownBy(() -> trace.evaluate(0, 4, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> trace.evaluate(1, 0, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> trace.accumulators(1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void run_runningSum_sharesOneChain() {
    // y[i] = Σ_{k ≤ i} x[k]: each output folds over all, and adds what lies at or before it.
    Tensor x = Tensor.ofFloats(Shape.of(4), 1, 2, 4, 8);
    Node node = new Node("CumSum", DType.F32, Shape.of(4), Shape.of(4), 0,
        List.of(view(0, x, 0, new long[] {0}, new long[] {1})),
        List.of(op(Opcode.LOAD, 0), op(Opcode.ACC), op(Opcode.ADD, 1, 0), op(Opcode.INDEX, 1), op(Opcode.INDEX, 0),
            op(Opcode.ILE, 3, 4), op(Opcode.SELECT, 5, 2, 1)));
    assertThat(run(node, 0, x).toFloats()).containsExactly(1, 3, 7, 15);
  }

  @Test
  void run_padding_readsPositiveZeroOnBothSides() {
    Tensor x = Tensor.ofFloats(Shape.of(3), -0f, -1, -2);
    Node node = new Node("Pad", DType.F32, Shape.of(7), Shape.scalar(), 0,
        List.of(view(0, x, -2, new long[] {1}, NONE)), List.of(op(Opcode.LOAD, 0)));
    assertThat(bits(run(node, 0, x))).containsExactly(0, 0, 0x80000000, 0xbf800000, 0xc0000000, 0, 0);
    Node gather = new Node("", DType.F32, Shape.of(5), Shape.scalar(), 0,
        List.of(view(0, x, 100, new long[] {1}, NONE)),
        List.of(op(Opcode.INDEX, 0), constI(1), op(Opcode.ISUB, 0, 1), op(Opcode.GATHER, 0, 2)));
    assertThat(bits(run(gather, 0, x))).containsExactly(0, 0x80000000, 0xbf800000, 0xc0000000, 0);
  }

  @Test
  void run_integerAccumulators_wrapAtEachStep() {
    Tensor bytes = Tensor.ofBytes(Shape.of(3), (byte) 200, (byte) 100, (byte) 7);
    List<Instruction> sum = List.of(op(Opcode.LOAD, 0), op(Opcode.ACC), op(Opcode.IADD, 1, 0));
    Node u8 = new Node("", DType.U8, Shape.scalar(), Shape.of(3), 250,
        List.of(view(0, bytes, 0, NONE, new long[] {1})), sum);
    assertThat(bits(run(u8, 0, bytes))).containsExactly((250 + 200 + 100 + 7) & 0xff);
    // Halved at each step, what has wrapped is gone: ((250+200 & 255) >> 1 + 100) >> 1 …
    Node halves = new Node("", DType.U8, Shape.scalar(), Shape.of(3), 250,
        List.of(view(0, bytes, 0, NONE, new long[] {1})),
        List.of(op(Opcode.LOAD, 0), op(Opcode.ACC), constI(1), op(Opcode.ISHR, 1, 2), op(Opcode.IADD, 3, 0)));
    int expected = 250;
    for (int b : new int[] {200, 100, 7}) {
      expected = (expected >> 1) + b & 0xff;
    }
    assertThat(bits(run(halves, 0, bytes))).containsExactly(expected);

    Tensor ints = Tensor.ofInts(Shape.of(3), Integer.MAX_VALUE, 1, -5);
    Node i32 = new Node("", DType.I32, Shape.scalar(), Shape.of(3), 0,
        List.of(view(0, ints, 0, NONE, new long[] {1})), sum);
    assertThat(bits(run(i32, 0, ints))).containsExactly(Integer.MAX_VALUE + 1 - 5);
    FoldTrace trace = new FoldTrace(i32, 0, BodyInterpreter.Operands.of(List.of(ints)));
    // Sign-extended when loaded again: the accumulator is −2^31, not +2^31.
    assertThat(trace.accumulators(0).orElseThrow().getLong(1)).isEqualTo(Integer.MIN_VALUE);
    assertThat(trace.evaluate(0, 1, Integer.MAX_VALUE)).isEqualTo(Integer.MIN_VALUE);
  }

  @Test
  void run_batchSelectionByStep_readsTheStepsRows() {
    Tensor data = Tensor.ofInts(Shape.of(5), 10, 11, 12, 13, 14);
    // Batch of 2, wrapping round: row (2·t + i) mod 5.
    Node node = new Node("Batch", DType.I32, Shape.of(2), Shape.scalar(), 0, List.of(view(0, data, 0, new long[1], NONE)),
        List.of(op(Opcode.STEP), constI(2), op(Opcode.IMUL, 0, 1), op(Opcode.INDEX, 0), op(Opcode.IADD, 2, 3),
            constI(5), op(Opcode.IREM, 4, 5), op(Opcode.GATHER, 0, 6)));
    assertThat(bits(run(node, 0, data))).containsExactly(10, 11);
    assertThat(bits(run(node, 1, data))).containsExactly(12, 13);
    assertThat(bits(run(node, 2, data))).containsExactly(14, 10);
    assertThat(bits(run(node, 1L << 31, data))).containsExactly(10 + (int) ((1L << 32) % 5), 10 + (int) (((1L << 32) + 1) % 5));
  }

  @Test
  void run_nan_isStoredCanonical() {
    Tensor x = Tensor.ofFloats(Shape.of(1), 0f);
    x.segment().set(ValueLayout.JAVA_INT_UNALIGNED, 0, 0xffc12345);
    Node copy = new Node("", DType.F32, Shape.of(1), Shape.scalar(), 0, List.of(view(0, x, 0, new long[1], NONE)),
        List.of(op(Opcode.LOAD, 0), op(Opcode.NEG, 0)));
    assertThat(bits(run(copy, 0, x))).containsExactly(0x7fc00000);
    Node asBits = new Node("", DType.I32, Shape.of(1), Shape.scalar(), 0, List.of(view(0, x, 0, new long[1], NONE)),
        List.of(op(Opcode.LOAD, 0), op(Opcode.F_TO_BITS, 0)));
    assertThat(bits(run(asBits, 0, x))).containsExactly(0x7fc00000);
    Node made = new Node("", DType.F32, Shape.of(1), Shape.scalar(), 0, List.of(),
        List.of(constI(-1), op(Opcode.BITS_TO_F, 0)));
    assertThat(bits(run(made, 0))).containsExactly(0x7fc00000);
  }

  @Test
  void run_foldOfLengthOne_readsInitAndHasNoInnerAccumulators() {
    Node node = new Node("", DType.F32, Shape.of(2), Shape.of(1, 1), Float.floatToIntBits(3f), List.of(),
        List.of(op(Opcode.ACC), op(Opcode.INDEX, 0), op(Opcode.ITOF, 1), op(Opcode.ADD, 0, 2)));
    assertThat(run(node, 0).toFloats()).containsExactly(3, 4);
    assertThat(new FoldTrace(node, 0, BodyInterpreter.Operands.of(List.of())).accumulators(1)).isEmpty();
  }

  @Test
  void run_nodesInOrder_eachSeenBeforeItIsRead() {
    Program program = new Program(
        List.of(new Slot("x", DType.F32, Shape.of(2), 1)), List.of(), List.of(),
        List.of(
            new Node("Double", DType.F32, Shape.of(2), Shape.scalar(), 0,
                List.of(new Input(new Source.State(0), DType.F32, 2, 0, new long[] {1}, NONE)),
                List.of(op(Opcode.LOAD, 0), op(Opcode.ADD, 0, 0))),
            new Node("Swap", DType.F32, Shape.of(2), Shape.scalar(), 0,
                List.of(new Input(new Source.NodeOutput(0), DType.F32, 2, 1, new long[] {-1}, NONE)),
                List.of(op(Opcode.LOAD, 0), constF(1), op(Opcode.ADD, 0, 1)))));
    CompiledProgram compiled = new ReferenceExecutor().compile(program);
    StepInputs inputs = new StepInputs(List.of(Tensor.ofFloats(Shape.of(2), 3, 5)), List.of(), List.of());
    List<Integer> seen = new ArrayList<>();
    compiled.run(0, inputs, (n, output) -> {
      seen.add(n);
      if (n == 0) {
        // What an observer writes, later nodes read: how a test plays a dishonest solver.
        output.setFloat(0, 100);
      }
    });
    assertThat(seen).containsExactly(0, 1);
    assertThat(compiled.output(1).toFloats()).containsExactly(11, 101);
    assertThat(inputs.states().getFirst().toFloats()).containsExactly(3, 5);
  }

  @Test
  void compile_invalidProgram_isRefused() {
    Program program = new Program(List.of(), List.of(), List.of(), List.of());
    assertThatThrownBy(() -> new ReferenceExecutor().compile(program)).isInstanceOf(InvalidProgramException.class);
  }

  @Test
  void run_inputsOfAnotherShape_areRefused() {
    RandomPrograms.Sample sample = RandomPrograms.sample(1);
    CompiledProgram compiled = new ReferenceExecutor().compile(sample.program());
    StepInputs wrong = sample.inputs().withStates(List.of());
    assertThatThrownBy(() -> compiled.run(0, wrong, NodeObserver.NONE)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void randomPrograms_foldTraceAndExecutor_agreeInEveryBit() {
    int folds = 0;
    for (long seed = 0; seed < 250; seed++) {
      RandomPrograms.Sample sample = RandomPrograms.sample(seed);
      CompiledProgram first = new ReferenceExecutor().compile(sample.program());
      CompiledProgram second = new ReferenceExecutor().compile(sample.program());
      long step = seed * 31;
      first.run(step, sample.inputs(), NodeObserver.NONE);
      // Left-overs of another step don't matter.
      second.run(step + 1, sample.inputs(), NodeObserver.NONE);
      second.run(step, sample.inputs(), NodeObserver.NONE);
      for (int n = 0; n < sample.program().nodes().size(); n++) {
        Node node = sample.program().nodes().get(n);
        Tensor output = first.output(n);
        assertThat(output.sameBits(second.output(n))).as("seed %d node %d", seed, n).isTrue();
        FoldTrace trace =
            new FoldTrace(node, step, BodyInterpreter.Operands.of(sample.inputs().operands(node, first::output)));
        long element = Math.floorMod(seed * 7919, output.numel());
        Tensor inner = trace.accumulators(element).orElse(null);
        long acc = node.initRegister();
        for (long k = 0; k < node.foldLength(); k++) {
          acc = trace.evaluate(element, k, acc);
          if (k + 1 < node.foldLength()) {
            assertThat(inner).isNotNull();
            assertThat(acc).isEqualTo(inner.getRegister(k));
            folds++;
          }
        }
        assertThat(acc).as("seed %d node %d", seed, n).isEqualTo(output.getRegister(element));
      }
    }
    assertThat(folds).isGreaterThan(1000);
  }

  @Test
  void evaluate_loads_comeInOrderAndWithinTheTensor() {
    for (long seed = 0; seed < 100; seed++) {
      RandomPrograms.Sample sample = RandomPrograms.sample(seed);
      CompiledProgram compiled = new ReferenceExecutor().compile(sample.program());
      compiled.run(seed, sample.inputs(), NodeObserver.NONE);
      for (Node node : sample.program().nodes()) {
        BodyInterpreter.Operands tensors =
            BodyInterpreter.Operands.of(sample.inputs().operands(node, compiled::output));
        List<Integer> order = new ArrayList<>();
        FoldTrace trace = new FoldTrace(node, seed, (input, index) -> {
          assertThat(index).isBetween(0L, node.inputs().get(input).numel() - 1);
          order.add(input);
          return tensors.load(input, index);
        });
        trace.evaluate(0, 0, node.initRegister());
        List<Integer> loads = node.body().stream()
            .filter(i -> i.op() == Opcode.LOAD || i.op() == Opcode.GATHER)
            .map(Instruction::a)
            .toList();
        // Some are left out, none comes before its turn.
        int at = 0;
        for (int input : order) {
          while (at < loads.size() && loads.get(at) != input) {
            at++;
          }
          assertThat(at++).isLessThan(loads.size());
        }
      }
    }
  }
}
