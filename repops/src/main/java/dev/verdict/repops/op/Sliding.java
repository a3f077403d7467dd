package dev.verdict.repops.op;

/// How a window moves: ONNX's strides, pads, dilations and, for pooling, ceil_mode. Start from [#unit], or from [#line]
/// for one dimension, which is the width of an image of height 1.
public record Sliding(
    long strideH, long strideW, long padTop, long padLeft, long padBottom, long padRight, long dilationH,
    long dilationW, boolean ceil) {
  /// Throws [InvalidAttributeException] for strides or dilations below 1, or pads below 0.
  public Sliding {
    if (Math.min(Math.min(strideH, strideW), Math.min(dilationH, dilationW)) < 1) {
      throw new InvalidAttributeException("Sliding", "strides and dilations", "at least 1",
          strideH + " " + strideW + " " + dilationH + " " + dilationW);
    }
    if (Math.min(Math.min(padTop, padLeft), Math.min(padBottom, padRight)) < 0) {
      throw new InvalidAttributeException("Sliding", "pads", "at least 0",
          padTop + " " + padLeft + " " + padBottom + " " + padRight);
    }
  }

  /// Stride 1, no padding, dilation 1.
  public static Sliding unit() {
    return new Sliding(1, 1, 0, 0, 0, 0, 1, 1, false);
  }

  /// A window over one dimension.
  public static Sliding line(long stride, long padBegin, long padEnd, long dilation) {
    return new Sliding(1, stride, 0, padBegin, 0, padEnd, 1, dilation, false);
  }

  /// With these strides.
  public Sliding stride(long h, long w) {
    return new Sliding(h, w, padTop, padLeft, padBottom, padRight, dilationH, dilationW, ceil);
  }

  /// With the same padding on all four sides.
  public Sliding pad(long all) {
    return pad(all, all, all, all);
  }

  /// With this padding, in ONNX's order.
  public Sliding pad(long top, long left, long bottom, long right) {
    return new Sliding(strideH, strideW, top, left, bottom, right, dilationH, dilationW, ceil);
  }

  /// With these dilations.
  public Sliding dilation(long h, long w) {
    return new Sliding(strideH, strideW, padTop, padLeft, padBottom, padRight, h, w, ceil);
  }

  /// With ceil_mode: a last window that begins inside the image or the padding before it counts, even where it reaches
  /// beyond the padding after it. For pooling.
  public Sliding ceiling() {
    return new Sliding(strideH, strideW, padTop, padLeft, padBottom, padRight, dilationH, dilationW, true);
  }

  /// With the padding of ONNX's auto_pad SAME_UPPER, so that ⌈size / stride⌉ windows fit: an odd one stands at the end,
  /// or, for SAME_LOWER, at the beginning. Strides and dilations come first. A line has a height and a kernel height
  /// of 1.
  public Sliding padSame(long height, long width, long kernelHeight, long kernelWidth, boolean lower) {
    long vertical = samePads(height, kernelHeight, strideH, dilationH);
    long horizontal = samePads(width, kernelWidth, strideW, dilationW);
    long top = lower ? vertical - vertical / 2 : vertical / 2;
    long left = lower ? horizontal - horizontal / 2 : horizontal / 2;
    return pad(top, left, vertical - top, horizontal - left);
  }

  private static long samePads(long size, long kernel, long stride, long dilation) {
    return Math.max(0, (Math.ceilDiv(size, stride) - 1) * stride + (kernel - 1) * dilation + 1 - size);
  }

  boolean hasPads() {
    return (padTop | padLeft | padBottom | padRight) != 0;
  }

  /// Refuses what has no meaning for one dimension.
  void requireLine(String operator) {
    if (strideH != 1 || dilationH != 1 || padTop != 0 || padBottom != 0) {
      throw new InvalidAttributeException(operator, "sliding", "a line for x of 3 dimensions", this);
    }
  }

  void requireNoCeiling(String operator) {
    if (ceil) {
      throw new InvalidAttributeException(operator, "ceil_mode", "0", 1);
    }
  }

  long outHeight(String operator, long height, long kernel) {
    return out(operator, "height", height, padTop, padBottom, strideH, dilationH, kernel, ceil);
  }

  long outWidth(String operator, long width, long kernel) {
    return out(operator, "width", width, padLeft, padRight, strideW, dilationW, kernel, ceil);
  }

  private static long out(String operator, String what, long size, long before, long after, long stride,
      long dilation, long kernel, boolean ceil) {
    long padded = size + before + after;
    long reach = (kernel - 1) * dilation + 1;
    if (kernel < 1 || reach > padded) {
      throw new InvalidAttributeException(operator, "kernel " + what,
          "at least 1, and dilated at most the padded " + what + " of " + padded, reach);
    }
    long floor = (padded - reach) / stride + 1;
    boolean oneMore = ceil && (padded - reach) % stride != 0 && floor * stride < size + before;
    return oneMore ? floor + 1 : floor;
  }
}
