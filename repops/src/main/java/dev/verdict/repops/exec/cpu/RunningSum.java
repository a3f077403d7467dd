package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A fold over k in [0, n) that adds x[k] where k ≤ h (or k < h) and otherwise keeps its accumulator, h being the index
/// along one output dimension of length n, or n − 1 less that index: the running sums that CumSum is (SPEC §3.1).
///
/// With c[0] = init and c[k+1] = c[k] + x[k] as stored, the fold of an output at h takes the steps 0 to h (h − 1 where
/// k < h) and then keeps what it has. Every step stores what it chose, and what it keeps is as it was stored, NaN
/// canonical, so that storing it again changes nothing. x[k] doesn't depend on h. So the output is c[h + 1] (c[h]), bits
/// and all, and n additions give all n outputs of a line, in the order in which each of them would have made its own.
/// Between two steps a NaN may have other bits here than in a stored accumulator; a sum that has a NaN is a NaN
/// whatever its bits, and each is stored as the canonical one.
///
/// Lines along the summed dimension are independent: neighbours in memory are summed in lanes, others four at a time.
final class RunningSum implements NodeKernel {
  /// Lines that are summed side by side, so that one's addition needn't wait for its last.
  private static final int LINES = 4;
  /// Neighbouring lines of a unit: a row of them in x and in the output stay in the first cache.
  private static final int STRIP = 512;

  private final int input;
  private final float init;
  private final boolean inLanes;
  /// The dimensions but the summed one, and but the last where that is in lanes.
  private final long[] dims;
  private final long[] inStrides;
  private final long[] outStrides;
  private final long lines;
  private final long lanes;
  private final long length;
  private final long inStart;
  private final long inStep;
  private final long outStart;
  private final long outStep;
  private final boolean exclusive;

  private RunningSum(NodePlan plan, Pattern pattern) {
    NodePlan.Access x = plan.access(pattern.input);
    int axis = plan.indexedOut(pattern.axis);
    int last = plan.outDims().length - 1;
    this.input = pattern.input;
    this.init = Float.intBitsToFloat(plan.node().initBits());
    this.inLanes = VectorWidth.BITS != 0 && last != axis && x.out()[last] == 1
        && plan.outDims()[last] >= VectorWidth.BITS / Float.SIZE;
    this.dims = without(plan.outDims(), axis);
    this.inStrides = without(x.out(), axis);
    this.outStrides = without(plan.outStrides(), axis);
    this.lanes = inLanes ? plan.outDims()[last] : 1;
    if (inLanes) {
      dims[dims.length - 1] = 1;
    }
    this.lines = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    this.length = plan.outDims()[axis];
    this.inStart = x.offset();
    this.inStep = x.red()[0];
    long stride = plan.outStrides()[axis];
    this.outStart = pattern.reverse ? stride * (length - 1) : 0;
    this.outStep = pattern.reverse ? -stride : stride;
    this.exclusive = pattern.exclusive;
  }

  private static long[] without(long[] values, int index) {
    long[] others = new long[values.length - 1];
    System.arraycopy(values, 0, others, 0, index);
    System.arraycopy(values, index + 1, others, index, others.length - index);
    return others;
  }

  /// The kernel for `plan`'s node, if it is such a fold and every LOAD is inside its tensor.
  static Optional<RunningSum> of(NodePlan plan) {
    Pattern pattern = Pattern.of(plan.node());
    if (pattern == null || plan.redDims().length != 1) {
      return Optional.empty();
    }
    int axis = plan.indexedOut(pattern.axis);
    boolean fits = axis >= 0 && plan.outDims()[axis] == plan.redDims()[0]
        && plan.access(pattern.input).out()[axis] == 0 && !plan.access(pattern.input).guarded();
    return fits ? Optional.of(new RunningSum(plan, pattern)) : Optional.empty();
  }

  /// What the body says: `SELECT(k ≤ h, acc + x, acc)`.
  ///
  /// @param axis the output dimension that h counts
  /// @param reverse whether h counts from its end
  /// @param exclusive whether it is k < h
  private record Pattern(int input, int axis, boolean reverse, boolean exclusive) {
    static @Nullable Pattern of(Node node) {
      List<Instruction> body = node.body();
      Instruction choice = body.getLast();
      if (node.dtype() != DType.F32 || node.red().rank() != 1 || choice.op() != Opcode.SELECT
          || body.get(choice.c()).op() != Opcode.ACC) {
        return null;
      }
      Instruction sum = body.get(choice.b());
      Instruction counts = body.get(choice.a());
      boolean exclusive = counts.op() == Opcode.ILT;
      if (sum.op() != Opcode.ADD || !exclusive && counts.op() != Opcode.ILE
          || !body.get(counts.a()).equals(index(node.out().rank()))) {
        return null;
      }
      boolean accFirst = body.get(sum.a()).op() == Opcode.ACC;
      Instruction acc = body.get(accFirst ? sum.a() : sum.b());
      Instruction load = body.get(accFirst ? sum.b() : sum.a());
      Instruction here = body.get(counts.b());
      boolean reverse = here.op() == Opcode.IADD;
      Instruction index = reverse ? reversed(node, here) : here;
      if (acc.op() != Opcode.ACC || load.op() != Opcode.LOAD || index == null || index.op() != Opcode.INDEX
          || index.a() >= node.out().rank()) {
        return null;
      }
      return new Pattern(load.a(), index.a(), reverse, exclusive);
    }

