package dev.verdict.benchmarks;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.StepResults;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.op.BuiltGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Steps of training, each slot's next value being written to where the step after it reads.
final class VerdictTraining implements Contender {
  private final CompiledProgram compiled;
  private final List<Slot> slots;
  private final int loss;
  private final List<Tensor> data;
  private final List<Float> losses = new ArrayList<>();
  private List<Tensor> states;
  private List<Tensor> spare = new ArrayList<>();
  private long step;

  VerdictTraining(TrainedModel model, Executor executor) {
    BuiltGraph graph = model.program();
    slots = graph.program().slots();
    loss = graph.output("loss");
    data = model.data();
    states = TrainedModel.initialStates(graph);
    states.forEach(t -> spare.add(t.copy()));
    Set<Integer> kept = new HashSet<>(Set.of(loss));
    for (Slot slot : slots) {
      if (slot.next() != Slot.UNCHANGED) {
        kept.add(slot.next());
      }
    }
    compiled = executor.compile(graph.program(), kept);
  }

  @Override
  public void run() {
    Map<Integer, Tensor> next = new HashMap<>();
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i).next() != Slot.UNCHANGED) {
        next.put(slots.get(i).next(), spare.get(i));
      }
    }
    compiled.run(step++, new StepInputs(states, data, List.of()), new StepResults(next), NodeObserver.NONE);
    List<Tensor> before = states;
    states = spare;
    spare = before;
    losses.add(compiled.output(loss).getFloat(0));
  }

  @Override
  public float[] result(int count) {
    float[] values = new float[losses.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = losses.get(i);
    }
    return values;
  }
}
