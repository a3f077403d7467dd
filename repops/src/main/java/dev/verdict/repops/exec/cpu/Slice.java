package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.Shape;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A node whose output is viewed as [outer, inner]: its outermost dimensions against the others.
///
/// **A block of a node is a node**: its outputs for `count` consecutive outer indices are those of a node of shape
/// [count, …] with the same body, which reads each input from where the block begins in it.
final class Slice {
  private final Node node;
  private final int outerRank;
  private final long outer;
  private final boolean[] loaded;
  private final boolean[] gathered;

  private Slice(Node node, int outerRank, long outer) {
    this.node = node;
    this.outerRank = outerRank;
    this.outer = outer;
    this.loaded = new boolean[node.inputs().size()];
    this.gathered = new boolean[node.inputs().size()];
    boolean[] live = NodePlan.live(node.body());
    for (int i = 0; i < live.length; i++) {
      Instruction x = node.body().get(i);
      if (live[i] && x.op() == Opcode.LOAD) {
        loaded[x.a()] = true;
      } else if (live[i] && x.op() == Opcode.GATHER) {
        gathered[x.a()] = true;
      }
    }
  }

  /// `node` cut so that there are `outer` outer indices; nothing where its shape has no such cut, or its body asks for
  /// an outer index.
  static Optional<Slice> of(Node node, long outer) {
    long product = 1;
    int rank = 0;
    while (product < outer && rank < node.out().rank()) {
      product *= node.out().dim(rank++);
    }
    if (product != outer) {
      return Optional.empty();
    }
    boolean[] live = NodePlan.live(node.body());
    for (int i = 0; i < live.length; i++) {
      Instruction x = node.body().get(i);
      if (live[i] && x.op() == Opcode.INDEX && x.a() < rank && node.out().dim(x.a()) > 1) {
        return Optional.empty();
      }
    }
    return Optional.of(new Slice(node, rank, outer));
  }

  /// The extents that `node` may be cut at, above 1, ascending.
  static List<Long> extents(Node node) {
    List<Long> extents = new ArrayList<>();
    long product = 1;
    for (int d = 0; d < node.out().rank(); d++) {
      product *= node.out().dim(d);
      if (node.out().dim(d) > 1) {
        extents.add(product);
      }
    }
    return extents;
  }

  Node node() {
    return node;
  }

  long outer() {
    return outer;
  }

  /// Elements of the output for one outer index.
  long inner() {
    return node.out().numel() / outer;
  }

  /// Whether the body reads input `s` at all.
  boolean reads(int s) {
    return loaded[s] || gathered[s];
  }

  /// Whether each outer index reads, of a tensor viewed as [outer, `innerElements`], its own slice alone.
  boolean readsOwnSlice(int s, long innerElements) {
    Input input = node.inputs().get(s);
    if (gathered[s]) {
      return false;
    }
    long[] strides = input.outStrides();
    long expected = innerElements;
    for (int d = outerRank - 1; d >= 0; d--) {
      if (node.out().dim(d) > 1) {
        if (strides[d] != expected) {
          return false;
        }
        expected *= node.out().dim(d);
      }
    }
    return isInside(input, outerRank, innerElements);
  }

  /// Whether a block can be given input `s`, which no node of its group computes: whole, or from some element on.
  boolean canBeOutside(int s) {
    Input input = node.inputs().get(s);
    if (!loaded[s] || !moves(s)) {
      return true;
    }
    long[] strides = input.outStrides();
    for (int d = 0; d < outerRank; d++) {
      if (strides[d] < 0) {
        return false;
      }
    }
    return !gathered[s] && isInside(input, 0, input.numel());
  }

  /// Whether LOADs of input `s` depend on the outer index.
  boolean moves(int s) {
    long[] strides = node.inputs().get(s).outStrides();
    for (int d = 0; d < outerRank; d++) {
      if (loaded[s] && strides[d] != 0 && node.out().dim(d) > 1) {
        return true;
      }
    }
    return false;
  }

  /// A divisor of `outer`: within each run of so many outer indices, input `s` is read with one stride.
  long run(int s) {
    long[] strides = node.inputs().get(s).outStrides();
    long run = 1;
    long expected = 0;
    for (int d = outerRank - 1; d >= 0; d--) {
      long dim = node.out().dim(d);
      if (dim > 1) {
        if (run > 1 && strides[d] != expected) {
          return run;
        }
        run *= dim;
        expected = strides[d] * dim;
      }
    }
    return run;
  }

