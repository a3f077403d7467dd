package dev.verdict.repops.exec.cpu;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/// Copies of a matrix product's operands in the order in which tiles read them.
///
/// Copies go a vector at a time and may write up to [VectorRows#LANES] − 1 elements too many, which are then written
/// over or never read: destinations have that much room behind them.
///
/// Loaded only where [VectorWidth#BITS] isn't 0.
final class MatMulPacking {
  /// The most steps that are packed at once.
  static final int MAX_DEPTH = 1024;
  /// Between packed rows of A: no multiple of a page, so that the rows of a tile don't share a set of the first cache.
  static final int ROW_STRIDE = MAX_DEPTH + 16;

  /// The columns of the widest tile.
  static final int COLUMNS = MatMulTileCompiler.VECTORS * VectorRows.LANES;

  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = VectorRows.LANES;
  /// Runs of fewer neighbours are copied one by one.
  private static final int SHORT = 4;

  private MatMulPacking() {}

  /// Room for `depth` steps of the widest panel. Panels don't start a multiple of a page apart, lest they share sets of
  /// the first cache.
  static int panel(int depth) {
    return COLUMNS * depth + LANES;
  }

  /// Room for `lines` lines and `depth` steps in panels.
  static int panels(int lines, int depth) {
    return Math.addExact(Math.multiplyExact((lines + COLUMNS - 1) / COLUMNS, panel(depth)), LANES);
  }

  /// How wide the panel is that starts with `rest` lines left: whole vectors.
  static int panelWidth(int rest) {
    return rest >= COLUMNS ? COLUMNS : (rest + LANES - 1) / LANES * LANES;
  }

  /// Packs the first `count` lines step by step in panels: panel p holds lines p·[#COLUMNS] on, as many to a step as
  /// [#panelWidth] says, of which those beyond `count` hold anything.
  ///
  /// @param block room for a square of vectors
  static void pack(
      float[] to, MemorySegment from, long base, Stretch lines, int count, Stretch steps, int depth, float[] block) {
    if (lines.areApart() && !steps.areApart()) {
      for (int j = 0; j < count; j += LANES) {
        int panel = j / COLUMNS;
        transpose(to, panel * panel(depth) + j % COLUMNS, panelWidth(count - panel * COLUMNS), from, base, lines,
            j, Math.min(LANES, count - j), steps, depth, block);
      }
      return;
    }
    int whole = count - count % COLUMNS;
    int rest = count - whole;
    for (int k = 0; k < depth; k++) {
      long at = base + steps.at()[k];
      copyPanels(to, k * COLUMNS, panel(depth), COLUMNS, from, at, lines, 0, whole);
      if (rest > 0) {
        copyPanels(to, whole / COLUMNS * panel(depth) + k * panelWidth(rest), 0, COLUMNS, from, at, lines, whole, rest);
      }
    }
  }

  /// `to[at + i] = from[base + along[first + i]]` for i in [0, count), a run of neighbours at a time.
  static void copy(float[] to, int at, MemorySegment from, long base, Stretch along, int first, int count) {
    for (int i = 0; i < count; ) {
      int run = Math.min(along.run()[first + i], count - i);
      copy(to, at + i, from, base + along.at()[first + i], run);
      i += run;
    }
  }

