package dev.verdict.repops.op;

import java.util.List;

/// Gradient descent: p' = fma(−rate, g, p).
public record Sgd(LearningRate rate) implements Optimizer {
  /// With a constant rate.
  public static Sgd of(float rate) {
    return new Sgd(LearningRate.constant(rate));
  }

  @Override
  public void update(GraphBuilder graph, List<String> names, List<Value> parameters, List<Value> gradients) {
    Value learningRate = rate.node(graph);
    for (int i = 0; i < parameters.size(); i++) {
      Value p = parameters.get(i);
      graph.update(p, descended("Sgd", p, gradients.get(i), learningRate));
    }
  }

  /// fma(−rate, direction, p).
  static Value descended(String label, Value p, Value direction, Value learningRate) {
    NodeBuilder n = p.graph().node(label, p.dtype(), p.shape());
    return n.result(n.load(learningRate).negated().timesPlus(n.load(direction), n.load(p)));
  }
}
