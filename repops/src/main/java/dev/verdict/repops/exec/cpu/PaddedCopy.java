package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/// A copy of a tensor with a border: the element where an index lies in a box, elsewhere a constant, as a convolution's
/// padding is (SPEC §3.1). Whether a row of outputs crosses the box is asked once, not for each of its elements.
///
/// Like any store, a copy makes NaN canonical.
///
/// Loaded only where [VectorWidth#BITS] isn't 0.
final class PaddedCopy implements NodeKernel {
  /// Shorter rows don't pay for being looked at one by one.
  private static final int MIN_COLUMNS = 6;

  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final int LANES = VectorRows.LANES;

  /// Output indices from `low[d]` to below `high[d]`, in merged dimensions.
  private record Box(long[] low, long[] high) {
    static Box whole(long[] dims) {
      return new Box(new long[dims.length], dims.clone());
    }

    void atLeast(int d, long bound) {
      low[d] = Math.max(low[d], bound);
    }

    void below(int d, long bound) {
      high[d] = Math.min(high[d], bound);
    }

    boolean isEmpty() {
      for (int d = 0; d < low.length; d++) {
        if (low[d] >= high[d]) {
          return true;
        }
      }
      return false;
    }
  }

  private final int input;
  private final float fill;
  private final long[] dims;
  private final long[] strides;
  private final long offset;
  private final Box box;
  private final int rank;

  private PaddedCopy(NodePlan plan, int input, float fill, Box box) {
    this.input = input;
    this.fill = fill;
    this.dims = plan.outDims();
    this.strides = plan.access(input).out();
    this.offset = plan.access(input).offset();
    this.box = box;
    this.rank = dims.length;
  }

  /// The kernel for `plan`'s node, if it is such a copy, of rows of neighbours, that reads nothing outside its tensor.
  static Optional<PaddedCopy> of(NodePlan plan) {
    Node node = plan.node();
    Instruction choice = node.body().getLast();
    int last = plan.outDims().length - 1;
    if (node.dtype() != DType.F32 || node.hasFold() || choice.op() != Opcode.SELECT || last < 0) {
      return Optional.empty();
    }
    Instruction load = node.body().get(choice.b());
    Instruction fill = node.body().get(choice.c());
    if (load.op() != Opcode.LOAD || node.inputs().get(load.a()).dtype() != DType.F32 || fill.op() != Opcode.CONST_F
        || plan.outDims()[last] > Integer.MAX_VALUE) {
      return Optional.empty();
    }
    Box box = Box.whole(plan.outDims());
    NodePlan.Access access = plan.access(load.a());
    if (!narrow(plan, choice.a(), box) || box.isEmpty() || box.high[last] - box.low[last] < MIN_COLUMNS
        || access.out()[last] != 1 || !isInside(access, box, node.inputs().get(load.a()).numel())) {
      return Optional.empty();
    }
    return Optional.of(new PaddedCopy(plan, load.a(), canonical(fill.imm()), box));
  }

  /// Cuts `box` down to where register `condition` isn't 0; false where it isn't a conjunction of bounds of single
  /// indices.
  private static boolean narrow(NodePlan plan, int condition, Box box) {
    boolean[] holds = new boolean[condition + 1];
    holds[condition] = true;
    for (int r = condition; r >= 0; r--) {
      Instruction x = plan.node().body().get(r);
      if (holds[r] && x.op() == Opcode.IAND) {
        holds[x.a()] = true;
        holds[x.b()] = true;
      } else if (holds[r] && !bound(plan, x, box)) {
        return false;
      }
    }
    return true;
  }

  private static boolean bound(NodePlan plan, Instruction x, Box box) {
    if (x.op() != Opcode.ILT && x.op() != Opcode.ILE) {
      return false;
    }
    Term left = Term.of(plan, x.a());
    Term right = Term.of(plan, x.b());
    if (left == null || right == null || left.dim >= 0 == right.dim >= 0) {
      return false;
    }
    int strict = x.op() == Opcode.ILT ? 1 : 0;
    if (left.dim >= 0) {
      box.below(left.dim, right.constant - left.constant + 1 - strict);
    } else {
      box.atLeast(right.dim, left.constant - right.constant + strict);
    }
    return true;
  }

