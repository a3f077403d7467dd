package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Operators that move elements without computing.
final class Views {
  private Views() {}

  /// `axis`, counted from the end where negative.
  static int axis(String operator, int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new InvalidAttributeException(operator, "axis", -rank + " to " + (rank - 1), axis);
    }
    return axis < 0 ? axis + rank : axis;
  }

  /// `axes` as a mask over `rank` dimensions.
  static boolean[] mask(String operator, int[] axes, int rank) {
    boolean[] mask = new boolean[rank];
    for (int a : axes) {
      int axis = axis(operator, a, rank);
      if (mask[axis]) {
        throw new InvalidAttributeException(operator, "axes", "distinct", Arrays.toString(axes));
      }
      mask[axis] = true;
    }
    return mask;
  }

  static Shape inferred(Value x, long... dims) {
    long[] full = dims.clone();
    int unknown = -1;
    long product = 1;
    for (int d = 0; d < dims.length; d++) {
      if (dims[d] == 0 && d < x.shape().rank()) {
        full[d] = x.shape().dim(d);
      }
      if (full[d] == -1 && unknown < 0) {
        unknown = d;
      } else if (full[d] < 1) {
        throw new InvalidAttributeException("Reshape", "shape",
            "positive, with one -1 at most, and 0 only where " + x.shape() + " has that dimension",
            Arrays.toString(dims));
      } else {
        product = Math.multiplyExact(product, full[d]);
      }
    }
    if (unknown >= 0) {
      full[unknown] = x.shape().numel() / product;
    }
    if (unknown >= 0 && x.shape().numel() % product != 0) {
      throw new InvalidAttributeException("Reshape", "shape", "one that " + x.shape() + " fills",
          Arrays.toString(dims));
    }
    return Shape.of(full);
  }

  static Value reshape(String operator, Value x, Shape to) {
    if (x.shape().numel() != to.numel()) {
      throw ShapeMismatchException.of(operator, "numbers of elements differ", "x", x.shape(), "shape", to);
    }
    if (x.shape().equals(to)) {
      return x;
    }
    NodeBuilder.Pullback back = (g, y) -> reshape(operator, g, x.shape());
    Optional<long[]> strides = x.isLiteral() ? Optional.of(new long[to.rank()]) : reshapedStrides(x, to);
    return strides.map(s -> x.view(operator, to, x.offset(), s, back))
        .orElseGet(() -> reshape(operator, x.graph().materialise(x), to));
  }

  /// The strides under which `to` reads x's elements in row-major order, if there are such.
  private static Optional<long[]> reshapedStrides(Value x, Shape to) {
    int[] dims = IntStream.range(0, x.shape().rank()).filter(d -> x.shape().dim(d) > 1).toArray();
    long[] strides = new long[to.rank()];
    int first = 0;
    int toFirst = 0;
    while (first < dims.length) {
      // The shortest run of old dimensions that has as many elements as a run of new ones.
      int last = first;
      int toLast = toFirst;
      long count = x.shape().dim(dims[first]);
      long toCount = to.dim(toFirst);
      while (count != toCount) {
        if (count < toCount) {
          count *= x.shape().dim(dims[++last]);
        } else {
          toCount *= to.dim(++toLast);
        }
      }
      for (int i = first; i < last; i++) {
        if (x.stride(dims[i]) != x.stride(dims[i + 1]) * x.shape().dim(dims[i + 1])) {
          return Optional.empty();
        }
      }
      long stride = x.stride(dims[last]);
      for (int d = toLast; d >= toFirst; d--) {
        strides[d] = stride;
        stride *= to.dim(d);
      }
      first = last + 1;
      toFirst = toLast + 1;
    }
    return Optional.of(strides);
  }

  static Value flatten(Value x, int axis) {
    int rank = x.shape().rank();
    if (axis < -rank || axis > rank) {
      throw new InvalidAttributeException("Flatten", "axis", -rank + " to " + rank, axis);
    }
    long before = 1;
    for (int d = 0; d < (axis < 0 ? axis + rank : axis); d++) {
      before *= x.shape().dim(d);
    }
    return reshape("Flatten", x, Shape.of(before, x.shape().numel() / before));
  }

  static Value transpose(String operator, Value x, int... permutation) {
    int rank = x.shape().rank();
    int[] perm = permutation.length > 0 ? permutation : IntStream.range(0, rank).map(d -> rank - 1 - d).toArray();
    int[] sorted = Arrays.stream(perm).sorted().toArray();
    if (!Arrays.equals(sorted, IntStream.range(0, rank).toArray())) {
      throw new InvalidAttributeException(operator, "perm", "a permutation of " + rank + " dimensions",
          Arrays.toString(perm));
    }
    long[] dims = new long[rank];
    long[] strides = new long[rank];
    int[] inverse = new int[rank];
    for (int d = 0; d < rank; d++) {
      dims[d] = x.shape().dim(perm[d]);
      strides[d] = x.stride(perm[d]);
      inverse[perm[d]] = d;
    }
    return x.view(operator, Shape.of(dims), x.offset(), strides, (g, y) -> transpose(operator, g, inverse));
  }

  static Value squeeze(Value x, int... axes) {
    boolean[] drop = mask("Squeeze", axes, x.shape().rank());
    for (int d = 0; d < drop.length; d++) {
      if (axes.length == 0) {
        drop[d] = x.shape().dim(d) == 1;
      }
      if (drop[d] && x.shape().dim(d) != 1) {
        throw ShapeMismatchException.of("Squeeze", "dimension " + d + " isn't 1", "x", x.shape());
      }
    }
    return reshape("Squeeze", x,
        Shape.of(IntStream.range(0, drop.length).filter(d -> !drop[d]).mapToLong(x.shape()::dim).toArray()));
  }

  static Value unsqueeze(Value x, int... axes) {
    boolean[] added = mask("Unsqueeze", axes, x.shape().rank() + axes.length);
    long[] dims = new long[added.length];
    int next = 0;
    for (int d = 0; d < dims.length; d++) {
      dims[d] = added[d] ? 1 : x.shape().dim(next++);
    }
    return reshape("Unsqueeze", x, Shape.of(dims));
  }

  static Value expand(Value x, long... dims) {
    return broadcastTo("Expand", x, Broadcast.of("Expand", "x", x.shape(), "shape", Shape.of(dims)));
  }

  /// x stretched to `to`, with stride 0 where it is stretched.
  static Value broadcastTo(String operator, Value x, Shape to) {
    if (x.shape().equals(to)) {
      return x;
    }
    int added = to.rank() - x.shape().rank();
    long[] strides = new long[to.rank()];
    for (int d = added; d < to.rank(); d++) {
      strides[d] = x.shape().dim(d - added) == 1 ? 0 : x.stride(d - added);
    }
    return x.view(operator, to, x.offset(), strides, (g, y) -> Broadcast.sumTo(operator + ".grad", g, x.shape()));
  }

  static Value slice(Value x, long[] starts, long[] ends, int[] axes, long[] steps) {
    int rank = x.shape().rank();
    if (starts.length != axes.length || ends.length != axes.length || steps.length != axes.length) {
      throw new InvalidAttributeException("Slice", "starts, ends, axes and steps", "of one length",
          starts.length + " " + ends.length + " " + axes.length + " " + steps.length);
    }
    mask("Slice", axes, rank);
    long[] dims = x.shape().dims();
    long[] strides = new long[rank];
    Arrays.setAll(strides, x::stride);
    long offset = x.offset();
    long[] firsts = new long[rank];
    long[] apart = new long[rank];
    Arrays.fill(apart, 1);
    List<Integer> turned = new ArrayList<>();
    for (int i = 0; i < axes.length; i++) {
      int axis = axis("Slice", axes[i], rank);
      Range range = Range.of(x.shape(), x.shape().dim(axis), starts[i], ends[i], steps[i]);
      dims[axis] = range.count();
      strides[axis] *= range.step();
      offset += range.start() * x.stride(axis);
      // Backwards is forwards from the last element, through a view that is turned round.
      firsts[axis] = range.lowest();
      apart[axis] = Math.abs(range.step());
      if (range.step() < 0) {
        turned.add(axis);
      }
    }
    return x.view("Slice", Shape.of(dims), offset, strides, (g, y) -> {
      Value forwards = g;
      for (int axis : turned) {
        forwards = reversed(forwards, axis);
      }
      return place("Slice.grad", forwards, 0f, x.shape(), firsts, apart);
    });
  }

  static Value slice(Value x, int axis, long start, long end, long step) {
    return slice(x, new long[] {start}, new long[] {end}, new int[] {axis}, new long[] {step});
  }

  /// `count` indices from `start`, `step` apart.
  private record Range(long start, long count, long step) {
    /// ONNX's reading of Slice's bounds for a dimension of `size`.
    static Range of(Shape shape, long size, long startGiven, long endGiven, long step) {
      if (step == 0) {
        throw new InvalidAttributeException("Slice", "step", "other than 0", step);
      }
      long start = startGiven < 0 ? startGiven + size : startGiven;
      long end = endGiven < 0 ? endGiven + size : endGiven;
      start = step > 0 ? Math.clamp(start, 0, size) : Math.clamp(start, 0, size - 1);
      end = step > 0 ? Math.clamp(end, 0, size) : Math.clamp(end, -1, size - 1);
      long count = step > 0 ? Math.ceilDiv(end - start, step) : Math.ceilDiv(start - end, -step);
      if (count < 1) {
        throw new InvalidAttributeException("Slice", "range", "one that holds an element of " + shape,
            startGiven + " to " + endGiven + " by " + step);
      }
      return new Range(start, count, step);
    }

    long lowest() {
      return step > 0 ? start : start + (count - 1) * step;
    }
  }

  static List<Value> split(Value x, int axisGiven, long... sizes) {
    int axis = axis("Split", axisGiven, x.shape().rank());
    long sum = 0;
    List<Value> parts = new ArrayList<>();
    for (long size : sizes) {
      if (size < 1 || size > x.shape().dim(axis) - sum) {
        throw badSizes(x, axis, sizes);
      }
      parts.add(slice(x, axis, sum, sum + size, 1));
      sum += size;
    }
    if (sum != x.shape().dim(axis)) {
      throw badSizes(x, axis, sizes);
    }
    return parts;
  }

  private static InvalidAttributeException badSizes(Value x, int axis, long... sizes) {
    return new InvalidAttributeException("Split", "sizes",
        "positive and " + x.shape().dim(axis) + " in sum, as dimension " + axis + " of " + x.shape(),
        Arrays.toString(sizes));
  }

  /// `parts` sizes, equal but for the last, which is what is left.
  static long[] evenSizes(Value x, int axisGiven, int parts) {
    long size = x.shape().dim(axis("Split", axisGiven, x.shape().rank()));
    long each = parts < 1 ? 0 : Math.ceilDiv(size, parts);
    if (each == 0 || each * (parts - 1) >= size) {
      throw new InvalidAttributeException("Split", "parts",
          "such that each of them gets an element of " + size, parts);
    }
    long[] sizes = new long[parts];
    Arrays.fill(sizes, each);
    sizes[parts - 1] = size - each * (parts - 1);
    return sizes;
  }

  static Value concat(int axis, List<Value> values) {
    if (values.isEmpty()) {
      throw new InvalidAttributeException("Concat", "values", "at least one", 0);
    }
    return concat("Concat", axis("Concat", axis, values.getFirst().shape().rank()), values);
  }

  /// Two values a node, so that a proof of one opens two tensors however many there are.
  private static Value concat(String label, int axis, List<Value> values) {
    int half = (values.size() + 1) / 2;
    return values.size() == 1 ? values.getFirst()
        : joined(label, axis, concat(label, axis, values.subList(0, half)),
            concat(label, axis, values.subList(half, values.size())));
  }

  private static Value joined(String label, int axis, Value a, Value b) {
    if (a.dtype() != b.dtype()) {
      throw new DTypeMismatchException(label, "each value", a.dtype() + " as the first is", b.dtype());
    }
    long[] dims = a.shape().dims();
    boolean fits = b.shape().rank() == dims.length;
    for (int d = 0; fits && d < dims.length; d++) {
      fits = d == axis || b.shape().dim(d) == dims[d];
    }
    if (!fits) {
      throw ShapeMismatchException.of(label, "dimensions other than " + axis + " differ", "a", a.shape(), "b",
          b.shape());
    }
    long first = dims[axis];
    dims[axis] += b.shape().dim(axis);
    NodeBuilder n = a.graph().node(label, a.dtype(), Shape.of(dims));
    n.derive(a, (g, y) -> slice(g, axis, 0, first, 1));
    n.derive(b, (g, y) -> slice(g, axis, first, dims[axis], 1));
    Affine[] index = new Affine[dims.length];
    Arrays.setAll(index, n::out);
    Scalar here = n.load(a, index);
    index[axis] = n.out(axis).plus(-first);
    Scalar there = n.load(b, index);
    return n.result(n.index(n.out(axis)).lessThan(n.constant(first)).choose(here, there));
  }

  static Value pad(Value x, PadMode mode, long... pads) {
    int rank = x.shape().rank();
    requirePads(x, pads);
    Value y = x;
    for (int d = 0; d < rank; d++) {
      y = padded(y, d, mode, pads[d], pads[rank + d]);
    }
    return y;
  }

  private static Value padded(Value x, int axis, PadMode mode, long before, long after) {
    long size = x.shape().dim(axis);
    if (Math.min(before, after) < 0 || Math.max(before, after) > mode.limit(size)) {
      throw new InvalidAttributeException("Pad", "pads",
          "0 to " + mode.limit(size) + " with mode " + mode + " along dimension " + axis + " of " + x.shape(),
          before + " and " + after);
    }
    List<Value> parts = new ArrayList<>();
    if (before > 0) {
      parts.add(switch (mode) {
        case EDGE -> repeated(slice(x, axis, 0, 1, 1), axis, before);
        case REFLECT -> slice(x, axis, before, 0, -1);
        case WRAP -> slice(x, axis, size - before, size, 1);
      });
    }
    parts.add(x);
    if (after > 0) {
      parts.add(switch (mode) {
        case EDGE -> repeated(slice(x, axis, size - 1, size, 1), axis, after);
        case REFLECT -> slice(x, axis, size - 2, size - 2 - after - size, -1);
        case WRAP -> slice(x, axis, 0, after, 1);
      });
    }
    return concat("Pad", axis, parts);
  }

  private static Value repeated(Value x, int axis, long times) {
    long[] dims = x.shape().dims();
    dims[axis] = times;
    return broadcastTo("Pad", x, Shape.of(dims));
  }

  private static Value reversed(Value x, int axis) {
    return slice(x, axis, -1, Long.MIN_VALUE / 2, -1);
  }

  static Value pad(Value x, float fill, long... pads) {
    requirePads(x, pads);
    requireFloat("Pad", "x", x);
    return pad("Pad", x, fill, pads);
  }

  private static void requirePads(Value x, long... pads) {
    if (pads.length != 2 * x.shape().rank()) {
      throw new InvalidAttributeException("Pad", "pads", 2 * x.shape().rank() + " numbers", Arrays.toString(pads));
    }
  }

  static Value pad(String label, Value x, float fill, long... pads) {
    int rank = x.shape().rank();
    long[] dims = new long[rank];
    long[] back = new long[2 * rank];
    for (int d = 0; d < rank; d++) {
      dims[d] = x.shape().dim(d) + pads[d] + pads[rank + d];
      back[d] = -pads[d];
      back[rank + d] = -pads[rank + d];
      if (dims[d] < 1) {
        throw new InvalidAttributeException(label, "pads", "such that an element is left of " + x.shape(),
            Arrays.toString(pads));
      }
    }
    long[] steps = new long[rank];
    Arrays.fill(steps, 1);
    Value y = place(label, x, fill, Shape.of(dims), Arrays.copyOf(pads, rank), steps);
    return y.derivedFrom(new Derivation(label, x, (g, r) -> pad(label + ".grad", g, 0f, back)));
  }

  /// y[i] = x[(i − start) / step] where the division leaves no rest and the quotient is inside x, else `fill`;
  /// dimension by dimension, f32.
  static Value place(String label, Value x, float fill, Shape to, long[] starts, long[] steps) {
    // Two dimensions a node keep a body short; whoever has more pays with nodes.
    int[] moved = IntStream.range(0, to.rank())
        .filter(d -> starts[d] != 0 || steps[d] != 1 || to.dim(d) != x.shape().dim(d)).toArray();
    Value y = x;
    for (int i = 0; i < moved.length; i += 2) {
      y = placeSome(label, y, fill, to, starts, steps, Arrays.copyOfRange(moved, i, Math.min(i + 2, moved.length)));
    }
    return y;
  }

  private static Value placeSome(
      String label, Value x, float fill, Shape to, long[] starts, long[] steps, int[] moved) {
    long[] dims = x.shape().dims();
    for (int d : moved) {
      dims[d] = to.dim(d);
    }
    NodeBuilder n = x.graph().node(label, DType.F32, Shape.of(dims));
    Affine[] affine = new Affine[dims.length];
    Index[] index = new Index[dims.length];
    for (int d = 0; d < dims.length; d++) {
      affine[d] = n.out(d);
      index[d] = n.out(d);
    }
    Optional<Scalar> inside = Optional.empty();
    boolean divides = false;
    for (int d : moved) {
      affine[d] = n.out(d).plus(-starts[d]);
      index[d] = affine[d];
      Scalar t = n.index(affine[d]);
      if (starts[d] > 0) {
        inside = and(inside, n.constant(0L).atMost(t));
      }
      long afterLast = (x.shape().dim(d) - 1) * steps[d] + 1;
      if (starts[d] + afterLast < dims[d]) {
        inside = and(inside, t.lessThan(n.constant(afterLast)));
      }
      if (steps[d] > 1) {
        Scalar step = n.constant(steps[d]);
        inside = and(inside, t.rem(step).equalTo(n.constant(0L)));
        index[d] = t.over(step);
        divides = true;
      }
    }
    Scalar element;
    if (divides) {
      element = n.gather(x, index);
    } else {
      element = n.load(x, affine);
    }
    return n.result(inside.isPresent() ? inside.get().choose(element, n.constant(fill)) : element);
  }

  private static Optional<Scalar> and(Optional<Scalar> a, Scalar b) {
    return Optional.of(a.map(c -> c.and(b)).orElse(b));
  }

  static void requireFloat(String operator, String operand, Value x) {
    if (x.dtype() != DType.F32) {
      throw new DTypeMismatchException(operator, operand, "F32", x.dtype());
    }
  }

  static void requireInteger(String operator, String operand, Value x) {
    if (!x.dtype().isInteger()) {
      throw new DTypeMismatchException(operator, operand, "I32 or U8", x.dtype());
    }
  }

  static void requireRank(String operator, String operand, Value x, int rank) {
    if (x.shape().rank() != rank) {
      throw ShapeMismatchException.of(operator, operand + " must have " + rank + " dimensions", operand, x.shape());
    }
  }
}