    /// i where `here` is i · −1 + (n − 1), n being the length of the fold; else null.
    private static @Nullable Instruction reversed(Node node, Instruction here) {
      Instruction negative = node.body().get(here.a());
      Instruction end = node.body().get(here.b());
      boolean fits = negative.op() == Opcode.IMUL && end.op() == Opcode.CONST_I
          && end.imm() == node.foldLength() - 1 && isMinusOne(node.body().get(negative.b()));
      return fits ? node.body().get(negative.a()) : null;
    }

    private static boolean isMinusOne(Instruction x) {
      return x.op() == Opcode.CONST_I && x.imm() == -1;
    }

    private static Instruction index(int dimension) {
      return new Instruction(Opcode.INDEX, dimension, 0, 0, 0);
    }
  }

  @Override
  public long units() {
    return inLanes ? lines * strips() : (lines - 1) / LINES + 1;
  }

  private long strips() {
    return (lanes - 1) / STRIP + 1;
  }

  @Override
  public void run(long step, MemorySegment out, MemorySegment[] in, Scratch scratch, long from, long to) {
    for (long unit = from; unit < to; unit++) {
      if (inLanes) {
        long line = unit / strips();
        long first = unit % strips() * STRIP;
        strip(out, outStart + position(line, outStrides) + first, in[input],
            inStart + position(line, inStrides) + first, (int) Math.min(STRIP, lanes - first));
      } else if (lines - unit * LINES >= LINES) {
        four(out, in[input], unit * LINES);
      } else {
        for (long line = unit * LINES; line < lines; line++) {
          one(out, outStart + position(line, outStrides), in[input], inStart + position(line, inStrides));
        }
      }
    }
  }

  private long position(long line, long[] strides) {
    long at = 0;
    long rest = line;
    for (int d = dims.length - 1; d >= 0; d--) {
      at += strides[d] * (rest % dims[d]);
      rest /= dims[d];
    }
    return at;
  }

  /// `count` neighbouring lines: each row of outputs is the one before it plus a row of x.
  private void strip(MemorySegment out, long outAt, MemorySegment x, long xAt, int count) {
    int whole = count - count % VectorRows.LANES;
    long at = outAt;
    if (exclusive) {
      VectorRows.fillS(out, at << 2, init, whole);
    } else {
      VectorRows.addRS(out, at << 2, x, xAt << 2, init, whole);
    }
    for (long k = 1; k < length; k++) {
      long last = at;
      at += outStep;
      VectorRows.addRR(out, at << 2, out, last << 2, x, xAt + inStep * (exclusive ? k - 1 : k) << 2, whole);
    }
    for (int j = whole; j < count; j++) {
      one(out, outAt + j, x, xAt + j);
    }
  }

  private void one(MemorySegment out, long outAt, MemorySegment x, long xAt) {
    long to = outAt;
    float acc = init;
    if (exclusive) {
      Elements.storeF32(out, to, acc);
      to += outStep;
    }
    long steps = exclusive ? length - 1 : length;
    for (long k = 0; k < steps; k++) {
      acc += Elements.loadF32(x, xAt + inStep * k);
      Elements.storeF32(out, to + outStep * k, acc);
    }
  }

  private void four(MemorySegment out, MemorySegment x, long line) {
    long to = outStart;
    long to0 = to + position(line, outStrides);
    long to1 = to + position(line + 1, outStrides);
    long to2 = to + position(line + 2, outStrides);
    long to3 = to + position(line + 3, outStrides);
    if (exclusive) {
      Elements.storeF32(out, to0, init);
      Elements.storeF32(out, to1, init);
      Elements.storeF32(out, to2, init);
      Elements.storeF32(out, to3, init);
    }
    long skipped = exclusive ? outStep : 0;
    sums(out, to0 + skipped, to1 + skipped, to2 + skipped, to3 + skipped, outStep, x,
        inStart + position(line, inStrides), inStart + position(line + 1, inStrides),
        inStart + position(line + 2, inStrides), inStart + position(line + 3, inStrides), inStep,
        exclusive ? length - 1 : length, init);
  }

  private static void sums(
      MemorySegment out, long to0, long to1, long to2, long to3, long outStep, MemorySegment x, long x0, long x1,
      long x2, long x3, long inStep, long steps, float init) {
    float acc0 = init;
    float acc1 = init;
    float acc2 = init;
    float acc3 = init;
    for (long k = 0; k < steps; k++) {
      long from = inStep * k;
      long to = outStep * k;
      acc0 += Elements.loadF32(x, x0 + from);
      acc1 += Elements.loadF32(x, x1 + from);
      acc2 += Elements.loadF32(x, x2 + from);
      acc3 += Elements.loadF32(x, x3 + from);
      Elements.storeF32(out, to0 + to, acc0);
      Elements.storeF32(out, to1 + to, acc1);
      Elements.storeF32(out, to2 + to, acc2);
      Elements.storeF32(out, to3 + to, acc3);
    }
  }
}
