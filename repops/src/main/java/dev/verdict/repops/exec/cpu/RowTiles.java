package dev.verdict.repops.exec.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// The vector loops of [RowFold]; sixteen lanes. Offsets into `tiles` are in bytes, positions in tensors in elements.
final class RowTiles {
  /// Rows and columns that are transposed at once: one vector of each.
  static final int SIDE = 16;

  private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_512;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_512;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /// For a step that exchanges n neighbours: which lanes of two vectors, the second's counted from 16, make the first
  /// new vector, and which the second.
  private static final int[] LOW_8 = {0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23};
  private static final int[] HIGH_8 = {8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31};
  private static final int[] LOW_4 = {0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27};
  private static final int[] HIGH_4 = {4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31};
  private static final int[] LOW_2 = {0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29};
  private static final int[] HIGH_2 = {2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31};
  private static final int[] LOW_1 = {0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30};
  private static final int[] HIGH_1 = {1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31};

  private RowTiles() {}

  /// Columns [k, k + depth) of rows [first, first + 16) of `in`, row r beginning at `at[r]`, become rows of `tile`,
  /// each `rowBytes` after the other: squares of 16 by 16 in four steps, each of which exchanges the off-diagonal
  /// quarters of squares half as large. Two steps at a time, since each couples four rows only: the code of all four
  /// together is more than the compiler takes.
  static void transpose(
      MemorySegment tile, long tileAt, long rowBytes, MemorySegment in, long[] at, int first, long k, int depth) {
    for (int row = 0; row < 4; row++) {
      exchangeFar(tile, tileAt + row * rowBytes, rowBytes, in, at[first + row] + k << 2, at[first + row + 4] + k << 2,
          at[first + row + 8] + k << 2, at[first + row + 12] + k << 2, depth);
    }
    exchangeNear(tile, tileAt, rowBytes, depth);
  }

  /// The steps of 8 and 4, for four rows of `in` to every fourth of `tile`.
  private static void exchangeFar(
      MemorySegment tile, long tileAt, long rowBytes, MemorySegment in, long at0, long at4, long at8, long at12,
      int depth) {
    IntVector low8 = IntVector.fromArray(INTS, LOW_8, 0);
    IntVector high8 = IntVector.fromArray(INTS, HIGH_8, 0);
    IntVector low4 = IntVector.fromArray(INTS, LOW_4, 0);
    IntVector high4 = IntVector.fromArray(INTS, HIGH_4, 0);
    long bytes = 4L * depth;
    MemorySegment row0 = in.asSlice(at0, bytes);
    MemorySegment row4 = in.asSlice(at4, bytes);
    MemorySegment row8 = in.asSlice(at8, bytes);
    MemorySegment row12 = in.asSlice(at12, bytes);
    for (long o = 0; o < bytes; o += 64) {
      IntVector v0 = IntVector.fromMemorySegment(INTS, row0, o, ORDER);
      IntVector v4 = IntVector.fromMemorySegment(INTS, row4, o, ORDER);
      IntVector v8 = IntVector.fromMemorySegment(INTS, row8, o, ORDER);
      IntVector v12 = IntVector.fromMemorySegment(INTS, row12, o, ORDER);
      IntVector a0 = low8.selectFrom(v0, v8);
      IntVector a8 = high8.selectFrom(v0, v8);
      IntVector a4 = low8.selectFrom(v4, v12);
      IntVector a12 = high8.selectFrom(v4, v12);
      long to = tileAt + (o >> 2) * rowBytes;
      low4.selectFrom(a0, a4).intoMemorySegment(tile, to, ORDER);
      high4.selectFrom(a0, a4).intoMemorySegment(tile, to + 4 * rowBytes, ORDER);
      low4.selectFrom(a8, a12).intoMemorySegment(tile, to + 8 * rowBytes, ORDER);
      high4.selectFrom(a8, a12).intoMemorySegment(tile, to + 12 * rowBytes, ORDER);
    }
  }

