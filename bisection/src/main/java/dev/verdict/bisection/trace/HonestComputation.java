package dev.verdict.bisection.trace;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.BodyInterpreter;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.FoldTrace;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.StepResults;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// The one true execution of a program (SPEC §3.1), by any executor.
///
/// A step that nobody observes keeps what the slots become and the nodes of one element; the next states are computed
/// where they belong. A step that is observed keeps every node: the program is compiled once more when it first is.
public final class HonestComputation implements Computation {
  private final Executor executor;
  private final CompiledProgram training;
  private @Nullable CompiledProgram observed;
  /// What the last step was done with.
  private CompiledProgram last;
  private final List<Tensor> data;
  private final List<Tensor> constants;

  /// Compiles `program`. Throws as [Executor#compile(Program)].
  public HonestComputation(Executor executor, Program program, List<Tensor> data, List<Tensor> constants) {
    this.executor = executor;
    this.training = executor.compile(program, keptInTraining(program));
    this.last = training;
    this.data = List.copyOf(data);
    this.constants = List.copyOf(constants);
  }

  private static Set<Integer> keptInTraining(Program program) {
    Set<Integer> kept = new TreeSet<>();
    for (Slot slot : program.slots()) {
      if (slot.next() != Slot.UNCHANGED) {
        kept.add(slot.next());
      }
    }
    for (int n = 0; n < program.nodes().size(); n++) {
      if (program.nodes().get(n).out().numel() == 1) {
        kept.add(n);
      }
    }
    return kept;
  }

  @Override
  public Program program() {
    return training.program();
  }

  @Override
  public List<Tensor> data() {
    return data;
  }

  @Override
  public List<Tensor> constants() {
    return constants;
  }

  @Override
  public void step(long step, List<Tensor> states, List<Tensor> next, NodeObserver observer) {
    last = observer == NodeObserver.NONE ? training : observed();
    List<Slot> slots = program().slots();
    Map<Integer, Tensor> results = new HashMap<>();
    for (int s = 0; s < slots.size(); s++) {
      if (slots.get(s).next() != Slot.UNCHANGED) {
        results.putIfAbsent(slots.get(s).next(), next.get(s));
      }
    }
    last.run(step, new StepInputs(states, data, constants), new StepResults(results), observer);
    // A slot that no node updates, or that shares its node with another, is the only one that costs a copy.
    for (int s = 0; s < slots.size(); s++) {
      Tensor value = slots.get(s).next() == Slot.UNCHANGED ? states.get(s) : results.get(slots.get(s).next());
      if (value != null && value != next.get(s)) {
        next.get(s).copyFrom(value);
      }
    }
  }

  private CompiledProgram observed() {
    CompiledProgram every = observed;
    if (every == null) {
      every = executor.compile(program());
      observed = every;
    }
    return every;
  }

  @Override
  public Optional<Tensor> kept(int node) {
    return last.kept().contains(node) ? Optional.of(last.output(node)) : Optional.empty();
  }

  @Override
  public Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node, long element) {
    return fold(step, states, outputs, node).accumulators(element).orElseThrow();
  }

  /// The output of node `index` in the observed step that runs, or ran last; aliases.
  public Tensor output(int index) {
    return observed().output(index);
  }

  /// The fold of node `node` in step `step`.
  public FoldTrace fold(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node) {
    Node n = program().nodes().get(node);
    List<Tensor> operands = new StepInputs(states, data, constants).operands(n, outputs);
    return new FoldTrace(n, step, BodyInterpreter.Operands.of(operands));
  }
}
