package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.InaccessibleTensorException;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.StepResults;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.GraphBuilder;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// Memory that isn't every thread's: what is refused is refused before anything is computed.
class ConfinedTensorTest {
  private static final Shape SHAPE = Shape.of(512, 512);

  private final BuiltGraph graph = graph();
  private final int y = graph.output("y");

  private static BuiltGraph graph() {
    GraphBuilder g = new GraphBuilder();
    g.output("y", g.exp(g.state("x", DType.F32, SHAPE)));
    return g.build();
  }

  private CompiledProgram compiled(int threads) {
    return new CpuExecutor(threads).compile(graph.program(), Set.of(y));
  }

  private static StepInputs inputs(Tensor x) {
    return new StepInputs(List.of(x), List.of(), List.of());
  }

  private static Tensor ones(Arena arena) {
    Tensor x = Tensor.allocate(arena, DType.F32, SHAPE);
    for (long i = 0; i < x.numel(); i++) {
      x.setFloat(i, 1);
    }
    return x;
  }

  @Test
  void run_confinedToTheCaller_worksOnItAlone() {
    try (Arena arena = Arena.ofConfined()) {
      CompiledProgram program = compiled(1);
      Tensor result = Tensor.allocate(arena, DType.F32, SHAPE);
      program.run(0, inputs(ones(arena)), new StepResults(Map.of(y, result)), NodeObserver.NONE);
      assertThat(result.getFloat(result.numel() - 1)).isEqualTo((float) Math.E);
    }
  }

  @Test
  void run_confinedInputOnSeveralThreads_throwsBeforeAnythingIsComputed() {
    try (Arena arena = Arena.ofConfined()) {
      CompiledProgram program = compiled(2);
      Tensor result = Tensor.zeros(DType.F32, SHAPE);
      assertThatThrownBy(() ->
          program.run(0, inputs(ones(arena)), new StepResults(Map.of(y, result)), NodeObserver.NONE))
          .isInstanceOf(InaccessibleTensorException.class)
          .hasMessage("state 0 'x': its memory is confined to one thread, and this executor computes on 2; take it from"
              + " Arena.ofShared() or Arena.ofAuto(), or an executor of one thread");
      assertThat(result.sameBits(Tensor.zeros(DType.F32, SHAPE))).isTrue();
    }
  }

  @Test
  void run_confinedResultOnSeveralThreads_throwsNamingItsNode() {
    try (Arena arena = Arena.ofConfined()) {
      Tensor result = Tensor.allocate(arena, DType.F32, SHAPE);
      assertThatThrownBy(() -> compiled(2)
          .run(0, inputs(ones(Arena.ofAuto())), new StepResults(Map.of(y, result)), NodeObserver.NONE))
          .isInstanceOf(InaccessibleTensorException.class)
          .hasMessageStartingWith("result of node " + y + " 'Exp': its memory is confined to one thread");
    }
  }

  @Test
  void run_readOnlyResult_throwsNamingItsNode() {
    Tensor result = Tensor.of(DType.F32, SHAPE, ones(Arena.ofAuto()).segment().asReadOnly());
    for (int threads = 1; threads <= 2; threads++) {
      CompiledProgram program = compiled(threads);
      assertThatThrownBy(() -> program.run(
          0, inputs(ones(Arena.ofAuto())), new StepResults(Map.of(y, result)), NodeObserver.NONE))
          .isInstanceOf(InaccessibleTensorException.class)
          .hasMessage("result of node " + y + " 'Exp': its memory is read-only; give a result memory of its own");
    }
  }

  @Test
  void run_sharedOnSeveralThreads_computes() {
    try (Arena arena = Arena.ofShared()) {
      CompiledProgram program = compiled(3);
      program.run(0, inputs(ones(arena)), NodeObserver.NONE);
      assertThat(program.output(y).getFloat(SHAPE.numel() - 1)).isEqualTo((float) Math.E);
    }
  }

  @Test
  void run_confinedToAnotherThread_throwsOnAnyNumber() throws Exception {
    try (Arena arena = Arena.ofConfined(); ExecutorService other = Executors.newSingleThreadExecutor()) {
      Tensor x = ones(arena);
      for (CompiledProgram program : List.of(
          compiled(1), compiled(2), new ReferenceExecutor().compile(graph.program(), Set.of(y)))) {
        other.submit(() -> assertThatThrownBy(() -> program.run(0, inputs(x), NodeObserver.NONE))
            .isInstanceOf(InaccessibleTensorException.class)
            .hasMessageContaining("state 0 'x': its memory is confined to another thread than the calling one")).get();
      }
    }
  }

  @Test
  void run_arenaClosed_throwsSayingSo() {
    Tensor x;
    try (Arena arena = Arena.ofShared()) {
      x = ones(arena);
    }
    for (CompiledProgram program : List.of(
        compiled(1), compiled(2), new ReferenceExecutor().compile(graph.program(), Set.of(y)))) {
      assertThatThrownBy(() -> program.run(0, inputs(x), NodeObserver.NONE))
          .isInstanceOf(InaccessibleTensorException.class).hasMessage("state 0 'x': its arena has been closed");
    }
  }
}
