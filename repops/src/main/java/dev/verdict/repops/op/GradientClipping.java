package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.List;

/// Another optimiser, with gradients scaled so that all of them together have at most the norm `maxNorm`:
///
/// ```
/// squares_i = Σ g·g                  of each gradient: a map, then a plain sum over its elements
/// total     = (squares_0 + squares_1) + squares_2 + …    in the order of the parameters
/// scale     = min(1, maxNorm / (√total + 1e-6))
/// g'        = g · scale
/// ```
///
/// each operation rounded. A NaN or an infinity in one gradient makes all of them NaN or 0. Source: Pascanu, Mikolov,
/// Bengio, 2013; the 1e-6 is PyTorch's.
public record GradientClipping(float maxNorm, Optimizer optimizer) implements Optimizer {
  private static final String LABEL = "GradientClipping";
  private static final float EPSILON = 1e-6f;

  /// Throws [InvalidAttributeException] for a norm that isn't above 0.
  public GradientClipping {
    if (!(maxNorm > 0)) {
      throw new InvalidAttributeException(LABEL, "maxNorm", "above 0", maxNorm);
    }
  }

  @Override
  public void update(GraphBuilder graph, List<String> names, List<Value> parameters, List<Value> gradients) {
    Value total = gradients.stream()
        .map(g -> Reductions.sum(LABEL + ".squares", Elementwise.map(LABEL + ".square", g, x -> x.times(x)), false))
        .reduce((sum, more) -> Elementwise.map(LABEL + ".total", sum, more, Scalar::plus)).orElseThrow();
    NodeBuilder n = graph.node(LABEL + ".scale", DType.F32, Shape.scalar());
    Scalar norm = n.load(total).sqrt().plus(n.constant(EPSILON));
    Value scale = n.result(n.constant(1f).min(n.constant(maxNorm).over(norm)));
    optimizer.update(graph, names, parameters,
        gradients.stream().map(g -> Elementwise.map(LABEL, g, scale, Scalar::times)).toList());
  }
}
