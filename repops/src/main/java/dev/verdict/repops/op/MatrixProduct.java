package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import org.jspecify.annotations.Nullable;

/// Products of matrices.
final class MatrixProduct {
  private MatrixProduct() {}

  static Value matMul(String label, Value a, Value b) {
    Views.requireFloat(label, "a", a);
    Views.requireFloat(label, "b", b);
    Views.requireRank(label, "a", a, 2);
    Views.requireRank(label, "b", b, 2);
    if (a.shape().dim(1) != b.shape().dim(0)) {
      throw ShapeMismatchException.of(label, "inner dimensions differ", "a", a.shape(), "b", b.shape());
    }
    return product(label, a, b).derivedFrom(
        new Derivation(label, a, (g, y) -> product(label + ".gradA", g, transposed(b))),
        new Derivation(label, b, (g, y) -> product(label + ".gradB", transposed(a), g)));
  }

  private static Value product(String label, Value a, Value b) {
    NodeBuilder n = a.graph().node(label, DType.F32, Shape.of(a.shape().dim(0), b.shape().dim(1)))
        .over(a.shape().dim(1)).from(0f);
    Scalar x = n.load(a, n.out(0), n.red(0));
    Scalar y = n.load(b, n.red(0), n.out(1));
    return n.result(x.timesPlus(y, n.acc()));
  }

  private static Value transposed(Value x) {
    return Views.transpose("Transpose", x, 1, 0);
  }

  static Value gemm(Value a, Value b, @Nullable Value c, boolean transA, boolean transB) {
    Views.requireRank("Gemm", "a", a, 2);
    Views.requireRank("Gemm", "b", b, 2);
    Value product = matMul("Gemm", transA ? transposed(a) : a, transB ? transposed(b) : b);
    if (c == null) {
      return product;
    }
    if (!Broadcast.of("Gemm", "product", product.shape(), "c", c.shape()).equals(product.shape())) {
      throw ShapeMismatchException.of("Gemm", "c doesn't broadcast to the product", "product", product.shape(), "c",
          c.shape());
    }
    return plusBias("Gemm", product, c, c);
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
