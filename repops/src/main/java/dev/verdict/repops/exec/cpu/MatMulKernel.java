package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.exec.cpu.MatMulPlan.Positions;
import java.lang.foreign.MemorySegment;

/// A matrix product in blocks that fit the caches and tiles that fit the registers (SPEC §2.4).
///
/// A unit is a rectangle of one batch element's C. In it, for each block of steps k, ascending: B's columns and A's
/// rows are packed, and each tile takes the block's steps; before any but the first block its accumulators come back
/// from C, which holds them exactly. Tiles that hang over C's right edge, or whose columns aren't neighbours in C, go
/// by way of a tile of scratch memory. Steps are never added: fma(0, 0, −0) is +0.
///
/// A is packed row by row where its steps are neighbours in memory, else step by step; B always step by step, a panel
/// as wide as a tile after the other.
final class MatMulKernel implements NodeKernel {
  /// Units for each thread, so that one that starts late or runs slow does fewer.
  private static final int UNITS_PER_THREAD = 4;

  private static final int ROWS = MatMulTileCompiler.ROWS;
  private static final int LANES = VectorRows.LANES;
  private static final int COLUMNS = MatMulTileCompiler.VECTORS * LANES;

  private final MatMulPlan plan;
  private final int depth;
  private final int blockRows;
  private final int unitRows;
  private final int unitColumns;
  private final boolean interleaveA;
  private final boolean transposeB;
  /// Of the tile's rows in scratch memory.
  private final long[] tileRowAt = new long[ROWS];
  /// By rows, vectors and whether it is the first block.
  private final MatMulTile[][][] tiles = new MatMulTile[ROWS + 1][MatMulTileCompiler.VECTORS + 1][2];

  /// Cuts C into several units for each of `threads` where it is large enough.
  MatMulKernel(MatMulPlan plan, Tuning tuning, int threads) {
    this.plan = plan;
    int m = plan.rowA().count();
    int n = plan.columnB().count();
    int steps = plan.stepA().count();
    this.depth = evenly(steps, Math.min(tuning.depth(), MatMulPacking.MAX_DEPTH), 1);
    this.blockRows = evenly(m, roundUp(tuning.rows(), ROWS), ROWS);
    int wanted = threads == 1 ? 1 : UNITS_PER_THREAD * threads;
    int columns = evenly(n, roundUp(tuning.columns(), COLUMNS), COLUMNS);
    while (columns > tuning.columns() / 4 && columns > COLUMNS && plan.batchA().count() * ceilDiv(n, columns) < wanted) {
      columns = roundUp(ceilDiv(columns, 2), COLUMNS);
    }
    this.unitColumns = columns;
    int others = plan.batchA().count() * ceilDiv(n, columns);
    this.unitRows = others >= wanted
        ? m
        : evenly(m, Math.max(ceilDiv(m, ceilDiv(wanted, others)), tuning.rows() / 2), ROWS);
    this.interleaveA = plan.stepA().areApart() && !plan.rowA().areApart();
    this.transposeB = plan.columnB().areApart() && !plan.stepB().areApart();
    for (int r = 0; r < ROWS; r++) {
      tileRowAt[r] = (long) r * COLUMNS;
    }
    for (int rows = 1; rows <= Math.min(ROWS, m); rows++) {
      for (int vectors = 1; vectors <= MatMulTileCompiler.VECTORS && MatMulTileCompiler.height(rows) == rows; vectors++) {
        for (int first = 0; first < 2; first++) {
          tiles[rows][vectors][first] =
              MatMulTileCompiler.tile(new MatMulTile.Form(rows, vectors, interleaveA, first == 1));
        }
      }
    }
  }

