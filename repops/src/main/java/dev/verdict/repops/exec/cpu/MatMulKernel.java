package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.exec.cpu.MatMulPlan.Positions;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A matrix product in blocks that fit the caches and tiles that fit the registers (SPEC §2.4).
///
/// A unit is a rectangle of one batch element's C. In it, for each block of steps k, ascending: B's columns and A's
/// rows are packed into panels, k-major and as wide as a tile, and each tile takes the block's steps; before any but
/// the first block its accumulators come back from C, which holds them exactly. Rows and columns that a tile lacks are
/// zeros whose results are dropped. Steps are never added: fma(0, 0, −0) is +0.
final class MatMulKernel implements NodeKernel {
  /// Steps that are transposed at once where k is what is contiguous.
  private static final int TRANSPOSED = 128;

  private final MatMulPlan plan;
  private final int tileRows = MatMulTile.rows();
  private final int tileColumns = MatMulTile.columns();
  private final int depth;
  private final int blockRows;
  private final int unitRows;
  private final int unitColumns;

  /// Cuts C into at least `threads` units where it is large enough.
  MatMulKernel(MatMulPlan plan, Tuning tuning, int threads) {
    this.plan = plan;
    int m = roundUp(plan.rowA().count(), tileRows);
    int n = roundUp(plan.columnB().count(), tileColumns);
    this.depth = Math.min(tuning.depth(), plan.stepA().count());
    this.blockRows = Math.min(m, roundUp(tuning.rows(), tileRows));
    int columns = Math.min(n, roundUp(tuning.columns(), tileColumns));
    int others = plan.batchA().count() * ceilDiv(n, columns);
    this.unitRows = others >= threads ? m : Math.min(m, roundUp(ceilDiv(m, ceilDiv(threads, others)), tileRows));
    others = plan.batchA().count() * ceilDiv(m, unitRows);
    this.unitColumns = others >= threads
        ? columns
        : Math.min(columns, roundUp(ceilDiv(n, ceilDiv(threads, others)), tileColumns));
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
    int widest = Math.max(Math.max(blockRows, unitColumns), TRANSPOSED);
    return new Scratch.Size(
        0, 0, 0, blockRows * depth, Math.multiplyExact(unitColumns, depth), widest, tileRows * tileColumns);
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
      pack(scratch.b(), tileColumns, b, plan.batchB().at()[z], plan.columnB(), column, columns, plan.stepB(), k, count,
          scratch.row());
      for (int i = row; i < rowEnd; i += blockRows) {
        int rows = Math.min(blockRows, rowEnd - i);
        pack(scratch.a(), tileRows, a, plan.batchA().at()[z], plan.rowA(), i, rows, plan.stepA(), k, count,
            scratch.row());
        for (int j = 0; j < columns; j += tileColumns) {
          int width = Math.min(tileColumns, columns - j);
          for (int r = 0; r < rows; r += tileRows) {
            int height = Math.min(tileRows, rows - r);
            if (k == 0) {
              Arrays.fill(scratch.tile(), plan.init());
            } else {
              load(scratch.tile(), out, z, i + r, height, column + j, width);
            }
            MatMulTile.accumulate(scratch.a(), r * count, scratch.b(), j * count, count, scratch.tile());
            store(scratch.tile(), out, z, i + r, height, column + j, width);
          }
        }
      }
    }
  }

  private void load(float[] tile, MemorySegment out, int z, int row, int height, int column, int width) {
    Positions columns = plan.columnOut();
    for (int r = 0; r < height; r++) {
      long at = plan.batchOut().at()[z] + plan.rowOut().at()[row + r];
      if (columns.run()[column] >= width) {
        MemorySegment.copy(out, Elements.FLOAT, (at + columns.at()[column]) << 2, tile, r * tileColumns, width);
      } else {
        for (int j = 0; j < width; j++) {
          tile[r * tileColumns + j] = Elements.loadF32(out, at + columns.at()[column + j]);
        }
      }
    }
  }

  private void store(float[] tile, MemorySegment out, int z, int row, int height, int column, int width) {
    Positions columns = plan.columnOut();
    for (int r = 0; r < height; r++) {
      long at = plan.batchOut().at()[z] + plan.rowOut().at()[row + r];
      if (columns.run()[column] >= width) {
        VectorRows.storeCanonical(out, (at + columns.at()[column]) << 2, tile, r * tileColumns, width);
      } else {
        for (int j = 0; j < width; j++) {
          Elements.storeF32(out, at + columns.at()[column + j], tile[r * tileColumns + j]);
        }
      }
    }
  }

  /// Packs `lines` rows of A, or columns of B, from `line` on, and their steps [step, step + count): panel p holds
  /// lines p·width to p·width + width − 1, step by step; lines that the last panel lacks are zeros.
  private static void pack(
      float[] to, int width, MemorySegment from, long base, Positions along, int line, int lines, Positions steps,
      int step, int count, float[] row) {
    if (lines % width != 0) {
      int last = lines / width * width * count;
      Arrays.fill(to, last, last + width * count, 0f);
    }
    if (along.run()[line] < Math.min(lines, 4) && steps.run()[step] >= Math.min(count, 4)) {
      transpose(to, width, from, base, along, line, lines, steps, step, count, row);
    } else {
      gather(to, width, from, base, along, line, lines, steps, step, count, row);
    }
  }

  /// For lines that are neighbours: step by step.
  private static void gather(
      float[] to, int width, MemorySegment from, long base, Positions along, int line, int lines, Positions steps,
      int step, int count, float[] row) {
    for (int k = 0; k < count; k++) {
      fetch(row, from, base + steps.at()[step + k], along, line, lines);
      int full = lines - lines % width;
      int at = k * width;
      for (int p = 0; p < full; p += width) {
        System.arraycopy(row, p, to, at, width);
        at += width * count;
      }
      for (int p = full; p < lines; p++) {
        to[at + p - full] = row[p];
      }
    }
  }

  /// For steps that are neighbours: line by line, in blocks of steps whose panel stays in the first cache.
  private static void transpose(
      float[] to, int width, MemorySegment from, long base, Positions along, int line, int lines, Positions steps,
      int step, int count, float[] row) {
    for (int p = 0; p < lines; p += width) {
      int height = Math.min(width, lines - p);
      for (int k = 0; k < count; k += TRANSPOSED) {
        int length = Math.min(TRANSPOSED, count - k);
        for (int i = 0; i < height; i++) {
          fetch(row, from, base + along.at()[line + p + i], steps, step + k, length);
          scatter(to, p * count + k * width + i, width, row, length);
        }
      }
    }
  }

  private static void scatter(float[] to, int at, int stride, float[] from, int count) {
    for (int q = 0; q < count; q++) {
      to[at + q * stride] = from[q];
    }
  }

  /// `into[i] = from[base + along[first + i]]` for i in [0, count), a run of neighbours at a time.
  private static void fetch(
      float[] into, MemorySegment from, long base, Positions along, int first, int count) {
    for (int i = 0; i < count; ) {
      long position = base + along.at()[first + i];
      int run = Math.min(along.run()[first + i], count - i);
      if (run < 4) {
        into[i] = Elements.loadF32(from, position);
        i++;
      } else {
        MemorySegment.copy(from, Elements.FLOAT, position << 2, into, i, run);
        i += run;
      }
    }
  }
}
