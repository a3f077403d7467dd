package dev.verdict.repops.op;

import java.util.ArrayList;
import java.util.List;

/// Gradient descent with momentum: v' = fma(μ, v, g), p' = fma(−rate, v', p), in two nodes. The slot `NAME.velocity`
/// starts at 0.
public record Momentum(LearningRate rate, float momentum) implements Optimizer {
  /// With a constant rate.
  public static Momentum of(float rate, float momentum) {
    return new Momentum(LearningRate.constant(rate), momentum);
  }

  @Override
  public void update(GraphBuilder graph, List<String> names, List<Value> parameters, List<Value> gradients) {
    Value learningRate = rate.node(graph);
    List<Value> velocities = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Value p = parameters.get(i);
      velocities.add(graph.state(names.get(i) + ".velocity", p.dtype(), p.shape()));
    }
    for (int i = 0; i < parameters.size(); i++) {
      Value p = parameters.get(i);
      NodeBuilder n = graph.node("Momentum.velocity", p.dtype(), p.shape());
      Scalar mu = n.constant(momentum);
      Value velocity = n.result(mu.timesPlus(n.load(velocities.get(i)), n.load(gradients.get(i))));
      graph.update(velocities.get(i), velocity);
      graph.update(p, Sgd.descended("Momentum", p, velocity, learningRate));
    }
  }
}
