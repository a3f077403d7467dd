package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
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
  }

  static Value max(Value x, long kernelHeight, long kernelWidth, Sliding sliding) {
    Pooling p = new Pooling("MaxPool", x, kernelHeight, kernelWidth, sliding);
    Value padded = p.padded(x, Float.NEGATIVE_INFINITY);
    NodeBuilder n = p.fold("MaxPool", DType.F32).from(Float.NEGATIVE_INFINITY);
    Value y = n.result(n.acc().max(p.loadWindow(n, padded)));
    return y.derivedFrom(new Derivation("MaxPool", x, (g, r) -> p.maxGradient(g, padded)));
  }

  /// Where in its window, row-major, the first largest element stands.
  private Value largest(Value padded) {
    NodeBuilder n = fold("MaxPool.index", DType.I32).from(0);
    Scalar width = n.constant(kernelWidth);
    Scalar row = n.acc().over(width).times(n.constant(sliding.dilationH()))
        .plus(n.index(n.out(2).times(sliding.strideH())));
    Scalar column = n.acc().rem(width).times(n.constant(sliding.dilationW()))
        .plus(n.index(n.out(3).times(sliding.strideW())));
    Scalar best = n.gather(padded, n.out(0), n.out(1), row, column);
    Scalar here = n.index(n.red(0).times(kernelWidth).plus(n.red(1)));
    return n.result(best.lessThan(loadWindow(n, padded)).choose(here, n.acc()));
  }

  /// Σ over the places (i, j) in a window: g of the window that has x there, if x is its largest.
  private Value maxGradient(Value g, Value padded) {
    Value index = largest(padded);
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

  static Value average(Value x, long kernelHeight, long kernelWidth, Sliding sliding, boolean countIncludePad) {
    String label = "AveragePool";
    if (sliding.dilationH() != 1 || sliding.dilationW() != 1) {
      throw new InvalidAttributeException(label, "dilations", "1", sliding.dilationH() + " " + sliding.dilationW());
    }
    if (kernelHeight * kernelWidth > MAX_WINDOW) {
      throw new InvalidAttributeException(label, "window", "at most " + MAX_WINDOW + " elements",
          kernelHeight + " by " + kernelWidth);
    }
    Pooling p = new Pooling(label, x, kernelHeight, kernelWidth, sliding);
    NodeBuilder n = p.fold(label + ".sum", DType.F32).from(0f);
    Value sum = n.result(n.acc().plus(p.loadWindow(n, p.padded(x, 0f))));
    boolean wholeWindows = countIncludePad || !sliding.hasPads();
    return p.perElement(label, sum, wholeWindows)
        .derivedFrom(new Derivation(label, x, (g, y) -> p.averageGradient(g, wholeWindows)));
  }

  /// v / (elements in the window).
  private Value perElement(String nodeLabel, Value v, boolean wholeWindows) {
    NodeBuilder n = v.graph().node(nodeLabel, DType.F32, out);
    Scalar count = wholeWindows
        ? n.constant((float) (kernelHeight * kernelWidth))
        : within(n, n.out(2).times(sliding.strideH()).plus(-sliding.padTop()), kernelHeight, in.dim(2))
            .times(within(n, n.out(3).times(sliding.strideW()).plus(-sliding.padLeft()), kernelWidth, in.dim(3)))
            .toFloat();
    return n.result(n.load(v).over(count));
  }

  /// How much of [first, first + length) lies within [0, size).
  private static Scalar within(NodeBuilder n, Affine first, long length, long size) {
    return n.index(first.plus(length)).min(n.constant(size)).minus(n.index(first).max(n.constant(0L)));
  }

  private Value averageGradient(Value g, boolean wholeWindows) {
    Value each = perElement("AveragePool.share", g, wholeWindows);
    long reachH = kernelHeight - 1;
    long reachW = kernelWidth - 1;
    Value spread = Views.place("AveragePool.spread", each, 0f,
        Shape.of(in.dim(0), in.dim(1), in.dim(2) + reachH, in.dim(3) + reachW),
        new long[] {0, 0, reachH - sliding.padTop(), reachW - sliding.padLeft()},
        new long[] {1, 1, sliding.strideH(), sliding.strideW()});
    NodeBuilder n = g.graph().node("AveragePool.grad", DType.F32, in).over(kernelHeight, kernelWidth).from(0f);
    Scalar share = n.load(spread, n.out(0), n.out(1), n.out(2).plus(n.red(0).times(-1)).plus(reachH),
        n.out(3).plus(n.red(1).times(-1)).plus(reachW));
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
        sliding.padBottom(), sliding.padRight());
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
