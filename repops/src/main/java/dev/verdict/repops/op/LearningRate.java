package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.function.UnaryOperator;

/// The learning rate of a step, an f32 scalar that a node labelled `LearningRate` computes.
@FunctionalInterface
public interface LearningRate {
  /// The label of the node.
  String LABEL = "LearningRate";

  /// The node.
  Value node(GraphBuilder graph);

  /// The same in every step. As in all of them, [InvalidAttributeException] where the rate isn't finite.
  static LearningRate constant(float rate) {
    requireFinite("rate", rate);
    return graph -> {
      NodeBuilder n = graph.node(LABEL, DType.F32, Shape.scalar());
      return n.result(n.constant(rate));
    };
  }

  /// rate · min(1, (t + 1) / warmup) at step t: the quotient rounded, then the product.
  static LearningRate warmup(float rate, int warmupSteps) {
    requireFinite("rate", rate);
    if (warmupSteps < 1) {
      throw new InvalidAttributeException(LABEL, "steps of warm-up", "at least 1", warmupSteps);
    }
    return graph -> {
      NodeBuilder n = graph.node(LABEL, DType.F32, Shape.scalar());
      Scalar grown = n.step().plus(n.constant(1L)).toFloat().over(n.constant((float) warmupSteps));
      return n.result(n.constant(rate).times(grown.min(n.constant(1f))));
    };
  }

  /// Up as [#warmup]'s for t < warmupSteps, then down a straight line: fma(p, last − rate, rate), with
  /// p = min(1, (t − warmupSteps) / (steps − warmupSteps)) and last − rate rounded when the program is made.
  static LearningRate linear(float rate, int warmupSteps, int steps, float last) {
    requireFinite("rate", rate);
    requireFinite("last", last);
    return decaying(rate, warmupSteps, steps,
        p -> p.timesPlus(p.node().constant(last - rate), p.node().constant(rate)));
  }

  /// Up as [#warmup]'s for t < warmupSteps, then down half a cosine: fma(rate − last, 0.5 · (1 + cos(π · p)), last),
  /// with p as in [#linear], π the binary32 3.1415927, and rate − last rounded when the program is made. Source:
  /// Loshchilov and Hutter, "SGDR", 2017.
  static LearningRate cosine(float rate, int warmupSteps, int steps, float last) {
    requireFinite("rate", rate);
    requireFinite("last", last);
    return decaying(rate, warmupSteps, steps, p -> {
      NodeBuilder n = p.node();
      Scalar wave = n.constant(0.5f).times(n.constant(1f).plus(n.constant((float) Math.PI).times(p).cos()));
      return n.constant(rate - last).timesPlus(wave, n.constant(last));
    });
  }

  private static void requireFinite(String attribute, float value) {
    if (!Float.isFinite(value)) {
      throw new InvalidAttributeException(LABEL, attribute, "finite", value);
    }
  }

  private static LearningRate decaying(float rate, int warmupSteps, int steps, UnaryOperator<Scalar> decay) {
    if (warmupSteps < 0 || steps <= warmupSteps) {
      throw new InvalidAttributeException(LABEL, "steps", "above the warm-up's, which is at least 0",
          steps + ", " + warmupSteps + " of warm-up");
    }
    return graph -> {
      NodeBuilder n = graph.node(LABEL, DType.F32, Shape.scalar());
      Scalar since = n.step().minus(n.constant((long) warmupSteps)).toFloat();
      Scalar decayed = decay.apply(since.over(n.constant((float) (steps - warmupSteps))).min(n.constant(1f)));
      if (warmupSteps == 0) {
        return n.result(decayed);
      }
      Scalar grown = n.step().plus(n.constant(1L)).toFloat().over(n.constant((float) warmupSteps));
      return n.result(n.step().lessThan(n.constant((long) warmupSteps))
          .choose(n.constant(rate).times(grown), decayed));
    };
  }

  /// rate · exp(k · log(factor)) with k = ⌊t / every⌋: rate · factorᵏ, by correctly rounded functions where a power
  /// would differ between libraries; rate itself while k is 0.
  static LearningRate step(float rate, int every, float factor) {
    requireFinite("rate", rate);
    if (every < 1 || !(factor > 0) || Float.isInfinite(factor)) {
      throw new InvalidAttributeException(LABEL, "every and factor", "at least 1, and finite and above 0",
          every + " and " + factor);
    }
    return graph -> {
      NodeBuilder n = graph.node(LABEL, DType.F32, Shape.scalar());
      Scalar k = n.step().over(n.constant((long) every)).toFloat();
      return n.result(n.constant(rate).times(k.times(n.constant(factor).log()).exp()));
    };
  }
}
