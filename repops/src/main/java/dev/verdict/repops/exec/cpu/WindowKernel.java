package dev.verdict.repops.exec.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A product whose columns are windows that overlap, as a convolution's are: rows (output channels) go in lanes,
/// columns (pixels) are what tiles broadcast (SPEC §2.4).
///
/// A *strip* is a run of columns at one stride in B and next to one another in C, a row of pixels or a part of it. All
/// are of the same length but for the last of each row. Steps come in groups that lie alike, a filter's places in one
/// channel. What neighbouring strips, a *block*, read for one group of steps is copied as it lies in B, in few long
/// pieces: nothing once for each place in the filter, and a stride between pixels costs nothing. All steps of a tile are
/// taken at once. Its accumulators, a row for each column, stay in scratch memory until the block is done, and are
/// transposed on their way to C, strips that are neighbours there as one.
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
  /// Columns of a block: enough to read a panel of filters for, and several rows of pixels, since neighbouring blocks
  /// read the same rows in part.
  private static final int BLOCK_COLUMNS = 224;
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

  /// What a table's entries take.
  private static final int BLOCK_BYTES = 20;
  private static final int OBJECT_BYTES = 32;

  /// `length` columns, the first of which is at `start` in B and at `out` in C, both from where the block's first is.
  private record Strip(long start, long out, int length) {}

  /// How steps lie in B: step k at `at[k − k mod count] + low + offset[k mod count]`.
  ///
  /// @param reach the largest offset
  private record StepGroup(int count, long low, int[] offset, int reach) {
    /// Every group that `steps` are made of.
    static List<StepGroup> of(Positions steps) {
      List<StepGroup> groups = new ArrayList<>();
      long[] at = new Stretch(steps.count()).of(steps, 0, steps.count()).at();
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

  /// Columns [column, column + length) of a block, which are neighbours in C from `out` on.
  private record Run(int column, int length, long out) {
    static List<Run> of(List<Strip> strips) {
      List<Run> runs = new ArrayList<>();
      int column = 0;
      for (Strip strip : strips) {
        Run last = runs.isEmpty() ? null : runs.getLast();
        if (last != null && last.out + last.length == strip.out) {
          runs.set(runs.size() - 1, new Run(last.column, last.length + strip.length, last.out));
        } else {
          runs.add(new Run(column, strip.length, strip.out));
        }
        column += strip.length;
      }
      return List.copyOf(runs);
    }
  }

  /// Neighbouring strips, the pieces that they read, and where among those each one's first column is: the same for all
  /// blocks whose strips lie alike, since everything is told from where the first column is.
  private record Block(List<Strip> strips, List<Run> runs, List<Piece> pieces, int[] stripAt, int length) {
    static Block of(List<Strip> strips, int stride, StepGroup group) {
      List<Piece> pieces = new ArrayList<>();
      int[] stripAt = new int[strips.size()];
      long from = 0;
      int length = 0;
      int to = 0;
      for (int s = 0; s < stripAt.length; s++) {
        Strip strip = strips.get(s);
        int extent = (strip.length - 1) * stride + group.reach + 1;
        if (s > 0 && strip.start >= from && strip.start <= from + length + LANES) {
          length = Math.max(length, (int) (strip.start - from) + extent);
        } else {
          if (s > 0) {
            pieces.add(new Piece(from + group.low, length, to));
            to += roundUp(length, LANES);
          }
          from = strip.start;
          length = extent;
        }
        stripAt[s] = to + (int) (strip.start - from);
      }
      pieces.add(new Piece(from + group.low, length, to));
      return new Block(strips, Run.of(strips), List.copyOf(pieces), stripAt, to + roundUp(length, LANES));
    }

    long bytes() {
      return OBJECT_BYTES * (2L * strips.size() + runs.size() + pieces.size());
    }

    int cost() {
      return pieces.stream().mapToInt(piece -> ceilDiv(piece.length, LANES) + COPY_COST).sum();
    }
  }

  private final MatMulPlan plan;
  /// Columns that are one row of pixels.
  private final int line;
  private final int stride;
  private final int stripLength;
  private final int stripsPerLine;
  private final StepGroup group;
  /// Strips of every block but the last.
  private final int together;
  private final Block[] blocks;
  /// Where each block's first column is in B and C.
  private final long[] blockStart;
  private final long[] blockOut;
  private final long tableBytes;
  /// Room for a block's pieces of one group of steps.
  private final int span;
  /// Where each group of steps begins in B.
  private final long[] groupAt;
  /// Where a column's elements are, from the first step's first element on, by step.
  private final int[] stepAt;
  private final int unitBlocks;
  private final int unitRows;
  private final long[] tileRowAt;
  /// By rows and vectors.
  private final MatMulTile[][] tiles = new MatMulTile[ROWS + 1][MatMulTileCompiler.VECTORS + 1];

  private WindowKernel(MatMulPlan plan, int line, int threads) {
    this.plan = plan;
    this.line = line;
    this.stride = (int) plan.columnB().stride();
    this.stripLength = stripLength(line);
    this.stripsPerLine = ceilDiv(line, stripLength);
    int strips = plan.columnB().count() / line * stripsPerLine;
    int steps = plan.stepB().count();
    int most = Math.min(strips, Math.max(1, BLOCK_COLUMNS / stripLength));
    List<Strip> first = strips(0, most);
    this.group = StepGroup.of(plan.stepB()).stream()
        .min(Comparator.comparingLong(g -> steps / g.count * (long) Block.of(first, stride, g).cost()))
        .orElseThrow();
    int groups = steps / group.count;
    while (most > 1 && (long) groups * Block.of(first.subList(0, most), stride, group).length > COPIED) {
      most--;
    }
    this.together = most;
    this.blocks = new Block[ceilDiv(strips, together)];
    this.blockStart = new long[blocks.length];
    this.blockOut = new long[blocks.length];
    Map<List<Strip>, Block> known = new HashMap<>();
    int widest = 0;
    for (int b = 0; b < blocks.length; b++) {
      int column = column(b * together);
      blockStart[b] = plan.columnB().at(column);
      blockOut[b] = plan.columnOut().at(column);
      blocks[b] = known.computeIfAbsent(strips(b * together, Math.min(strips, (b + 1) * together)),
          alike -> Block.of(alike, stride, group));
      widest = Math.max(widest, blocks[b].length);
    }
    this.span = widest;
    this.groupAt = new long[groups];
    for (int g = 0; g < groups; g++) {
      groupAt[g] = plan.stepB().at(g * group.count);
    }
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
    this.unitBlocks = ceilDiv(blocks.length, ceilDiv(wanted, ceilDiv(m, rows)));
    this.tileRowAt = new long[together * stripLength];
    for (int i = 0; i < tileRowAt.length; i++) {
      tileRowAt[i] = (long) i * COLUMNS;
    }
    for (int length : new int[] {stripLength, line - (stripsPerLine - 1) * stripLength}) {
      for (int r = 0; r < length; r += height(length)) {
        int height = Math.min(height(length), length - r);
        for (int vectors = 1; vectors <= MatMulTileCompiler.VECTORS; vectors++) {
          tiles[height][vectors] = MatMulTileCompiler.tile(new MatMulTile.Form(height, vectors, stride, 0, true));
        }
      }
    }
    this.tableBytes = (long) BLOCK_BYTES * blocks.length + known.values().stream().mapToLong(Block::bytes).sum()
        + (long) Long.BYTES * (groups + tileRowAt.length) + (long) Integer.BYTES * (steps + group.count);
  }

  /// A kernel for `plan`, where its columns are such windows and there are enough of them, and rows for most lanes, and
  /// `room` for its tables.
  static Optional<WindowKernel> of(MatMulPlan plan, int threads, TableRoom room) {
    Positions columns = plan.columnB();
    if (columns.count() < 2 || plan.rowA().count() < MIN_ROWS || plan.stepB().count() > MAX_STEPS
        || columns.stride() < 1 || columns.stride() > MAX_STRIDE || plan.columnOut().stride() != 1) {
      return Optional.empty();
    }
    int line = Math.min(columns.line(), plan.columnOut().line());
    boolean windows = columns.stride() > 1 || line < LONG_RUN || StepGroup.of(plan.stepB()).size() > 1;
    if (line == columns.count() || !windows || line / ceilDiv(line, stripLength(line)) < MIN_STRIP) {
      return Optional.empty();
    }
    WindowKernel kernel = new WindowKernel(plan, line, threads);
    return room.take(kernel.tableBytes) ? Optional.of(kernel) : Optional.empty();
  }

  /// The length of the strips that a row of pixels is cut into, but for the last.
  private static int stripLength(int line) {
    return ceilDiv(line, ceilDiv(line, MAX_STRIP));
  }

  /// The first column of strip `s`.
  private int column(int s) {
    return s / stripsPerLine * line + s % stripsPerLine * stripLength;
  }

  /// Strips [first, end), seen from the first.
  private List<Strip> strips(int first, int end) {
    List<Strip> strips = new ArrayList<>();
    long start = plan.columnB().at(column(first));
    long out = plan.columnOut().at(column(first));
    for (int s = first; s < end; s++) {
      int column = column(s);
      strips.add(new Strip(plan.columnB().at(column) - start, plan.columnOut().at(column) - out,
          Math.min(stripLength, line - column % line)));
    }
    return List.copyOf(strips);
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  private static int roundUp(int a, int multiple) {
    return ceilDiv(a, multiple) * multiple;
  }

  /// Columns of a tile: as even as can be, since low tiles have too few chains to keep the units busy.
  private static int height(int length) {
    return ceilDiv(length, ceilDiv(length, ROWS));
  }

  private int blockUnits() {
    return ceilDiv(blocks.length, unitBlocks);
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
    return tableBytes;
  }

  @Override
  public Scratch.Size scratch() {
    int rows = Math.min(unitRows, plan.rowA().count());
    return Scratch.Size.ofProduct(groupAt.length * span + LANES, MatMulPacking.panels(rows, stepAt.length),
        tileRowAt.length * COLUMNS, new Stretches.Room(rows, 0, stepAt.length));
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    Stretches stretches = scratch.stretches();
    long packed = -1;
    for (long unit = from; unit < to; unit++) {
      long filters = unit / blockUnits();
      int z = (int) (filters / rowUnits());
      int row = (int) (filters % rowUnits()) * unitRows;
      int rows = Math.min(unitRows, plan.rowA().count() - row);
      if (filters != packed) {
        MatMulPacking.pack(scratch.b(), in[plan.a()], plan.batchA().at(z), stretches.rowA().of(plan.rowA(), row, rows),
            rows, stretches.stepA().of(plan.stepA(), 0, stepAt.length), stepAt.length, scratch.row());
        packed = filters;
      }
      Stretch rowOut = stretches.rowOut().of(plan.rowOut(), row, rows);
      int first = (int) (unit % blockUnits()) * unitBlocks;
      for (int b = first; b < Math.min(blocks.length, first + unitBlocks); b++) {
        copy(scratch.a(), in[plan.b()], plan.batchB().at(z) + blockStart[b], blocks[b]);
        multiply(scratch, out, plan.batchOut().at(z) + blockOut[b], rowOut, rows, blocks[b]);
      }
    }
  }

  /// @param base where the block's first column is
  private void copy(float[] to, MemorySegment from, long base, Block block) {
    for (int g = 0; g < groupAt.length; g++) {
      for (Piece piece : block.pieces) {
        MatMulPacking.copy(to, g * span + piece.to, from, base + groupAt[g] + piece.from, piece.length);
      }
    }
  }

  private void multiply(Scratch scratch, MemorySegment out, long base, Stretch rowOut, int rows, Block block) {
    for (int i = 0; i < rows; i += COLUMNS) {
      int width = Math.min(COLUMNS, rows - i);
      int vectors = ceilDiv(width, LANES);
      int filters = i / COLUMNS * MatMulPacking.panel(stepAt.length);
      int column = 0;
      for (int s = 0; s < block.stripAt.length; s++) {
        Strip strip = block.strips.get(s);
        int most = height(strip.length);
        for (int r = 0; r < strip.length; r += most) {
          tiles[Math.min(most, strip.length - r)][vectors].run(
              scratch.a(), block.stripAt[s] + r * stride, stepAt, scratch.b(), filters, stepAt.length, plan.init(),
              scratch.tile(), tileRowAt, column + r, 0);
        }
        column += strip.length;
      }
      for (Run run : block.runs) {
        MatMulPacking.storeTransposed(scratch.tile(), tileRowAt, run.column, run.length, out, base + run.out,
            rowOut.at(), i, width, scratch.row());
      }
    }
  }
}
