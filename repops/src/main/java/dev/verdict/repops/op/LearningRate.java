package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;

/// The learning rate of a step, an f32 scalar that a node labelled `LearningRate` computes.
@FunctionalInterface
public interface LearningRate {
  /// The label of the node.
  String LABEL = "LearningRate";

  /// The node.
  Value node(GraphBuilder graph);

  /// The same in every step.
  static LearningRate constant(float rate) {
    return graph -> {
      NodeBuilder n = graph.node(LABEL, DType.F32, Shape.scalar());
      return n.result(n.constant(rate));
    };
  }

  /// rate · min(1, (t + 1) / warmup) at step t: the quotient rounded, then the product.
  static LearningRate warmup(float rate, int warmupSteps) {
    return graph -> {
      NodeBuilder n = graph.node(LABEL, DType.F32, Shape.scalar());
      Scalar grown = n.step().plus(n.constant(1L)).toFloat().over(n.constant((float) warmupSteps));
      return n.result(n.constant(rate).times(grown.min(n.constant(1f))));
    };
  }
}
