package dev.verdict.repops.exec.cpu;

import java.lang.foreign.MemorySegment;

/// A matrix product in blocks that fit the caches and tiles that fit the registers (SPEC §2.4).
///
/// A unit is a rectangle of one batch element's C. In it, for each block of steps k, ascending: B's columns and A's
/// rows are packed, and each tile takes the block's steps; before any but the first block its accumulators come back
/// from C, which holds them exactly. Tiles that hang over C's right edge, or whose columns aren't neighbours in C, go
/// by way of a tile of scratch memory. Steps are never added: fma(0, 0, −0) is +0.
///
/// Where it is C's rows that are neighbours in memory, a unit's results stay in scratch memory until it is done and are
/// transposed on their way to C.
///
/// A is packed row by row where its steps are neighbours in memory, else step by step; B always step by step, a panel
/// as wide as a tile after the other.
final class MatMulKernel implements NodeKernel {
  /// Units for each thread, so that one that starts late or runs slow does fewer.
  private static final int UNITS_PER_THREAD = 4;
  /// Elements of C that are kept in scratch memory, about.
  private static final int KEPT = 1 << 18;

  private static final int ROWS = MatMulTileCompiler.ROWS;
  private static final int LANES = VectorRows.LANES;
  private static final int COLUMNS = MatMulPacking.COLUMNS;
  private static final int[] NO_TABLE = {};

