package dev.verdict.repops.exec.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// One thread's working memory, shared by all kernels of a program.
///
/// @param floats rows of [Tuning#strip()] lanes
/// @param longs the same, of i64
/// @param nativeRows rows of f32 off the heap, as tensors are: vector code for both kinds of memory is slow
/// @param a packed rows of a matrix product's left operand
/// @param b packed columns of its right operand
/// @param row a square of either on its way there
/// @param tile accumulators, off the heap
/// @param stretches positions of its operands and its result
record Scratch(
    float[][] floats, long[][] longs, MemorySegment nativeRows, float[] a, float[] b, float[] row, MemorySegment tile,
    Stretches stretches) {
  /// How much of each a kernel needs: rows of `lanes`, and elements of the others.
  record Size(
      int lanes, int floatRows, int longRows, int nativeRows, int a, int b, int row, int tile,
      Stretches.Room stretches) {
    static final Size NONE = new Size(0, 0, 0, 0, 0, 0, 0, 0);

    Size(int lanes, int floatRows, int longRows, int nativeRows, int a, int b, int row, int tile) {
      this(lanes, floatRows, longRows, nativeRows, a, b, row, tile, Stretches.Room.NONE);
    }

    /// What a matrix product needs.
    static Size ofProduct(int a, int b, int tile, Stretches.Room stretches) {
      return new Size(0, 0, 0, 0, a, b, VectorRows.LANES * VectorRows.LANES, tile, stretches);
    }

    static Size ofNativeRows(int elements) {
      return new Size(0, 0, 0, elements, 0, 0, 0, 0);
    }

    /// What one thread's takes.
    long bytes() {
      return 4L * nativeRows + 4L * (a + b + row + tile) + lanes * (4L * floatRows + 8L * longRows)
          + stretches.bytes();
    }

    /// Enough for both.
    Size max(Size o) {
      return new Size(
          Math.max(lanes, o.lanes), Math.max(floatRows, o.floatRows), Math.max(longRows, o.longRows),
          Math.max(nativeRows, o.nativeRows), Math.max(a, o.a), Math.max(b, o.b), Math.max(row, o.row),
          Math.max(tile, o.tile), stretches.max(o.stretches));
    }
  }

  static Scratch allocate(Size size) {
    return new Scratch(
        new float[size.floatRows][size.lanes], new long[size.longRows][size.lanes],
        Arena.ofAuto().allocate(Math.max(1, size.nativeRows) * 4L, 64), new float[size.a], new float[size.b],
        new float[size.row], Arena.ofAuto().allocate(Math.max(1, size.tile) * 4L, 64),
        Stretches.allocate(size.stretches));
  }
}
