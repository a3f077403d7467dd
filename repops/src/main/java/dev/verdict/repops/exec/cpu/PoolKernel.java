package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// A fold of windows that move by one element or two along a row, as pooling has them: the largest or the sum of each
/// window, or where in it the first element stands that equals another tensor's. Windows of a row are computed a vector
/// at a time; where they move by two, a vector holds every other one of two vectors' elements.
///
/// Loaded only where [VectorWidth#BITS] isn't 0.
final class PoolKernel implements NodeKernel {
  private enum Kind { MAX, SUM, INDEX }

  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
  private static final int LANES = VectorRows.LANES;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  /// 0, 2, 4, …: of two vectors the elements with an even index.
  private static final IntVector EVEN = IntVector.broadcast(INTS, 0).addIndex(2);
  /// Rows of fewer windows would leave most lanes idle.
  private static final int MIN_COLUMNS = 4;
  /// Longer rows are cut in pieces elsewhere, which several threads can share.
  static final int MAX_COLUMNS = 1 << 14;
  private static final int MAX_STEPS = 1024;

  private final NodePlan plan;
  private final Kind kind;
  private final int x;
  /// What an element must equal; -1 where that isn't asked.
  private final int y;
  private final int stride;
  /// For each step of the fold where it reads, from a window's first element, and what the index there is.
  private final long[] offset;
  private final int[] here;
  private final int rank;
  private final int columns;

  private PoolKernel(NodePlan plan, Kind kind, int x, int y, long[] offset, int[] here) {
    this.plan = plan;
    this.kind = kind;
    this.x = x;
    this.y = y;
    this.rank = plan.outDims().length - 1;
    this.columns = (int) plan.outDims()[rank];
    this.stride = (int) plan.access(x).out()[rank];
    this.offset = offset;
    this.here = here;
  }

  /// The kernel for `plan`'s node, if it is such a fold and every LOAD is inside its tensor.
  static Optional<PoolKernel> of(NodePlan plan) {
    Instruction last = plan.node().body().getLast();
    if (plan.node().hasFold() && last.op() == Opcode.SELECT) {
      return ofIndex(plan, last);
    }
    return FoldStep.of(plan)
        .filter(step -> step.kind() == FoldStep.Kind.MAX || step.kind() == FoldStep.Kind.SUM)
        .filter(step -> isWindow(plan, step.a()))
        .map(step -> new PoolKernel(plan, step.kind() == FoldStep.Kind.MAX ? Kind.MAX : Kind.SUM, step.a(), -1,
            offsets(plan, step.a()), new int[0]));
  }

  /// `acc < 0 and x = y ? here : acc`, from −1.
  private static Optional<PoolKernel> ofIndex(NodePlan plan, Instruction choice) {
    List<Instruction> body = plan.node().body();
    Instruction condition = body.get(choice.a());
    if (plan.node().dtype() != DType.I32 || plan.node().initBits() != -1 || body.get(choice.c()).op() != Opcode.ACC
        || condition.op() != Opcode.IAND) {
      return Optional.empty();
    }
    Instruction none = body.get(condition.a());
    Instruction equal = body.get(condition.b());
    IndexSum here = IndexSum.of(plan, choice.b());
    if (none.op() != Opcode.ILT || body.get(none.a()).op() != Opcode.ACC || !isZero(body.get(none.b()))
        || equal.op() != Opcode.FEQ || body.get(equal.a()).op() != Opcode.LOAD
        || body.get(equal.b()).op() != Opcode.LOAD || here == null) {
      return Optional.empty();
    }
    int x = body.get(equal.a()).a();
    int y = body.get(equal.b()).a();
    if (!isWindow(plan, x) || !isRow(plan, y) || !isPlace(here, plan)) {
      return Optional.empty();
    }
    long[] at = steps(plan, here.red(), here.constant());
    int[] places = new int[at.length];
    for (int t = 0; t < places.length; t++) {
      places[t] = (int) at[t];
    }
    return Optional.of(new PoolKernel(plan, Kind.INDEX, x, y, offsets(plan, x), places));
  }

  private static boolean isZero(Instruction x) {
    return x.op() == Opcode.CONST_I && x.imm() == 0;
  }

  /// Whether it is the same for all outputs, and in each step what an i32 holds and -1 isn't.
  private static boolean isPlace(IndexSum here, NodePlan plan) {
    return Arrays.stream(here.out()).allMatch(multiple -> multiple == 0) && here.isBetween(plan, 0, Integer.MAX_VALUE);
  }

  /// Whether `input` is read by windows that move by one or two along rows that are worth it, in few enough steps.
  private static boolean isWindow(NodePlan plan, int input) {
    long[] dims = plan.outDims();
    long steps = 1;
    for (long dim : plan.redDims()) {
      steps *= dim <= MAX_STEPS ? dim : MAX_STEPS + 1;
      if (steps > MAX_STEPS) {
        return false;
      }
    }
    if (dims.length == 0 || dims[dims.length - 1] < MIN_COLUMNS || dims[dims.length - 1] > MAX_COLUMNS) {
      return false;
    }
    NodePlan.Access access = plan.access(input);
    long stride = access.out()[dims.length - 1];
    return plan.node().inputs().get(input).dtype() == DType.F32 && !access.guarded() && access.readsAlongFold()
        && (stride == 2 || stride == 1 && areOverlapping(access, dims[dims.length - 1]));
  }

  /// Whether a window reads neighbours of a row, which it shares with the next: a fold down columns is better done row
  /// after row.
  private static boolean areOverlapping(NodePlan.Access access, long columns) {
    for (long along : access.red()) {
      if (along > 0 && along < columns) {
        return true;
      }
    }
    return false;
  }

