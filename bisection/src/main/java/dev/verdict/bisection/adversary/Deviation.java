package dev.verdict.bisection.adversary;

import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.ir.Program;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// A run that is honest but for some steps. Which of several ways of cheating it takes shows at the first of them: the
/// first that changes the state after the step, since a deviation that is rounded away would be none.
public final class Deviation implements Computation {
  /// One way of cheating.
  interface Way {
    /// In words.
    String describe();

    /// As [Computation#step].
    void step(long step, List<Tensor> states, List<Tensor> next, NodeObserver observer);

    /// As [Computation#accumulators].
    Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node, long element);

    /// What its steps are done with.
    HonestComputation honest();
  }

  private final String name;
  private final HonestComputation honest;
  private final long first;
  private final long last;
  private final Iterable<? extends Way> ways;
  private Optional<Way> taken = Optional.empty();
  /// What the last step was done with.
  private HonestComputation latest;

  /// Deviates in steps `first` to `last`.
  Deviation(String name, HonestComputation honest, long first, long last, Iterable<? extends Way> ways) {
    this.name = name;
    this.honest = honest;
    this.latest = honest;
    this.first = first;
    this.last = last;
    this.ways = ways;
  }

  /// The first step that isn't honest.
  public long firstStep() {
    return first;
  }

  /// What was done, in words; known once the first step of it has run.
  public Optional<String> describe() {
    return taken.map(way -> "step " + first + ": " + way.describe());
  }

  @Override
  public Program program() {
    return honest.program();
  }

  @Override
  public List<Tensor> data() {
    return honest.data();
  }

  @Override
  public List<Tensor> constants() {
    return honest.constants();
  }

  @Override
  public void step(long step, List<Tensor> states, List<Tensor> next, NodeObserver observer) {
    if (step < first || step > last) {
      honest.step(step, states, next, observer);
      latest = honest;
    } else {
      Way way = way(states, next);
      way.step(step, states, next, observer);
      latest = way.honest();
    }
  }

  @Override
  public Optional<Tensor> kept(int node) {
    return latest.kept(node);
  }

  @Override
  public Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node, long element) {
    return step < first || step > last
        ? honest.accumulators(step, states, outputs, node, element)
        : way(states, states.stream().map(Tensor::copy).toList()).accumulators(step, states, outputs, node, element);
  }

  /// The way taken. The first call comes with the states before step `first`, which every run goes through.
  private Way way(List<Tensor> states, List<Tensor> scratch) {
    if (taken.isEmpty()) {
      honest.step(first, states, scratch, NodeObserver.NONE);
      List<Tensor> right = scratch.stream().map(Tensor::copy).toList();
      for (Way way : ways) {
        way.step(first, states, scratch, NodeObserver.NONE);
        for (int s = 0; s < right.size(); s++) {
          if (!right.get(s).sameBits(scratch.get(s))) {
            taken = Optional.of(way);
            return way;
          }
        }
      }
      throw new IneffectiveCheatException(name, first);
    }
    return taken.get();
  }
}
