package dev.verdict.repops.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Value;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Results that lie where an input or another result lies: refused before anything is computed, since bits would be
/// wrong otherwise.
class SharedMemoryTest {
  private static final Shape SHAPE = Shape.of(64);

  private final BuiltGraph graph = graph();
  private final int a = graph.output("a");
  private final int b = graph.output("b");
  private final MemorySegment memory = Arena.ofAuto().allocate(4 * 4 * 64, 64);
  private final Tensor x = at(0);

  static List<Executor> executors() {
    return List.of(new ReferenceExecutor(), new CpuExecutor(1), new CpuExecutor(2));
  }

  private static BuiltGraph graph() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, SHAPE);
    g.output("a", g.gelu(x));
    g.output("b", g.exp(x));
    return g.build();
  }

  /// A tensor in the common memory.
  private Tensor at(long element) {
    return Tensor.of(DType.F32, SHAPE, memory.asSlice(4 * element, 4 * 64));
  }

  @BeforeEach
  void fill() {
    for (long i = 0; i < x.numel(); i++) {
      x.setFloat(i, i * 0.01f);
    }
  }

  private CompiledProgram compiled(Executor executor) {
    return executor.compile(graph.program(), Set.of(a, b));
  }

  private StepInputs inputs(Tensor state) {
    return new StepInputs(List.of(state), List.of(), List.of());
  }

  @ParameterizedTest
  @MethodSource("executors")
  void run_resultOverAnInput_throwsNamingBoth(Executor executor) {
    CompiledProgram program = compiled(executor);
    for (long element : new long[] {0, 1, 63}) {
      Tensor result = at(element);
      float before = x.getFloat(1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> program.run(0, inputs(x), new StepResults(Map.of(a, result)), NodeObserver.NONE))
          .withMessageMatching("state 0 'x' shares memory with the result of node \\d+ 'Gelu', which is written meanwhile;"
              + " give one of them memory of its own");
      assertThat(x.getFloat(1)).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("executors")
  void run_resultsOverOneAnother_throwsNamingBoth(Executor executor) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> compiled(executor)
            .run(0, inputs(x), new StepResults(Map.of(a, at(64), b, at(127))), NodeObserver.NONE))
        .withMessageContaining("'Gelu'").withMessageContaining("'Exp'").withMessageContaining("shares memory");
  }

  /// The program's own buffers are written by the next run.
  @ParameterizedTest
  @MethodSource("executors")
  void run_outputOfTheRunBeforeAsInput_throws(Executor executor) {
    CompiledProgram program = compiled(executor);
    program.run(0, inputs(x), NodeObserver.NONE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> program.run(1, inputs(program.output(b)), NodeObserver.NONE))
        .withMessageContaining("state 0 'x' shares memory with the result of node");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> program.run(
            1, inputs(x), new StepResults(Map.of(a, program.output(b))), NodeObserver.NONE))
        .withMessageContaining("'Exp' shares memory");
  }

  @ParameterizedTest
  @MethodSource("executors")
  void run_neighbours_areApart(Executor executor) {
    CompiledProgram program = compiled(executor);
    program.run(0, inputs(x), new StepResults(Map.of(a, at(64), b, at(128))), NodeObserver.NONE);
    assertThat(program.output(b).getFloat(0)).isEqualTo(1f);
    // Where the results of the run before went, the program holds nothing.
    program.run(1, inputs(at(64)), new StepResults(Map.of(a, at(0), b, at(128))), NodeObserver.NONE);
    assertThat(program.output(b).getFloat(0)).isEqualTo(1f);
  }

  @ParameterizedTest
  @MethodSource("executors")
  void output_afterARefusedRun_isTheRunBefores(Executor executor) {
    CompiledProgram program = compiled(executor);
    Tensor first = at(64);
    program.run(0, inputs(x), new StepResults(Map.of(a, first, b, at(128))), NodeObserver.NONE);
    assertThatIllegalArgumentException().isThrownBy(
        () -> program.run(1, inputs(x), new StepResults(Map.of(a, at(1))), NodeObserver.NONE));
    assertThat(program.output(a)).isSameAs(first);
  }
}
