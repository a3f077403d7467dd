package dev.verdict.repops.conformance;

import static dev.verdict.repops.conformance.Operand.floats;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.List;

/// Elements chosen by index.
final class SelectionCases {
  private SelectionCases() {}

  static List<OperatorCase> all() {
    return List.of(
        OperatorCase.of("Gather").onnx("Gather", 13).formula("x's slices at the indices; +0 where one is outside")
            .gradient("a fold of + from +0 over the indices of (here ? g : +0)")
            .takes(floats(3, 5, 7), Operand.ints(Shape.of(2, 3), 0, -1, 4, 4, 9, -5))
            .computes((g, x) -> g.gather(x.get(0), x.get(1), 1)),
        OperatorCase.of("Batch").formula("rows (STEP · size + i) mod N of a data set").steps(3)
            .takes(floats(7, 5).held()).computes((g, x) -> g.batch(x.get(0), 3)),
        OperatorCase.of("OneHot").onnx("OneHot", 11).formula("on at the index, off elsewhere, along a new last axis")
            .takes(Operand.indices(DType.U8, 9, 3, 5)).computes((g, x) -> g.oneHot(x.get(0), 7, 1f, -0.5f)));
  }
}