  /// The steps of 2 and 1, within each four rows of `tile`.
  private static void exchangeNear(MemorySegment tile, long tileAt, long rowBytes, int depth) {
    IntVector low2 = IntVector.fromArray(INTS, LOW_2, 0);
    IntVector high2 = IntVector.fromArray(INTS, HIGH_2, 0);
    IntVector low1 = IntVector.fromArray(INTS, LOW_1, 0);
    IntVector high1 = IntVector.fromArray(INTS, HIGH_1, 0);
    for (int row = 0; row < depth; row += 4) {
      long to = tileAt + row * rowBytes;
      IntVector v0 = IntVector.fromMemorySegment(INTS, tile, to, ORDER);
      IntVector v1 = IntVector.fromMemorySegment(INTS, tile, to + rowBytes, ORDER);
      IntVector v2 = IntVector.fromMemorySegment(INTS, tile, to + 2 * rowBytes, ORDER);
      IntVector v3 = IntVector.fromMemorySegment(INTS, tile, to + 3 * rowBytes, ORDER);
      IntVector a0 = low2.selectFrom(v0, v2);
      IntVector a2 = high2.selectFrom(v0, v2);
      IntVector a1 = low2.selectFrom(v1, v3);
      IntVector a3 = high2.selectFrom(v1, v3);
      low1.selectFrom(a0, a1).intoMemorySegment(tile, to, ORDER);
      high1.selectFrom(a0, a1).intoMemorySegment(tile, to + rowBytes, ORDER);
      low1.selectFrom(a2, a3).intoMemorySegment(tile, to + 2 * rowBytes, ORDER);
      high1.selectFrom(a2, a3).intoMemorySegment(tile, to + 3 * rowBytes, ORDER);
    }
  }

  /// `acc[j] += tiles[k][j]` for j in [0, 32), k ascending.
  static void add(float[] acc, MemorySegment tiles, int depth) {
    FloatVector x = FloatVector.fromArray(FLOATS, acc, 0);
    FloatVector y = FloatVector.fromArray(FLOATS, acc, SIDE);
    long bytes = 128L * depth;
    for (long o = 0; o < bytes; o += 128) {
      x = x.add(FloatVector.fromMemorySegment(FLOATS, tiles, o, ORDER));
      y = y.add(FloatVector.fromMemorySegment(FLOATS, tiles, o + 64, ORDER));
    }
    x.intoArray(acc, 0);
    y.intoArray(acc, SIDE);
  }

  /// `acc[j] = fma(a[k][j], b[k][j], acc[j])` for j in [0, 32), k ascending; a are the tiles from 0 on, b those from
  /// `other` on.
  static void multiplyAdd(float[] acc, MemorySegment tiles, long other, int depth) {
    FloatVector x = FloatVector.fromArray(FLOATS, acc, 0);
    FloatVector y = FloatVector.fromArray(FLOATS, acc, SIDE);
    long bytes = 128L * depth;
    for (long o = 0; o < bytes; o += 128) {
      x = FloatVector.fromMemorySegment(FLOATS, tiles, o, ORDER)
          .fma(FloatVector.fromMemorySegment(FLOATS, tiles, other + o, ORDER), x);
      y = FloatVector.fromMemorySegment(FLOATS, tiles, o + 64, ORDER)
          .fma(FloatVector.fromMemorySegment(FLOATS, tiles, other + o + 64, ORDER), y);
    }
    x.intoArray(acc, 0);
    y.intoArray(acc, SIDE);
  }

  /// `acc[j] = fma(tiles[k][j], x[k], acc[j])` for j in [0, 32), k ascending; x are the elements from `at` on.
  static void multiplyAddAll(float[] acc, MemorySegment tiles, MemorySegment in, long at, int depth) {
    FloatVector x = FloatVector.fromArray(FLOATS, acc, 0);
    FloatVector y = FloatVector.fromArray(FLOATS, acc, SIDE);
    for (int k = 0; k < depth; k++) {
      FloatVector b = FloatVector.broadcast(FLOATS, Elements.loadF32(in, at + k));
      x = FloatVector.fromMemorySegment(FLOATS, tiles, 128L * k, ORDER).fma(b, x);
      y = FloatVector.fromMemorySegment(FLOATS, tiles, 128L * k + 64, ORDER).fma(b, y);
    }
    x.intoArray(acc, 0);
    y.intoArray(acc, SIDE);
  }
}
