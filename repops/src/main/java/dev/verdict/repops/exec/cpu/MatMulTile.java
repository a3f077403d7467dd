package dev.verdict.repops.exec.cpu;

import java.lang.foreign.MemorySegment;

/// The innermost loop of a matrix product: a tile of accumulators that stay in registers, the columns in lanes.
///
/// `c[r,j] = fma(a[r,k], b[k,j], c[r,j])` for k ascending. Written by [MatMulTileCompiler], one class for each [Form].
@FunctionalInterface
interface MatMulTile {
  /// What a tile's code depends on. `a[r,k]` is at `r·rowStride + k·stepStride`.
  ///
  /// @param rows how many rows of A it takes
  /// @param vectors how many vectors wide it is
  /// @param stepStride 0 where `stepAt[k]` stands for k·stepStride
  /// @param first whether the accumulators start from `init`, rather than from what C holds
  record Form(int rows, int vectors, int rowStride, int stepStride, boolean first) {}

  /// Takes `depth` steps and stores the accumulators, NaN made canonical. Row r of C starts at element
  /// `rowAt[row + r] + columnAt` of `c`.
  ///
  /// @param a A, from `aAt` on
  /// @param b `depth` times as many elements as the tile is wide, from `bAt` on
  void run(
      float[] a, int aAt, int[] stepAt, float[] b, int bAt, int depth, float init, MemorySegment c, long[] rowAt,
      int row, long columnAt);
}
