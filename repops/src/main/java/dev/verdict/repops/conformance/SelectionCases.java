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
        OperatorCase.of("Embedding").onnx("Gather", 13).formula("rows of a table; +0 where an id is outside")
            .gradient("row v: a fold of + from +0 over the ids of (id = v ? g : +0)")
            .takes(floats(5, 7), Operand.ints(Shape.of(2, 4), 0, 4, 2, 2, -1, 5, 0, 2))
            .computes((g, x) -> g.embedding(x.get(0), x.get(1))),
        OperatorCase.of("GatherElements").onnx("GatherElements", 13)
            .formula("x[…, indices[…, i, …], …] along an axis; +0 outside")
            .gradient("a fold of + from +0 along the axis of (here ? g : +0)")
            .takes(floats(3, 5, 4), Operand.ints(Shape.of(2, 3, 2), 0, -1, 4, 4, 9, -5, 1, 1, 1, -6, 3, 2))
            .computes((g, x) -> g.gatherElements(x.get(0), x.get(1), 1)),
        OperatorCase.of("ScatterElements").onnx("ScatterElements", 18)
            .formula("x with the updates in their places, the last of several")
            .gradient("of x g where none came; of an update g where it lasted")
            .takes(floats(3, 5), floats(2, 6), Operand.ints(Shape.of(2, 6), 0, -1, 0, 7, 3, 3, 1, -5, -6, 4, 1, 2))
            .computes((g, x) -> g.scatterElements(x.get(0), x.get(2), x.get(1), 1)),
        OperatorCase.of("ScatterElements, add").onnx("ScatterElements", 18)
            .formula("x + update + update …, in order").gradient("g, and GatherElements of g")
            .takes(floats(3, 5), floats(2, 6), Operand.ints(Shape.of(2, 6), 0, -1, 0, 7, 3, 3, 1, -5, -6, 4, 1, 2))
            .computes((g, x) -> g.scatterElementsAdd(x.get(0), x.get(2), x.get(1), 1)),
        OperatorCase.of("Batch").formula("rows (STEP · size + i) mod N of a data set").steps(3)
            .takes(floats(7, 5).held()).computes((g, x) -> g.batch(x.get(0), 3)),
        OperatorCase.of("OneHot").onnx("OneHot", 11).formula("on at the index, off elsewhere, along a new last axis")
            .takes(Operand.indices(DType.U8, 9, 3, 5)).computes((g, x) -> g.oneHot(x.get(0), 7, 1f, -0.5f)));
  }
}