  private final MatMulPlan plan;
  private final int depth;
  private final int blockRows;
  private final int unitRows;
  private final int unitColumns;
  private final boolean interleaveA;
  private final boolean transposeC;
  /// Of rows in scratch memory: a tile's, or those of a unit that is kept there.
  private final long[] scratchRowAt;
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
    long batch = plan.batchA().count();
    while (columns > tuning.columns() / 4 && columns > COLUMNS && batch * ceilDiv(n, columns) < wanted) {
      columns = roundUp(ceilDiv(columns, 2), COLUMNS);
    }
    this.unitColumns = columns;
    int others = (int) Math.min(wanted, batch * ceilDiv(n, columns));
    int rows = others >= wanted
        ? m
        : evenly(m, Math.max(ceilDiv(m, ceilDiv(wanted, others)), tuning.rows() / 2), ROWS);
    this.transposeC = plan.columnOut().areApart() && plan.rowOut().areNeighbours();
    this.unitRows = transposeC ? Math.min(rows, Math.max(1, KEPT / columns / ROWS) * ROWS) : rows;
    this.interleaveA = plan.stepA().areApart() && !plan.rowA().areApart();
    this.scratchRowAt = new long[transposeC ? unitRows : ROWS];
    for (int r = 0; r < scratchRowAt.length; r++) {
      scratchRowAt[r] = (long) r * (transposeC ? unitColumns : COLUMNS);
    }
    for (int height = 1; height <= Math.min(ROWS, m); height++) {
      if (MatMulTileCompiler.height(height) == height) {
        for (int vectors = 1; vectors <= MatMulTileCompiler.VECTORS; vectors++) {
          for (int first = 0; first < 2; first++) {
            tiles[height][vectors][first] = MatMulTileCompiler.tile(interleaveA
                ? new MatMulTile.Form(height, vectors, 1, ROWS, first == 1)
                : new MatMulTile.Form(height, vectors, MatMulPacking.ROW_STRIDE, 1, first == 1));
          }
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
    return Scratch.Size.ofProduct(
        a + LANES, MatMulPacking.panels(unitColumns, depth), scratchRowAt.length * (transposeC ? unitColumns : COLUMNS),
        new Stretches.Room(
            Math.min(blockRows, plan.rowA().count()), Math.min(unitColumns, plan.columnB().count()), depth));
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
    Stretches stretches = scratch.stretches();
    Stretch columnB = stretches.columnB().of(plan.columnB(), column, columns);
    Stretch columnOut = stretches.columnOut().of(plan.columnOut(), column, columns);
    long at = plan.batchOut().at(z);
    for (int k = 0; k < steps; k += depth) {
      int count = Math.min(depth, steps - k);
      Stretch stepB = stretches.stepB().of(plan.stepB(), k, count);
      MatMulPacking.pack(scratch.b(), b, plan.batchB().at(z), columnB, columns, stepB, count, scratch.row());
      for (int i = row; i < rowEnd; i += blockRows) {
        int rows = Math.min(blockRows, rowEnd - i);
        packA(scratch, a, plan.batchA().at(z), i, rows, k, count);
        Stretch rowOut = stretches.rowOut().of(plan.rowOut(), i, rows);
        for (int j = 0; j < columns; j += COLUMNS) {
          int width = Math.min(COLUMNS, columns - j);
          for (int r = 0; r < rows; ) {
            int height = MatMulTileCompiler.height(rows - r);
            int aAt = interleaveA ? r / ROWS * interleavedPanel(count) + r % ROWS : r * MatMulPacking.ROW_STRIDE;
            int bAt = j / COLUMNS * MatMulPacking.panel(count);
            if (transposeC) {
              tiles[height][ceilDiv(width, LANES)][k == 0 ? 1 : 0].run(scratch.a(), aAt, NO_TABLE, scratch.b(), bAt,
                  count, plan.init(), scratch.tile(), scratchRowAt, i + r - row, j);
            } else {
              tile(scratch, aAt, bAt, k == 0, count, out, at, rowOut, r, height, columnOut, j, width);
            }
            r += height;
          }
        }
      }
    }
    if (transposeC) {
      MatMulPacking.storeTransposed(scratch.tile(), scratchRowAt, 0, rowEnd - row, out,
          at + plan.rowOut().at(row), columnOut.at(), 0, columns, scratch.row());
    }
  }

  private void tile(
      Scratch scratch, int aAt, int bAt, boolean first, int count, MemorySegment out, long base, Stretch rows, int row,
      int height, Stretch columns, int column, int width) {
    int vectors = ceilDiv(width, LANES);
    MatMulTile tile = tiles[height][vectors][first ? 1 : 0];
    if (width == vectors * LANES && columns.run()[column] >= width) {
      tile.run(scratch.a(), aAt, NO_TABLE, scratch.b(), bAt, count, plan.init(), out, rows.at(), row,
          base + columns.at()[column]);
      return;
    }
    if (!first) {
      exchange(scratch.tile(), out, base, rows, row, height, columns, column, width, true);
    }
    tile.run(scratch.a(), aAt, NO_TABLE, scratch.b(), bAt, count, plan.init(), scratch.tile(), scratchRowAt, 0, 0);
    exchange(scratch.tile(), out, base, rows, row, height, columns, column, width, false);
  }

  /// Copies a tile from C or to it.
  private void exchange(
      MemorySegment tile, MemorySegment out, long base, Stretch rows, int row, int height, Stretch columns, int column,
      int width, boolean load) {
    for (int r = 0; r < height; r++) {
      long at = base + rows.at()[row + r];
      for (int j = 0; j < width; ) {
        int run = Math.min(columns.run()[column + j], width - j);
        if (load) {
          MatMulPacking.copy(out, at + columns.at()[column + j], tile, scratchRowAt[r] + j, run);
        } else {
          MatMulPacking.copy(tile, scratchRowAt[r] + j, out, at + columns.at()[column + j], run);
        }
        j += run;
      }
    }
  }

  private void packA(Scratch scratch, MemorySegment from, long base, int row, int rows, int step, int count) {
    float[] to = scratch.a();
    Stretch lines = scratch.stretches().rowA().of(plan.rowA(), row, rows);
    Stretch steps = scratch.stretches().stepA().of(plan.stepA(), step, count);
    if (!interleaveA) {
      for (int r = 0; r < rows; r++) {
        MatMulPacking.copy(to, r * MatMulPacking.ROW_STRIDE, from, base + lines.at()[r], steps, 0, count);
      }
      return;
    }
    for (int k = 0; k < count; k++) {
      MatMulPacking.copyPanels(
          to, k * ROWS, interleavedPanel(count), ROWS, from, base + steps.at()[k], lines, 0, rows);
    }
  }
}
