package dev.verdict.repops.op;

import dev.verdict.repops.Shape;
import java.util.ArrayList;
import java.util.List;

/// ONNX's multidirectional broadcasting, and its gradient.
final class Broadcast {
  private Broadcast() {}

  /// The shape that both stretch to.
  static Shape of(String operator, String nameA, Shape a, String nameB, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] dims = new long[rank];
    for (int d = 0; d < rank; d++) {
      long x = dimFromEnd(a, rank - d);
      long y = dimFromEnd(b, rank - d);
      if (x != y && x != 1 && y != 1) {
        throw ShapeMismatchException.of(operator, "shapes don't broadcast", nameA, a, nameB, b);
      }
      dims[d] = Math.max(x, y);
    }
    return Shape.of(dims);
  }

  private static long dimFromEnd(Shape s, int fromEnd) {
    return fromEnd > s.rank() ? 1 : s.dim(s.rank() - fromEnd);
  }

  /// The sum of `g` over the axes along which `to` was stretched: each run of neighbouring such axes is one plain sum,
  /// the innermost run first.
  static Value sumTo(String label, Value g, Shape to) {
    int added = g.shape().rank() - to.rank();
    Value sum = g;
    List<Integer> run = new ArrayList<>();
    for (int d = g.shape().rank() - 1; d >= -1; d--) {
      boolean stretched = d >= 0 && g.shape().dim(d) > 1 && (d < added || to.dim(d - added) == 1);
      if (stretched) {
        run.add(d);
      } else if (!run.isEmpty()) {
        sum = Reductions.sum(label, sum, true, run.stream().mapToInt(Integer::intValue).toArray());
        run.clear();
      }
    }
    return Views.reshape(label, sum, to);
  }
}
