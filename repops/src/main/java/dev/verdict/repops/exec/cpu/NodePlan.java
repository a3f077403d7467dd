package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Composition;
import dev.verdict.repops.ir.ExpMinus;
import dev.verdict.repops.ir.FastExp;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.NormalDistribution;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.RegisterType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// How a node is looped over: its dimensions merged where every LOAD allows it, the output dimension that runs in
/// lanes, and where each input is read.
///
/// Outputs are computed in *units*: a strip of up to [Tuning#strip()] neighbours along the lane dimension, or one
/// output where no dimension is worth it. Within a unit the fold runs outside and the lanes inside, so that every
/// accumulator still sees its steps in order (SPEC §2.4).
final class NodePlan {
  /// The compositions that [VectorRows] has a loop for.
  private static final List<Composition> KNOWN =
      List.of(ExpMinus.COMPOSITION, FastExp.COMPOSITION, NormalDistribution.CDF, NormalDistribution.GELU);

  /// An input as LOAD sees it, in merged dimensions.
  ///
  /// @param guarded whether some index may leave [0, numel)
  record Access(long offset, long[] out, long[] red, boolean guarded) {
    boolean readsAlongFold() {
      for (long stride : red) {
        if (stride != 0) {
          return true;
        }
      }
      return false;
    }
  }

  private final Node node;
  /// For each instruction the composition that it is, of an argument that differs by lane, where vectors compute it in
  /// one go; null for others. What it consists of isn't live then.
  private final @Nullable Composition[] compositions;
  private final int[] arguments;
  private final boolean[] live;
  private final RegisterType[] types;
  private final long[] outDims;
  private final long[] outStrides;
  private final long[] redDims;
  private final Access[] accesses;
  private final int[] mergedOut;
  private final int[] mergedRed;
  private final int lane;
  private final boolean inVectors;
  private final int strip;

  private NodePlan(Node node, Tuning tuning) {
    this.node = node;
    this.compositions = new Composition[node.body().size()];
    this.arguments = new int[node.body().size()];
    this.live = live(node.body());
    this.types = types(node);
    boolean[] loaded = new boolean[node.inputs().size()];
    boolean[] indexed = new boolean[node.out().rank() + node.red().rank()];
    for (int i = 0; i < live.length; i++) {
      Instruction x = node.body().get(i);
      if (live[i] && x.op() == Opcode.LOAD) {
        loaded[x.a()] = true;
      } else if (live[i] && x.op() == Opcode.INDEX) {
        indexed[x.a()] = true;
      }
    }
    List<long[]> outAlong = new ArrayList<>();
    List<long[]> redAlong = new ArrayList<>();
    for (int s = 0; s < loaded.length; s++) {
      if (loaded[s]) {
        outAlong.add(node.inputs().get(s).outStrides());
        redAlong.add(node.inputs().get(s).redStrides());
      }
    }
    Merge out = Merge.of(node.out().dims(), outAlong, indexed, 0);
    Merge red = Merge.of(node.red().dims(), redAlong, indexed, node.out().rank());
    this.outDims = out.dims;
    this.redDims = red.dims;
    this.mergedOut = out.mergedOf;
    this.mergedRed = red.mergedOf;
    this.outStrides = out.pick(node.out().strides());
    this.accesses = new Access[loaded.length];
    for (int s = 0; s < loaded.length; s++) {
      Input input = node.inputs().get(s);
      long[] outPicked = out.pick(input.outStrides());
      long[] redPicked = red.pick(input.redStrides());
      accesses[s] = new Access(input.offset(), outPicked, redPicked, mayLeave(input, outPicked, redPicked));
    }
    int candidate = chooseLane(outDims, tuning.minLanes());
    this.lane = candidate >= 0 && tuning.oneByOne() && isBetterOneByOne(candidate, loaded) ? -1 : candidate;
    if (lane >= 0 && VectorWidth.BITS != 0) {
      findCompositions();
    }
    this.inVectors = lane >= 0 && VectorWidth.BITS != 0 && isFloatInLanes() && !(node.hasFold() && isPlain());
    if (!inVectors) {
      Arrays.fill(compositions, null);
      markLive();
    }
    this.strip = chooseStrip(loaded, tuning);
  }

  static NodePlan of(Node node, Tuning tuning) {
    return new NodePlan(node, tuning);
  }

