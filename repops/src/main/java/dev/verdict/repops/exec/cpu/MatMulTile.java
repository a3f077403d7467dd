package dev.verdict.repops.exec.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The innermost loop of a matrix product: a tile of accumulators that stay in registers.
///
/// `c[r,j] = fma(a[k,r], b[k,j], c[r,j])` for k ascending, the columns in lanes. Every variable is written out, and
/// nothing takes a vector as an argument: arrays and helpers of vectors box them, at a 25th of the speed. Tiles are as
/// large as the registers hold: 32 at 512 bits, 16 below; one row or column more spills and halves the speed.
///
/// Loaded only where [VectorWidth#BITS] isn't 0.
final class MatMulTile {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;

  private MatMulTile() {}

  static int rows() {
    return switch (VectorWidth.BITS) {
      case 512 -> 12;
      case 256 -> 5;
      default -> 4;
    };
  }

  static int columns() {
    return switch (VectorWidth.BITS) {
      case 512 -> 32;
      case 256 -> 16;
      default -> 8;
    };
  }

  /// Takes `depth` steps.
  ///
  /// @param a `depth` times [#rows()] elements from `aAt` on
  /// @param b `depth` times [#columns()] elements from `bAt` on
  /// @param c the accumulators, row-major
  static void accumulate(float[] a, int aAt, float[] b, int bAt, int depth, float[] c) {
    switch (VectorWidth.BITS) {
      case 512 -> tile512(a, aAt, b, bAt, depth, c);
      case 256 -> tile256(a, aAt, b, bAt, depth, c);
      default -> tile128(a, aAt, b, bAt, depth, c);
    }
  }

