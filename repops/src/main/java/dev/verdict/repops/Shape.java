package dev.verdict.repops;

import java.util.Arrays;

/// The dimensions of a tensor, outermost first. A scalar has rank 0 and one element; no dimension is 0.
public final class Shape {
  private static final Shape SCALAR = new Shape(new long[0], 1);

  private final long[] dims;
  private final long numel;

  private Shape(long[] dims, long numel) {
    this.dims = dims;
    this.numel = numel;
  }

  /// The shape of rank 0.
  public static Shape scalar() {
    return SCALAR;
  }

  /// Copies `dims`. Throws [IllegalArgumentException] where a dimension is below 1 or the product leaves i64.
  public static Shape of(long... dims) {
    long numel = 1;
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] < 1) {
        throw new IllegalArgumentException(
            "dimension " + d + " of " + Arrays.toString(dims) + " is below 1");
      }
      try {
        numel = Math.multiplyExact(numel, dims[d]);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "the number of elements of " + Arrays.toString(dims) + " does not fit in 64 bits", e);
      }
    }
    return new Shape(dims.clone(), numel);
  }

  public int rank() {
    return dims.length;
  }

  /// Dimension `d`; negative `d` counts from the end, so `dim(-1)` is the innermost.
  public long dim(int d) {
    return dims[d < 0 ? dims.length + d : d];
  }

  /// The product of the dimensions.
  public long numel() {
    return numel;
  }

  /// A copy of the dimensions.
  public long[] dims() {
    return dims.clone();
  }

  /// Elements between neighbours along each dimension of a contiguous row-major tensor; copies.
  public long[] strides() {
    long[] strides = new long[dims.length];
    long stride = 1;
    for (int d = dims.length - 1; d >= 0; d--) {
      strides[d] = stride;
      stride *= dims[d];
    }
    return strides;
  }

  /// The multi-index of flat position `index` in row-major order, written into `into` (length [#rank()]).
  public void unflatten(long index, long[] into) {
    for (int d = dims.length - 1; d >= 0; d--) {
      into[d] = index % dims[d];
      index /= dims[d];
    }
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /// For example `[64,128]`.
  @Override
  public String toString() {
    return Arrays.toString(dims).replace(" ", "");
  }
}
