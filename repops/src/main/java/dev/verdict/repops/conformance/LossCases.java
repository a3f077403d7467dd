package dev.verdict.repops.conformance;

import static dev.verdict.repops.conformance.Operand.floats;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.op.LossReduction;
import java.util.List;
import java.util.OptionalLong;

/// What is minimised, and how well it was done.
final class LossCases {
  private LossCases() {}

  static List<OperatorCase> all() {
    return List.of(
        OperatorCase.of("SoftmaxCrossEntropyLoss").onnx("SoftmaxCrossEntropyLoss", 13)
            .formula("mean of log Σ expMinus(x − m) − (x[label] − m)").gradient("(e · (1 / s) − [label = c]) · (g / B)")
            .takes(floats(7, 10).between(-9f, 9f), Operand.indices(DType.U8, 10, 7))
            .computes((g, x) -> g.softmaxCrossEntropyLoss(x.get(0), x.get(1))),
        OperatorCase.of("SoftmaxCrossEntropyLoss, weighted, ignoring").onnx("SoftmaxCrossEntropyLoss", 13)
            .formula("Σ w · (log Σ expMinus(x − m) − (x[label] − m)) / Σ w")
            .gradient("(e · (1 / s) − [label = c]) · (w · (g / Σ w))")
            .takes(floats(3, 10, 5).between(-9f, 9f), Operand.indices(DType.U8, 10, 3, 5),
                floats(10).between(0.5f, 2f).held())
            .computes((g, x) -> g.softmaxCrossEntropyLoss(x.get(0), x.get(1), x.get(2), OptionalLong.of(2),
                LossReduction.MEAN)),
        OperatorCase.of("SoftmaxCrossEntropyLoss, without reduction").onnx("SoftmaxCrossEntropyLoss", 13)
            .formula("log Σ expMinus(x − m) − (x[label] − m)").gradient("(e · (1 / s) − [label = c]) · g")
            .takes(floats(7, 10).between(-9f, 9f), Operand.indices(DType.U8, 10, 7))
            .computes((g, x) -> g.softmaxCrossEntropyLoss(x.get(0), x.get(1), null, OptionalLong.empty(),
                LossReduction.NONE)),
        OperatorCase.of("MeanSquaredError").formula("the mean of (p − t)²")
            .gradient("(p − t) · (g · (2 / K)), and its negative")
            .takes(floats(5, 7), floats(5, 7)).computes((g, x) -> g.meanSquaredError(x.get(0), x.get(1))),
        OperatorCase.of("CorrectCount").formula("rows whose ArgMax is the label (i32)")
            .takes(floats(5, 3), Operand.ints(Shape.of(5), 0, 1, 2, 0, 1))
            .computes((g, x) -> g.correctCount(x.get(0), x.get(1))));
  }
}
