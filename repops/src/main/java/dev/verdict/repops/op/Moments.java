package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.ArrayList;
import java.util.List;

/// What Adam and AdamW share: moments, their corrections, the direction.
final class Moments {
  private final String label;
  private final float beta1;
  private final float beta2;
  private final float epsilon;
  private final List<Value> first = new ArrayList<>();
  private final List<Value> second = new ArrayList<>();
  private final Value stepSize;
  private final Value correction;

  /// Declares the slots NAME.m and NAME.v of every parameter, then LABEL.beta1Power and LABEL.beta2Power.
  Moments(String label, GraphBuilder graph, List<String> names, List<Value> parameters, Value learningRate,
      float beta1, float beta2, float epsilon) {
    this.label = label;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    for (int i = 0; i < parameters.size(); i++) {
      Shape shape = parameters.get(i).shape();
      first.add(graph.state(names.get(i) + ".m", DType.F32, shape));
      second.add(graph.state(names.get(i) + ".v", DType.F32, shape));
    }
    Value beta1Power = power(graph, label + ".beta1Power", beta1);
    Value beta2Power = power(graph, label + ".beta2Power", beta2);
    stepSize = Elementwise.map(label + ".stepSize", learningRate, beta1Power,
        (r, b) -> r.over(b.node().constant(1f).minus(b)));
    correction = Elementwise.map(label + ".correction2", beta2Power, b -> b.node().constant(1f).minus(b));
  }

  private static Value power(GraphBuilder graph, String name, float beta) {
    Value power = graph.state(name, DType.F32, Shape.scalar(), Initializer.constant(1f));
    Value next = Elementwise.map(name, power, b -> b.times(b.node().constant(beta)));
    graph.update(power, next);
    return next;
  }

  /// rate / (1 − b1').
  Value stepSize() {
    return stepSize;
  }

  /// m' / (sqrt(v' / c2) + ε) of parameter `i`, whose moments it moves.
  Value direction(int i, Value g) {
    Value m = Elementwise.map(label + ".m", first.get(i), g, (old, x) ->
        old.node().constant(beta1).timesPlus(old, old.node().constant(1 - beta1).times(x)));
    Value v = Elementwise.map(label + ".v", second.get(i), g, (old, x) ->
        old.node().constant(beta2).timesPlus(old, old.node().constant(1 - beta2).times(x).times(x)));
    g.graph().update(first.get(i), m);
    g.graph().update(second.get(i), v);
    NodeBuilder d = g.graph().node(label + ".direction", DType.F32, g.shape());
    return d.result(d.load(m).over(d.load(v).over(d.load(correction)).sqrt().plus(d.constant(epsilon))));
  }
}