  /// The size of the parts that `count` is cut into, each of at most about `most` and a multiple of `multiple`.
  private static int evenly(int count, int most, int multiple) {
    return roundUp(ceilDiv(count, ceilDiv(count, most)), multiple);
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  private static int roundUp(int a, int multiple) {
    return ceilDiv(a, multiple) * multiple;
  }

  @Override
  public long units() {
    return (long) plan.batchA().count() * rowUnits() * columnUnits();
  }

  private int rowUnits() {
    return ceilDiv(plan.rowA().count(), unitRows);
  }

  private int columnUnits() {
    return ceilDiv(plan.columnB().count(), unitColumns);
  }

  @Override
  public Scratch.Size scratch() {
    int a = interleaveA
        ? blockRows / ROWS * interleavedPanel(depth)
        : Math.min(blockRows, plan.rowA().count()) * MatMulPacking.ROW_STRIDE;
    int b = Math.multiplyExact(unitColumns / COLUMNS, panel(depth));
    return new Scratch.Size(0, 0, 0, a + LANES, b + LANES, LANES * LANES, ROWS * COLUMNS);
  }

  /// The length of a panel of B. They don't start a multiple of a page apart, lest they share sets of the first cache.
  private static int panel(int count) {
    return COLUMNS * count + LANES;
  }

  /// The length of a panel of A that is packed step by step.
  private static int interleavedPanel(int count) {
    return ROWS * count + LANES;
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    for (long unit = from; unit < to; unit++) {
      int column = (int) (unit % columnUnits()) * unitColumns;
      long rest = unit / columnUnits();
      int row = (int) (rest % rowUnits()) * unitRows;
      rectangle((int) (rest / rowUnits()), row, column, out, in[plan.a()], in[plan.b()], scratch);
    }
  }

  private void rectangle(
      int z, int row, int column, MemorySegment out, MemorySegment a, MemorySegment b, Scratch scratch) {
    int rowEnd = Math.min(plan.rowA().count(), row + unitRows);
    int columns = Math.min(plan.columnB().count() - column, unitColumns);
    int steps = plan.stepA().count();
    for (int k = 0; k < steps; k += depth) {
      int count = Math.min(depth, steps - k);
      packB(scratch, b, plan.batchB().at()[z], column, columns, k, count);
      for (int i = row; i < rowEnd; i += blockRows) {
        int rows = Math.min(blockRows, rowEnd - i);
        packA(scratch.a(), a, plan.batchA().at()[z], i, rows, k, count);
        for (int j = 0; j < columns; j += COLUMNS) {
          int width = Math.min(COLUMNS, columns - j);
          for (int r = 0; r < rows; ) {
            int height = MatMulTileCompiler.height(rows - r);
            int aAt = interleaveA ? r / ROWS * interleavedPanel(count) + r % ROWS : r * MatMulPacking.ROW_STRIDE;
            tile(scratch, aAt, j / COLUMNS * panel(count), k == 0, count, out, z, i + r, height, column + j, width);
            r += height;
          }
        }
      }
    }
  }

  private void tile(
      Scratch scratch, int aAt, int bAt, boolean first, int count, MemorySegment out, int z, int row, int height,
      int column, int width) {
    int vectors = ceilDiv(width, LANES);
    MatMulTile tile = tiles[height][vectors][first ? 1 : 0];
    long base = plan.batchOut().at()[z];
    if (width == vectors * LANES && plan.columnOut().run()[column] >= width) {
      tile.run(scratch.a(), aAt, scratch.b(), bAt, count, plan.init(), out, plan.rowOut().at(), row,
          base + plan.columnOut().at()[column]);
      return;
    }
    if (!first) {
      for (int r = 0; r < height; r++) {
        long at = base + plan.rowOut().at()[row + r];
        for (int j = 0; j < width; j++) {
          scratch.tile().set(Elements.FLOAT, (tileRowAt[r] + j) << 2,
              out.get(Elements.FLOAT, (at + plan.columnOut().at()[column + j]) << 2));
        }
      }
    }
    tile.run(scratch.a(), aAt, scratch.b(), bAt, count, plan.init(), scratch.tile(), tileRowAt, 0, 0);
    for (int r = 0; r < height; r++) {
      long at = base + plan.rowOut().at()[row + r];
      for (int j = 0; j < width; j++) {
        out.set(Elements.INT, (at + plan.columnOut().at()[column + j]) << 2,
            scratch.tile().get(Elements.INT, (tileRowAt[r] + j) << 2));
      }
    }
  }

  private void packA(float[] to, MemorySegment from, long base, int row, int rows, int step, int count) {
    if (!interleaveA) {
      for (int r = 0; r < rows; r++) {
        long at = base + plan.rowA().at()[row + r];
        MatMulPacking.copy(to, r * MatMulPacking.ROW_STRIDE, from, at, plan.stepA(), step, count);
      }
      return;
    }
    for (int k = 0; k < count; k++) {
      long at = base + plan.stepA().at()[step + k];
      MatMulPacking.copyPanels(to, k * ROWS, interleavedPanel(count), ROWS, from, at, plan.rowA(), row, rows);
    }
  }

  private void packB(
      Scratch scratch, MemorySegment from, long base, int column, int columns, int step, int count) {
    if (transposeB) {
      for (int j = 0; j < columns; j += LANES) {
        int stride = roundUp(Math.min(COLUMNS, columns - j / COLUMNS * COLUMNS), LANES);
        MatMulPacking.transpose(scratch.b(), j / COLUMNS * panel(count) + j % COLUMNS, stride, from, base,
            plan.columnB(), column + j, Math.min(LANES, columns - j), plan.stepB(), step, count, scratch.row());
      }
      return;
    }
    int whole = columns - columns % COLUMNS;
    int rest = columns - whole;
    for (int k = 0; k < count; k++) {
      long at = base + plan.stepB().at()[step + k];
      MatMulPacking.copyPanels(
          scratch.b(), k * COLUMNS, panel(count), COLUMNS, from, at, plan.columnB(), column, whole);
      if (rest > 0) {
        MatMulPacking.copyPanels(scratch.b(), whole / COLUMNS * panel(count) + k * roundUp(rest, LANES), 0, rest, from,
            at, plan.columnB(), column + whole, rest);
      }
    }
  }
}
