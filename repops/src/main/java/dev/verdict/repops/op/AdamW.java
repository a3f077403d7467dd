package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.ArrayList;
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
    List<Value> firstMoments = new ArrayList<>();
    List<Value> secondMoments = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      Shape shape = parameters.get(i).shape();
      firstMoments.add(graph.state(names.get(i) + ".m", DType.F32, shape));
      secondMoments.add(graph.state(names.get(i) + ".v", DType.F32, shape));
    }
    Value learningRate = rate.node(graph);
    Value beta1Power = power(graph, "AdamW.beta1Power", beta1);
    Value beta2Power = power(graph, "AdamW.beta2Power", beta2);
    Value decay = Elementwise.map("AdamW.decay", learningRate,
        r -> r.node().constant(1f).minus(r.times(r.node().constant(weightDecay))));
    Value size = Elementwise.map("AdamW.stepSize", learningRate, beta1Power,
        (r, b) -> r.over(b.node().constant(1f).minus(b)));
    Value correction = Elementwise.map("AdamW.correction2", beta2Power, b -> b.node().constant(1f).minus(b));
    for (int i = 0; i < parameters.size(); i++) {
      Value p = parameters.get(i);
      Value g = gradients.get(i);
      Value m = Elementwise.map("AdamW.m", firstMoments.get(i), g, (old, x) ->
          old.node().constant(beta1).timesPlus(old, old.node().constant(1 - beta1).times(x)));
      Value v = Elementwise.map("AdamW.v", secondMoments.get(i), g, (old, x) ->
          old.node().constant(beta2).timesPlus(old, old.node().constant(1 - beta2).times(x).times(x)));
      graph.update(firstMoments.get(i), m);
      graph.update(secondMoments.get(i), v);
      NodeBuilder d = graph.node("AdamW.direction", DType.F32, p.shape());
      Value direction =
          d.result(d.load(m).over(d.load(v).over(d.load(correction)).sqrt().plus(d.constant(epsilon))));
      NodeBuilder n = graph.node("AdamW", DType.F32, p.shape());
      Scalar decayed = n.load(p).times(n.load(decay));
      graph.update(p, n.result(n.load(size).negated().timesPlus(n.load(direction), decayed)));
    }
  }

  private static Value power(GraphBuilder graph, String name, float beta) {
    Value power = graph.state(name, DType.F32, Shape.scalar(), Initializer.constant(1f));
    Value next = Elementwise.map(name, power, b -> b.times(b.node().constant(beta)));
    graph.update(power, next);
    return next;
  }
}
