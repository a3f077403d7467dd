package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/// MaxPool, AveragePool and GlobalAveragePool.
final class Pooling {
  private static final int MAX_WINDOW = 1024;

  private final GraphBuilder graph;
  private final String label;
  private final Sliding sliding;
  private final long kernelHeight;
  private final long kernelWidth;
  private final Shape in;
  private final Shape out;

  private Pooling(String label, Value x, long kernelHeight, long kernelWidth, Sliding sliding) {
    Views.requireFloat(label, "x", x);
    Views.requireRank(label, "x", x, 4);
    this.graph = x.graph();
    this.label = label;
    this.sliding = sliding;
    this.kernelHeight = kernelHeight;
    this.kernelWidth = kernelWidth;
    in = x.shape();
    out = Shape.of(in.dim(0), in.dim(1), sliding.outHeight(label, in.dim(2), kernelHeight),
        sliding.outWidth(label, in.dim(3), kernelWidth));
    if (Math.max(sliding.padTop(), sliding.padBottom()) >= reachH()
        || Math.max(sliding.padLeft(), sliding.padRight()) >= reachW()) {
      throw new InvalidAttributeException(label, "pads", "below the dilated kernel of " + reachH() + " by " + reachW(),
          sliding.padTop() + " " + sliding.padLeft() + " " + sliding.padBottom() + " " + sliding.padRight());
    }
  }

  /// x [N,C,L] as images of height 1.
  private static Value ofLine(String label, Value x, Sliding sliding, UnaryOperator<Value> ofImages) {
    Views.requireRank(label, "x", x, 3);
    sliding.requireLine(label);
    return Views.squeeze(ofImages.apply(Views.unsqueeze(x, 2)), 2);
  }

  static Value maxOfLine(Value x, long kernel, Sliding sliding) {
    return ofLine("MaxPool", x, sliding, image -> max(image, 1, kernel, sliding));
  }

  static Value averageOfLine(Value x, long kernel, Sliding sliding, boolean countIncludePad) {
    return ofLine("AveragePool", x, sliding, image -> average(image, 1, kernel, sliding, countIncludePad));
  }

  /// The height of a window.
  private long reachH() {
    return (kernelHeight - 1) * sliding.dilationH() + 1;
  }

  private long reachW() {
    return (kernelWidth - 1) * sliding.dilationW() + 1;
  }

  /// How far the last window reaches beyond the padding (ceil_mode).
  private long overhangH() {
    long padded = in.dim(2) + sliding.padTop() + sliding.padBottom();
    return Math.max(0, (out.dim(2) - 1) * sliding.strideH() + reachH() - padded);
  }

  private long overhangW() {
    long padded = in.dim(3) + sliding.padLeft() + sliding.padRight();
    return Math.max(0, (out.dim(3) - 1) * sliding.strideW() + reachW() - padded);
  }

  static Value max(Value x, long kernelHeight, long kernelWidth, Sliding sliding) {
    Pooling p = new Pooling("MaxPool", x, kernelHeight, kernelWidth, sliding);
    Value padded = p.padded(x, Float.NEGATIVE_INFINITY);
    NodeBuilder n = p.fold("MaxPool", DType.F32).from(Float.NEGATIVE_INFINITY);
    Value y = n.result(n.acc().max(p.loadWindow(n, padded)));
    return y.derivedFrom(new Derivation("MaxPool", x, (g, r) -> p.maxGradient(g, padded, y)));
  }

  /// Where in its window, row-major, the first element stands that equals the largest; −1 where the largest is NaN.
  private Value largest(Value padded, Value y) {
    NodeBuilder n = fold("MaxPool.index", DType.I32).from(-1);
    Scalar here = n.index(n.red(0).times(kernelWidth).plus(n.red(1)));
    Scalar first = n.acc().lessThan(n.constant(0L))
        .and(loadWindow(n, padded).equalTo(n.load(y, n.out(0), n.out(1), n.out(2), n.out(3))));
    return n.result(first.choose(here, n.acc()));
  }

  /// Σ over the places (i, j) in a window: g of the window that has x there, if x is its largest.
  private Value maxGradient(Value g, Value padded, Value y) {
    Value index = largest(padded, y);
    if (tiles()) {
      return tiledGradient(g, index);
    }
    NodeBuilder n = g.graph().node("MaxPool.grad", DType.F32, in).over(kernelHeight, kernelWidth).from(0f);
    Scalar zero = n.constant(0L);
    Scalar top = n.index(n.out(2).plus(n.red(0).times(-sliding.dilationH())).plus(sliding.padTop()));
    Scalar left = n.index(n.out(3).plus(n.red(1).times(-sliding.dilationW())).plus(sliding.padLeft()));
    Scalar strideH = n.constant(sliding.strideH());
    Scalar strideW = n.constant(sliding.strideW());
    Scalar there = zero.atMost(top).and(top.lessThan(n.constant(out.dim(2) * sliding.strideH())))
        .and(zero.atMost(left)).and(left.lessThan(n.constant(out.dim(3) * sliding.strideW())))
        .and(top.rem(strideH).plus(left.rem(strideW)).equalTo(zero));
    Index[] window = {n.out(0), n.out(1), top.over(strideH), left.over(strideW)};
    Scalar here = n.index(n.red(0).times(kernelWidth).plus(n.red(1)));
    Scalar largest = n.gatherWhere(there, index, window).equalTo(here);
    return n.result(n.acc().plus(largest.choose(n.gatherWhere(there, g, window), n.constant(0f))));
  }