  /// 12 rows by 32 columns, 24 accumulators of 512 bits.
  private static void tile512(float[] a, int aAt, float[] b, int bAt, int depth, float[] c) {
    FloatVector c0x = FloatVector.fromArray(SPECIES, c, 0);
    FloatVector c0y = FloatVector.fromArray(SPECIES, c, 16);
    FloatVector c1x = FloatVector.fromArray(SPECIES, c, 32);
    FloatVector c1y = FloatVector.fromArray(SPECIES, c, 48);
    FloatVector c2x = FloatVector.fromArray(SPECIES, c, 64);
    FloatVector c2y = FloatVector.fromArray(SPECIES, c, 80);
    FloatVector c3x = FloatVector.fromArray(SPECIES, c, 96);
    FloatVector c3y = FloatVector.fromArray(SPECIES, c, 112);
    FloatVector c4x = FloatVector.fromArray(SPECIES, c, 128);
    FloatVector c4y = FloatVector.fromArray(SPECIES, c, 144);
    FloatVector c5x = FloatVector.fromArray(SPECIES, c, 160);
    FloatVector c5y = FloatVector.fromArray(SPECIES, c, 176);
    FloatVector c6x = FloatVector.fromArray(SPECIES, c, 192);
    FloatVector c6y = FloatVector.fromArray(SPECIES, c, 208);
    FloatVector c7x = FloatVector.fromArray(SPECIES, c, 224);
    FloatVector c7y = FloatVector.fromArray(SPECIES, c, 240);
    FloatVector c8x = FloatVector.fromArray(SPECIES, c, 256);
    FloatVector c8y = FloatVector.fromArray(SPECIES, c, 272);
    FloatVector c9x = FloatVector.fromArray(SPECIES, c, 288);
    FloatVector c9y = FloatVector.fromArray(SPECIES, c, 304);
    FloatVector c10x = FloatVector.fromArray(SPECIES, c, 320);
    FloatVector c10y = FloatVector.fromArray(SPECIES, c, 336);
    FloatVector c11x = FloatVector.fromArray(SPECIES, c, 352);
    FloatVector c11y = FloatVector.fromArray(SPECIES, c, 368);
    for (int k = 0; k < depth; k++) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, bAt);
      FloatVector y = FloatVector.fromArray(SPECIES, b, bAt + 16);
      FloatVector left;
      left = FloatVector.broadcast(SPECIES, a[aAt]);
      c0x = left.fma(x, c0x);
      c0y = left.fma(y, c0y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 1]);
      c1x = left.fma(x, c1x);
      c1y = left.fma(y, c1y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 2]);
      c2x = left.fma(x, c2x);
      c2y = left.fma(y, c2y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 3]);
      c3x = left.fma(x, c3x);
      c3y = left.fma(y, c3y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 4]);
      c4x = left.fma(x, c4x);
      c4y = left.fma(y, c4y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 5]);
      c5x = left.fma(x, c5x);
      c5y = left.fma(y, c5y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 6]);
      c6x = left.fma(x, c6x);
      c6y = left.fma(y, c6y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 7]);
      c7x = left.fma(x, c7x);
      c7y = left.fma(y, c7y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 8]);
      c8x = left.fma(x, c8x);
      c8y = left.fma(y, c8y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 9]);
      c9x = left.fma(x, c9x);
      c9y = left.fma(y, c9y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 10]);
      c10x = left.fma(x, c10x);
      c10y = left.fma(y, c10y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 11]);
      c11x = left.fma(x, c11x);
      c11y = left.fma(y, c11y);
      aAt += 12;
      bAt += 32;
    }
    c0x.intoArray(c, 0);
    c0y.intoArray(c, 16);
    c1x.intoArray(c, 32);
    c1y.intoArray(c, 48);
    c2x.intoArray(c, 64);
    c2y.intoArray(c, 80);
    c3x.intoArray(c, 96);
    c3y.intoArray(c, 112);
    c4x.intoArray(c, 128);
    c4y.intoArray(c, 144);
    c5x.intoArray(c, 160);
    c5y.intoArray(c, 176);
    c6x.intoArray(c, 192);
    c6y.intoArray(c, 208);
    c7x.intoArray(c, 224);
    c7y.intoArray(c, 240);
    c8x.intoArray(c, 256);
    c8y.intoArray(c, 272);
    c9x.intoArray(c, 288);
    c9y.intoArray(c, 304);
    c10x.intoArray(c, 320);
    c10y.intoArray(c, 336);
    c11x.intoArray(c, 352);
    c11y.intoArray(c, 368);
  }

  /// 5 rows by 16 columns, 10 accumulators of 256 bits.
  private static void tile256(float[] a, int aAt, float[] b, int bAt, int depth, float[] c) {
    FloatVector c0x = FloatVector.fromArray(SPECIES, c, 0);
    FloatVector c0y = FloatVector.fromArray(SPECIES, c, 8);
    FloatVector c1x = FloatVector.fromArray(SPECIES, c, 16);
    FloatVector c1y = FloatVector.fromArray(SPECIES, c, 24);
    FloatVector c2x = FloatVector.fromArray(SPECIES, c, 32);
    FloatVector c2y = FloatVector.fromArray(SPECIES, c, 40);
    FloatVector c3x = FloatVector.fromArray(SPECIES, c, 48);
    FloatVector c3y = FloatVector.fromArray(SPECIES, c, 56);
    FloatVector c4x = FloatVector.fromArray(SPECIES, c, 64);
    FloatVector c4y = FloatVector.fromArray(SPECIES, c, 72);
    for (int k = 0; k < depth; k++) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, bAt);
      FloatVector y = FloatVector.fromArray(SPECIES, b, bAt + 8);
      FloatVector left;
      left = FloatVector.broadcast(SPECIES, a[aAt]);
      c0x = left.fma(x, c0x);
      c0y = left.fma(y, c0y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 1]);
      c1x = left.fma(x, c1x);
      c1y = left.fma(y, c1y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 2]);
      c2x = left.fma(x, c2x);
      c2y = left.fma(y, c2y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 3]);
      c3x = left.fma(x, c3x);
      c3y = left.fma(y, c3y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 4]);
      c4x = left.fma(x, c4x);
      c4y = left.fma(y, c4y);
      aAt += 5;
      bAt += 16;
    }
    c0x.intoArray(c, 0);
    c0y.intoArray(c, 8);
    c1x.intoArray(c, 16);
    c1y.intoArray(c, 24);
    c2x.intoArray(c, 32);
    c2y.intoArray(c, 40);
    c3x.intoArray(c, 48);
    c3y.intoArray(c, 56);
    c4x.intoArray(c, 64);
    c4y.intoArray(c, 72);
  }

  /// 4 rows by 8 columns, 8 accumulators of 128 bits.
  private static void tile128(float[] a, int aAt, float[] b, int bAt, int depth, float[] c) {
    FloatVector c0x = FloatVector.fromArray(SPECIES, c, 0);
    FloatVector c0y = FloatVector.fromArray(SPECIES, c, 4);
    FloatVector c1x = FloatVector.fromArray(SPECIES, c, 8);
    FloatVector c1y = FloatVector.fromArray(SPECIES, c, 12);
    FloatVector c2x = FloatVector.fromArray(SPECIES, c, 16);
    FloatVector c2y = FloatVector.fromArray(SPECIES, c, 20);
    FloatVector c3x = FloatVector.fromArray(SPECIES, c, 24);
    FloatVector c3y = FloatVector.fromArray(SPECIES, c, 28);
    for (int k = 0; k < depth; k++) {
      FloatVector x = FloatVector.fromArray(SPECIES, b, bAt);
      FloatVector y = FloatVector.fromArray(SPECIES, b, bAt + 4);
      FloatVector left;
      left = FloatVector.broadcast(SPECIES, a[aAt]);
      c0x = left.fma(x, c0x);
      c0y = left.fma(y, c0y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 1]);
      c1x = left.fma(x, c1x);
      c1y = left.fma(y, c1y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 2]);
      c2x = left.fma(x, c2x);
      c2y = left.fma(y, c2y);
      left = FloatVector.broadcast(SPECIES, a[aAt + 3]);
      c3x = left.fma(x, c3x);
      c3y = left.fma(y, c3y);
      aAt += 4;
      bAt += 8;
    }
    c0x.intoArray(c, 0);
    c0y.intoArray(c, 4);
    c1x.intoArray(c, 8);
    c1y.intoArray(c, 12);
    c2x.intoArray(c, 16);
    c2y.intoArray(c, 20);
    c3x.intoArray(c, 24);
    c3y.intoArray(c, 28);
  }
}
