package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Scaled dot-product attention. Heads are dimensions of a product and never copied; query heads that share a key's
/// are one more dimension, along which keys and values don't move.
///
/// @param batch B
/// @param keyHeads heads of keys and values
/// @param group query heads that share one of them
/// @param queries Sq
/// @param keys Sk
/// @param width D, of queries and keys
/// @param valueWidth Dv
record Attention(long batch, long keyHeads, long group, long queries, long keys, long width, long valueWidth) {
  private static final String LABEL = "Attention";

  private static Attention of(Value q, Value k, Value v) {
    for (Value x : List.of(q, k, v)) {
      Views.requireFloat(LABEL, x == q ? "q" : x == k ? "k" : "v", x);
      Views.requireRank(LABEL, x == q ? "q" : x == k ? "k" : "v", x, 4);
    }
    Shape a = q.shape();
    Shape b = k.shape();
    Shape c = v.shape();
    boolean fits = a.dim(0) == b.dim(0) && b.dim(0) == c.dim(0) && b.dim(1) == c.dim(1) && a.dim(1) % b.dim(1) == 0
        && a.dim(3) == b.dim(3) && b.dim(2) == c.dim(2);
    if (!fits) {
      throw ShapeMismatchException.of(LABEL, "batch, heads (the keys' a divisor of the queries'), widths or lengths"
          + " don't fit", "q", a, "k", b, "v", c);
    }
    return new Attention(a.dim(0), b.dim(1), a.dim(1) / b.dim(1), a.dim(2), b.dim(2), a.dim(3), c.dim(3));
  }

  static Value heads(Value x, int heads) {
    Views.requireRank(LABEL, "x", x, 3);
    if (heads < 1 || x.shape().dim(2) % heads != 0) {
      throw new InvalidAttributeException(LABEL, "heads", "a divisor of " + x.shape().dim(2), heads);
    }
    return Views.transpose(LABEL, Views.reshape(LABEL, x,
        Shape.of(x.shape().dim(0), x.shape().dim(1), heads, x.shape().dim(2) / heads)), 0, 2, 1, 3);
  }

  static Value merged(Value x) {
    Views.requireRank(LABEL, "x", x, 4);
    return Views.reshape(LABEL, Views.transpose(LABEL, x, 0, 2, 1, 3),
        Shape.of(x.shape().dim(0), x.shape().dim(2), x.shape().dim(1) * x.shape().dim(3)));
  }

  static Value apply(Value q, Value k, Value v, @Nullable Value mask, boolean causal, float scale) {
    Attention shape = of(q, k, v);
    if (!Float.isFinite(scale)) {
      throw new InvalidAttributeException(LABEL, "scale", "finite", scale);
    }
    Value queries = shape.grouped(q);
    Value bias = mask == null ? null : shape.expandedMask(mask);
    Value weights = shape.weights(shape.scores(queries, k), bias, causal, scale);
    List<Derivation> derivations = new ArrayList<>();
    derivations.add(new Derivation(LABEL, q,
        (g, y) -> shape.gradQueries(shape.gradScores(g, v, weights, scale), k)));
    derivations.add(new Derivation(LABEL, k,
        (g, y) -> shape.gradKeys(LABEL + ".gradK", shape.gradScores(g, v, weights, scale), queries)));
    derivations.add(new Derivation(LABEL, v,
        (g, y) -> shape.gradKeys(LABEL + ".gradV", weights, shape.grouped(g))));
    if (mask != null) {
      derivations.add(new Derivation(LABEL, mask, (g, y) -> Broadcast.sumTo(LABEL + ".gradMask",
          Views.reshape(LABEL, shape.gradLogits(g, v, weights), shape.headed()), mask.shape())));
    }
    return shape.product(weights, v).derivedFrom(derivations.toArray(Derivation[]::new));
  }

  /// [B,Hq,Sq,Sk].
  private Shape headed() {
    return Shape.of(batch, keyHeads * group, queries, keys);
  }

  /// [B,H,G,Sq,Sk].
  private Shape pairs() {
    return Shape.of(batch, keyHeads, group, queries, keys);
  }

  /// [B,Hq,Sq,·] as [B,H,G,Sq,·]: a view.
  private Value grouped(Value x) {
    return Views.reshape(LABEL, x, Shape.of(batch, keyHeads, group, queries, x.shape().dim(3)));
  }

  private Value expandedMask(Value mask) {
    Shape all = headed();
    if (!Broadcast.of(LABEL, "mask", mask.shape(), "scores", all).equals(all)) {
      throw ShapeMismatchException.of(LABEL, "the mask doesn't broadcast to the scores", "mask", mask.shape(),
          "scores", all);
    }
    return Views.reshape(LABEL, Views.broadcastTo(LABEL, mask, all), pairs());
  }