  private void findCompositions() {
    boolean[] uniform = uniform();
    for (int i = 0; i < arguments.length; i++) {
      for (Composition c : KNOWN) {
        int argument = live[i] ? c.argument(node.body(), i) : -1;
        if (argument >= 0 && !uniform[argument]) {
          compositions[i] = c;
          arguments[i] = argument;
        }
      }
    }
    markLive();
  }

  private void markLive() {
    Arrays.fill(live, false);
    live[live.length - 1] = true;
    for (int i = live.length - 1; i >= 0; i--) {
      if (live[i]) {
        for (int r : operands(i)) {
          live[r] = true;
        }
      }
    }
  }

  /// The registers that instruction `i` reads: of a composition that is computed in one go its argument alone.
  int[] operands(int i) {
    return compositions[i] != null ? new int[] {arguments[i]} : node.body().get(i).registers();
  }

  /// The composition that instruction `i` is the result of, where that is computed in one go; else null.
  @Nullable Composition composition(int i) {
    return compositions[i];
  }

  /// For each instruction whether it has a part in the result.
  static boolean[] live(List<Instruction> body) {
    boolean[] live = new boolean[body.size()];
    live[body.size() - 1] = true;
    for (int i = body.size() - 1; i >= 0; i--) {
      if (live[i]) {
        for (int r : body.get(i).registers()) {
          live[r] = true;
        }
      }
    }
    return live;
  }

  private static RegisterType[] types(Node node) {
    RegisterType[] types = new RegisterType[node.body().size()];
    for (int i = 0; i < types.length; i++) {
      Instruction x = node.body().get(i);
      types[i] = switch (x.op()) {
        case LOAD, GATHER -> RegisterType.of(node.inputs().get(x.a()).dtype());
        case ACC -> RegisterType.of(node.dtype());
        case SELECT -> types[x.b()];
        default -> Objects.requireNonNull(x.op().result());
      };
    }
    return types;
  }

  private boolean mayLeave(Input input, long[] out, long[] red) {
    try {
      long low = input.offset();
      long high = input.offset();
      for (int d = 0; d < out.length + red.length; d++) {
        long stride = d < out.length ? out[d] : red[d - out.length];
        long dim = d < out.length ? outDims[d] : redDims[d - out.length];
        long reach = Math.multiplyExact(stride, dim - 1);
        low = Math.addExact(low, Math.min(0, reach));
        high = Math.addExact(high, Math.max(0, reach));
      }
      return low < 0 || high >= input.numel();
    } catch (ArithmeticException overflow) {
      return true;
    }
  }

  /// The innermost dimension, whose outputs are neighbours in memory, unless it is short and another is longer.
  private static int chooseLane(long[] dims, int minLanes) {
    int best = dims.length - 1;
    if (best >= 0 && dims[best] < 2 * minLanes) {
      for (int d = dims.length - 2; d >= 0; d--) {
        if (dims[d] > dims[best]) {
          best = d;
        }
      }
    }
    return best >= 0 && dims[best] >= minLanes ? best : -1;
  }

  /// Whether the fold reads along strides only, and has no use for lanes otherwise.
  private boolean isBetterOneByOne(int candidate, boolean[] loaded) {
    boolean strided = false;
    for (int s = 0; s < loaded.length; s++) {
      if (loaded[s] && accesses[s].readsAlongFold() && accesses[s].out[candidate] != 0) {
        if (accesses[s].out[candidate] == 1) {
          return false;
        }
        strided = true;
      }
    }
    for (int i = 0; i < live.length; i++) {
      Opcode op = node.body().get(i).op();
      strided &= !live[i] || !op.isElementary();
    }
    return strided;
  }

  /// Whether the body is arithmetic that HotSpot's vectoriser takes as it is, all in one loop: measured for column sums,
  /// 0.08 ns a step, in [VectorRows] 0.19.
  private boolean isPlain() {
    for (int i = 0; i < live.length; i++) {
      boolean plain = compositions[i] == null && switch (node.body().get(i).op()) {
        case LOAD, ACC, CONST_F, ADD, SUB, MUL, DIV, FMA, SQRT, NEG, ABS, MIN, MAX -> true;
        default -> false;
      };
      if (live[i] && !plain) {
        return false;
      }
    }
    return true;
  }

