package dev.verdict.repops.exec.cpu;

/// One thread's working memory, shared by all kernels of a program.
///
/// @param floats rows of [Tuning#strip()] lanes
/// @param longs the same, of i64
/// @param a packed rows of a matrix product's left operand
/// @param b packed columns of its right operand
/// @param row one row of either on its way there
/// @param tile accumulators
record Scratch(float[][] floats, long[][] longs, float[] a, float[] b, float[] row, float[] tile) {
  /// How much of each a kernel needs.
  record Size(int lanes, int floatRows, int longRows, int a, int b, int row, int tile) {
    static final Size NONE = new Size(0, 0, 0, 0, 0, 0, 0);

    /// Enough for both.
    Size max(Size o) {
      return new Size(
          Math.max(lanes, o.lanes), Math.max(floatRows, o.floatRows), Math.max(longRows, o.longRows),
          Math.max(a, o.a), Math.max(b, o.b), Math.max(row, o.row), Math.max(tile, o.tile));
    }
  }

  static Scratch allocate(Size size) {
    return new Scratch(
        new float[size.floatRows][size.lanes], new long[size.longRows][size.lanes], new float[size.a],
        new float[size.b], new float[size.row], new float[size.tile]);
  }
}