  private Value scores(Value q, Value k) {
    return overWidth(LABEL + ".scores", q, k);
  }

  /// Σ_d a[b,h,g,i,d] · c[b,h,j,d] → [B,H,G,Sq,Sk].
  private Value overWidth(String label, Value a, Value c) {
    NodeBuilder n = a.graph().node(label, DType.F32, pairs()).over(a.shape().dim(4)).from(0f);
    Scalar x = n.load(a, n.out(0), n.out(1), n.out(2), n.out(3), n.red(0));
    return n.result(x.timesPlus(n.load(c, n.out(0), n.out(1), n.out(4), n.red(0)), n.acc()));
  }

  private Value weights(Value scores, @Nullable Value mask, boolean causal, float scale) {
    NodeBuilder n = scores.graph().node(LABEL + ".masked", DType.F32, pairs());
    Scalar masked = n.load(scores).times(n.constant(scale));
    Scalar never = n.constant(Float.NEGATIVE_INFINITY);
    if (mask != null) {
      Scalar m = n.load(mask);
      masked = mask.dtype() == DType.F32 ? masked.plus(m) : m.choose(masked, never);
    }
    if (causal) {
      masked = n.index(n.out(4)).atMost(n.index(n.out(3))).choose(masked, never);
    }
    Value logits = n.result(masked);
    NodeBuilder top = scores.graph().node(LABEL + ".max", DType.F32, rows()).over(keys).from(-Float.MAX_VALUE);
    Value max = asColumn(top.result(
        top.acc().max(top.load(logits, top.out(0), top.out(1), top.out(2), top.out(3), top.red(0)))));
    Value exp = Elementwise.map(LABEL + ".exp", logits, max, (x, m) -> x.minus(m).expMinus());
    Value sum = Reductions.sum(LABEL + ".expSum", exp, true, 4);
    return Elementwise.map(LABEL + ".weights", exp, sum, (e, s) -> Softmax.share(e, s.max(s.node().constant(1f))));
  }

  private Shape rows() {
    return Shape.of(batch, keyHeads, group, queries);
  }

  private Value asColumn(Value row) {
    return Views.reshape(LABEL, row, Shape.of(batch, keyHeads, group, queries, 1));
  }

  /// Σ_j w[b,h,g,i,j] · v[b,h,j,d], stored as [B,Sq,H,G,Dv], seen as [B,Hq,Sq,Dv].
  private Value product(Value weights, Value v) {
    return overKeys(LABEL, weights, v, valueWidth);
  }

  private Value overKeys(String label, Value a, Value c, long columns) {
    NodeBuilder n = a.graph().node(label, DType.F32, Shape.of(batch, queries, keyHeads, group, columns))
        .over(keys).from(0f);
    Scalar x = n.load(a, n.out(0), n.out(2), n.out(3), n.out(1), n.red(0));
    Value y = n.result(x.timesPlus(n.load(c, n.out(0), n.out(2), n.red(0), n.out(4)), n.acc()));
    Value headed = Views.reshape(label, y, Shape.of(batch, queries, keyHeads * group, columns));
    return Views.transpose(label, headed, 0, 2, 1, 3);
  }

  /// w · (Σ_d g·v − Σ_j w·(Σ_d g·v)), [B,H,G,Sq,Sk]: in the order of Softmax's gradient.
  private Value gradLogits(Value g, Value v, Value weights) {
    Value share = overWidth(LABEL + ".gradWeights", grouped(g), v);
    Value dot = Rows.dot(LABEL + ".gradDot", share, weights);
    // Two nodes, so that neither reads more than two tensors.
    Value centred = Elementwise.map(LABEL + ".gradCentred", share, dot, Scalar::minus);
    return Elementwise.map(LABEL + ".gradLogits", weights, centred, Scalar::times);
  }

  private Value gradScores(Value g, Value v, Value weights, float scale) {
    return Elementwise.scaled(LABEL + ".gradScores", gradLogits(g, v, weights), scale);
  }

  private Value gradQueries(Value gradScores, Value k) {
    return overKeys(LABEL + ".gradQ", gradScores, k, width);
  }

  /// Σ_(g,i) a[b,h,g,i,j] · c[b,h,g,i,d], stored as [B,Sk,H,·], seen as [B,H,Sk,·].
  private Value gradKeys(String label, Value a, Value c) {
    NodeBuilder n = a.graph().node(label, DType.F32, Shape.of(batch, keys, keyHeads, c.shape().dim(4)))
        .over(group, queries).from(0f);
    Scalar x = n.load(a, n.out(0), n.out(2), n.red(0), n.red(1), n.out(1));
    Scalar y = n.load(c, n.out(0), n.out(2), n.red(0), n.red(1), n.out(3));
    return Views.transpose(label, n.result(x.timesPlus(y, n.acc())), 0, 2, 1, 3);
  }
}
