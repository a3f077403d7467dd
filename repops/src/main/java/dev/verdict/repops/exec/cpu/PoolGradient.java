package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The gradient of a largest of windows two elements wide that lie side by side: 0 + (index = here ? g : 0), `index` and g
/// being a window's, `here` the element's place in it. A row's windows are taken a vector at a time, and the two elements
/// of each put beside one another.
///
/// Loaded only where [VectorWidth#BITS] isn't 0.
final class PoolGradient implements NodeKernel {
  private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
  private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);
  private static final int LANES = VectorRows.LANES;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  /// Of two vectors the elements 0, 0, 1, 1, …, the first of each two being the first vector's.
  private static final IntVector LOWER = interleaved(0);
  private static final IntVector UPPER = interleaved(LANES / 2);
  private static final int MIN_COLUMNS = 4;

  private final NodePlan plan;
  private final int index;
  private final int gradient;
  private final IndexSum here;
  private final int rank;
  private final int columns;

  private PoolGradient(NodePlan plan, int index, int gradient, IndexSum here) {
    this.plan = plan;
    this.index = index;
    this.gradient = gradient;
    this.here = here;
    this.rank = plan.outDims().length - 2;
    this.columns = (int) plan.outDims()[rank];
  }

  private static IntVector interleaved(int first) {
    int[] from = new int[LANES];
    for (int i = 0; i < LANES; i++) {
      from[i] = first + i / 2 + i % 2 * LANES;
    }
    return IntVector.fromArray(INTS, from, 0);
  }

  /// The kernel for `plan`'s node, if it is such a map and every LOAD is inside its tensor.
  static Optional<PoolGradient> of(NodePlan plan) {
    Node node = plan.node();
    List<Instruction> body = node.body();
    Instruction sum = body.getLast();
    if (node.dtype() != DType.F32 || node.hasFold() || sum.op() != Opcode.ADD || !isZero(body.get(sum.a()))) {
      return Optional.empty();
    }
    Instruction choice = body.get(sum.b());
    if (choice.op() != Opcode.SELECT || body.get(choice.a()).op() != Opcode.IEQ || !isZero(body.get(choice.c()))) {
      return Optional.empty();
    }
    Instruction equal = body.get(choice.a());
    IndexSum here = IndexSum.of(plan, equal.b());
    if (!isWindows(plan, equal.a(), DType.I32) || !isWindows(plan, choice.b(), DType.F32)
        || here == null || !isPlace(here, plan)) {
      return Optional.empty();
    }
    return Optional.of(new PoolGradient(plan, body.get(equal.a()).a(), body.get(choice.b()).a(), here));
  }

  private static boolean isZero(Instruction x) {
    return x.op() == Opcode.CONST_F && x.imm() == 0;
  }

  /// Whether register `r` loads one element for every two outputs.
  private static boolean isWindows(NodePlan plan, int r, DType dtype) {
    Instruction load = plan.node().body().get(r);
    int last = plan.outDims().length - 1;
    if (load.op() != Opcode.LOAD || plan.node().inputs().get(load.a()).dtype() != dtype || last < 1
        || plan.outDims()[last] != 2 || plan.outDims()[last - 1] < MIN_COLUMNS
        || plan.outDims()[last - 1] > PoolKernel.MAX_COLUMNS) {
      return false;
    }
    NodePlan.Access access = plan.access(load.a());
    return !access.guarded() && access.out()[last] == 0 && access.out()[last - 1] == 1;
  }

  /// Whether it is the same for all windows of a row, and everywhere an i32.
  private static boolean isPlace(IndexSum here, NodePlan plan) {
    return here.out()[here.out().length - 2] == 0 && here.isBetween(plan, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /// Rows of windows.
  @Override
  public long units() {
    return plan.rows(rank);
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    MemorySegment indices = in[index];
    MemorySegment gradients = in[gradient];
    RowCursor cursor = new RowCursor(plan, rank, from, index, gradient);
    long whole = VectorRows.whole(columns);
    // As in PoolKernel.
    long lastIndex = (indices.byteSize() >> 2) - whole;
    long lastGradient = (gradients.byteSize() >> 2) - whole;
    long lastOut = 2 * (to * columns - whole);
    for (long row = from; row < to; row++, cursor.next()) {
      long first = here.constant();
      for (int d = 0; d < rank; d++) {
        first += here.out()[d] * cursor.index()[d];
      }
      long second = first + here.out()[rank + 1];
      long atOut = 2 * row * columns;
      if (cursor.at(0) <= lastIndex && cursor.at(1) <= lastGradient && atOut <= lastOut) {
        spread(out, atOut, indices, cursor.at(0), gradients, cursor.at(1), (int) first, (int) second);
      } else {
        spreadOneByOne(out, atOut, indices, cursor.at(0), gradients, cursor.at(1), first, second);
      }
    }
  }

  private void spread(MemorySegment out, long atOut, MemorySegment indices, long atIndex, MemorySegment gradients,
      long atGradient, int first, int second) {
    for (int w = 0; w < columns; w += LANES) {
      IntVector at = IntVector.fromMemorySegment(INTS, indices, (atIndex + w) << 2, ORDER);
      FloatVector g = FloatVector.fromMemorySegment(SPECIES, gradients, (atGradient + w) << 2, ORDER).add(0f);
      IntVector share = g.blend(Float.NaN, g.compare(VectorOperators.NE, g)).reinterpretAsInts();
      IntVector zero = IntVector.zero(INTS);
      IntVector even = zero.blend(share, at.compare(VectorOperators.EQ, first));
      IntVector odd = zero.blend(share, at.compare(VectorOperators.EQ, second));
      LOWER.selectFrom(even, odd).intoMemorySegment(out, (atOut + 2L * w) << 2, ORDER);
      UPPER.selectFrom(even, odd).intoMemorySegment(out, (atOut + 2L * w + LANES) << 2, ORDER);
    }
  }

  private void spreadOneByOne(MemorySegment out, long atOut, MemorySegment indices, long atIndex,
      MemorySegment gradients, long atGradient, long first, long second) {
    for (int w = 0; w < columns; w++) {
      int at = indices.get(Elements.INT, (atIndex + w) << 2);
      float share = 0f + gradients.get(Elements.FLOAT, (atGradient + w) << 2);
      Elements.storeF32(out, atOut + 2L * w, at == first ? share : 0f);
      Elements.storeF32(out, atOut + 2L * w + 1, at == second ? share : 0f);
    }
  }
}