  /// Whether `input` is read one element for each output, neighbours for neighbours.
  private static boolean isRow(NodePlan plan, int input) {
    NodePlan.Access access = plan.access(input);
    return plan.node().inputs().get(input).dtype() == DType.F32 && !access.guarded() && !access.readsAlongFold()
        && access.out()[plan.outDims().length - 1] == 1;
  }

  private static long[] offsets(NodePlan plan, int input) {
    return steps(plan, plan.access(input).red(), 0);
  }

  /// For each step of the fold `constant` and the multiples of its indices.
  private static long[] steps(NodePlan plan, long[] multiples, long constant) {
    long[] sums = {constant};
    for (int d = 0; d < multiples.length; d++) {
      int dim = (int) plan.redDims()[d];
      long[] finer = new long[sums.length * dim];
      for (int i = 0; i < finer.length; i++) {
        finer[i] = sums[i / dim] + i % dim * multiples[d];
      }
      sums = finer;
    }
    return sums;
  }

  /// Rows along the innermost dimension.
  @Override
  public long units() {
    return plan.rows(rank);
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    MemorySegment xs = in[x];
    MemorySegment ys = y < 0 ? MemorySegment.NULL : in[y];
    RowCursor cursor = y < 0 ? new RowCursor(plan, rank, from, x) : new RowCursor(plan, rank, from, x, y);
    long whole = VectorRows.whole(columns);
    long furthest = 0;
    for (long o : offset) {
      furthest = Math.max(furthest, o);
    }
    // What vectors read and write beyond a row must be there; what they write there is written over by the next row.
    long lastX = (xs.byteSize() >> 2) - furthest - stride * whole;
    long lastY = (ys.byteSize() >> 2) - whole;
    long lastOut = to * columns - whole;
    for (long row = from; row < to; row++, cursor.next()) {
      long atX = cursor.at(0);
      long atY = y < 0 ? 0 : cursor.at(1);
      long atOut = row * columns;
      boolean inVectors = atX <= lastX && (y < 0 || atY <= lastY) && atOut <= lastOut;
      if (kind != Kind.INDEX && inVectors) {
        fold(out, atOut, xs, atX);
      } else if (kind != Kind.INDEX) {
        foldOneByOne(out, atOut, xs, atX);
      } else if (inVectors) {
        index(out, atOut, xs, atX, ys, atY);
      } else {
        indexOneByOne(out, atOut, xs, atX, ys, atY);
      }
    }
  }

  private void fold(MemorySegment out, long atOut, MemorySegment xs, long atX) {
    float init = Float.intBitsToFloat(plan.node().initBits());
    boolean isMax = kind == Kind.MAX;
    boolean isTwo = stride == 2;
    for (int w = 0; w < columns; w += LANES) {
      FloatVector acc = FloatVector.broadcast(SPECIES, init);
      for (long o : offset) {
        long at = (atX + o + (long) w * stride) << 2;
        FloatVector v = FloatVector.fromMemorySegment(SPECIES, xs, at, ORDER);
        if (isTwo) {
          FloatVector next = FloatVector.fromMemorySegment(SPECIES, xs, at + 4L * LANES, ORDER);
          v = EVEN.selectFrom(v.reinterpretAsInts(), next.reinterpretAsInts()).reinterpretAsFloats();
        }
        acc = isMax ? acc.max(v) : acc.add(v);
      }
      acc.blend(Float.NaN, acc.compare(VectorOperators.NE, acc)).intoMemorySegment(out, (atOut + w) << 2, ORDER);
    }
  }

  private void foldOneByOne(MemorySegment out, long atOut, MemorySegment xs, long atX) {
    for (int w = 0; w < columns; w++) {
      float acc = Float.intBitsToFloat(plan.node().initBits());
      for (long o : offset) {
        float v = xs.get(Elements.FLOAT, (atX + o + (long) w * stride) << 2);
        acc = kind == Kind.MAX ? Math.max(acc, v) : acc + v;
      }
      Elements.storeF32(out, atOut + w, acc);
    }
  }

  private void index(MemorySegment out, long atOut, MemorySegment xs, long atX, MemorySegment ys, long atY) {
    boolean isTwo = stride == 2;
    for (int w = 0; w < columns; w += LANES) {
      FloatVector wanted = FloatVector.fromMemorySegment(SPECIES, ys, (atY + w) << 2, ORDER);
      IntVector acc = IntVector.broadcast(INTS, -1);
      for (int t = 0; t < offset.length; t++) {
        long at = (atX + offset[t] + (long) w * stride) << 2;
        FloatVector v = FloatVector.fromMemorySegment(SPECIES, xs, at, ORDER);
        if (isTwo) {
          FloatVector next = FloatVector.fromMemorySegment(SPECIES, xs, at + 4L * LANES, ORDER);
          v = EVEN.selectFrom(v.reinterpretAsInts(), next.reinterpretAsInts()).reinterpretAsFloats();
        }
        VectorMask<Integer> first =
            v.compare(VectorOperators.EQ, wanted).cast(INTS).and(acc.compare(VectorOperators.LT, 0));
        acc = acc.blend(here[t], first);
      }
      acc.intoMemorySegment(out, (atOut + w) << 2, ORDER);
    }
  }

  private void indexOneByOne(MemorySegment out, long atOut, MemorySegment xs, long atX, MemorySegment ys, long atY) {
    for (int w = 0; w < columns; w++) {
      float wanted = ys.get(Elements.FLOAT, (atY + w) << 2);
      int acc = -1;
      for (int t = 0; t < offset.length && acc < 0; t++) {
        acc = xs.get(Elements.FLOAT, (atX + offset[t] + (long) w * stride) << 2) == wanted ? here[t] : -1;
      }
      out.set(Elements.INT, (atOut + w) << 2, acc);
    }
  }
}
