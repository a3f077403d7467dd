package dev.verdict.repops.op;

import dev.verdict.repops.DType;

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
