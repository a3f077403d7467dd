package dev.verdict.repops.op;

/// What ONNX Pad puts round a tensor where that isn't a constant.
public enum PadMode {
  /// The nearest element.
  EDGE,
  /// The elements mirrored at the outermost one, which isn't repeated.
  REFLECT,
  /// The elements from the other end.
  WRAP;

  /// The largest pad along a dimension of `size`.
  long limit(long size) {
    return switch (this) {
      case EDGE -> Long.MAX_VALUE;
      case REFLECT -> size - 1;
      case WRAP -> size;
    };
  }
}
