package dev.verdict.repops.op;

/// How a two-dimensional window moves: ONNX's strides, pads and dilations. Start from [#unit].
public record Sliding(
    long strideH, long strideW, long padTop, long padLeft, long padBottom, long padRight, long dilationH,
    long dilationW) {
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
    return new Sliding(1, 1, 0, 0, 0, 0, 1, 1);
  }

  /// With these strides.
  public Sliding stride(long h, long w) {
    return new Sliding(h, w, padTop, padLeft, padBottom, padRight, dilationH, dilationW);
  }

  /// With the same padding on all four sides.
  public Sliding pad(long all) {
    return pad(all, all, all, all);
  }

  /// With this padding, in ONNX's order.
  public Sliding pad(long top, long left, long bottom, long right) {
    return new Sliding(strideH, strideW, top, left, bottom, right, dilationH, dilationW);
  }

  /// With these dilations.
  public Sliding dilation(long h, long w) {
    return new Sliding(strideH, strideW, padTop, padLeft, padBottom, padRight, h, w);
  }

  boolean hasPads() {
    return (padTop | padLeft | padBottom | padRight) != 0;
  }

  long outHeight(String operator, long height, long kernel) {
    return out(operator, "height", height + padTop + padBottom, strideH, dilationH, kernel);
  }

  long outWidth(String operator, long width, long kernel) {
    return out(operator, "width", width + padLeft + padRight, strideW, dilationW, kernel);
  }

  private static long out(String operator, String what, long padded, long stride, long dilation, long kernel) {
    long reach = (kernel - 1) * dilation + 1;
    if (kernel < 1 || reach > padded) {
      throw new InvalidAttributeException(operator, "kernel " + what,
          "at least 1, and dilated at most the padded " + what + " of " + padded, reach);
    }
    return (padded - reach) / stride + 1;
  }
}
