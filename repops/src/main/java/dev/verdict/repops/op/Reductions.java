package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Folds along axes.
final class Reductions {
  /// Elements that a plain sum adds in one chain (SPEC §2.4).
  static final int BLOCK = 1024;

  private Reductions() {}

  /// x with the reduced axes last, and what it takes to give the result its shape.
  ///
  /// @param isTrailing whether the reduced axes are the last ones already
  private record Axes(Value moved, int kept, Shape result, Shape keptAsOnes, boolean isTrailing) {
    static Axes of(String operator, Value x, boolean keepDims, int... axes) {
      int rank = x.shape().rank();
      boolean[] reduced = Views.mask(operator, axes, rank);
      if (axes.length == 0) {
        Arrays.fill(reduced, true);
      }
      int[] order = IntStream.concat(IntStream.range(0, rank).filter(d -> !reduced[d]),
          IntStream.range(0, rank).filter(d -> reduced[d])).toArray();
      int kept = (int) IntStream.range(0, rank).filter(d -> !reduced[d]).count();
      Shape ones = Shape.of(IntStream.range(0, rank).mapToLong(d -> reduced[d] ? 1 : x.shape().dim(d)).toArray());
      Shape dropped =
          Shape.of(IntStream.range(0, rank).filter(d -> !reduced[d]).mapToLong(x.shape()::dim).toArray());
      Value moved = isSorted(order) ? x : Views.transpose(operator, x, order);
      return new Axes(moved, kept, keepDims ? ones : dropped, ones, isSorted(order));
    }

    private static boolean isSorted(int[] order) {
      return IntStream.range(0, order.length).allMatch(d -> order[d] == d);
    }

    Shape outer() {
      return Shape.of(Arrays.copyOf(moved.shape().dims(), kept));
    }

    long[] inner() {
      return Arrays.copyOfRange(moved.shape().dims(), kept, moved.shape().rank());
    }

    long length() {
      return Shape.of(inner()).numel();
    }

    /// The reduced axes as one, in row-major order.
    Value flat(String operator) {
      long[] dims = Arrays.copyOf(outer().dims(), kept + 1);
      dims[kept] = length();
      return Views.reshape(operator, moved, Shape.of(dims));
    }
  }

  static Value sum(String label, Value x, boolean keepDims, int... axes) {
    Axes a = Axes.of(label, x, keepDims, axes);
    Value y = a.inner().length == 0 ? x : isOfRows(a) ? Rows.sum(label, a.flat(label))
        : a.length() <= BLOCK ? oneChain(label, a) : blocks(label, a);
    return Views.reshape(label, y, a.result()).derivedFrom(
        new Derivation(label, x, (g, r) -> expanded(label, Views.reshape(label, g, a.keptAsOnes()), x.shape())));
  }

  /// Whether f32 is summed over the last axis, alone or with those before it.
  private static boolean isOfRows(Axes a) {
    return a.isTrailing() && a.moved().dtype() == DType.F32;
  }

  private static Value expanded(String label, Value g, Shape to) {
    return Views.broadcastTo(label, g, to);
  }

  private static Value oneChain(String label, Axes a) {
    NodeBuilder n = a.moved().graph().node(label, a.moved().dtype(), a.outer()).over(a.inner()).from(0);
    return n.result(n.acc().plus(n.load(a.moved(), outerThenInner(n, a.kept(), a.inner().length))));
  }

  private static Affine[] outerThenInner(NodeBuilder n, int outer, int inner) {
    Affine[] index = new Affine[outer + inner];
    for (int d = 0; d < index.length; d++) {
      index[d] = d < outer ? n.out(d) : n.red(d - outer);
    }
    return index;
  }

  /// Sums of blocks of consecutive elements, then their sum. The last block is filled up with +0, which changes no bit:
  /// a chain that starts from +0 is never −0.
  private static Value blocks(String label, Axes a) {
    Value flat = a.flat(label);
    int last = a.kept();
    long length = a.length();
    long[] dims = Arrays.copyOf(a.outer().dims(), last + 1);
    dims[last] = Math.ceilDiv(length, BLOCK);
    NodeBuilder n = flat.graph().node(label, flat.dtype(), Shape.of(dims)).over(BLOCK).from(0);
    Affine[] index = outerThenInner(n, last, 1);
    index[last] = n.out(last).times(BLOCK).plus(n.red(0));
    Scalar element = n.load(flat, index);
    if (length % BLOCK != 0 && !readsZeroPastEnd(flat)) {
      element = n.index(index[last]).lessThan(n.constant(length)).choose(element, zero(n, flat.dtype()));
    }
    return sum(label, n.result(n.acc().plus(element)), false, last);
  }

  private static Scalar zero(NodeBuilder n, DType dtype) {
    return dtype == DType.F32 ? n.constant(0f) : n.constant(0L);
  }

  /// Whether what comes after the last element lies outside the stored tensor, where LOAD reads +0.
  private static boolean readsZeroPastEnd(Value flat) {
    return flat.storage() instanceof Storage.Stored s && flat.shape().numel() == flat.shape().dim(-1)
        && flat.stride(flat.shape().rank() - 1) > 0
        && flat.offset() + flat.stride(flat.shape().rank() - 1) * flat.shape().dim(-1) >= s.numel();
  }