  /// The index along output dimension `dim`, none where it is -1, plus a constant.
  private record Term(int dim, long constant) {
    /// Register `r`, where it is such a sum.
    static @Nullable Term of(NodePlan plan, int r) {
      Instruction x = plan.node().body().get(r);
      if (x.op() != Opcode.IADD) {
        return single(plan, x);
      }
      Term a = single(plan, plan.node().body().get(x.a()));
      Term b = single(plan, plan.node().body().get(x.b()));
      if (a == null || b == null || a.dim >= 0 && b.dim >= 0) {
        return null;
      }
      return new Term(Math.max(a.dim, b.dim), a.constant + b.constant);
    }

    private static @Nullable Term single(NodePlan plan, Instruction x) {
      return switch (x.op()) {
        case INDEX -> new Term(plan.indexedOut(x.a()), 0);
        case CONST_I -> new Term(-1, x.imm());
        default -> null;
      };
    }
  }

  private static float canonical(int bits) {
    float x = Float.intBitsToFloat(bits);
    return Float.isNaN(x) ? Float.NaN : x;
  }

  private static boolean isInside(NodePlan.Access access, Box box, long numel) {
    try {
      long low = access.offset();
      long high = low;
      for (int d = 0; d < access.out().length; d++) {
        long first = Math.multiplyExact(access.out()[d], box.low[d]);
        long last = Math.multiplyExact(access.out()[d], box.high[d] - 1);
        low = Math.addExact(low, Math.min(first, last));
        high = Math.addExact(high, Math.max(first, last));
      }
      return low >= 0 && high < numel;
    } catch (ArithmeticException overflow) {
      return false;
    }
  }

  /// Rows along the innermost dimension.
  @Override
  public long units() {
    long rows = 1;
    for (int d = 0; d < rank - 1; d++) {
      rows *= dims[d];
    }
    return rows;
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    long height = rank < 2 ? 1 : dims[rank - 2];
    long stride = rank < 2 ? 0 : strides[rank - 2];
    int columns = (int) dims[rank - 1];
    int low = (int) box.low[rank - 1];
    int high = (int) box.high[rank - 1];
    long room = to * columns;
    for (long unit = from; unit < to; ) {
      long start = offset;
      boolean crosses = true;
      long rest = unit / height;
      for (int d = rank - 3; d >= 0; d--) {
        long index = rest % dims[d];
        rest /= dims[d];
        start += index * strides[d];
        crosses &= index >= box.low[d] && index < box.high[d];
      }
      long first = unit % height;
      long end = Math.min(height, first + to - unit);
      for (long y = first; y < end; y++, unit++) {
        long at = unit * columns;
        if (crosses && (rank < 2 || y >= box.low[rank - 2] && y < box.high[rank - 2])) {
          fill(out, at, low, room);
          copy(in[input], start + y * stride + low, out, at + low, high - low, room);
          fill(out, at + high, columns - high, room);
        } else {
          fill(out, at, columns, room);
        }
      }
    }
  }

  /// Writes `count` elements from `at` on, or, where there is room, whole vectors: what is too much is written over by
  /// whatever follows. The last elements before `room` go one by one.
  private void fill(MemorySegment out, long at, int count, long room) {
    if (at + count + LANES <= room) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector.broadcast(SPECIES, fill).intoMemorySegment(out, (at + i) << 2, ByteOrder.LITTLE_ENDIAN);
      }
    } else {
      for (int i = 0; i < count; i++) {
        out.set(Elements.FLOAT, (at + i) << 2, fill);
      }
    }
  }

  /// Writes as [#fill] does.
  private static void copy(MemorySegment in, long from, MemorySegment out, long at, int count, long room) {
    if (at + count + LANES <= room && from + count + LANES <= in.byteSize() >> 2) {
      for (int i = 0; i < count; i += LANES) {
        FloatVector x = FloatVector.fromMemorySegment(SPECIES, in, (from + i) << 2, ByteOrder.LITTLE_ENDIAN);
        x.blend(Float.NaN, x.compare(VectorOperators.NE, x))
            .intoMemorySegment(out, (at + i) << 2, ByteOrder.LITTLE_ENDIAN);
      }
    } else {
      for (int i = 0; i < count; i++) {
        Elements.storeF32(out, at + i, in.get(Elements.FLOAT, (from + i) << 2));
      }
    }
  }
}
