package dev.verdict.repops.op;

import java.util.List;

/// Adam (Kingma and Ba, 2015, algorithm 1), as [AdamW] without its decay: p' = fma(−size, d, p). Weight decay is added
/// to the gradient instead, where there is any: g = fma(weightDecay, p, gradient), in a node of its own. (ONNX's Adam
/// adds ε to √v' before its correction; this is the paper's order.) Slots: `NAME.m`, `NAME.v`, `Adam.beta1Power`,
/// `Adam.beta2Power`.
public record Adam(LearningRate rate, float beta1, float beta2, float epsilon, float weightDecay)
    implements Optimizer {
  /// The usual β1 = 0.9, β2 = 0.999 and ε = 1e-8, without weight decay.
  public static Adam of(float rate) {
    return new Adam(LearningRate.constant(rate), 0.9f, 0.999f, 1e-8f, 0f);
  }

  @Override
  public void update(GraphBuilder graph, List<String> names, List<Value> parameters, List<Value> gradients) {
    Moments moments =
        new Moments("Adam", graph, names, parameters, rate.node(graph), beta1, beta2, epsilon);
    for (int i = 0; i < parameters.size(); i++) {
      Value p = parameters.get(i);
      Value direction = moments.direction(i, Sgd.decayed("Adam", gradients.get(i), p, weightDecay));
      graph.update(p, Sgd.descended("Adam", p, direction, moments.stepSize()));
    }
  }
}