  static Value mean(String label, Value x, boolean keepDims, int... axes) {
    Views.requireFloat(label, "x", x);
    Axes a = Axes.of(label, x, keepDims, axes);
    float count = (float) a.length();
    Value y = Elementwise.divided(label, sum(label + ".sum", x, keepDims, axes), count);
    return y.derivedFrom(new Derivation(label, x, (g, r) -> expanded(label,
        Views.reshape(label, Elementwise.divided(label + ".grad", g, count), a.keptAsOnes()), x.shape())));
  }

  /// Which element of several stands out, and how it is found.
  private enum Extreme {
    MAX(Float.NEGATIVE_INFINITY),
    MIN(Float.POSITIVE_INFINITY);

    private final float from;

    Extreme(float from) {
      this.from = from;
    }

    Scalar of(Scalar acc, Scalar v) {
      return this == MAX ? acc.max(v) : acc.min(v);
    }

    /// Whether `candidate` stands out more than `best`; a NaN doesn't, nor does anything against one.
    Scalar isBeaten(Scalar best, Scalar candidate) {
      return this == MAX ? best.lessThan(candidate) : candidate.lessThan(best);
    }
  }

  static Value max(String label, Value x, boolean keepDims, int... axes) {
    return extreme(label, Extreme.MAX, x, keepDims, axes);
  }

  static Value min(String label, Value x, boolean keepDims, int... axes) {
    return extreme(label, Extreme.MIN, x, keepDims, axes);
  }

  private static Value extreme(String label, Extreme extreme, Value x, boolean keepDims, int... axes) {
    Views.requireFloat(label, "x", x);
    Axes a = Axes.of(label, x, keepDims, axes);
    if (a.inner().length == 0) {
      return x;
    }
    NodeBuilder n = x.graph().node(label, DType.F32, a.outer()).over(a.inner()).from(extreme.from);
    Value y = n.result(extreme.of(n.acc(), n.load(a.moved(), outerThenInner(n, a.kept(), a.inner().length))));
    return Views.reshape(label, y, a.result()).derivedFrom(
        new Derivation(label, x, (g, r) -> extremeGradient(label, extreme, g, x, a)));
  }

  private static Value extremeGradient(String label, Extreme extreme, Value g, Value x, Axes a) {
    Value index = Views.reshape(label, standsOut(label + ".index", extreme, a.flat(label)), a.keptAsOnes());
    NodeBuilder n = x.graph().node(label + ".grad", DType.F32, x.shape());
    Affine here = n.zero();
    long stride = 1;
    for (int d = x.shape().rank() - 1; d >= 0; d--) {
      if (a.keptAsOnes().dim(d) != x.shape().dim(d)) {
        here = here.plus(n.out(d).times(stride));
        stride *= x.shape().dim(d);
      }
    }
    Scalar taken = n.load(index).equalTo(n.index(here));
    return n.result(taken.choose(n.load(Views.reshape(label, g, a.keptAsOnes())), n.constant(0f)));
  }

  static Value argMax(Value x, int axis, boolean keepDims) {
    return arg("ArgMax", Extreme.MAX, x, axis, keepDims);
  }

  static Value argMin(Value x, int axis, boolean keepDims) {
    return arg("ArgMin", Extreme.MIN, x, axis, keepDims);
  }

  private static Value arg(String label, Extreme extreme, Value x, int axis, boolean keepDims) {
    Axes a = Axes.of(label, x, keepDims, Views.axis(label, axis, x.shape().rank()));
    return Views.reshape(label, standsOut(label, extreme, a.moved()), a.result());
  }

  /// The index of the first element along the last axis that stands out.
  private static Value standsOut(String label, Extreme extreme, Value x) {
    int last = x.shape().rank() - 1;
    NodeBuilder n = x.graph().node(label, DType.I32, Shape.of(Arrays.copyOf(x.shape().dims(), last)))
        .over(x.shape().dim(-1)).from(0);
    Index[] index = new Index[last + 1];
    for (int d = 0; d < last; d++) {
      index[d] = n.out(d);
    }
    index[last] = n.acc();
    Scalar best = n.gather(x, index);
    Scalar candidate = n.load(x, outerThenInner(n, last, 1));
    return n.result(extreme.isBeaten(best, candidate).choose(n.index(n.red(0)), n.acc()));
  }

  static Value cumSum(Value x, int axisGiven, boolean exclusive, boolean reverse) {
    String label = "CumSum";
    int axis = Views.axis(label, axisGiven, x.shape().rank());
    long length = x.shape().dim(axis);
    NodeBuilder n = x.graph().node(label, x.dtype(), x.shape()).over(length).from(0);
    Affine[] place = new Affine[x.shape().rank()];
    Arrays.setAll(place, n::out);
    Scalar here = n.index(reverse ? n.out(axis).times(-1).plus(length - 1) : n.out(axis));
    place[axis] = reverse ? n.red(0).times(-1).plus(length - 1) : n.red(0);
    Scalar step = n.index(n.red(0));
    Scalar counts = exclusive ? step.lessThan(here) : step.atMost(here);
    n.derive(x, (g, y) -> cumSum(g, axis, exclusive, !reverse));
    return n.result(counts.choose(n.acc().plus(n.load(x, place)), n.acc()));
  }
}
