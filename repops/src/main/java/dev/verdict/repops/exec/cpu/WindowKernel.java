package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.exec.cpu.MatMulPlan.Positions;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A product whose columns are windows that overlap, as a convolution's are: rows (output channels) go in lanes,
/// columns (pixels) are what tiles broadcast (SPEC §2.4).
///
/// A *strip* is a run of columns at one stride in B and next to one another in C, a row of pixels or a part of it.
/// Steps come in groups that lie alike, a filter's places in one channel. What neighbouring strips, a *block*, read for
/// one group of steps is copied as it lies in B, in few long pieces: nothing once for each place in the filter, and a
/// stride between pixels costs nothing. All steps of a tile are taken at once; its accumulators, a row for each column,
/// are transposed on their way to C.
final class WindowKernel implements NodeKernel {
  /// The most steps, whose filters must stay in the second cache.
  private static final int MAX_STEPS = 8192;
  private static final int MIN_ROWS = 8;
  private static final int MAX_STRIDE = 4;
  private static final int MAX_GROUP = 64;
  private static final int MAX_REACH = 4096;
  private static final int MAX_STRIP = 128;
  private static final int MIN_STRIP = 5;
  /// Runs of neighbouring columns from which on they are packed as any product's are.
  private static final int LONG_RUN = 64;
  /// Columns of a block: enough to read a panel of filters for.
  private static final int BLOCK_COLUMNS = 112;
  /// Elements of B that are copied at once, about.
  private static final int COPIED = 1 << 16;
  /// What a copy costs besides its vectors, in vectors.
  private static final int COPY_COST = 4;
  /// Elements of filters that are packed at once.
  private static final int FILTERS = 1 << 19;
  private static final int UNITS_PER_THREAD = 4;

  private static final int ROWS = MatMulTileCompiler.ROWS;
  private static final int LANES = VectorRows.LANES;
  private static final int COLUMNS = MatMulPacking.COLUMNS;

  /// Columns [column, column + length), of which B's first is at `start`.
  private record Strip(int column, int length, long start) {}

  /// How steps lie in B: step k at `at[k − k mod count] + low + offset[k mod count]`.
  ///
  /// @param reach the largest offset
  private record StepGroup(int count, long low, int[] offset, int reach) {
    /// Every group that `steps` are made of.
    static List<StepGroup> of(Positions steps) {
      List<StepGroup> groups = new ArrayList<>();
      long[] at = steps.at();
      for (int count = 1; count <= Math.min(MAX_GROUP, at.length); count++) {
        long low = 0;
        long high = 0;
        boolean alike = at.length % count == 0;
        for (int k = 0; k < at.length && alike; k++) {
          alike = at[k] - at[k - k % count] == at[k % count] - at[0];
          low = Math.min(low, at[k % count] - at[0]);
          high = Math.max(high, at[k % count] - at[0]);
        }
        if (alike && high - low <= MAX_REACH) {
          int[] offset = new int[count];
          for (int k = 0; k < count; k++) {
            offset[k] = (int) (at[k] - at[0] - low);
          }
          groups.add(new StepGroup(count, low, offset, (int) (high - low)));
        }
      }
      return groups;
    }
  }

  /// A piece of B: `length` elements from `from` on, copied to `to`, both for the first group of steps.
  private record Piece(long from, int length, int to) {}

  /// Strips [first, end), the pieces that they read, and where among those each one's first column is.
  private record Block(int first, int end, List<Piece> pieces, int[] stripAt, int length) {
    static Block of(List<Strip> strips, int first, int end, int stride, StepGroup group) {
      List<Piece> pieces = new ArrayList<>();
      int[] stripAt = new int[end - first];
      long from = 0;
      int length = 0;
      int to = 0;
      for (int s = first; s < end; s++) {
        Strip strip = strips.get(s);
        int extent = (strip.length - 1) * stride + group.reach + 1;
        if (s > first && strip.start >= from && strip.start <= from + length + LANES) {
          length = Math.max(length, (int) (strip.start - from) + extent);
        } else {
          if (s > first) {
            pieces.add(new Piece(from + group.low, length, to));
            to += roundUp(length, LANES);
          }
          from = strip.start;
          length = extent;
        }
        stripAt[s - first] = to + (int) (strip.start - from);
      }
      pieces.add(new Piece(from + group.low, length, to));
      return new Block(first, end, pieces, stripAt, to + roundUp(length, LANES));
    }

