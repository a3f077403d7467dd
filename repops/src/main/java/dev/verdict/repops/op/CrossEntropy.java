package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// ONNX SoftmaxCrossEntropyLoss. A row is what is scored at one place: all classes, which are axis 1.
final class CrossEntropy {
  private static final String LABEL = "SoftmaxCrossEntropyLoss";
  private static final int AXIS = 1;

  private final Value scores;
  private final Value labels;
  private final @Nullable Value classWeights;
  private final OptionalLong ignored;
  private final LossReduction reduction;
  private final Softmax.Parts parts;

  private CrossEntropy(Value scores, Value labels, @Nullable Value classWeights, OptionalLong ignored,
      LossReduction reduction) {
    this.scores = scores;
    this.labels = labels;
    this.classWeights = classWeights;
    this.ignored = ignored;
    this.reduction = reduction;
    this.parts = Softmax.Parts.of(LABEL, scores, AXIS);
  }

  static Value of(Value scores, Value labels, @Nullable Value classWeights, OptionalLong ignored,
      LossReduction reduction) {
    Views.requireFloat(LABEL, "scores", scores);
    Views.requireInteger(LABEL, "labels", labels);
    if (scores.shape().rank() < 2) {
      throw ShapeMismatchException.of(LABEL, "scores must have a batch and classes", "scores", scores.shape());
    }
    if (!labels.shape().equals(withoutClasses(scores.shape()))) {
      throw ShapeMismatchException.of(LABEL, "labels must have the shape of the scores without the classes", "scores",
          scores.shape(), "labels", labels.shape());
    }
    if (classWeights != null) {
      Views.requireFloat(LABEL, "weights", classWeights);
      if (!classWeights.shape().equals(Shape.of(scores.shape().dim(AXIS)))) {
        throw ShapeMismatchException.of(LABEL, "weights must have an element for each class", "scores",
            scores.shape(), "weights", classWeights.shape());
      }
    }
    return new CrossEntropy(scores, labels, classWeights, ignored, reduction).loss();
  }

  private static Shape withoutClasses(Shape scores) {
    long[] dims = new long[scores.rank() - 1];
    Arrays.setAll(dims, d -> scores.dim(d < AXIS ? d : d + 1));
    return Shape.of(dims);
  }

  private Value loss() {
    Value rows = weighted(rows());
    @Nullable Value total = isWeighted() && reduction == LossReduction.MEAN
        ? Reductions.sum(LABEL + ".weight", weights(), false) : null;
    Value loss = switch (reduction) {
      case NONE -> rows;
      case SUM -> Reductions.sum(LABEL, rows, false);
      case MEAN -> total == null ? Reductions.mean(LABEL, rows, false)
          : Elementwise.map(LABEL, Reductions.sum(LABEL + ".sum", rows, false), total, Scalar::over);
    };
    Derivation ofScores = new Derivation(LABEL, scores, (g, y) -> gradient(g, total));
    return classWeights == null ? loss.derivedFrom(ofScores)
        : loss.derivedFrom(ofScores, new Derivation(LABEL, classWeights, null));
  }

  private boolean isWeighted() {
    return classWeights != null || ignored.isPresent();
  }

  /// log Σ expMinus(x − m) − (x[label] − m).
  private Value rows() {
    NodeBuilder p = scores.graph().node(LABEL + ".score", DType.F32, labels.shape());
    Scalar right = p.load(labels);
    Index[] index = new Index[scores.shape().rank()];
    Arrays.setAll(index, d -> d == AXIS ? right : p.out(d < AXIS ? d : d - 1));
    Value score = p.result(p.gatherWhere(isClass(p, right), scores, index));
    NodeBuilder n = scores.graph().node(LABEL + ".row", DType.F32, labels.shape());
    Affine[] row = new Affine[index.length];
    Arrays.setAll(row, d -> d == AXIS ? n.zero() : n.out(d < AXIS ? d : d - 1));
    Scalar max = n.load(parts.max(), row);
    return n.result(n.load(parts.sum(), row).log().minus(n.load(score).minus(max)));
  }

  private Scalar isClass(NodeBuilder n, Scalar label) {
    return n.constant(0L).atMost(label).and(label.lessThan(n.constant(scores.shape().dim(AXIS))));
  }

  /// Each row's weight: its class's, or 1; +0 where it is ignored.
  private Value weights() {
    NodeBuilder n = scores.graph().node(LABEL + ".weight", DType.F32, labels.shape());
    Scalar label = n.load(labels);
    Scalar weight = classWeights == null ? n.constant(1f) : n.gatherWhere(isClass(n, label), classWeights, label);
    return n.result(unlessIgnored(n, label, weight));
  }

  private Scalar unlessIgnored(NodeBuilder n, Scalar label, Scalar x) {
    return ignored.isEmpty() ? x : label.equalTo(n.constant(ignored.getAsLong())).choose(n.constant(0f), x);
  }

  private Value weighted(Value rows) {
    if (!isWeighted()) {
      return rows;
    }
    NodeBuilder n = rows.graph().node(LABEL + ".weighted", DType.F32, labels.shape());
    Scalar row = n.load(rows);
    return n.result(unlessIgnored(n, n.load(labels), classWeights == null ? row : row.times(n.load(weights()))));
  }

  /// (e · (1/s) − [label = c]) · factor, the factor being what the reduction makes of g.
  private Value gradient(Value g, @Nullable Value total) {
    Value share = switch (reduction) {
      case NONE, SUM -> g;
      case MEAN -> total == null ? Elementwise.divided(LABEL + ".share", g, (float) labels.shape().numel())
          : Elementwise.map(LABEL + ".share", g, total, Scalar::over);
    };
    Value factor = isWeighted() ? Elementwise.map(LABEL + ".factor", weights(), share, Scalar::times) : share;
    NodeBuilder n = g.graph().node(LABEL + ".grad", DType.F32, scores.shape());
    Affine[] row = new Affine[labels.shape().rank()];
    Arrays.setAll(row, d -> n.out(d < AXIS ? d : d + 1));
    Scalar isRight = n.load(labels, row).equalTo(n.index(n.out(AXIS)));
    Scalar expected = isRight.choose(n.constant(1f), n.constant(0f));
    Scalar difference = Softmax.share(n.load(parts.exp()), n.load(parts.sum())).minus(expected);
    if (factor.shape().rank() == 0) {
      return n.result(difference.times(n.load(factor)));
    }
    // A node of its own: with the factors it would read four tensors.
    return Elementwise.map(LABEL + ".scaled", n.result(difference),
        Views.reshape(LABEL, factor, parts.sum().shape()), Scalar::times);
  }
}
