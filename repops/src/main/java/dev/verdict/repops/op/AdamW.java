package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import java.util.List;

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2), as these nodes, each operation rounded:
///
/// ```
/// b1' = b1 · β1        b2' = b2 · β2                          scalars; slots that start at 1, so b1' = β1^t
/// decay = 1 − rate · weightDecay
/// size  = rate / (1 − b1')
/// c2    = 1 − b2'
/// m' = fma(β1, m, (1 − β1) · g)
/// v' = fma(β2, v, ((1 − β2) · g) · g)
/// d  = m' / (sqrt(v' / c2) + ε)
/// p' = fma(−size, d, p · decay)
/// ```
///
/// 1 − β1 and 1 − β2 are rounded to f32 once, when the program is made. Powers are products carried from step to step
/// and never `pow`, whose last bit differs between libraries. No node reads more than two large tensors: a step
/// proof opens a chunk of each, and calldata is its price. Decay is applied to every parameter. Slots: `NAME.m`,
/// `NAME.v`, `AdamW.beta1Power`, `AdamW.beta2Power`.
public record AdamW(LearningRate rate, float beta1, float beta2, float epsilon, float weightDecay)
    implements Optimizer {
  /// The usual β1 = 0.9, β2 = 0.999, ε = 1e-8 and weight decay 0.01.
  public static AdamW of(float rate) {
    return new AdamW(LearningRate.constant(rate), 0.9f, 0.999f, 1e-8f, 0.01f);
  }

  @Override
  public void update(GraphBuilder graph, List<String> names, List<Value> parameters, List<Value> gradients) {
    Value learningRate = rate.node(graph);
    Moments moments =
        new Moments("AdamW", graph, names, parameters, learningRate, beta1, beta2, epsilon);
    Value decay = Elementwise.map("AdamW.decay", learningRate,
        r -> r.node().constant(1f).minus(r.times(r.node().constant(weightDecay))));
    for (int i = 0; i < parameters.size(); i++) {
      Value p = parameters.get(i);
      Value direction = moments.direction(i, gradients.get(i));
      NodeBuilder n = graph.node("AdamW", DType.F32, p.shape());
      Scalar decayed = n.load(p).times(n.load(decay));
      graph.update(p, n.result(n.load(moments.stepSize()).negated().timesPlus(n.load(direction), decayed)));
    }
  }
}