  /// From one outer index to the next within a run of input `s`, in elements.
  long stride(int s) {
    long[] strides = node.inputs().get(s).outStrides();
    for (int d = outerRank - 1; d >= 0; d--) {
      if (node.out().dim(d) > 1) {
        return strides[d];
      }
    }
    return 0;
  }

  /// How far outer index `index` moves LOADs of input `s`, in elements.
  long base(int s, long index) {
    long[] strides = node.inputs().get(s).outStrides();
    long base = 0;
    long rest = index;
    for (int d = outerRank - 1; d >= 0; d--) {
      base += strides[d] * (rest % node.out().dim(d));
      rest /= node.out().dim(d);
    }
    return base;
  }

  /// Whether no outer dimension moves one factor of a matrix product without the other: cut elsewhere, every block
  /// would pack the other factor again. True for anything else.
  boolean keepsProductsWhole() {
    List<Instruction> body = node.body();
    Instruction fma = body.getLast();
    if (!node.hasFold() || fma.op() != Opcode.FMA || body.get(fma.a()).op() != Opcode.LOAD
        || body.get(fma.b()).op() != Opcode.LOAD || body.get(fma.c()).op() != Opcode.ACC) {
      return true;
    }
    long[] a = node.inputs().get(body.get(fma.a()).a()).outStrides();
    long[] b = node.inputs().get(body.get(fma.b()).a()).outStrides();
    for (int d = 0; d < outerRank; d++) {
      if (node.out().dim(d) > 1 && (a[d] == 0 || b[d] == 0)) {
        return false;
      }
    }
    return true;
  }

  /// The node that computes `count` outer indices. An input that moves is read from its [#base] on; of one with a
  /// positive entry in `blocks`, a node of the group, there are `count` slices of so many elements.
  Node block(long count, long[] blocks) {
    Shape shape = node.out();
    long[] dims = new long[1 + shape.rank() - outerRank];
    dims[0] = count;
    for (int d = outerRank; d < shape.rank(); d++) {
      dims[1 + d - outerRank] = shape.dim(d);
    }
    List<Input> inputs = new ArrayList<>();
    for (int s = 0; s < loaded.length; s++) {
      Input input = node.inputs().get(s);
      long[] strides = new long[dims.length];
      System.arraycopy(input.outStrides(), outerRank, strides, 1, dims.length - 1);
      long numel = input.numel();
      if (blocks[s] > 0) {
        strides[0] = blocks[s];
        numel = count * blocks[s];
      } else if (moves(s)) {
        strides[0] = stride(s);
        numel = reach(input, outerRank, false) + strides[0] * (count - 1) + 1;
      }
      inputs.add(new Input(input.source(), input.dtype(), numel, input.offset(), strides, input.redStrides()));
    }
    return new Node(
        node.label(), node.dtype(), Shape.of(dims), node.red(), node.initBits(), inputs,
        node.body().stream().map(this::renumbered).toList());
  }

  private Instruction renumbered(Instruction x) {
    if (x.op() != Opcode.INDEX) {
      return x;
    }
    return x.a() < outerRank
        ? new Instruction(Opcode.CONST_I, 0, 0, 0, 0)
        : new Instruction(Opcode.INDEX, x.a() - outerRank + 1, 0, 0, 0);
  }

  /// Whether all flat indices that are read at index 0 of the dimensions before `first` are in [0, end). Strides may be
  /// anything whose sums fit 64 bits (SPEC §3.1); those whose products don't are somewhere else.
  private boolean isInside(Input input, int first, long end) {
    try {
      return reach(input, first, true) >= 0 && reach(input, first, false) < end;
    } catch (ArithmeticException overflow) {
      return false;
    }
  }

  /// The least or greatest of them. Throws [ArithmeticException] where it can't be told in 64 bits.
  private long reach(Input input, int first, boolean least) {
    long at = input.offset();
    long[] out = input.outStrides();
    long[] red = input.redStrides();
    for (int d = first; d < out.length; d++) {
      at = Math.addExact(at, extreme(Math.multiplyExact(out[d], node.out().dim(d) - 1), least));
    }
    for (int d = 0; d < red.length; d++) {
      at = Math.addExact(at, extreme(Math.multiplyExact(red[d], node.red().dim(d) - 1), least));
    }
    return at;
  }

  private static long extreme(long reach, boolean least) {
    return least ? Math.min(0, reach) : Math.max(0, reach);
  }

  @Override
  public String toString() {
    return node.label() + " cut at " + outer + " of " + Arrays.toString(node.out().dims());
  }
}
