package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.Arrays;

/// Gather, batches and one-hot rows.
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
