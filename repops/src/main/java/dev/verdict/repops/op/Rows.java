package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.Arrays;

/// Sums of products along rows: the last axis.
final class Rows {
  private Rows() {}

  /// Σₖ a[…,k]·b[…,k], the last axis kept as 1: a fold of fma from +0, k ascending, where there are at most 1,024
  /// products; else such folds over blocks of 1,024 consecutive ones, and then a plain sum of them (SPEC §2.4). Both of
  /// one shape.
  static Value dot(String label, Value a, Value b) {
    long[] dims = a.shape().dims();
    int last = dims.length - 1;
    Value sum = dims[last] <= Reductions.BLOCK ? oneChain(label, a, b, last)
        : Reductions.sum(label, blocks(label, a, b, last), false, last);
    dims[last] = 1;
    return Views.reshape(label, sum, Shape.of(dims));
  }

  private static Value oneChain(String label, Value a, Value b, int last) {
    NodeBuilder n = a.graph().node(label, DType.F32, Shape.of(Arrays.copyOf(a.shape().dims(), last)))
        .over(a.shape().dim(last)).from(0f);
    Affine[] index = index(n, last, n.red(0));
    return n.result(n.load(a, index).timesPlus(n.load(b, index), n.acc()));
  }

  private static Value blocks(String label, Value a, Value b, int last) {
    long length = a.shape().dim(last);
    long[] dims = a.shape().dims();
    dims[last] = Math.ceilDiv(length, Reductions.BLOCK);
    NodeBuilder n = a.graph().node(label, DType.F32, Shape.of(dims)).over(Reductions.BLOCK).from(0f);
    Affine at = n.out(last).times(Reductions.BLOCK).plus(n.red(0));
    Affine[] index = index(n, last, at);
    Scalar next = n.load(a, index).timesPlus(n.load(b, index), n.acc());
    return n.result(length % Reductions.BLOCK == 0 ? next
        : n.index(at).lessThan(n.constant(length)).choose(next, n.acc()));
  }

  private static Affine[] index(NodeBuilder n, int last, Affine along) {
    Affine[] index = new Affine[last + 1];
    Arrays.setAll(index, d -> d == last ? along : n.out(d));
    return index;
  }
}
