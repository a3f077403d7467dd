package dev.verdict.bisection.trace;

import dev.verdict.bisection.step.StepWitness;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.ir.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// The vectors that a party commits to, or compares with (SPEC §6.1), by re-execution from the nearest checkpoint.
///
/// Roots are kept, tensors recomputed. Of tensors it keeps two states, the outputs that were asked for last, and as many
/// inner states of one interval and outputs of one step as fit in the budget; where they all fit, a dispute executes its
/// interval once and its step once, and else the step once more for each set of outputs that is asked for.
public final class TraceProvider {
  /// A budget that suffices for small models.
  public static final long DEFAULT_BUDGET_BYTES = 64L << 20;

  private final Computation computation;
  private final ProgramCommitment program;
  private final long steps;
  private final long checkpointInterval;
  private final Checkpoints checkpoints;
  private final long budgetBytes;

  private Optional<VectorCommitment> checkpointVector = Optional.empty();
  private long innerInterval = -1;
  private Optional<VectorCommitment> innerVector = Optional.empty();
  /// Inner states of one interval, as far as the budget goes.
  private final NavigableMap<Long, List<Tensor>> snapshots = new TreeMap<>();
  /// S_t for the t last run to; `spare` is written next.
  private long currentStep = -1;
  private List<Tensor> current = List.of();
  private List<Tensor> spare = List.of();
  private Optional<StepTrace> stepTrace = Optional.empty();
  /// Outputs of the step of `stepTrace`, as far as the budget goes.
  private final Map<Integer, Tensor> outputs = new HashMap<>();
  private long outputBytes;
  /// Outputs of that step that didn't fit and were asked for last.
  private Map<Integer, Tensor> wanted = Map.of();
  private Optional<Fold> fold = Optional.empty();

  private record Fold(long step, int node, long element, Tensor accumulators) {}

  /// @param steps T
  /// @param checkpointInterval c
  /// @param checkpoints where re-execution begins
  public TraceProvider(Computation computation, long steps, long checkpointInterval, Checkpoints checkpoints) {
    this(computation, steps, checkpointInterval, checkpoints, DEFAULT_BUDGET_BYTES);
  }

  /// @param budgetBytes of tensors to keep beside what training needs: inner states, and as much again of outputs
  public TraceProvider(
      Computation computation, long steps, long checkpointInterval, Checkpoints checkpoints, long budgetBytes) {
    this.computation = Objects.requireNonNull(computation);
    this.program = ProgramCommitment.of(computation.program());
    this.steps = steps;
    this.checkpointInterval = checkpointInterval;
    this.checkpoints = Objects.requireNonNull(checkpoints);
    this.budgetBytes = budgetBytes;
  }

  public ProgramCommitment program() {
    return program;
  }

  /// Level 0: the leaves of C.
  public VectorCommitment checkpoints() {
    if (checkpointVector.isEmpty()) {
      checkpointVector = Optional.of(VectorCommitment.of(checkpoints.leaves()));
    }
    return checkpointVector.get();
  }

  private long start(long interval) {
    return (interval - 1) * checkpointInterval;
  }

  private long end(long interval) {
    return Math.min(start(interval) + checkpointInterval, steps);
  }

  /// Level 1: the inner states of interval `interval` (from 1), S_{a+1} … S_{b−1}; none where it is one step.
  public VectorCommitment innerSteps(long interval) {
    if (innerInterval != interval) {
      long a = start(interval);
      long b = end(interval);
      snapshots.clear();
      seek(a);
      long stateBytes = current.stream().mapToLong(Tensor::sizeBytes).sum();
      long room = stateBytes == 0 ? 0 : budgetBytes / stateBytes;
      List<Digest> states = new ArrayList<>();
      while (currentStep < b - 1) {
        advance(NodeObserver.NONE);
        states.add(StateCommitment.of(currentStep, current).root());
        if (snapshots.size() < room) {
          snapshots.put(currentStep, RecordedRun.copies(current));
        }
      }
      innerVector = Optional.of(VectorCommitment.of(states));
      innerInterval = interval;
    }
    return innerVector.orElseThrow();
  }

  /// The slots of S_t, t < T; aliases what the next call overwrites.
  public List<Tensor> states(long step) {
    seek(step);
    return current;
  }

  /// Level 2: the commitments of step `step`.
  public StepTrace step(long step) {
    if (stepTrace.isEmpty() || stepTrace.get().step() != step) {
      seek(step);
      outputs.clear();
      wanted = Map.of();
      outputBytes = 0;
      VectorCommitment before = slots(current);
      List<Digest> roots = new ArrayList<>();
      computation.step(step, current, spare, (node, output) -> {
        roots.add(TensorCommitment.root(output));
        if (outputBytes + output.sizeBytes() <= budgetBytes) {
          outputs.put(node, output.copy());
          outputBytes += output.sizeBytes();
        }
      });
      stepTrace = Optional.of(new StepTrace(step, VectorCommitment.of(roots), before, slots(spare)));
    }
    return stepTrace.get();
  }

  private static VectorCommitment slots(List<Tensor> states) {
    return VectorCommitment.of(states.stream().map(TensorCommitment::root).toList());
  }

  /// The outputs of `nodes` in step `step`.
  public Map<Integer, Tensor> outputs(long step, Set<Integer> nodes) {
    step(step);
    if (outputs.keySet().containsAll(nodes)) {
      return outputs;
    }
    if (!wanted.keySet().containsAll(nodes)) {
      Map<Integer, Tensor> found = new HashMap<>();
      forEachOutput(step, (node, output) -> {
        if (nodes.contains(node)) {
          found.put(node, output.copy());
        }
      });
      wanted = found;
    }
    return wanted;
  }

