package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Gather, ScatterElements, batches and one-hot rows.
final class Selection {
  private Selection() {}

  static Value gather(Value x, Value indices, int axisGiven) {
    Views.requireInteger("Gather", "indices", indices);
    int axis = Views.axis("Gather", axisGiven, x.shape().rank());
    int indexRank = indices.shape().rank();
    long[] dims = new long[x.shape().rank() - 1 + indexRank];
    for (int d = 0; d < dims.length; d++) {
      dims[d] = d < axis ? x.shape().dim(d)
          : d < axis + indexRank ? indices.shape().dim(d - axis) : x.shape().dim(d - indexRank + 1);
    }
    long size = x.shape().dim(axis);
    NodeBuilder n = x.graph().node("Gather", x.dtype(), Shape.of(dims));
    Affine[] at = new Affine[indexRank];
    Arrays.setAll(at, d -> n.out(axis + d));
    Scalar row = fromStart(n, n.load(indices, at), indices.dtype(), size);
    Index[] index = new Index[x.shape().rank()];
    Arrays.setAll(index, d -> d == axis ? row : n.out(d < axis ? d : d - 1 + indexRank));
    Scalar inside = n.constant(0L).atMost(row).and(row.lessThan(n.constant(size)));
    n.derive(x, (g, y) -> gatherGradient(g, x.shape(), indices, axis));
    return n.result(n.gatherWhere(inside, x, index));
  }

  private static Value gatherGradient(Value g, Shape shape, Value indices, int axis) {
    int indexRank = indices.shape().rank();
    NodeBuilder n = g.graph().node("Gather.grad", DType.F32, shape);
    if (indexRank > 0) {
      n.over(indices.shape().dims()).from(0f);
    }
    Affine[] at = new Affine[indexRank];
    Arrays.setAll(at, n::red);
    Scalar row = fromStart(n, n.load(indices, at), indices.dtype(), shape.dim(axis));
    Affine[] place = new Affine[g.shape().rank()];
    Arrays.setAll(place, d -> d < axis ? n.out(d) : d < axis + indexRank ? n.red(d - axis) : n.out(d - indexRank + 1));
    Scalar here = row.equalTo(n.index(n.out(axis)));
    Scalar share = here.choose(n.load(g, place), n.constant(0f));
    return n.result(indexRank > 0 ? n.acc().plus(share) : share);
  }

  static Value embedding(Value table, Value ids) {
    String label = "Embedding";
    Views.requireFloat(label, "table", table);
    Views.requireInteger(label, "ids", ids);
    Views.requireRank(label, "table", table, 2);
    int rank = ids.shape().rank();
    long[] dims = Arrays.copyOf(ids.shape().dims(), rank + 1);
    dims[rank] = table.shape().dim(1);
    NodeBuilder n = table.graph().node(label, DType.F32, Shape.of(dims));
    Affine[] at = new Affine[rank];
    Arrays.setAll(at, n::out);
    Scalar id = n.load(ids, at);
    Scalar known = n.constant(0L).atMost(id).and(id.lessThan(n.constant(table.shape().dim(0))));
    n.derive(table, (g, y) -> embeddingGradient(g, table.shape(), ids));
    return n.result(n.gatherWhere(known, table, id, n.out(rank)));
  }

  private static Value embeddingGradient(Value g, Shape table, Value ids) {
    int rank = ids.shape().rank();
    NodeBuilder n = g.graph().node("Embedding.grad", DType.F32, table);
    if (rank > 0) {
      n.over(ids.shape().dims()).from(0f);
    }
    Affine[] place = new Affine[rank + 1];
    Arrays.setAll(place, d -> d < rank ? n.red(d) : n.out(1));
    Scalar here = n.load(ids, Arrays.copyOf(place, rank)).equalTo(n.index(n.out(0)));
    Scalar share = here.choose(n.load(g, place), n.constant(0f));
    return n.result(rank > 0 ? n.acc().plus(share) : share);
  }

  static Value gatherElements(Value x, Value indices, int axisGiven) {
    String label = "GatherElements";
    int axis = requireElements(label, x, indices, axisGiven);
    NodeBuilder n = x.graph().node(label, x.dtype(), indices.shape());
    n.derive(x, (g, y) -> scatterElements("GatherElements.grad", null, x.shape(), indices, g, axis, true));
    return n.result(gatheredElement(n, x, n.load(indices), indices.dtype(), axis));
  }

