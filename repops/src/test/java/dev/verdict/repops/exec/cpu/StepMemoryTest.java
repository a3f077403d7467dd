package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.MemoryReport;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a step takes, by the planner's own account and by the process.
class StepMemoryTest {
  private static final int NODES = 20;
  private static final int SIDE = 2048;
  /// Code, classes and collector's marks that grow while a process runs.
  private static final long OVERHEAD_BYTES = 32L << 20;

  static Stream<StepBenchmark.Training> models() {
    return Stream.of(
        StepBenchmark.mlp(), StepBenchmark.convnet(), StepBenchmark.small(), StepBenchmark.transformer());
  }

  @ParameterizedTest
  @MethodSource("models")
  void memory_ofAModelsStep_isAtMost1Point3TimesWhatLives(StepBenchmark.Training training) {
    Program program = training.built().program();
    for (int threads = 1; threads <= 2; threads++) {
      MemoryReport report = new CpuExecutor(threads).compile(program, training.kept()).memory();
      assertThat(report.ratio()).as("%s, %s threads: %s", training.name(), threads, report).isBetween(1.0, 1.3);
    }
    MemoryReport all = new CpuExecutor().compile(program).memory();
    assertThat(all.kept()).as("keeping every node takes more than the arena").isGreaterThan(all.arena());
  }

  /// Nodes that can't be grouped, each as large as the state: the first transposes it, the next transposes that, and so
  /// on. Two of them live at once.
  private static BuiltGraph transpositions(int side) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(side, side));
    Value y = x;
    for (int i = 0; i < NODES; i++) {
      y = g.abs(g.transpose(y));
    }
    g.update(x, y);
    return g.build();
  }

  @Test
  void memory_ofAChain_isTwoNodesBesideStateAndNext() {
    BuiltGraph built = transpositions(64);
    int last = built.program().slots().getFirst().next();
    MemoryReport report = new CpuExecutor().compile(built.program(), Set.of(last)).memory();
    assertThat(report.inputs()).isEqualTo(64 * 64 * 4);
    assertThat(report.kept()).isEqualTo(64 * 64 * 4);
    assertThat(report.arena()).isEqualTo(2 * 64 * 64 * 4);
    assertThat(report.live()).isEqualTo(4 * 64 * 64 * 4);
    MemoryReport reference = new ReferenceExecutor().compile(built.program(), Set.of(last)).memory();
    assertThat(reference.live()).isEqualTo(report.live());
    assertThat(reference.arena()).isEqualTo((NODES - 1) * 64 * 64 * 4);
  }

  /// Folds of a million steps over one element each, no two alike: a program of 10 KB, for which tables of positions
  /// would take 25 MB a node.
  @Test
  void compile_longProductsOfFewElements_takesLittleOfTheHeap() {
    List<Node> nodes = new ArrayList<>();
    for (int n = 0; n < 60; n++) {
      Input a = new Input(new Source.State(0), DType.F32, 32, 0, new long[] {1, 0}, new long[] {0});
      Input b = new Input(new Source.State(0), DType.F32, 32, 0, new long[] {0, 1}, new long[] {0});
      nodes.add(new Node("", DType.F32, Shape.of(2, 16), Shape.of((1 << 20) - n), 0, List.of(a, b), List.of(
          new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.LOAD, 1, 0, 0, 0),
          new Instruction(Opcode.ACC, 0, 0, 0, 0), new Instruction(Opcode.FMA, 0, 1, 2, 0))));
    }
    Program program = new Program(
        List.of(new Slot("s", DType.F32, Shape.of(32), Slot.UNCHANGED)), List.of(), List.of(), nodes);
    long before = heapBytes();
    CompiledProgram compiled = new CpuExecutor().compile(program);
    assertThat(heapBytes() - before).isLessThan(200L << 20);
    assertThat(compiled.memory().scratch()).isLessThan(1 << 20);
  }

  private static long heapBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /// Growth of a process's resident memory in a step; where every node is kept it breaks the same bound.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void process_ofAStep_growsByAtMost1Point3TimesWhatLives(boolean planned) throws Exception {
    assumeThat(Path.of("/proc/self/status")).as("Linux tells what is resident").exists();
    Process process = new ProcessBuilder(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules=jdk.incubator.vector",
        "-Xmx64m", "-XX:MaxDirectMemorySize=1g", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
        StepMemoryTest.class.getName(),
        Boolean.toString(planned)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    System.out.print("StepMemoryTest planned " + planned + ": " + output.substring(output.indexOf("grown")));
    long grown = Long.parseLong(output.substring(output.indexOf("grown ") + 6).strip());
    long bound = 4L * SIDE * SIDE * 4 * 13 / 10 + OVERHEAD_BYTES;
    if (planned) {
      assertThat(grown).isLessThan(bound);
    } else {
      assertThat(grown).isGreaterThan(bound);
    }
  }

  /// What the other process runs.
  public static void main(String[] args) throws IOException {
    boolean planned = Boolean.parseBoolean(args[0]);
    step(transpositions(32), 32, planned);
    long before = residentBytes();
    CompiledProgram compiled = step(transpositions(SIDE), SIDE, planned);
    System.out.println("grown " + (residentBytes() - before));
    if (compiled.output(NODES - 1).getFloat(1) != 1) {
      throw new IllegalStateException("an even number of transpositions and the absolute value leave 1");
    }
  }

  private static CompiledProgram step(BuiltGraph built, int side, boolean planned) {
    Tensor x = Tensor.zeros(DType.F32, Shape.of(side, side));
    x.setFloat(1, -1);
    Program program = built.program();
    CompiledProgram compiled = planned
        ? new CpuExecutor(2).compile(program, Set.of(NODES - 1))
        : new CpuExecutor(2).compile(program);
    compiled.run(0, new StepInputs(List.of(x), List.of(), List.of()), NodeObserver.NONE);
    return compiled;
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IllegalStateException("no VmRSS in /proc/self/status");
  }
}