  /// `to[at + i] = from[position + i]` for i in [0, count).
  static void copy(float[] to, int at, MemorySegment from, long position, int count) {
    if (count < SHORT) {
      for (int i = 0; i < count; i++) {
        to[at + i] = from.get(Elements.FLOAT, (position + i) << 2);
      }
    } else if (position + count + LANES <= from.byteSize() >> 2) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector.fromMemorySegment(SPECIES, from, (position + i) << 2, ByteOrder.LITTLE_ENDIAN)
            .intoArray(to, at + i);
      }
    } else {
      MemorySegment.copy(from, Elements.FLOAT, position << 2, to, at, count);
    }
  }

  /// `to[toAt + i] = from[fromAt + i]` for i in [0, count).
  static void copy(MemorySegment from, long fromAt, MemorySegment to, long toAt, int count) {
    int i = 0;
    for (; i <= count - LANES; i += LANES) {
      FloatVector.fromMemorySegment(SPECIES, from, (fromAt + i) << 2, ByteOrder.LITTLE_ENDIAN)
          .intoMemorySegment(to, (toAt + i) << 2, ByteOrder.LITTLE_ENDIAN);
    }
    if (i < count) {
      VectorMask<Float> rest = SPECIES.indexInRange(0, count - i);
      FloatVector.fromMemorySegment(SPECIES, from, (fromAt + i) << 2, ByteOrder.LITTLE_ENDIAN, rest)
          .intoMemorySegment(to, (toAt + i) << 2, ByteOrder.LITTLE_ENDIAN, rest);
    }
  }

  /// `to[lines[line + t] + toAt + i] = from[rowAt[row + i] + t]` for i in [0, count), t in [0, lineCount).
  ///
  /// @param block room for a square of vectors
  static void storeTransposed(
      MemorySegment from, long[] rowAt, int row, int count, MemorySegment to, long toAt, long[] lines, int line,
      int lineCount, float[] block) {
    if (VectorWidth.BITS != 512) {
      for (int t = 0; t < lineCount; t++) {
        for (int i = 0; i < count; i++) {
          to.set(Elements.INT, (lines[line + t] + toAt + i) << 2, from.get(Elements.INT, (rowAt[row + i] + t) << 2));
        }
      }
      return;
    }
    for (int first = 0; first < lineCount; first += LANES) {
      int height = Math.min(LANES, lineCount - first);
      for (int i = 0; i < count; i += LANES) {
        int width = Math.min(LANES, count - i);
        Square.transpose(block, 0, LANES, from, first, rowAt, row + i, width);
        VectorMask<Float> mask = SPECIES.indexInRange(0, width);
        for (int t = 0; t < height; t++) {
          FloatVector x = FloatVector.fromArray(SPECIES, block, t * LANES);
          long byteAt = (lines[line + first + t] + toAt + i) << 2;
          if (width == LANES) {
            x.intoMemorySegment(to, byteAt, ByteOrder.LITTLE_ENDIAN);
          } else {
            x.intoMemorySegment(to, byteAt, ByteOrder.LITTLE_ENDIAN, mask);
          }
        }
      }
    }
  }

  /// Neighbours `along[first]` to `along[first + count − 1]` cut into panels of `width`, at most two vectors:
  /// `to[at + p·panel + i] = from[base + along[first + p·width + i]]`.
  static void copyPanels(
      float[] to, int at, int panel, int width, MemorySegment from, long base, Stretch along, int first, int count) {
    long numel = from.byteSize() >> 2;
    for (int j = 0; j < count; j += width) {
      int lanes = Math.min(width, count - j);
      long position = base + along.at()[first + j];
      if (along.run()[first + j] >= lanes && position + 2 * LANES <= numel) {
        FloatVector.fromMemorySegment(SPECIES, from, position << 2, ByteOrder.LITTLE_ENDIAN).intoArray(to, at);
        if (lanes > LANES) {
          FloatVector.fromMemorySegment(SPECIES, from, (position + LANES) << 2, ByteOrder.LITTLE_ENDIAN)
              .intoArray(to, at + LANES);
        }
      } else {
        copy(to, at, from, base, along, first + j, lanes);
      }
      at += panel;
    }
  }

  /// `to[at + k·stride + i] = from[base + lines[line + i] + steps[k]]` for i in [0, count), k in [0, depth),
  /// where it is steps that are neighbours. Up to [VectorRows#LANES] lines at once.
  ///
  /// @param block room for a square of vectors
  private static void transpose(
      float[] to, int at, int stride, MemorySegment from, long base, Stretch lines, int line, int count,
      Stretch steps, int depth, float[] block) {
    long highest = Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      highest = Math.max(highest, lines.at()[line + i]);
    }
    long numel = from.byteSize() >> 2;
    for (int k = 0; k < depth; ) {
      int run = Math.min(steps.run()[k], depth - k);
      long position = base + steps.at()[k];
      int q = 0;
      if (VectorWidth.BITS == 512 && run >= SHORT) {
        for (; q < run && highest + position + q + LANES <= numel; q += LANES) {
          if (run - q >= LANES) {
            Square.transpose(to, at + (k + q) * stride, stride, from, position + q, lines.at(), line, count);
          } else {
            Square.transpose(block, 0, LANES, from, position + q, lines.at(), line, count);
            for (int t = 0; t < run - q; t++) {
              System.arraycopy(block, t * LANES, to, at + (k + q + t) * stride, LANES);
            }
          }
        }
      }
      for (int i = 0; i < count && q < run; i++) {
        long byteAt = (position + lines.at()[line + i]) << 2;
        for (int t = q; t < run; t++) {
          to[at + (k + t) * stride + i] = from.get(Elements.FLOAT, byteAt + ((long) t << 2));
        }
      }
      k += run;
    }
  }

  /// Squares of 16 by 16. Every variable is written out: arrays of vectors box them.
  private static final class Square {
    private static final FloatVector EVEN_1 = lanes(1, 0);
    private static final FloatVector ODD_1 = lanes(1, 1);
    private static final FloatVector EVEN_2 = lanes(2, 0);
    private static final FloatVector ODD_2 = lanes(2, 2);
    private static final FloatVector EVEN_4 = lanes(4, 0);
    private static final FloatVector ODD_4 = lanes(4, 4);
    private static final FloatVector EVEN_8 = lanes(8, 0);
    private static final FloatVector ODD_8 = lanes(8, 8);

    /// For `EVEN.selectFrom(x, y)`: where bit `step` of a lane's number is clear, x's lane `shift` on, else y's lane
    /// `step − shift` back. So (EVEN, ODD) of rows i and i + step exchange that bit of row and lane; all four bits
    /// exchanged are the transpose.
    private static FloatVector lanes(int step, int shift) {
      float[] from = new float[16];
      for (int lane = 0; lane < 16; lane++) {
        from[lane] = (lane & step) == 0 ? lane + shift : 16 + lane - step + shift;
      }
      return FloatVector.fromArray(FloatVector.SPECIES_512, from, 0);
    }

    /// `to[at + t·stride + i] = from[base + lines[line + min(i, count − 1)] + t]` for i and t in [0, 16).
    static void transpose(
        float[] to, int at, int stride, MemorySegment from, long base, long[] lines, int line, int count) {
      int last = line + count - 1;
      FloatVector r0 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 0, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r1 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 1, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r2 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 2, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r3 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 3, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r4 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 4, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r5 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 5, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r6 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 6, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r7 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 7, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r8 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 8, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r9 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 9, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r10 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 10, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r11 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 11, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r12 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 12, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r13 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 13, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r14 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 14, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector r15 = FloatVector.fromMemorySegment(
          SPECIES, from, (base + lines[Math.min(line + 15, last)]) << 2, ByteOrder.LITTLE_ENDIAN);
      FloatVector even;
      even = EVEN_1.selectFrom(r0, r1);
      r1 = ODD_1.selectFrom(r0, r1);
      r0 = even;
      even = EVEN_1.selectFrom(r2, r3);
      r3 = ODD_1.selectFrom(r2, r3);
      r2 = even;
      even = EVEN_1.selectFrom(r4, r5);
      r5 = ODD_1.selectFrom(r4, r5);
      r4 = even;
      even = EVEN_1.selectFrom(r6, r7);
      r7 = ODD_1.selectFrom(r6, r7);
      r6 = even;
      even = EVEN_1.selectFrom(r8, r9);
      r9 = ODD_1.selectFrom(r8, r9);
      r8 = even;
      even = EVEN_1.selectFrom(r10, r11);
      r11 = ODD_1.selectFrom(r10, r11);
      r10 = even;
      even = EVEN_1.selectFrom(r12, r13);
      r13 = ODD_1.selectFrom(r12, r13);
      r12 = even;
      even = EVEN_1.selectFrom(r14, r15);
      r15 = ODD_1.selectFrom(r14, r15);
      r14 = even;
      even = EVEN_2.selectFrom(r0, r2);
      r2 = ODD_2.selectFrom(r0, r2);
      r0 = even;
      even = EVEN_2.selectFrom(r1, r3);
      r3 = ODD_2.selectFrom(r1, r3);
      r1 = even;
      even = EVEN_2.selectFrom(r4, r6);
      r6 = ODD_2.selectFrom(r4, r6);
      r4 = even;
      even = EVEN_2.selectFrom(r5, r7);
      r7 = ODD_2.selectFrom(r5, r7);
      r5 = even;
      even = EVEN_2.selectFrom(r8, r10);
      r10 = ODD_2.selectFrom(r8, r10);
      r8 = even;
      even = EVEN_2.selectFrom(r9, r11);
      r11 = ODD_2.selectFrom(r9, r11);
      r9 = even;
      even = EVEN_2.selectFrom(r12, r14);
      r14 = ODD_2.selectFrom(r12, r14);
      r12 = even;
      even = EVEN_2.selectFrom(r13, r15);
      r15 = ODD_2.selectFrom(r13, r15);
      r13 = even;
      even = EVEN_4.selectFrom(r0, r4);
      r4 = ODD_4.selectFrom(r0, r4);
      r0 = even;
      even = EVEN_4.selectFrom(r1, r5);
      r5 = ODD_4.selectFrom(r1, r5);
      r1 = even;
      even = EVEN_4.selectFrom(r2, r6);
      r6 = ODD_4.selectFrom(r2, r6);
      r2 = even;
      even = EVEN_4.selectFrom(r3, r7);
      r7 = ODD_4.selectFrom(r3, r7);
      r3 = even;
      even = EVEN_4.selectFrom(r8, r12);
      r12 = ODD_4.selectFrom(r8, r12);
      r8 = even;
      even = EVEN_4.selectFrom(r9, r13);
      r13 = ODD_4.selectFrom(r9, r13);
      r9 = even;
      even = EVEN_4.selectFrom(r10, r14);
      r14 = ODD_4.selectFrom(r10, r14);
      r10 = even;
      even = EVEN_4.selectFrom(r11, r15);
      r15 = ODD_4.selectFrom(r11, r15);
      r11 = even;
      even = EVEN_8.selectFrom(r0, r8);
      r8 = ODD_8.selectFrom(r0, r8);
      r0 = even;
      even = EVEN_8.selectFrom(r1, r9);
      r9 = ODD_8.selectFrom(r1, r9);
      r1 = even;
      even = EVEN_8.selectFrom(r2, r10);
      r10 = ODD_8.selectFrom(r2, r10);
      r2 = even;
      even = EVEN_8.selectFrom(r3, r11);
      r11 = ODD_8.selectFrom(r3, r11);
      r3 = even;
      even = EVEN_8.selectFrom(r4, r12);
      r12 = ODD_8.selectFrom(r4, r12);
      r4 = even;
      even = EVEN_8.selectFrom(r5, r13);
      r13 = ODD_8.selectFrom(r5, r13);
      r5 = even;
      even = EVEN_8.selectFrom(r6, r14);
      r14 = ODD_8.selectFrom(r6, r14);
      r6 = even;
      even = EVEN_8.selectFrom(r7, r15);
      r15 = ODD_8.selectFrom(r7, r15);
      r7 = even;
      r0.intoArray(to, at);
      r1.intoArray(to, at + stride);
      r2.intoArray(to, at + 2 * stride);
      r3.intoArray(to, at + 3 * stride);
      r4.intoArray(to, at + 4 * stride);
      r5.intoArray(to, at + 5 * stride);
      r6.intoArray(to, at + 6 * stride);
      r7.intoArray(to, at + 7 * stride);
      r8.intoArray(to, at + 8 * stride);
      r9.intoArray(to, at + 9 * stride);
      r10.intoArray(to, at + 10 * stride);
      r11.intoArray(to, at + 11 * stride);
      r12.intoArray(to, at + 12 * stride);
      r13.intoArray(to, at + 13 * stride);
      r14.intoArray(to, at + 14 * stride);
      r15.intoArray(to, at + 15 * stride);
    }
  }
}
