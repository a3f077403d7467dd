package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;

/// Losses and what counts next to them.
final class Losses {
  private Losses() {}

  private static void requireRows(String operator, Value scores, Value labels) {
    Views.requireFloat(operator, "scores", scores);
    Views.requireInteger(operator, "labels", labels);
    Views.requireRank(operator, "scores", scores, 2);
    Views.requireRank(operator, "labels", labels, 1);
    if (scores.shape().dim(0) != labels.shape().dim(0)) {
      throw ShapeMismatchException.of(operator, "batch sizes differ", "scores", scores.shape(), "labels",
          labels.shape());
    }
  }

  static Value softmaxCrossEntropy(Value scores, Value labels) {
    String label = "SoftmaxCrossEntropyLoss";
    requireRows(label, scores, labels);
    long batch = scores.shape().dim(0);
    long classes = scores.shape().dim(1);
    Softmax.Parts parts = Softmax.Parts.of(label, scores, 1);
    NodeBuilder p = scores.graph().node(label + ".score", DType.F32, Shape.of(batch));
    Scalar right = p.load(labels);
    Scalar inside = p.constant(0L).atMost(right).and(right.lessThan(p.constant(classes)));
    Value score = p.result(p.gatherWhere(inside, scores, p.out(0), right));
    NodeBuilder n = scores.graph().node(label + ".row", DType.F32, Shape.of(batch));
    Scalar max = n.load(parts.max(), n.out(0), n.zero());
    Scalar sum = n.load(parts.sum(), n.out(0), n.zero());
    Value loss = Reductions.mean(label, n.result(sum.log().minus(n.load(score).minus(max))), false);
    return loss.derivedFrom(new Derivation(label, scores, (g, y) -> {
      Value share = Elementwise.divided(label + ".share", g, (float) batch);
      NodeBuilder back = g.graph().node(label + ".grad", DType.F32, scores.shape());
      Scalar isRight = back.load(labels, back.out(0)).equalTo(back.index(back.out(1)));
      Scalar expected = isRight.choose(back.constant(1f), back.constant(0f));
      Scalar probability = back.load(parts.exp()).over(back.load(parts.sum()));
      return back.result(probability.minus(expected).times(back.load(share)));
    }));
  }

  static Value meanSquaredError(Value p, Value t) {
    String label = "MeanSquaredError";
    Views.requireFloat(label, "p", p);
    Views.requireFloat(label, "t", t);
    if (!p.shape().equals(t.shape())) {
      throw ShapeMismatchException.of(label, "shapes differ", "p", p.shape(), "t", t.shape());
    }
    Value difference = Elementwise.map(label + ".diff", p, t, Scalar::minus);
    Value square = Elementwise.map(label + ".square", difference, d -> d.times(d));
    float each = 2f / p.shape().numel();
    NodeBuilder.Pullback back = (g, y) -> Elementwise.map(label + ".grad", difference,
        Elementwise.scaled(label + ".share", g, each), Scalar::times);
    return Reductions.mean(label, square, false).derivedFrom(
        new Derivation(label, p, back),
        new Derivation(label, t, (g, y) -> Elementwise.map(label + ".gradT", back.apply(g, y), Scalar::negated)));
  }

  static Value correctCount(Value scores, Value labels) {
    requireRows("CorrectCount", scores, labels);
    Value guess = Reductions.argMax(scores, 1, false);
    NodeBuilder n = scores.graph().node("CorrectCount.row", DType.I32, labels.shape());
    return Reductions.sum("CorrectCount", n.result(n.load(guess).equalTo(n.load(labels))), false);
  }
}
