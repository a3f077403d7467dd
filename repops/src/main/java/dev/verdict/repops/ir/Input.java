package dev.verdict.repops.ir;

import dev.verdict.repops.DType;
import java.util.Arrays;

/// An affine view of a tensor: LOAD reads `offset + Σ outStrides·outIndex + Σ redStrides·redIndex` (SPEC §3.1).
/// Compared by content; the stride arrays are copied in and out.
public final class Input {
  private final Source source;
  private final DType dtype;
  private final long numel;
  private final long offset;
  private final long[] outStrides;
  private final long[] redStrides;

  /// @param numel elements of the whole source tensor
  /// @param outStrides one for each dimension of the node's output shape
  /// @param redStrides one for each dimension of its reduction shape
  public Input(Source source, DType dtype, long numel, long offset, long[] outStrides, long[] redStrides) {
    this.source = source;
    this.dtype = dtype;
    this.numel = numel;
    this.offset = offset;
    this.outStrides = outStrides.clone();
    this.redStrides = redStrides.clone();
  }

  public Source source() {
    return source;
  }

  public DType dtype() {
    return dtype;
  }

  public long numel() {
    return numel;
  }

  public long offset() {
    return offset;
  }

  public long[] outStrides() {
    return outStrides.clone();
  }

  public long[] redStrides() {
    return redStrides.clone();
  }

  /// The flat index that LOAD reads at; it may lie outside [0, numel).
  public long flatIndex(long[] outIndex, long[] redIndex) {
    long index = offset;
    for (int d = 0; d < outStrides.length; d++) {
      index += outStrides[d] * outIndex[d];
    }
    for (int d = 0; d < redStrides.length; d++) {
      index += redStrides[d] * redIndex[d];
    }
    return index;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Input i && source.equals(i.source) && dtype == i.dtype && numel == i.numel
        && offset == i.offset && Arrays.equals(outStrides, i.outStrides) && Arrays.equals(redStrides, i.redStrides);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * source.hashCode() + Arrays.hashCode(outStrides)) + Arrays.hashCode(redStrides);
  }

  @Override
  public String toString() {
    return source + " " + dtype + "(" + numel + ") offset " + offset + " out " + Arrays.toString(outStrides) + " red "
        + Arrays.toString(redStrides);
  }
}
