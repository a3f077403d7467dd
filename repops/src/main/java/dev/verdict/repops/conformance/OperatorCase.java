package dev.verdict.repops.conformance;

import dev.verdict.repops.DType;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.Gradients;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/// An operator on fixed operands of awkward shapes, forward and, where it has one, its gradient for every operand that
/// is differentiated. A case reads:
///
/// ```
/// OperatorCase.of("LogSoftmax").onnx("LogSoftmax", 13).formula("(x − m) − log Σ expMinus(x − m), m = max x")
///     .gradient("g − expMinus(y) · Σ g").takes(Operand.floats(5, 37)).computes((g, x) -> g.logSoftmax(x.get(0), 1))
/// ```
///
/// It is run three times: on ordinary numbers, with signed zeros and subnormals among them, and with infinities and
/// NaN.
public final class OperatorCase implements Entry {
  /// Makes the operator's results from its operands.
  @FunctionalInterface
  public interface Build {
    List<Value> results(GraphBuilder graph, List<Value> operands);
  }

  private static final String WEIGHTS = "g";

  private final String name;
  private final String onnx;
  private final OptionalInt opset;
  private final String formula;
  private final Optional<String> gradient;
  private final List<Operand> operands;
  private final int steps;
  private final Build build;

  private OperatorCase(Draft draft, Build build) {
    this.name = draft.name;
    this.onnx = draft.onnx;
    this.opset = draft.opset;
    this.formula = draft.formula;
    this.gradient = draft.gradient;
    this.operands = List.copyOf(draft.operands);
    this.steps = draft.steps;
    this.build = build;
  }

  /// Begins a case. Where an operator has several, the name says which: `Conv, strided`. Throws
  /// [IllegalArgumentException] for a name that isn't ASCII.
  public static Draft of(String name) {
    if (!name.chars().allMatch(c -> c >= ' ' && c < 127)) {
      throw new IllegalArgumentException("an entry's name is published in ASCII: '" + name + "'");
    }
    return new Draft(name);
  }

  /// A case that is being described.
  public static final class Draft {
    private final String name;
    private String onnx = "";
    private OptionalInt opset = OptionalInt.empty();
    private String formula = "";
    private Optional<String> gradient = Optional.empty();
    private List<Operand> operands = List.of();
    private int steps = 1;

    private Draft(String name) {
      this.name = name;
    }

    /// ONNX's name, and the opset that last changed its meaning.
    public Draft onnx(String operator, int since) {
      onnx = operator;
      opset = OptionalInt.of(since);
      return this;
    }

    /// One line: what it computes, or whose definition it is.
    public Draft formula(String line) {
      formula = line;
      return this;
    }

    /// One line: the gradient, g being the loss's gradient for the result. Without it there is none.
    public Draft gradient(String line) {
      gradient = Optional.of(line);
      return this;
    }

    public Draft takes(Operand... all) {
      operands = List.of(all);
      return this;
    }

    /// Runs so many consecutive steps.
    public Draft steps(int count) {
      steps = count;
      return this;
    }

    /// An operator of one result.
    public OperatorCase computes(BiFunction<GraphBuilder, List<Value>, Value> result) {
      return computesAll((graph, x) -> List.of(result.apply(graph, x)));
    }

    /// An operator of several results, or of none but its slots' next values.
    public OperatorCase computesAll(Build build) {
      return new OperatorCase(this, build);
    }
  }

  @Override
  public Kind kind() {
    return Kind.OPERATOR;
  }

  @Override
  public String name() {
    return name;
  }

  /// ONNX's name for it, empty where ONNX has none.
  public String onnx() {
    return onnx;
  }

  /// The opset that [#onnx()] means.
  public OptionalInt opset() {
    return opset;
  }

  public String formula() {
    return formula;
  }

  public Optional<String> gradient() {
    return gradient;
  }

  /// The operator alone.
  public BuiltGraph forward() {
    GraphBuilder graph = new GraphBuilder();
    outputs(graph, build.results(graph, operandsOf(graph)));
    return graph.build();
  }

  /// The operator and the gradients of Σ result · weights, the weights being one more slot for each f32 result.
  public BuiltGraph withGradients() {
    GraphBuilder graph = new GraphBuilder();
    List<Value> values = operandsOf(graph);
    List<Value> results = build.results(graph, values);
    outputs(graph, results);
    if (gradient.isEmpty()) {
      return graph.build();
    }
    List<Value> weighted = new ArrayList<>();
    for (int r = 0; r < results.size(); r++) {
      if (results.get(r).dtype() == DType.F32) {
        Value weights = graph.state(WEIGHTS + r, DType.F32, results.get(r).shape());
        weighted.add(graph.reduceSum(graph.mul(results.get(r), weights), false));
      }
    }
    Value loss = weighted.stream().reduce(graph::add).orElseThrow();
    List<Value> differentiated = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      if (operands.get(i).isDifferentiated()) {
        differentiated.add(values.get(i));
      }
    }
    List<Value> gradients = Gradients.gradients(loss, differentiated);
    for (int i = 0; i < gradients.size(); i++) {
      graph.output("d" + i, gradients.get(i));
    }
    return graph.build();
  }

  private List<Value> operandsOf(GraphBuilder graph) {
    List<Value> values = new ArrayList<>();
    for (Operand operand : operands) {
      values.add(graph.state("x" + values.size(), operand.dtype(), operand.shape()));
    }
    return values;
  }

  private static void outputs(GraphBuilder graph, List<Value> results) {
    for (int r = 0; r < results.size(); r++) {
      graph.output("y" + r, results.get(r));
    }
  }

  @Override
  public Sample sample() {
    BuiltGraph built = withGradients();
    List<Integer> nodes = new ArrayList<>(built.outputs().values());
    for (Slot slot : built.program().slots()) {
      if (slot.next() != Slot.UNCHANGED) {
        nodes.add(slot.next());
      }
    }
    List<Sample.Run> runs = new ArrayList<>();
    for (Edges edges : Edges.values()) {
      runs.add(new Sample.Run(0, steps, states(built, edges)));
    }
    return new Sample(built.program(), nodes, runs);
  }

  /// The operands, the gradient's weights, and for what slots the operator made itself their initial values.
  private List<Tensor> states(BuiltGraph built, Edges edges) {
    Program program = built.program();
    List<Tensor> states = new ArrayList<>(built.initialStates(1));
    for (int i = 0; i < states.size(); i++) {
      Slot slot = program.slots().get(i);
      if (i < operands.size()) {
        states.set(i, operands.get(i).tensor(i, edges));
      } else if (gradient.isPresent() && slot.name().matches(WEIGHTS + "[0-9]+")) {
        states.set(i, Operand.floats(slot.shape().dims()).tensor(i, edges));
      }
    }
    return states;
  }

  @Override
  public String toString() {
    return key();
  }
}
