package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/// Products of matrices. Operands that are transposed, sliced or broadcast are read through their strides, so that a
/// product is one node whatever its operands' layout.
final class MatrixProduct {
  private MatrixProduct() {}

  static Value matMul(String label, Value a, Value b) {
    Views.requireFloat(label, "a", a);
    Views.requireFloat(label, "b", b);
    Shape shapeA = a.shape();
    Shape shapeB = b.shape();
    if (shapeA.rank() == 0 || shapeB.rank() == 0) {
      throw ShapeMismatchException.of(label, "a scalar isn't a matrix; use mul", "a", shapeA, "b", shapeB);
    }
    if (shapeA.dim(-1) != shapeB.dim(shapeB.rank() == 1 ? 0 : -2)) {
      throw ShapeMismatchException.of(label, "inner dimensions differ", "a", shapeA, "b", shapeB);
    }
    Value left = shapeA.rank() == 1 ? Views.reshape(label, a, Shape.of(1, shapeA.dim(0))) : a;
    Value right = shapeB.rank() == 1 ? Views.reshape(label, b, Shape.of(shapeB.dim(0), 1)) : b;
    Value y = batched(label, left, right);
    return Views.reshape(label, y, withoutAdded(y.shape(), shapeA.rank() == 1, shapeB.rank() == 1));
  }

  /// The result's shape without the dimension of 1 that a vector was given.
  private static Shape withoutAdded(Shape product, boolean row, boolean column) {
    int rank = product.rank();
    return Shape.of(IntStream.range(0, rank).filter(d -> !(row && d == rank - 2 || column && d == rank - 1))
        .mapToLong(product::dim).toArray());
  }

  private static Value batched(String label, Value a, Value b) {
    Shape batch;
    try {
      batch = Broadcast.of(label, "a", batch(a), "b", batch(b));
    } catch (ShapeMismatchException e) {
      throw ShapeMismatchException.of(label, "leading dimensions don't broadcast", "a", a.shape(), "b", b.shape());
    }
    long rows = a.shape().dim(-2);
    long columns = b.shape().dim(-1);
    return product(label, a, b, matrices(batch, rows, columns)).derivedFrom(
        new Derivation(label, a, (g, y) -> product(label + ".gradA", g, transposed(b), a.shape())),
        new Derivation(label, b, (g, y) -> product(label + ".gradB", transposed(a), g, b.shape())));
  }

  /// y[z,i,j] = Σ over the leading dimensions that y lacks or has as 1, row-major, then over k, of a[z,i,k] · b[z,k,j]:
  /// one fold of fma from +0. Leading dimensions of a and b broadcast.
  private static Value product(String label, Value a, Value b, Shape out) {
    Shape batch = Broadcast.of(label, "a", batch(a), "b", batch(b));
    int added = batch.rank() - (out.rank() - 2);
    int[] summed = IntStream.range(0, batch.rank())
        .filter(d -> batch.dim(d) > 1 && (d < added || out.dim(d - added) == 1)).toArray();
    NodeBuilder n = a.graph().node(label, DType.F32, out)
        .over(LongStream.concat(Arrays.stream(summed).mapToLong(batch::dim), LongStream.of(a.shape().dim(-1)))
            .toArray())
        .from(0f);
    Affine[] place = new Affine[batch.rank()];
    for (int d = 0; d < place.length; d++) {
      int fold = Arrays.binarySearch(summed, d);
      place[d] = fold >= 0 ? n.red(fold) : d >= added ? n.out(d - added) : n.zero();
    }
    Affine inner = n.red(summed.length);
    Scalar x = n.load(a, matrix(n, a, place, n.out(out.rank() - 2), inner));
    Scalar y = n.load(b, matrix(n, b, place, inner, n.out(out.rank() - 1)));
    return n.result(x.timesPlus(y, n.acc()));
  }

  /// The index of an element of `v`'s matrix at the leading indices `place`.
  private static Affine[] matrix(NodeBuilder n, Value v, Affine[] place, Affine row, Affine column) {
    int leading = v.shape().rank() - 2;
    Affine[] index = new Affine[leading + 2];
    for (int d = 0; d < leading; d++) {
      index[d] = v.shape().dim(d) == 1 ? n.zero() : place[d + place.length - leading];
    }
    index[leading] = row;
    index[leading + 1] = column;
    return index;
  }

  /// The leading dimensions.
  private static Shape batch(Value v) {
    return Shape.of(Arrays.copyOf(v.shape().dims(), v.shape().rank() - 2));
  }

  private static Shape matrices(Shape batch, long rows, long columns) {
    long[] dims = Arrays.copyOf(batch.dims(), batch.rank() + 2);
    dims[batch.rank()] = rows;
    dims[batch.rank() + 1] = columns;
    return Shape.of(dims);
  }

  /// With the last two dimensions exchanged.
  private static Value transposed(Value x) {
    int[] perm = IntStream.range(0, x.shape().rank()).toArray();
    perm[perm.length - 2] = perm.length - 1;
    perm[perm.length - 1] = perm.length - 2;
    return Views.transpose("Transpose", x, perm);
  }

  static Value gemm(
      Value a, Value b, @Nullable Value c, float alpha, float beta, boolean transA, boolean transB) {
    Views.requireRank("Gemm", "a", a, 2);
    Views.requireRank("Gemm", "b", b, 2);
    Value product = matMul("Gemm", transA ? transposed(a) : a, transB ? transposed(b) : b);
    if (c == null) {
      return alpha == 1 ? product : scaled(product, alpha);
    }
    if (!Broadcast.of("Gemm", "product", product.shape(), "c", c.shape()).equals(product.shape())) {
      throw ShapeMismatchException.of("Gemm", "c doesn't broadcast to the product", "product", product.shape(), "c",
          c.shape());
    }
    return alpha == 1 && beta == 1 ? plusBias("Gemm", product, c, c) : plusScaled(product, c, alpha, beta);
  }

  private static Value scaled(Value product, float alpha) {
    NodeBuilder n = product.graph().node("Gemm.scale", DType.F32, product.shape());
    n.derive(product, (g, y) -> Elementwise.scaled("Gemm.gradProduct", g, alpha));
    return n.result(n.load(product).times(n.constant(alpha)));
  }

  private static Value plusScaled(Value product, Value c, float alpha, float beta) {
    Views.requireFloat("Gemm", "c", c);
    NodeBuilder n = product.graph().node("Gemm.bias", DType.F32, product.shape());
    n.derive(product, (g, y) -> Elementwise.scaled("Gemm.gradProduct", g, alpha));
    n.derive(c, (g, y) -> Elementwise.scaled("Gemm.gradC", Broadcast.sumTo("Gemm.gradC", g, c.shape()), beta));
    return n.result(n.load(product).times(n.constant(alpha)).plus(n.load(c).times(n.constant(beta))));
  }

  /// product + bias, the bias being a view of `c`.
  static Value plusBias(String operator, Value product, Value c, Value bias) {
    Views.requireFloat(operator, "bias", c);
    NodeBuilder n = product.graph().node(operator + ".bias", DType.F32, product.shape());
    n.derive(product, (g, y) -> g);
    n.derive(bias, (g, y) -> Broadcast.sumTo(operator + ".gradC", g, bias.shape()));
    return n.result(n.load(product).plus(n.load(bias)));
  }
}
