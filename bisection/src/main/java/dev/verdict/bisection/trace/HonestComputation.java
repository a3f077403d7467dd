package dev.verdict.bisection.trace;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.BodyInterpreter;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.FoldTrace;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import java.util.List;
import java.util.function.IntFunction;

/// The one true execution of a program (SPEC §3.1), by any executor.
public final class HonestComputation implements Computation {
  private final CompiledProgram compiled;
  private final List<Tensor> data;
  private final List<Tensor> constants;

  /// Compiles `program`. Throws as [Executor#compile(Program)].
  public HonestComputation(Executor executor, Program program, List<Tensor> data, List<Tensor> constants) {
    this.compiled = executor.compile(program);
    this.data = List.copyOf(data);
    this.constants = List.copyOf(constants);
  }

  @Override
  public Program program() {
    return compiled.program();
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
    compiled.run(step, new StepInputs(states, data, constants), observer);
    List<Slot> slots = program().slots();
    for (int s = 0; s < slots.size(); s++) {
      int node = slots.get(s).next();
      next.get(s).copyFrom(node == Slot.UNCHANGED ? states.get(s) : compiled.output(node));
    }
  }

  @Override
  public Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node, long element) {
    return fold(step, states, outputs, node).accumulators(element).orElseThrow();
  }

  /// The output of node `index` in the step that runs, or ran last; aliases.
  public Tensor output(int index) {
    return compiled.output(index);
  }

  /// The fold of node `node` in step `step`.
  public FoldTrace fold(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node) {
    Node n = program().nodes().get(node);
    List<Tensor> operands = new StepInputs(states, data, constants).operands(n, outputs);
    return new FoldTrace(n, step, BodyInterpreter.Operands.of(operands));
  }
}
