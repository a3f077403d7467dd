package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
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
import dev.verdict.repops.testing.EdgeValues;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Bit equality with the reference, whichever way a node is computed.
class CpuExecutorTest {
  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_randomPrograms_equalsReference(Parity.Path path) {
    for (long seed = 0; seed < 1_000; seed++) {
      RandomPrograms.Sample sample = RandomPrograms.sample(seed);
      assertThat(Parity.firstDifference(path.executor(), sample)).as("seed %s", seed).isEmpty();
    }
  }

  /// EXP and LOG in the middle of a body, their arguments and results used on both sides, along a fold and not.
  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_elementaryFunctionsWithinAFold_equalsReference(Parity.Path path) {
    List<Instruction> body = List.of(
        op(Opcode.LOAD, 0, 0), op(Opcode.LOAD, 1, 0), op(Opcode.SUB, 0, 1), op(Opcode.EXP, 2, 0),
        op(Opcode.ADD, 3, 2), op(Opcode.LOG, 4, 0), op(Opcode.EXP, 1, 0), op(Opcode.ACC, 0, 0),
        new Instruction(Opcode.FMA, 5, 6, 7, 0), op(Opcode.MUL, 8, 3), op(Opcode.LOG, 0, 0), op(Opcode.ADD, 9, 10));
    for (int columns : new int[] {1, 2, 15, 16, 17, 700}) {
      Node node = new Node("Mixed", DType.F32, Shape.of(2, columns), Shape.of(3), 0x3f800000, List.of(
          view(6L * columns, new long[] {columns, 1}, new long[] {2L * columns}),
          view(6L * columns, new long[] {1, 0}, new long[] {2})), body);
      requireParity(path.executor(), node, EdgeValues.anyTensor(new Random(3), DType.F32, Shape.of(6L * columns)));
    }
  }

  /// Rows that hang over both ends of a tensor, forwards, backwards and along strides that overflow.
  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_loadsOutside_readZero(Parity.Path path) {
    for (long stride : new long[] {1, -1, 2, -3, 0, 1L << 62, Long.MIN_VALUE}) {
      for (long offset : new long[] {0, -2, 99, 100, 101, -101, Long.MAX_VALUE, Long.MIN_VALUE}) {
        Input input = new Input(new Source.State(0), DType.F32, 100, offset, new long[] {stride}, new long[0]);
        Node node = new Node("Pad", DType.F32, Shape.of(130), Shape.scalar(), 0, List.of(input),
            List.of(op(Opcode.LOAD, 0, 0)));
        Program program = program(node, 100);
        if (!ProgramValidator.violations(program).isEmpty()) {
          continue;
        }
        requireParity(path.executor(), node, EdgeValues.anyTensor(new Random(4), DType.F32, Shape.of(100)));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_observerChangesAnOutput_laterNodesSeeIt(Parity.Path path) {
    NodeObserver liar = (n, output) -> output.setRegister(n % output.numel(), output.getRegister(0) ^ n ^ 5);
    for (long seed = 0; seed < 100; seed++) {
      RandomPrograms.Sample sample = RandomPrograms.sample(20_000 + seed);
      CompiledProgram expected = new ReferenceExecutor().compile(sample.program());
      CompiledProgram actual = path.executor().compile(sample.program());
      expected.run(seed, sample.inputs(), liar);
      actual.run(seed, sample.inputs(), liar);
      for (int n = 0; n < sample.program().nodes().size(); n++) {
        assertThat(Parity.firstDifference(expected.output(n), actual.output(n))).as("%s node %s", seed, n).isEmpty();
      }
    }
  }

  /// The longest body there may be, all of it alive, in lanes and in passes.
  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void compile_longestBody_fits(Parity.Path path) {
    Instruction[] body = new Instruction[64];
    body[0] = op(Opcode.LOAD, 0, 0);
    for (int i = 1; i < 64; i++) {
      Opcode[] ops = {Opcode.EXP, Opcode.LOG, Opcode.TANH, Opcode.ADD, Opcode.SIN, Opcode.ERF, Opcode.COS, Opcode.ADD};
      body[i] = op(ops[i % ops.length], i - 1, 0);
    }
    Node node = new Node("Long", DType.F32, Shape.of(40), Shape.scalar(), 0, List.of(
        view(40, new long[] {1}, new long[0])), List.of(body));
    requireParity(path.executor(), node, EdgeValues.anyTensor(new Random(5), DType.F32, Shape.of(40)));
  }

  @Test
  void compile_sameNodeTwice_keepsApart() {
    Input input = view(8, new long[] {1}, new long[0]);
    Node first = new Node("Twice", DType.F32, Shape.of(8), Shape.scalar(), 0, List.of(input),
        List.of(op(Opcode.LOAD, 0, 0), op(Opcode.ADD, 0, 0)));
    Input again = new Input(new Source.NodeOutput(0), DType.F32, 8, 0, new long[] {1}, new long[0]);
    Node second = new Node("Again", DType.F32, Shape.of(8), Shape.scalar(), 0, List.of(again), first.body());
    Program program = new Program(
        List.of(new Slot("s", DType.F32, Shape.of(8), 1)), List.of(), List.of(), List.of(first, second));
    CompiledProgram compiled = new CpuExecutor().compile(program);
    compiled.run(0, new StepInputs(List.of(Tensor.ofFloats(Shape.of(8), 1, 2, 3, 4, 5, 6, 7, 8)), List.of(), List.of()),
        NodeObserver.NONE);
    assertThat(compiled.output(0).toFloats()).containsExactly(2, 4, 6, 8, 10, 12, 14, 16);
    assertThat(compiled.output(1).toFloats()).containsExactly(4, 8, 12, 16, 20, 24, 28, 32);
  }

  @Test
  void constructor_noThreads_throws() {
    assertThatThrownBy(() -> new CpuExecutor(0)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("0");
  }

  private static Instruction op(Opcode op, int a, int b) {
    return new Instruction(op, a, b, 0, 0);
  }

  private static Input view(long numel, long[] out, long[] red) {
    return new Input(new Source.State(0), DType.F32, numel, 0, out, red);
  }

  private static Program program(Node node, long numel) {
    return new Program(List.of(new Slot("s", DType.F32, Shape.of(numel), Slot.UNCHANGED)), List.of(), List.of(),
        List.of(node));
  }

  private static void requireParity(Executor executor, Node node, Tensor state) {
    Program program = program(node, state.numel());
    StepInputs inputs = new StepInputs(List.of(state.reshape(Shape.of(state.numel()))), List.of(), List.of());
    assertThat(Parity.firstDifference(executor, new RandomPrograms.Sample(0, program, inputs)))
        .as("%s", node).isEmpty();
  }
}