  /// x at this output's place, but along `axis` at `index`; +0 or 0 where that is outside.
  private static Scalar gatheredElement(NodeBuilder n, Value x, Scalar index, DType dtype, int axis) {
    long size = x.shape().dim(axis);
    Scalar place = fromStart(n, index, dtype, size);
    Index[] at = new Index[x.shape().rank()];
    Arrays.setAll(at, d -> d == axis ? place : n.out(d));
    return n.gatherWhere(n.constant(0L).atMost(place).and(place.lessThan(n.constant(size))), x, at);
  }

  private static int requireElements(String label, Value x, Value indices, int axisGiven) {
    Views.requireInteger(label, "indices", indices);
    int axis = Views.axis(label, axisGiven, x.shape().rank());
    boolean fits = indices.shape().rank() == x.shape().rank();
    for (int d = 0; fits && d < x.shape().rank(); d++) {
      fits = d == axis || indices.shape().dim(d) <= x.shape().dim(d);
    }
    if (!fits) {
      throw ShapeMismatchException.of(label, "indices must lie within x but along axis " + axis, "x", x.shape(),
          "indices", indices.shape());
    }
    return axis;
  }

  static Value scatterElements(Value x, Value indices, Value updates, int axisGiven, boolean add) {
    String label = "ScatterElements";
    int axis = requireElements(label, x, indices, axisGiven);
    if (updates.dtype() != x.dtype()) {
      throw new DTypeMismatchException(label, "updates", x.dtype() + " as x is", updates.dtype());
    }
    if (!updates.shape().equals(indices.shape())) {
      throw ShapeMismatchException.of(label, "updates must have the indices' shape", "indices", indices.shape(),
          "updates", updates.shape());
    }
    Value y = scatterElements(label, x, x.shape(), indices, updates, axis, add);
    if (add) {
      return y.derivedFrom(new Derivation(label, x, (g, r) -> g),
          new Derivation(label, updates, (g, r) -> gatherElements(g, indices, axis)));
    }
    return y.derivedFrom(new Derivation(label, x, (g, r) -> kept(g, indices, axis)),
        new Derivation(label, updates, (g, r) -> lastUpdates(g, indices, axis)));
  }

  /// The fold over the updates along `axis`, in order: acc, or acc + update, from x (step 0) or from +0 (without x). x
  /// and the updates are read only where they count, so that a proof opens the indices and one of them.
  private static Value scatterElements(
      String label, @Nullable Value x, Shape shape, Value indices, Value updates, int axis, boolean add) {
    Shape flat = around(shape, axis);
    Shape flatIndices = around(indices.shape(), axis);
    if (shape.rank() > 3 && flat.dim(0) == flatIndices.dim(0) && flat.dim(2) == flatIndices.dim(2)) {
      // Fewer dimensions, a shorter body.
      return Views.reshape(label, scatterElements(label, x == null ? null : Views.reshape(label, x, flat), flat,
          Views.reshape(label, indices, flatIndices), Views.reshape(label, updates, flatIndices), 1, add), shape);
    }
    int first = x == null ? 0 : 1;
    NodeBuilder n = updates.graph().node(label, updates.dtype(), shape).over(indices.shape().dim(axis) + first)
        .from(0);
    Affine step = n.red(0).plus(-first);
    Scalar here = isHere(n, shape, indices, axis, step);
    if (x == null) {
      return n.result(updated(n, here, updates, axis, step, add));
    }
    Scalar isFirst = n.index(n.red(0)).equalTo(n.constant(0L));
    here = here.and(isFirst.equalTo(n.constant(0L)));
    Affine[] place = new Affine[shape.rank()];
    Arrays.setAll(place, n::out);
    return n.result(isFirst.choose(n.gatherWhere(isFirst, x, place), updated(n, here, updates, axis, step, add)));
  }

  /// The dimensions before, at and after `axis`.
  private static Shape around(Shape shape, int axis) {
    long before = 1;
    for (int d = 0; d < axis; d++) {
      before *= shape.dim(d);
    }
    return Shape.of(before, shape.dim(axis), shape.numel() / before / shape.dim(axis));
  }

  private static Scalar updated(NodeBuilder n, Scalar here, Value updates, int axis, Affine step, boolean add) {
    Scalar update = n.gatherWhere(here, updates, alongFold(n, updates.shape(), axis, step));
    return here.choose(add ? n.acc().plus(update) : update, n.acc());
  }

