package dev.verdict.repops.conformance;

import static dev.verdict.repops.conformance.Operand.floats;

import java.util.List;

/// Folds over axes, and what is built on them.
final class ReductionCases {
  private static final String SUM = "a sum from +0 in the order of SPEC §2.4, row-major";

  private ReductionCases() {}

  static List<OperatorCase> all() {
    return List.of(
        OperatorCase.of("ReduceSum").onnx("ReduceSum", 13).formula(SUM).gradient("g expanded")
            .takes(floats(3, 5, 7)).computes((g, x) -> g.reduceSum(x.get(0), false, 0, 2)),
        OperatorCase.of("ReduceSum, long").onnx("ReduceSum", 13).formula(SUM).gradient("g expanded")
            .takes(floats(3, 2500)).computes((g, x) -> g.reduceSum(x.get(0), true, 1)),
        OperatorCase.of("ReduceMean").onnx("ReduceMean", 18).formula("ReduceSum / K").gradient("g / K expanded")
            .takes(floats(3, 5, 7)).computes((g, x) -> g.reduceMean(x.get(0), false, 1)),
        OperatorCase.of("ReduceMax").onnx("ReduceMax", 20).formula("a fold of max from −∞, row-major")
            .gradient("g to the first largest").takes(floats(3, 5, 7))
            .computes((g, x) -> g.reduceMax(x.get(0), false, 0, 2)),
        OperatorCase.of("ArgMax").onnx("ArgMax", 13).formula("the first index of the largest (i32)")
            .takes(floats(3, 5, 7)).computes((g, x) -> g.argMax(x.get(0), 1, true)),
        OperatorCase.of("ReduceMin").onnx("ReduceMin", 20).formula("a fold of min from +∞, row-major")
            .gradient("g to the first smallest").takes(floats(3, 5, 7))
            .computes((g, x) -> g.reduceMin(x.get(0), true, 1)),
        OperatorCase.of("ArgMin").onnx("ArgMin", 13).formula("the first index of the smallest (i32)")
            .takes(floats(3, 5, 7)).computes((g, x) -> g.argMin(x.get(0), 0, false)),
        OperatorCase.of("CumSum").onnx("CumSum", 14).formula("y[i] = Σ x[k] over k ≤ i, one chain of + from +0")
            .gradient("CumSum of g, reversed").takes(floats(3, 67))
            .computes((g, x) -> g.cumSum(x.get(0), 1, false, false)),
        OperatorCase.of("CumSum, exclusive and reversed").onnx("CumSum", 14)
            .formula("y[i] = Σ x[k] over k > i, one chain of + from +0, k descending")
            .gradient("CumSum of g, exclusive").takes(floats(3, 5, 7)).computes((g, x) -> g.cumSum(x.get(0), 1, true, true)),
        OperatorCase.of("Softmax").onnx("Softmax", 13).formula("m = max x, e = expMinus(x − m), y = e · (1 / Σ e)")
            .gradient("y · (g − d), d = Σ g·y a fold of fma").takes(floats(3, 5, 7).between(-9f, 9f))
            .computes((g, x) -> g.softmax(x.get(0), 1)),
        OperatorCase.of("Softmax, last axis").onnx("Softmax", 13)
            .formula("m = max x, e = expMinus(x − m), y = e · (1 / Σ e)")
            .gradient("y · (g − d), d = Σ g·y a fold of fma").takes(floats(5, 37).between(-9f, 9f))
            .computes((g, x) -> g.softmax(x.get(0), -1)),
        OperatorCase.of("Softmax, long rows").onnx("Softmax", 13)
            .formula("m = max x, e = expMinus(x − m), y = e · (1 / Σ e)")
            .gradient("y · (g − Σ g·y)").takes(floats(3, 211)).computes((g, x) -> g.softmax(x.getFirst(), -1)),
        OperatorCase.of("LogSoftmax").onnx("LogSoftmax", 13).formula("(x − m) − log Σ expMinus(x − m), m = max x")
            .gradient("g − expMinus(y) · Σ g").takes(floats(5, 37).between(-9f, 9f))
            .computes((g, x) -> g.logSoftmax(x.get(0), -1)));
  }
}