  /// Whether every element of x is in exactly one window.
  private boolean tiles() {
    return !sliding.hasPads() && sliding.dilationH() == 1 && sliding.dilationW() == 1
        && sliding.strideH() == kernelHeight && sliding.strideW() == kernelWidth
        && in.dim(2) == out.dim(2) * kernelHeight && in.dim(3) == out.dim(3) * kernelWidth;
  }

  /// [#maxGradient]'s sum where it has one term: x as [N, C, oH, kH, oW, kW].
  private Value tiledGradient(Value g, Value index) {
    NodeBuilder n = g.graph().node("MaxPool.grad", DType.F32,
        Shape.of(in.dim(0), in.dim(1), out.dim(2), kernelHeight, out.dim(3), kernelWidth));
    Affine[] window = {n.out(0), n.out(1), n.out(2), n.out(4)};
    Scalar here = n.index(n.out(3).times(kernelWidth).plus(n.out(5)));
    Scalar share = n.load(index, window).equalTo(here).choose(n.load(g, window), n.constant(0f));
    return Views.reshape("MaxPool", n.result(n.constant(0f).plus(share)), in);
  }

  static Value average(Value x, long kernelHeight, long kernelWidth, Sliding sliding, boolean countIncludePad) {
    String label = "AveragePool";
    if (kernelHeight * kernelWidth > MAX_WINDOW) {
      throw new InvalidAttributeException(label, "window", "at most " + MAX_WINDOW + " elements",
          kernelHeight + " by " + kernelWidth);
    }
    Pooling p = new Pooling(label, x, kernelHeight, kernelWidth, sliding);
    NodeBuilder n = p.fold(label + ".sum", DType.F32).from(0f);
    Value sum = n.result(n.acc().plus(p.loadWindow(n, p.padded(x, 0f))));
    return p.perElement(label, sum, countIncludePad)
        .derivedFrom(new Derivation(label, x, (g, y) -> p.averageGradient(g, countIncludePad)));
  }

  /// v / (elements in the window).
  private Value perElement(String nodeLabel, Value v, boolean countIncludePad) {
    NodeBuilder n = v.graph().node(nodeLabel, DType.F32, out);
    return n.result(n.load(v).over(count(n, countIncludePad)));
  }

  private Scalar count(NodeBuilder n, boolean countIncludePad) {
    if ((countIncludePad || !sliding.hasPads()) && overhangH() == 0 && overhangW() == 0) {
      return n.constant((float) (kernelHeight * kernelWidth));
    }
    Affine top = n.out(2).times(sliding.strideH()).plus(-sliding.padTop());
    Affine left = n.out(3).times(sliding.strideW()).plus(-sliding.padLeft());
    return within(n, top, kernelHeight, sliding.dilationH(), countIncludePad ? -sliding.padTop() : 0,
        in.dim(2) + (countIncludePad ? sliding.padBottom() : 0))
        .times(within(n, left, kernelWidth, sliding.dilationW(), countIncludePad ? -sliding.padLeft() : 0,
            in.dim(3) + (countIncludePad ? sliding.padRight() : 0)))
        .toFloat();
  }

  /// How many of `first`, `first + step`, …, `length` of them, lie within [low, high), where one does.
  private static Scalar within(NodeBuilder n, Affine first, long length, long step, long low, long high) {
    if (step == 1) {
      return n.index(first.plus(length)).min(n.constant(high)).minus(n.index(first).max(n.constant(low)));
    }
    Scalar by = n.constant(step);
    Scalar before = n.index(first.times(-1).plus(low + step - 1)).max(n.constant(0L)).over(by);
    Scalar upTo = n.index(first.times(-1).plus(high + step - 1)).over(by);
    return upTo.min(n.constant(length)).minus(before);
  }

  private Value averageGradient(Value g, boolean countIncludePad) {
    Value each = perElement("AveragePool.share", g, countIncludePad);
    long reachH = reachH() - 1;
    long reachW = reachW() - 1;
    Value spread = Views.place("AveragePool.spread", each, 0f,
        Shape.of(in.dim(0), in.dim(1), in.dim(2) + reachH, in.dim(3) + reachW),
        new long[] {0, 0, reachH - sliding.padTop(), reachW - sliding.padLeft()},
        new long[] {1, 1, sliding.strideH(), sliding.strideW()});
    NodeBuilder n = g.graph().node("AveragePool.grad", DType.F32, in).over(kernelHeight, kernelWidth).from(0f);
    Scalar share = n.load(spread, n.out(0), n.out(1), n.out(2).plus(n.red(0).times(-sliding.dilationH())).plus(reachH),
        n.out(3).plus(n.red(1).times(-sliding.dilationW())).plus(reachW));
    return n.result(n.acc().plus(share));
  }

  static Value globalAverage(Value x) {
    if (x.shape().rank() < 3) {
      throw ShapeMismatchException.of("GlobalAveragePool", "x must have at least 3 dimensions", "x", x.shape());
    }
    return Reductions.mean("GlobalAveragePool", x, true, IntStream.range(2, x.shape().rank()).toArray());
  }

  private Value padded(Value x, float fill) {
    return Views.pad(label + ".pad", x, fill, 0, 0, sliding.padTop(), sliding.padLeft(), 0, 0,
        sliding.padBottom() + overhangH(), sliding.padRight() + overhangW());
  }

  private NodeBuilder fold(String nodeLabel, DType dtype) {
    return graph.node(nodeLabel, dtype, out).over(kernelHeight, kernelWidth);
  }

  private Scalar loadWindow(NodeBuilder n, Value padded) {
    return n.load(padded, n.out(0), n.out(1),
        n.out(2).times(sliding.strideH()).plus(n.red(0).times(sliding.dilationH())),
        n.out(3).times(sliding.strideW()).plus(n.red(1).times(sliding.dilationW())));
  }
}