  /// Whether the index at `step` along `axis` names this output's place.
  private static Scalar isHere(NodeBuilder n, Shape shape, Value indices, int axis, Affine step) {
    Scalar index = n.load(indices, alongFold(n, indices.shape(), axis, step));
    Scalar here = fromStart(n, index, indices.dtype(), shape.dim(axis)).equalTo(n.index(n.out(axis)));
    for (int d = 0; d < shape.rank(); d++) {
      if (d != axis && indices.shape().dim(d) < shape.dim(d)) {
        here = here.and(n.index(n.out(d)).lessThan(n.constant(indices.shape().dim(d))));
      }
    }
    return here;
  }

  private static Affine[] alongFold(NodeBuilder n, Shape indices, int axis, Affine step) {
    Affine[] place = new Affine[indices.rank()];
    Arrays.setAll(place, d -> d == axis ? step : n.out(d));
    return place;
  }

  /// g where no update came, else +0.
  private static Value kept(Value g, Value indices, int axis) {
    NodeBuilder n = g.graph().node("ScatterElements.gradX", DType.F32, g.shape());
    Scalar untouched = n.load(lastIndex(g, indices, axis)).lessThan(n.constant(0L));
    return n.result(untouched.choose(n.load(g), n.constant(0f)));
  }

  /// g at the places of the updates that lasted, +0 for the others.
  private static Value lastUpdates(Value g, Value indices, int axis) {
    Value last = lastIndex(g, indices, axis);
    NodeBuilder n = g.graph().node("ScatterElements.gradUpdates", DType.F32, indices.shape());
    Scalar index = n.load(indices);
    Scalar lasted = gatheredElement(n, last, index, indices.dtype(), axis).equalTo(n.index(n.out(axis)));
    Scalar share = gatheredElement(n, g, index, indices.dtype(), axis);
    return n.result(lasted.choose(share, n.constant(0f)));
  }

  /// Which of the updates along `axis` came last to each element; −1 where none did.
  private static Value lastIndex(Value g, Value indices, int axis) {
    NodeBuilder n = g.graph().node("ScatterElements.last", DType.I32, g.shape()).over(indices.shape().dim(axis))
        .from(-1);
    return n.result(isHere(n, g.shape(), indices, axis, n.red(0)).choose(n.index(n.red(0)), n.acc()));
  }

  /// The index counted from the start; a u8 is never negative.
  private static Scalar fromStart(NodeBuilder n, Scalar index, DType dtype, long size) {
    return dtype == DType.U8
        ? index : index.plus(index.lessThan(n.constant(0L)).choose(n.constant(size), n.constant(0L)));
  }

  static Value batch(Value dataSet, int size) {
    if (size < 1) {
      throw new InvalidAttributeException("Batch", "size", "at least 1", size);
    }
    if (dataSet.shape().rank() < 1) {
      throw ShapeMismatchException.of("Batch", "a data set has a dimension of rows", "data", dataSet.shape());
    }
    long[] dims = dataSet.shape().dims();
    long rows = dims[0];
    dims[0] = size;
    NodeBuilder n = dataSet.graph().node("Batch", dataSet.dtype(), Shape.of(dims));
    Scalar row = n.step().times(n.constant((long) size)).plus(n.index(n.out(0))).rem(n.constant(rows));
    Index[] index = new Index[dims.length];
    Arrays.setAll(index, d -> d == 0 ? row : n.out(d));
    return n.result(n.gather(dataSet, index));
  }

  static Value oneHot(Value indices, int depth, float on, float off) {
    Views.requireInteger("OneHot", "indices", indices);
    if (depth < 1) {
      throw new InvalidAttributeException("OneHot", "depth", "at least 1", depth);
    }
    int rank = indices.shape().rank();
    long[] dims = Arrays.copyOf(indices.shape().dims(), rank + 1);
    dims[rank] = depth;
    NodeBuilder n = indices.graph().node("OneHot", DType.F32, Shape.of(dims));
    Affine[] at = new Affine[rank];
    Arrays.setAll(at, n::out);
    Scalar place = fromStart(n, n.load(indices, at), indices.dtype(), depth);
    return n.result(place.equalTo(n.index(n.out(rank))).choose(n.constant(on), n.constant(off)));
  }
}
