package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import java.util.List;

/// Gradient descent: p' = fma(−rate, g, p), g being fma(weightDecay, p, gradient), in a node before it, where there is
/// weight decay.
public record Sgd(LearningRate rate, float weightDecay) implements Optimizer {
  /// Without weight decay.
  public Sgd(LearningRate rate) {
    this(rate, 0f);
  }

  /// With a constant rate, without weight decay.
  public static Sgd of(float rate) {
    return new Sgd(LearningRate.constant(rate));
  }

  @Override
  public void update(GraphBuilder graph, List<String> names, List<Value> parameters, List<Value> gradients) {
    Value learningRate = rate.node(graph);
    for (int i = 0; i < parameters.size(); i++) {
      Value p = parameters.get(i);
      graph.update(p, descended("Sgd", p, decayed("Sgd", gradients.get(i), p, weightDecay), learningRate));
    }
  }

  /// fma(−rate, direction, p).
  static Value descended(String label, Value p, Value direction, Value learningRate) {
    NodeBuilder n = p.graph().node(label, p.dtype(), p.shape());
    return n.result(n.load(learningRate).negated().timesPlus(n.load(direction), n.load(p)));
  }

  /// fma(weightDecay, p, g): the gradient with that of weightDecay/2 · Σ p² added; g itself where there is none.
  static Value decayed(String label, Value g, Value p, float weightDecay) {
    if (weightDecay == 0) {
      return g;
    }
    NodeBuilder n = p.graph().node(label + ".decayed", DType.F32, p.shape());
    return n.result(n.constant(weightDecay).timesPlus(n.load(p), n.load(g)));
  }
}
