package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.MemoryReport;
import dev.verdict.repops.exec.NodeNotKeptException;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.StepResults;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A program in two schedules: nodes in groups where nobody looks, node after node where somebody does. The second is
/// made when it is first needed.
final class CpuProgram implements CompiledProgram {
  private final Program program;
  private final Set<Integer> kept;
  private final Crew crew;
  private final Pipeline grouped;
  private final Supplier<Pipeline> makeOneByOne;
  private @Nullable Pipeline oneByOne;
  /// Buffers for kept outputs, made when a run is first not given others.
  private final @Nullable Tensor[] own;
  private @Nullable Tensor[] results;

  CpuProgram(Program program, Set<Integer> kept, Crew crew, Pipeline grouped, Supplier<Pipeline> oneByOne) {
    this.program = program;
    this.kept = kept;
    this.crew = crew;
    this.grouped = grouped;
    this.makeOneByOne = oneByOne;
    this.own = new Tensor[program.nodes().size()];
    this.results = new Tensor[program.nodes().size()];
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public Set<Integer> kept() {
    return kept;
  }

  @Override
  public void run(long step, StepInputs inputs, StepResults given, NodeObserver observer) {
    inputs.requireMatching(program);
    given.requireMatching(program, kept);
    inputs.requireAccessible(program, crew.size());
    given.requireAccessible(program, crew.size());
    @Nullable Tensor[] next = new Tensor[results.length];
    for (int n : kept) {
      Tensor result = given.tensors().get(n);
      next[n] = result == null ? own(n) : result;
    }
    given.requireDisjoint(program, inputs, Arrays.asList(next));
    results = next;
    pipeline(observer).run(step, inputs, results, crew, observer);
  }

  private Pipeline pipeline(NodeObserver observer) {
    if (observer == NodeObserver.NONE) {
      return grouped;
    }
    Pipeline made = oneByOne;
    if (made == null) {
      made = makeOneByOne.get();
      oneByOne = made;
    }
    return made;
  }

  private Tensor own(int n) {
    Tensor tensor = own[n];
    if (tensor == null) {
      Node node = program.nodes().get(n);
      tensor = Tensor.zeros(node.dtype(), node.out());
      own[n] = tensor;
    }
    return tensor;
  }

  @Override
  public Tensor output(int node) {
    Executor.requireNode(program, node);
    if (!kept.contains(node)) {
      throw new NodeNotKeptException(node, program.nodes().get(node).label());
    }
    Tensor result = results[node];
    return result == null ? own(node) : result;
  }

  @Override
  public MemoryReport memory() {
    return grouped.report();
  }
}