    int cost() {
      return pieces.stream().mapToInt(piece -> ceilDiv(piece.length, LANES) + COPY_COST).sum();
    }
  }

  private final MatMulPlan plan;
  private final List<Strip> strips;
  private final StepGroup group;
  private final int stride;
  private final List<Block> blocks = new ArrayList<>();
  /// Room for a block's pieces of one group of steps.
  private final int span;
  /// Where a column's elements are, from the first step's first element on, by step.
  private final int[] stepAt;
  private final int longest;
  private final int unitBlocks;
  private final int unitRows;
  private final long[] tileRowAt;
  /// By rows and vectors.
  private final MatMulTile[][] tiles = new MatMulTile[ROWS + 1][MatMulTileCompiler.VECTORS + 1];

  private WindowKernel(MatMulPlan plan, List<Strip> strips, int stride, int threads) {
    this.plan = plan;
    this.strips = strips;
    this.stride = stride;
    int steps = plan.stepB().count();
    this.longest = strips.stream().mapToInt(Strip::length).max().orElseThrow();
    int together = Math.min(strips.size(), Math.max(1, BLOCK_COLUMNS / longest));
    this.group = StepGroup.of(plan.stepB()).stream()
        .min(Comparator.comparingLong(g -> steps / g.count * (long) Block.of(strips, 0, together, stride, g).cost()))
        .orElseThrow();
    int widest = 0;
    for (int first = 0; first < strips.size(); ) {
      int end = Math.min(strips.size(), first + together);
      Block block = Block.of(strips, first, end, stride, group);
      while (end > first + 1 && (long) steps / group.count * block.length > COPIED) {
        end--;
        block = Block.of(strips, first, end, stride, group);
      }
      blocks.add(block);
      widest = Math.max(widest, block.length);
      first = end;
    }
    this.span = widest;
    this.stepAt = new int[steps];
    for (int k = 0; k < steps; k++) {
      stepAt[k] = k / group.count * span + group.offset[k % group.count];
    }
    int m = plan.rowA().count();
    int wanted = threads == 1 ? 1 : ceilDiv(UNITS_PER_THREAD * threads, plan.batchA().count());
    int rows = Math.min(roundUp(m, COLUMNS), Math.max(1, FILTERS / MatMulPacking.panel(steps)) * COLUMNS);
    // More units of rows copy B again, more units of blocks pack filters again, which is dearer by element.
    if (4L * m > plan.columnB().count() && m >= wanted * COLUMNS) {
      rows = Math.min(rows, m / wanted / COLUMNS * COLUMNS);
    }
    this.unitRows = rows;
    this.unitBlocks = ceilDiv(blocks.size(), ceilDiv(wanted, ceilDiv(m, rows)));
    this.tileRowAt = new long[longest];
    for (int i = 0; i < longest; i++) {
      tileRowAt[i] = (long) i * COLUMNS;
    }
    for (Strip strip : strips) {
      for (int r = 0; r < strip.length; r += height(strip)) {
        int height = Math.min(height(strip), strip.length - r);
        for (int vectors = 1; vectors <= MatMulTileCompiler.VECTORS; vectors++) {
          tiles[height][vectors] = MatMulTileCompiler.tile(new MatMulTile.Form(height, vectors, stride, 0, true));
        }
      }
    }
  }

