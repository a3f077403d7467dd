package dev.verdict.repops.exec.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Folds along rows that lie in memory one element after the other: a sum, a product of two rows, the largest or least.
///
/// A chain can't be cut (SPEC §2.4), so that one row alone waits for its last addition again and again. Sums and
/// products of 32 rows are computed side by side, one in each lane: tiles of the rows are transposed, then folded; a row
/// that all of them are multiplied by is read as it is. The largest (least) element is the same in whatever order it is
/// looked for, since IEEE 754-2019 maximum is associative and commutative, bits and all, NaN being one value: there the
/// lanes are neighbours of a row.
final class RowFold implements NodeKernel {
  /// Fewer chains than this aren't worth the tiles.
  private static final int MIN_ROWS = 8;
  /// Rows that are folded side by side.
  private static final int ROWS = 2 * RowTiles.SIDE;
  /// Steps of a fold between a load of its accumulators and their store: a tile is half a first-level cache.
  private static final int DEPTH = 128;

  private final NodePlan plan;
  private final FoldStep.Kind kind;
  private final int a;
  private final int b;
  /// Whether b is the same row for all outputs: a matrix times a column.
  private final boolean shared;
  private final long steps;
  private final float init;
  private final long rows;

  private RowFold(NodePlan plan, FoldStep.Kind kind, int a, int b) {
    this.plan = plan;
    this.kind = kind;
    this.a = a;
    this.b = b;
    this.shared = isShared(plan, b);
    this.steps = plan.redDims()[0];
    this.init = Float.intBitsToFloat(plan.node().initBits());
    this.rows = plan.node().out().numel();
  }

  /// What `plan`'s node does, if it is a fold along one row for each output.
  static Optional<FoldStep> step(NodePlan plan) {
    return FoldStep.of(plan)
        .filter(s -> plan.redDims().length == 1 && isRow(plan, s.a()) && isRow(plan, s.b()));
  }

  /// The kernel for `plan`'s node, if it is such a fold and there are vectors: for chains, of 16 lanes.
  static Optional<RowFold> of(NodePlan plan) {
    if (VectorWidth.BITS == 0 || plan.lane() >= 0) {
      return Optional.empty();
    }
    return step(plan).filter(s -> pays(plan, s.kind())).map(s -> isShared(plan, s.a())
        ? new RowFold(plan, s.kind(), s.b(), s.a()) : new RowFold(plan, s.kind(), s.a(), s.b()));
  }

  private static boolean pays(NodePlan plan, FoldStep.Kind kind) {
    return plan.redDims()[0] >= RowTiles.SIDE && switch (kind) {
      case SUM, PRODUCT -> VectorWidth.BITS == 512 && plan.node().out().numel() >= MIN_ROWS;
      case MAX, MIN -> true;
    };
  }

  private static boolean isRow(NodePlan plan, int input) {
    return plan.access(input).red()[0] == 1;
  }

  /// Whether all outputs read the same row.
  private static boolean isShared(NodePlan plan, int input) {
    return Arrays.stream(plan.access(input).out()).allMatch(stride -> stride == 0);
  }

  @Override
  public long units() {
    return (rows + ROWS - 1) / ROWS;
  }

  @Override
  public Scratch.Size scratch() {
    return Scratch.Size.ofNativeRows(2 * DEPTH * ROWS);
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    switch (kind) {
      case MAX, MIN -> extremes(out, in[a], from * ROWS, Math.min(to * ROWS, rows));
      case SUM, PRODUCT -> chains(out, in, scratch.nativeRows(), from, to);
    }
  }

  private void extremes(MemorySegment out, MemorySegment in, long from, long to) {
    for (long row = from; row < to; row++) {
      long at = position(row, a);
      store(out, row, kind == FoldStep.Kind.MAX
          ? RowExtremes.max(in, at, steps, init) : RowExtremes.min(in, at, steps, init));
    }
  }

  private long position(long row, int input) {
    return plan.position(row, plan.outDims().length, plan.access(input).offset(), plan.access(input).out());
  }

  private void store(MemorySegment out, long row, float x) {
    Elements.storeF32(out, plan.position(row, plan.outDims().length, 0, plan.outStrides()), x);
  }

  private void chains(MemorySegment out, MemorySegment[] in, MemorySegment tiles, long from, long to) {
    long[] atA = new long[ROWS];
    long[] atB = new long[ROWS];
    float[] acc = new float[ROWS];
    for (long first = from * ROWS; first < Math.min(to * ROWS, rows); first += ROWS) {
      int count = (int) Math.min(ROWS, rows - first);
      for (int row = 0; row < ROWS; row++) {
        // Lanes to spare repeat the last row.
        atA[row] = position(first + Math.min(row, count - 1), a);
        atB[row] = position(first + Math.min(row, count - 1), b);
        acc[row] = init;
      }
      chains(in, tiles, atA, atB, acc, count);
      for (int row = 0; row < count; row++) {
        store(out, first + row, acc[row]);
      }
    }
  }

  private void chains(MemorySegment[] in, MemorySegment tiles, long[] atA, long[] atB, float[] acc, int count) {
    long bound = steps - steps % RowTiles.SIDE;
    long tileB = 4L * DEPTH * ROWS;
    for (long k = 0; k < bound; k += DEPTH) {
      int depth = (int) Math.min(DEPTH, bound - k);
      for (int first = 0; first < count; first += RowTiles.SIDE) {
        RowTiles.transpose(tiles, 4L * first, 4L * ROWS, in[a], atA, first, k, depth);
        if (kind == FoldStep.Kind.PRODUCT && a != b && !shared) {
          RowTiles.transpose(tiles, tileB + 4L * first, 4L * ROWS, in[b], atB, first, k, depth);
        }
      }
      if (kind == FoldStep.Kind.SUM) {
        RowTiles.add(acc, tiles, depth);
      } else if (shared) {
        RowTiles.multiplyAddAll(acc, tiles, in[b], atB[0] + k, depth);
      } else {
        RowTiles.multiplyAdd(acc, tiles, a != b ? tileB : 0, depth);
      }
    }
    for (int row = 0; row < count && bound < steps; row++) {
      acc[row] = kind == FoldStep.Kind.SUM
          ? sum(in[a], atA[row] + bound, steps - bound, acc[row])
          : product(in[a], atA[row] + bound, in[b], atB[row] + bound, steps - bound, acc[row]);
    }
  }

  /// A chain of `count` additions from `init`.
  static float sum(MemorySegment x, long at, long count, float init) {
    float acc = init;
    for (long k = 0; k < count; k++) {
      acc += Elements.loadF32(x, at + k);
    }
    return acc;
  }

  /// A chain of `count` fused multiply-adds from `init`.
  static float product(MemorySegment x, long atX, MemorySegment y, long atY, long count, float init) {
    float acc = init;
    for (long k = 0; k < count; k++) {
      acc = Math.fma(Elements.loadF32(x, atX + k), Elements.loadF32(y, atY + k), acc);
    }
    return acc;
  }
}
