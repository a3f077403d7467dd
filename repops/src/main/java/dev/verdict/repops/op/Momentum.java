package dev.verdict.repops.op;

import java.util.ArrayList;
import java.util.List;

/// Gradient descent with momentum, ONNX Momentum with beta 1: v' = fma(μ, v, g), then p' = fma(−rate, v', p), or with
/// Nesterov's d = fma(μ, v', g) in place of v' there; a node each. g is fma(weightDecay, p, gradient), in a node before
/// them, where there is weight decay (ONNX's norm_coefficient). The slot `NAME.velocity` starts at 0.
public record Momentum(LearningRate rate, float momentum, boolean nesterov, float weightDecay) implements Optimizer {
  /// ONNX's mode standard, without weight decay.
  public Momentum(LearningRate rate, float momentum) {
    this(rate, momentum, false, 0f);
  }

  /// With a constant rate, mode standard, without weight decay.
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
      Value g = Sgd.decayed("Momentum", gradients.get(i), p, weightDecay);
      Value velocity = carried("Momentum.velocity", velocities.get(i), g);
      graph.update(velocities.get(i), velocity);
      Value direction = nesterov ? carried("Momentum.nesterov", velocity, g) : velocity;
      graph.update(p, Sgd.descended("Momentum", p, direction, learningRate));
    }
  }

  /// fma(μ, v, g).
  private Value carried(String label, Value v, Value g) {
    NodeBuilder n = v.graph().node(label, v.dtype(), v.shape());
    return n.result(n.constant(momentum).timesPlus(n.load(v), n.load(g)));
  }
}