  /// A kernel for `plan`, where its columns are such windows and there are enough of them, and rows for most lanes.
  static Optional<WindowKernel> of(MatMulPlan plan, int threads) {
    Positions columns = plan.columnB();
    if (columns.count() < 2 || plan.rowA().count() < MIN_ROWS || plan.stepB().count() > MAX_STEPS) {
      return Optional.empty();
    }
    long stride = columns.at()[1] - columns.at()[0];
    if (stride < 1 || stride > MAX_STRIDE) {
      return Optional.empty();
    }
    List<Strip> strips = new ArrayList<>();
    int runs = 0;
    for (int j = 0; j < columns.count(); runs++) {
      int end = j + 1;
      while (end < columns.count() && columns.at()[end] == columns.at()[end - 1] + stride
          && plan.columnOut().at()[end] == plan.columnOut().at()[end - 1] + 1) {
        end++;
      }
      int length = ceilDiv(end - j, ceilDiv(end - j, MAX_STRIP));
      for (; j < end; j += length) {
        strips.add(new Strip(j, Math.min(length, end - j), columns.at()[j]));
      }
      j = end;
    }
    boolean windows = stride > 1 || columns.count() / runs < LONG_RUN
        || StepGroup.of(plan.stepB()).size() > 1;
    if (runs == 1 || !windows || columns.count() / strips.size() < MIN_STRIP) {
      return Optional.empty();
    }
    return Optional.of(new WindowKernel(plan, List.copyOf(strips), (int) stride, threads));
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  private static int roundUp(int a, int multiple) {
    return ceilDiv(a, multiple) * multiple;
  }

  /// Columns of a tile: as even as can be, since low tiles have too few chains to keep the units busy.
  private static int height(Strip strip) {
    return ceilDiv(strip.length, ceilDiv(strip.length, ROWS));
  }

  private int blockUnits() {
    return ceilDiv(blocks.size(), unitBlocks);
  }

  private int rowUnits() {
    return ceilDiv(plan.rowA().count(), unitRows);
  }

  @Override
  public long units() {
    return (long) plan.batchA().count() * rowUnits() * blockUnits();
  }

  @Override
  public long tableBytes() {
    return plan.tableBytes();
  }

  @Override
  public Scratch.Size scratch() {
    return new Scratch.Size(
        0, 0, 0, 0, stepAt.length / group.count * span + LANES,
        MatMulPacking.panels(Math.min(unitRows, plan.rowA().count()), stepAt.length), LANES * LANES, longest * COLUMNS);
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    long packed = -1;
    for (long unit = from; unit < to; unit++) {
      long filters = unit / blockUnits();
      int z = (int) (filters / rowUnits());
      int row = (int) (filters % rowUnits()) * unitRows;
      int rows = Math.min(unitRows, plan.rowA().count() - row);
      if (filters != packed) {
        MatMulPacking.pack(scratch.b(), in[plan.a()], plan.batchA().at()[z], plan.rowA(), row, rows, plan.stepA(), 0,
            stepAt.length, scratch.row());
        packed = filters;
      }
      int first = (int) (unit % blockUnits()) * unitBlocks;
      for (int i = first; i < Math.min(blocks.size(), first + unitBlocks); i++) {
        Block block = blocks.get(i);
        copy(scratch.a(), in[plan.b()], plan.batchB().at()[z], block);
        multiply(scratch, out, plan.batchOut().at()[z], row, rows, block);
      }
    }
  }

  private void copy(float[] to, MemorySegment from, long base, Block block) {
    for (int k = 0; k < stepAt.length; k += group.count) {
      long at = base + plan.stepB().at()[k];
      for (Piece piece : block.pieces) {
        MatMulPacking.copy(to, k / group.count * span + piece.to, from, at + piece.from, piece.length);
      }
    }
  }

  private void multiply(Scratch scratch, MemorySegment out, long base, int row, int rows, Block block) {
    for (int i = 0; i < rows; i += COLUMNS) {
      int width = Math.min(COLUMNS, rows - i);
      int vectors = ceilDiv(width, LANES);
      int filters = i / COLUMNS * MatMulPacking.panel(stepAt.length);
      for (int s = block.first; s < block.end; s++) {
        Strip strip = strips.get(s);
        int most = height(strip);
        for (int r = 0; r < strip.length; r += most) {
          tiles[Math.min(most, strip.length - r)][vectors].run(
              scratch.a(), block.stripAt[s - block.first] + r * stride, stepAt, scratch.b(), filters, stepAt.length,
              plan.init(), scratch.tile(), tileRowAt, r, 0);
        }
        MatMulPacking.storeTransposed(scratch.tile(), tileRowAt, strip.length, out,
            base + plan.columnOut().at()[strip.column], plan.rowOut().at(), row + i, width, scratch.row());
      }
    }
  }
}