  /// Shows every output of step `step` in order; each is valid until `each` returns.
  public void forEachOutput(long step, NodeObserver each) {
    step(step);
    int count = program().program().nodes().size();
    if (outputs.size() == count) {
      for (int node = 0; node < count; node++) {
        each.computed(node, Objects.requireNonNull(outputs.get(node)));
      }
    } else {
      seek(step);
      computation.step(step, current, spare, each);
    }
  }

  /// The output of node `node` in step `step`.
  public Tensor output(long step, int node) {
    return Objects.requireNonNull(outputs(step, Set.of(node)).get(node));
  }

  /// The first output of step `step` whose commitment satisfies `wanted`.
  public Optional<TensorCommitment> findOutput(long step, Predicate<TensorCommitment> wanted) {
    List<Tensor> found = new ArrayList<>();
    forEachOutput(step, (node, output) -> {
      if (found.isEmpty() && wanted.test(TensorCommitment.of(output))) {
        found.add(output.copy());
      }
    });
    return found.stream().findFirst().map(TensorCommitment::of);
  }

  /// Level 3: the inner accumulators of element `element` of node `node` in step `step`. K > 1.
  public Tensor accumulators(long step, int node, long element) {
    if (fold.isEmpty() || fold.get().step() != step || fold.get().node() != node || fold.get().element() != element) {
      // With the node itself, which a step proof asks for next.
      Map<Integer, Tensor> operands = outputs(step, operandNodes(node));
      seek(step);
      Tensor inner = computation.accumulators(step, current, j -> Objects.requireNonNull(operands.get(j)), node, element);
      fold = Optional.of(new Fold(step, node, element, inner));
    }
    return fold.get().accumulators();
  }

  /// What `node` reads, and itself.
  private Set<Integer> operandNodes(int node) {
    Set<Integer> nodes = new TreeSet<>();
    for (Input input : nodeAt(node).inputs()) {
      if (input.source() instanceof Source.NodeOutput(int index)) {
        nodes.add(index);
      }
    }
    nodes.add(node);
    return nodes;
  }

  private Node nodeAt(int index) {
    return program().program().nodes().get(index);
  }

  /// What a step proof about slots is built from, in step `step`.
  public StepWitness slotWitness(long step) {
    return new Witness(step(step), List.of(), Map.of(), Optional.empty());
  }

  /// What a step proof about element `element` of node `node` is built from, in step `step`.
  public StepWitness elementWitness(long step, int node, long element) {
    StepTrace trace = step(step);
    Optional<Tensor> inner =
        nodeAt(node).foldLength() > 1 ? Optional.of(accumulators(step, node, element)) : Optional.empty();
    Map<Integer, Tensor> read = outputs(step, operandNodes(node));
    seek(step);
    return new Witness(trace, current, read, inner);
  }

  private final class Witness implements StepWitness {
    private final StepTrace trace;
    private final List<Tensor> states;
    private final Map<Integer, Tensor> read;
    private final Optional<Tensor> inner;

    Witness(StepTrace trace, List<Tensor> states, Map<Integer, Tensor> read, Optional<Tensor> inner) {
      this.trace = trace;
      this.states = states;
      this.read = read;
      this.inner = inner;
    }

    @Override
    public VectorCommitment trace() {
      return trace.trace();
    }

    @Override
    public VectorCommitment slotsBefore() {
      return trace.slotsBefore();
    }

    @Override
    public VectorCommitment slotsAfter() {
      return trace.slotsAfter();
    }

    @Override
    public Tensor output(int index) {
      return Objects.requireNonNull(read.get(index));
    }

    @Override
    public Tensor state(int index) {
      return states.get(index);
    }

    @Override
    public Tensor data(int index) {
      return computation.data().get(index);
    }

    @Override
    public Tensor constant(int index) {
      return computation.constants().get(index);
    }

    @Override
    public Tensor fold() {
      return inner.orElseThrow();
    }
  }

  // ------------------------------------------------------------------ running

  /// Makes `current` S_step, from where it is, a snapshot or a checkpoint, whichever is nearest.
  private void seek(long step) {
    if (currentStep == step) {
      return;
    }
    long index = step == steps ? (steps - 1) / checkpointInterval + 1 : step / checkpointInterval;
    long from = Math.min(index * checkpointInterval, steps);
    Map.Entry<Long, List<Tensor>> snapshot = snapshots.floorEntry(step);
    long nearest = snapshot == null ? from : Math.max(from, snapshot.getKey());
    // A state between that and the step is nearer still.
    if (currentStep < nearest || currentStep > step) {
      load(nearest, nearest == from ? checkpoints.states(index) : Objects.requireNonNull(snapshot).getValue());
    }
    while (currentStep < step) {
      advance(NodeObserver.NONE);
    }
  }

  private void load(long step, List<Tensor> states) {
    if (current.isEmpty()) {
      current = RecordedRun.copies(states);
      spare = RecordedRun.copies(states);
    } else {
      for (int s = 0; s < states.size(); s++) {
        current.get(s).copyFrom(states.get(s));
      }
    }
    currentStep = step;
  }

  private void advance(NodeObserver observer) {
    computation.step(currentStep, current, spare, observer);
    List<Tensor> done = spare;
    spare = current;
    current = done;
    currentStep++;
  }
}