  /// Whether all that differs from lane to lane is f32, or comparisons that decide a SELECT.
  private boolean isFloatInLanes() {
    boolean[] uniform = uniform();
    boolean[] mask = new boolean[live.length];
    for (int i = 0; i < live.length; i++) {
      if (!live[i] || uniform[i]) {
        continue;
      }
      Instruction x = node.body().get(i);
      boolean fits = compositions[i] != null || switch (x.op()) {
        case LOAD -> node.inputs().get(x.a()).dtype() == DType.F32;
        case ACC -> node.dtype() == DType.F32;
        case ADD, SUB, MUL, DIV, FMA, SQRT, NEG, ABS, MIN, MAX, EXP, LOG, TANH, ERF, SIN, COS -> true;
        case FLT, FLE, FEQ -> true;
        case INDEX -> isOnlyCompared(i, uniform);
        case ILT, ILE, IEQ -> comparesLanes(x, uniform);
        case IAND, IOR, IXOR -> mask[x.a()] && mask[x.b()];
        case SELECT -> i == skipping() || mask[x.a()] && types[x.b()] == RegisterType.F32;
        default -> false;
      };
      if (!fits) {
        return false;
      }
      mask[i] = switch (x.op()) {
        case FLT, FLE, FEQ, ILT, ILE, IEQ, IAND, IOR, IXOR -> true;
        default -> false;
      };
    }
    return node.dtype() == DType.F32;
  }

  private boolean isOnlyCompared(int index, boolean[] uniform) {
    for (int i = 0; i < live.length; i++) {
      Instruction x = node.body().get(i);
      for (int r : operands(i)) {
        if (live[i] && r == index && !comparesLanes(x, uniform)) {
          return false;
        }
      }
    }
    return true;
  }

  /// Whether it compares the lanes' own index with what is the same in all of them.
  private boolean comparesLanes(Instruction x, boolean[] uniform) {
    return switch (x.op()) {
      case ILT, ILE, IEQ ->
          isLaneIndex(x.a(), uniform) && uniform[x.b()] || uniform[x.a()] && isLaneIndex(x.b(), uniform);
      default -> false;
    };
  }

  private boolean isLaneIndex(int i, boolean[] uniform) {
    return node.body().get(i).op() == Opcode.INDEX && !uniform[i];
  }

  /// The SELECT by which the fold adds x where a condition that all lanes share isn't 0, and +0 elsewhere; -1 where it
  /// does something else. Those steps can be skipped: a chain of additions from +0 is never −0, which only −0 + −0
  /// makes, and anything else plus +0 is itself. (A gradient of rows that were picked by index is such a fold.)
  int skipping() {
    Instruction last = node.body().getLast();
    if (!node.hasFold() || node.dtype() != DType.F32 || node.initBits() != 0 || last.op() != Opcode.ADD) {
      return -1;
    }
    int choice = node.body().get(last.a()).op() == Opcode.ACC ? last.b() : last.a();
    int acc = choice == last.b() ? last.a() : last.b();
    Instruction select = node.body().get(choice);
    if (node.body().get(acc).op() != Opcode.ACC || select.op() != Opcode.SELECT) {
      return -1;
    }
    Instruction otherwise = node.body().get(select.c());
    boolean zero = otherwise.op() == Opcode.CONST_F && otherwise.imm() == 0;
    Instruction share = node.body().get(select.b());
    boolean[] uniform = uniform();
    boolean row = share.op() == Opcode.LOAD && accesses[share.a()].readsAlongFold() && !uniform[select.b()];
    return zero && row && uniform[select.a()] && uses(choice) == 1 && uses(select.b()) == 1 ? choice : -1;
  }

  /// `offset` + Σ stride · index over the first `dims` output dimensions, of which `row` is the row-major index.
  long position(long row, int dims, long offset, long[] strides) {
    long at = offset;
    long rest = row;
    for (int d = dims - 1; d >= 0; d--) {
      at += strides[d] * (rest % outDims[d]);
      rest /= outDims[d];
    }
    return at;
  }

  /// How many operands of live instructions it is.
  int uses(int register) {
    int uses = 0;
    for (int i = 0; i < live.length; i++) {
      for (int r : operands(i)) {
        uses += live[i] && r == register ? 1 : 0;
      }
    }
    return uses;
  }

  /// For each instruction whether it is the same in all lanes of a strip; live ones only.
  boolean[] uniform() {
    boolean[] uniform = new boolean[live.length];
    for (int i = 0; i < live.length; i++) {
      Instruction x = node.body().get(i);
      uniform[i] = live[i] && switch (x.op()) {
        case LOAD -> lane < 0 || accesses[x.a()].out[lane] == 0;
        case ACC -> lane < 0;
        case INDEX -> lane < 0 || indexedOut(x.a()) != lane;
        default -> {
          boolean same = true;
          for (int r : operands(i)) {
            same &= uniform[r];
          }
          yield same;
        }
      };
    }
    return uniform;
  }

