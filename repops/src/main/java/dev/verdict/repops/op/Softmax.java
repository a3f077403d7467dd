package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;

/// Softmax and LogSoftmax.
final class Softmax {
  private Softmax() {}

  /// @param max m = max x along the axis, kept as 1
  /// @param exp e = expMinus(x − m), e^(x − m) by [dev.verdict.repops.ir.ExpMinus]
  /// @param sum s = Σ e, kept as 1
  record Parts(Value max, Value exp, Value sum) {
    static Parts of(String label, Value x, int axis) {
      Value max = Reductions.max(label + ".max", x, true, axis);
      Value exp = Elementwise.map(label + ".exp", x, max, (v, m) -> v.minus(m).expMinus());
      return new Parts(max, exp, Reductions.sum(label + ".expSum", exp, true, axis));
    }
  }

  static Value softmax(Value x, int axisGiven) {
    Views.requireFloat("Softmax", "x", x);
    int axis = Views.axis("Softmax", axisGiven, x.shape().rank());
    Parts parts = Parts.of("Softmax", x, axis);
    Value y = Elementwise.map("Softmax", parts.exp(), parts.sum(), Softmax::share);
    return y.derivedFrom(new Derivation("Softmax", x, (g, r) -> gradient(g, r, axis)));
  }

  /// e · (1/s): a division for all of a row's.
  static Scalar share(Scalar e, Scalar s) {
    return e.times(s.node().constant(1f).over(s));
  }

  private static Value gradient(Value g, Value y, int axis) {
    Value dot = dot("Softmax.dot", g, y, axis);
    NodeBuilder n = g.graph().node("Softmax.grad", DType.F32, y.shape());
    return n.result(n.load(y).times(n.load(g).minus(n.load(dot))));
  }

  /// Σ a·b along `axis`, kept as 1: a fold of fma from +0, or along the last axis several (see [Rows]).
  private static Value dot(String label, Value a, Value b, int axis) {
    long[] dims = a.shape().dims();
    if (axis == dims.length - 1) {
      return Rows.dot(label, a, b);
    }
    dims[axis] = 1;
    NodeBuilder n = a.graph().node(label, DType.F32, Shape.of(dims)).over(a.shape().dim(axis))
        .from(0f);
    Affine[] index = new Affine[dims.length];
    for (int d = 0; d < dims.length; d++) {
      index[d] = d == axis ? n.red(0) : n.out(d);
    }
    return n.result(n.load(a, index).timesPlus(n.load(b, index), n.acc()));
  }

  static Value logSoftmax(Value x, int axisGiven) {
    Views.requireFloat("LogSoftmax", "x", x);
    int axis = Views.axis("LogSoftmax", axisGiven, x.shape().rank());
    Parts parts = Parts.of("LogSoftmax", x, axis);
    NodeBuilder n = x.graph().node("LogSoftmax", DType.F32, x.shape());
    Value y = n.result(n.load(x).minus(n.load(parts.max())).minus(n.load(parts.sum()).log()));
    return y.derivedFrom(new Derivation("LogSoftmax", x, (g, r) -> {
      Value sum = Reductions.sum("LogSoftmax.gradSum", g, true, axis);
      NodeBuilder back = g.graph().node("LogSoftmax.grad", DType.F32, r.shape());
      return back.result(back.load(g).minus(back.load(r).expMinus().times(back.load(sum))));
    }));
  }
}
