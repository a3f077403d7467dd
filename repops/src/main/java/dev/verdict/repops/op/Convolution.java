package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/// Conv, ConvTranspose, which is Conv's gradient for x, and the gradients of both. With groups the channels are two
/// dimensions, (group, channel in it), so that every read is affine; with one group they are one.
final class Convolution {
  private final String label;
  private final Sliding sliding;
  private final int groups;
  private final long batch;
  private final long inPerGroup;
  private final long outPerGroup;
  private final long height;
  private final long width;
  private final long kernelHeight;
  private final long kernelWidth;
  private final long outHeight;
  private final long outWidth;

  private Convolution(String label, Shape x, Shape w, Sliding sliding, int groups) {
    if (x.dim(1) != w.dim(1) * groups) {
      throw ShapeMismatchException.of(label, "channels differ (x[1] isn't w[1] times " + groups + " groups)", "x", x,
          "w", w);
    }
    sliding.requireNoCeiling(label);
    this.label = label;
    this.sliding = sliding;
    this.groups = groups;
    batch = x.dim(0);
    inPerGroup = w.dim(1);
    outPerGroup = w.dim(0) / groups;
    height = x.dim(2);
    width = x.dim(3);
    kernelHeight = w.dim(2);
    kernelWidth = w.dim(3);
    outHeight = sliding.outHeight(label, height, kernelHeight);
    outWidth = sliding.outWidth(label, width, kernelWidth);
  }

  static Value conv(Value x, Value w, @Nullable Value bias, Sliding sliding, int groups) {
    String label = "Conv";
    if (x.shape().rank() == 3) {
      return ofLine(label, x, w, sliding, (image, kernel) -> conv(image, kernel, bias, sliding, groups));
    }
    requireImages(label, x, w, groups);
    Convolution c = new Convolution(label, x.shape(), w.shape(), sliding, groups);
    Value padded = c.padded(x);
    Value product = c.product(label, padded, w).derivedFrom(
        new Derivation(label, x, (g, y) -> c.transposed(label + ".gradX", g, w)),
        new Derivation(label, w, (g, y) -> c.weightGradient(g, padded)));
    return bias == null ? product : plusBias(label, product, bias);
  }

  static Value convTranspose(Value x, Value w, @Nullable Value bias, Sliding sliding, long outputPadH,
      long outputPadW, int groups) {
    String label = "ConvTranspose";
    if (x.shape().rank() == 3) {
      return ofLine(label, x, w, sliding,
          (image, kernel) -> convTranspose(image, kernel, bias, sliding, outputPadH, outputPadW, groups));
    }
    requireImages(label, x, w, groups);
    if (x.shape().dim(1) != w.shape().dim(0)) {
      throw ShapeMismatchException.of(label, "channels differ (x[1] isn't w[0])", "x", x.shape(), "w", w.shape());
    }
    if (Math.min(outputPadH, outputPadW) < 0 || outputPadH >= sliding.strideH() || outputPadW >= sliding.strideW()) {
      throw new InvalidAttributeException(label, "output_padding", "at least 0 and below the strides",
          outputPadH + " " + outputPadW);
    }
    Shape out = Shape.of(x.shape().dim(0), Math.multiplyExact(w.shape().dim(1), groups),
        grown("height", x.shape().dim(2), sliding.strideH(), w.shape().dim(2), sliding.dilationH(),
            outputPadH - sliding.padTop() - sliding.padBottom()),
        grown("width", x.shape().dim(3), sliding.strideW(), w.shape().dim(3), sliding.dilationW(),
            outputPadW - sliding.padLeft() - sliding.padRight()));
    Convolution c = new Convolution(label, out, w.shape(), sliding, groups);
    Value product = c.transposed(label, x, w).derivedFrom(
        new Derivation(label, x, (g, y) -> c.product(label + ".gradX", c.padded(g), w)),
        new Derivation(label, w, (g, y) -> c.weightGradient(x, c.padded(g))));
    return bias == null ? product : plusBias(label, product, bias);
  }

  private static long grown(String what, long size, long stride, long kernel, long dilation, long more) {
    long grown = (size - 1) * stride + (kernel - 1) * dilation + 1 + more;
    if (grown < 1) {
      throw new InvalidAttributeException("ConvTranspose", "pads", "such that the result has a " + what,
          grown);
    }
    return grown;
  }

  private static void requireImages(String label, Value x, Value w, int groups) {
    Views.requireFloat(label, "x", x);
    Views.requireFloat(label, "w", w);
    Views.requireRank(label, "x", x, 4);
    Views.requireRank(label, "w", w, 4);
    long channels = w.shape().dim(0);
    if (groups < 1 || channels % groups != 0) {
      throw new InvalidAttributeException(label, "groups", "a divisor of w's " + channels + " channels", groups);
    }
  }

  /// x [N,C,L] as images of height 1.
  private static Value ofLine(String label, Value x, Value w, Sliding sliding, BinaryOperator<Value> ofImages) {
    Views.requireRank(label, "w", w, 3);
    sliding.requireLine(label);
    Value y = ofImages.apply(Views.unsqueeze(x, 2), Views.unsqueeze(w, 2));
    return Views.squeeze(y, 2);
  }

  private static Value plusBias(String label, Value product, Value bias) {
    Views.requireRank(label, "bias", bias, 1);
    long channels = product.shape().dim(1);
    if (bias.shape().dim(0) != channels) {
      throw ShapeMismatchException.of(label, "output channels differ", "y", product.shape(), "bias", bias.shape());
    }
    return MatrixProduct.plusBias(label, product, bias, Views.reshape(label, bias, Shape.of(channels, 1, 1)));
  }