  private int chooseStrip(boolean[] loaded, Tuning tuning) {
    if (lane < 0) {
      return 1;
    }
    int lanes = inVectors ? 4 * tuning.strip() : tuning.strip();
    for (int s = 0; s < loaded.length; s++) {
      long along = accesses[s].out[lane];
      if (loaded[s] && along != 0 && along != 1 && accesses[s].readsAlongFold()) {
        lanes = tuning.stridedStrip();
      }
    }
    return (int) Math.min(lanes, outDims[lane]);
  }

  Node node() {
    return node;
  }

  /// Whether instruction `i` has a part in the result.
  boolean isLive(int i) {
    return live[i];
  }

  RegisterType type(int i) {
    return types[i];
  }

  long[] outDims() {
    return outDims;
  }

  /// Between neighbours of the output tensor.
  long[] outStrides() {
    return outStrides;
  }

  long[] redDims() {
    return redDims;
  }

  Access access(int input) {
    return accesses[input];
  }

  /// The output dimension that runs in lanes, or -1.
  int lane() {
    return lane;
  }

  int strip() {
    return strip;
  }

  /// Whether [VectorRows] computes it.
  boolean inVectors() {
    return inVectors;
  }

  /// Whether every strip is of whole vectors.
  boolean isWhole() {
    return outDims[lane] % VectorRows.LANES == 0 && strip % VectorRows.LANES == 0;
  }

  /// Whether the vectors of a strip, where they aren't whole, may end in one that overlaps the one before: each lane is
  /// then computed from the same operands once more, which a fold's accumulator doesn't stand.
  boolean isOverlapping() {
    return inVectors && !isWhole() && !node.hasFold() && strips() == 1 && strip >= VectorRows.LANES;
  }

  /// Row-major indices of the first `rank` output dimensions.
  long rows(int rank) {
    long rows = 1;
    for (int d = 0; d < rank; d++) {
      rows *= outDims[d];
    }
    return rows;
  }

  /// Strips along the lane dimension; 1 where there is none.
  long strips() {
    return lane < 0 ? 1 : (outDims[lane] + strip - 1) / strip;
  }

  long units() {
    long units = strips();
    for (int d = 0; d < outDims.length; d++) {
      units *= d == lane ? 1 : outDims[d];
    }
    return units;
  }

  /// The merged output dimension that operand `a` of INDEX counts; -1 where it is another kind, or always 0.
  int indexedOut(int a) {
    return a < mergedOut.length ? mergedOut[a] : -1;
  }

  /// The same for a reduction dimension.
  int indexedRed(int a) {
    return a < mergedOut.length ? -1 : mergedRed[a - mergedOut.length];
  }

  /// Dimensions of length 1 left out, and neighbours that no LOAD tells apart made one.
  private record Merge(long[] dims, int[] innermost, int[] mergedOf) {
    /// @param along the strides of each loaded input
    /// @param indexed by INDEX operand; dimension d is operand `firstOperand + d`. Such a dimension stays by itself.
    static Merge of(long[] dims, List<long[]> along, boolean[] indexed, int firstOperand) {
      int[] mergedOf = new int[dims.length];
      long[] merged = new long[dims.length];
      int[] innermost = new int[dims.length];
      int count = 0;
      for (int d = 0; d < dims.length; d++) {
        if (dims[d] == 1) {
          mergedOf[d] = -1;
          continue;
        }
        boolean joins = count > 0 && !indexed[firstOperand + d] && !indexed[firstOperand + innermost[count - 1]];
        for (long[] strides : along) {
          joins = joins && isMultiple(strides[innermost[count - 1]], strides[d], dims[d]);
        }
        if (joins) {
          merged[count - 1] *= dims[d];
          innermost[count - 1] = d;
        } else {
          merged[count] = dims[d];
          innermost[count] = d;
          count++;
        }
        mergedOf[d] = count - 1;
      }
      return new Merge(Arrays.copyOf(merged, count), Arrays.copyOf(innermost, count), mergedOf);
    }

    private static boolean isMultiple(long outer, long inner, long dim) {
      return Math.multiplyHigh(inner, dim) == (inner * dim) >> 63 && outer == inner * dim;
    }

    long[] pick(long[] strides) {
      long[] picked = new long[innermost.length];
      for (int m = 0; m < picked.length; m++) {
        picked[m] = strides[innermost[m]];
      }
      return picked;
    }
  }
}