  private Value padded(Value x) {
    return Views.pad(label + ".pad", x, 0f, 0, 0, sliding.padTop(), sliding.padLeft(), 0, 0, sliding.padBottom(),
        sliding.padRight());
  }

  private Value product(String nodeLabel, Value padded, Value w) {
    Value x = grouped(padded, 1, inPerGroup);
    Value v = grouped(w, 0, outPerGroup);
    NodeBuilder n = padded.graph().node(nodeLabel, DType.F32, outShape(batch, outPerGroup, outHeight, outWidth))
        .over(inPerGroup, kernelHeight, kernelWidth).from(0f);
    Affine group = groups == 1 ? n.zero() : n.out(1);
    int c = groups == 1 ? 1 : 2;
    Scalar a = n.load(x, n.out(0), group, n.red(0), rows(n.out(c + 1), n.red(1)), columns(n.out(c + 2), n.red(2)));
    Scalar b = n.load(v, group, n.out(c), n.red(0), n.red(1), n.red(2));
    return joined(n.result(a.timesPlus(b, n.acc())), batch, outPerGroup, outHeight, outWidth);
  }

  /// gx[n,c,h,w] = Σ_{m,i,j} s[n, m, h + (kH−1−i)·d, w + (kW−1−j)·d] · w[m,c,i,j], where s holds g spread out by the
  /// stride so that output row p stands at row p·stride + (kH−1)·d − padTop.
  private Value transposed(String nodeLabel, Value g, Value w) {
    long reachH = (kernelHeight - 1) * sliding.dilationH();
    long reachW = (kernelWidth - 1) * sliding.dilationW();
    Value spread = Views.place(label + ".spread", g, 0f,
        Shape.of(batch, groups * outPerGroup, height + reachH, width + reachW),
        new long[] {0, 0, reachH - sliding.padTop(), reachW - sliding.padLeft()},
        new long[] {1, 1, sliding.strideH(), sliding.strideW()});
    Value s = grouped(spread, 1, outPerGroup);
    Value v = grouped(w, 0, outPerGroup);
    NodeBuilder n = g.graph().node(nodeLabel, DType.F32, outShape(batch, inPerGroup, height, width))
        .over(outPerGroup, kernelHeight, kernelWidth).from(0f);
    Affine group = groups == 1 ? n.zero() : n.out(1);
    int c = groups == 1 ? 1 : 2;
    Scalar a = n.load(s, n.out(0), group, n.red(0),
        n.out(c + 1).plus(n.red(1).times(-sliding.dilationH())).plus(reachH),
        n.out(c + 2).plus(n.red(2).times(-sliding.dilationW())).plus(reachW));
    Scalar b = n.load(v, group, n.red(0), n.out(c), n.red(1), n.red(2));
    return joined(n.result(a.timesPlus(b, n.acc())), batch, inPerGroup, height, width);
  }

  /// gw[m,c,i,j] = Σ_{n,p,q} g[n,m,p,q] · x'[n, c, p·s+i·d, q·s+j·d].
  private Value weightGradient(Value g, Value padded) {
    Value h = grouped(g, 1, outPerGroup);
    Value x = grouped(padded, 1, inPerGroup);
    Shape out = groups == 1
        ? Shape.of(outPerGroup, inPerGroup, kernelHeight, kernelWidth)
        : Shape.of(groups, outPerGroup, inPerGroup, kernelHeight, kernelWidth);
    NodeBuilder n = g.graph().node(label + ".gradW", DType.F32, out).over(batch, outHeight, outWidth).from(0f);
    Affine group = groups == 1 ? n.zero() : n.out(0);
    int m = groups == 1 ? 0 : 1;
    Scalar a = n.load(h, n.red(0), group, n.out(m), n.red(1), n.red(2));
    Scalar b = n.load(x, n.red(0), group, n.out(m + 1), rows(n.red(1), n.out(m + 2)),
        columns(n.red(2), n.out(m + 3)));
    Value gradient = n.result(a.timesPlus(b, n.acc()));
    return Views.reshape(label, gradient, Shape.of(groups * outPerGroup, inPerGroup, kernelHeight, kernelWidth));
  }

  private Affine rows(Affine position, Affine inKernel) {
    return position.times(sliding.strideH()).plus(inKernel.times(sliding.dilationH()));
  }

  private Affine columns(Affine position, Affine inKernel) {
    return position.times(sliding.strideW()).plus(inKernel.times(sliding.dilationW()));
  }

  private Shape outShape(long n, long perGroup, long h, long w) {
    return groups == 1 ? Shape.of(n, perGroup, h, w) : Shape.of(n, groups, perGroup, h, w);
  }

  private Value joined(Value y, long n, long perGroup, long h, long w) {
    return Views.reshape(label, y, Shape.of(n, groups * perGroup, h, w));
  }

  /// Splits the channel dimension `d` into (groups, perGroup).
  private Value grouped(Value x, int d, long perGroup) {
    long[] dims = new long[5];
    for (int i = 0; i < 5; i++) {
      dims[i] = i == d ? groups : i == d + 1 ? perGroup : x.shape().dim(i < d ? i : i - 1);
    }
    return Views.reshape(label, x, Shape.of(dims));
  }
}
