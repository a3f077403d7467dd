package dev.verdict.repops.conformance;

import static dev.verdict.repops.conformance.Operand.floats;

import dev.verdict.repops.op.BatchNormalization;
import dev.verdict.repops.op.Dropout;
import java.util.List;

/// Rows, groups, channels and batches brought to mean 0 and mean square 1; elements left out by chance.
final class NormalizationCases {
  private static final float EPSILON = 1e-5f;
  private static final String LAYER = "fma((x − mean) · inv, scale, bias), inv = 1 / √(Σ (x − mean)² / n + ε)";
  private static final String LAYER_GRADIENT =
      "((h − (Σ h) / n) − x̂·((Σ h·x̂) / n)) · inv with h = g · scale; Σ g · x̂; Σ g";

  private NormalizationCases() {}

  static List<OperatorCase> all() {
    return List.of(
        OperatorCase.of("LayerNormalization").onnx("LayerNormalization", 17).formula(LAYER).gradient(LAYER_GRADIENT)
            .takes(floats(5, 37), floats(37), floats(37))
            .computes((g, x) -> g.layerNormalization(x.get(0), x.get(1), x.get(2), -1, EPSILON)),
        OperatorCase.of("LayerNormalization, long rows").onnx("LayerNormalization", 17)
            .formula(LAYER + ", sums in strands of 32").gradient(LAYER_GRADIENT)
            .takes(floats(3, 2, 515), floats(2, 515))
            .computes((g, x) -> g.layerNormalization(x.get(0), x.get(1), null, 1, EPSILON)),
        OperatorCase.of("RMSNormalization").onnx("RMSNormalization", 23)
            .formula("(x · inv) · scale, inv = 1 / √(Σ x² / n + ε)")
            .gradient("(h − x̂ · ((Σ h·x̂) / n)) · inv with h = g · scale; Σ g · x̂")
            .takes(floats(1030, 9), floats(9)).computes((g, x) -> g.rmsNormalization(x.get(0), x.get(1), -1, EPSILON)),
        OperatorCase.of("GroupNormalization").onnx("GroupNormalization", 21)
            .formula("LayerNormalization over a group's channels, scaled by channel").gradient(LAYER_GRADIENT)
            .takes(floats(2, 6, 3, 5), floats(6), floats(6))
            .computes((g, x) -> g.groupNormalization(x.get(0), x.get(1), x.get(2), 3, EPSILON)),
        OperatorCase.of("InstanceNormalization").onnx("InstanceNormalization", 22)
            .formula("GroupNormalization with a group for each channel").gradient(LAYER_GRADIENT)
            .takes(floats(2, 3, 9), floats(3), floats(3))
            .computes((g, x) -> g.instanceNormalization(x.get(0), x.get(1), x.get(2), EPSILON)),
        OperatorCase.of("BatchNormalization, training").onnx("BatchNormalization", 15)
            .formula(LAYER + " over a channel's elements; fma(momentum, running, (1 − momentum) · the batch's)")
            .takes(floats(3, 5, 33, 32), floats(5), floats(5), floats(5), floats(5))
            .computesAll((g, x) -> {
              BatchNormalization b =
                  g.batchNormalizationTraining(x.get(0), x.get(1), x.get(2), x.get(3), x.get(4), EPSILON, 0.9f);
              return List.of(b.y(), b.runningMean(), b.runningVariance());
            }),
        OperatorCase.of("BatchNormalization, training, gradient").onnx("BatchNormalization", 15).formula(LAYER)
            .gradient("((g − (Σ g) / K) − x̂·((Σ g·x̂) / K)) · (scale · inv); Σ g · x̂; Σ g")
            .takes(floats(7, 5, 3), floats(5), floats(5), floats(5).held())
            .computes((g, x) -> g.batchNormalizationTraining(x.get(0), x.get(1), x.get(2), x.get(3), x.get(3),
                EPSILON, 0.9f).y()),
        OperatorCase.of("BatchNormalization, inference").onnx("BatchNormalization", 15)
            .formula("fma((x − mean) · inv, scale, bias), inv = 1 / √(variance + ε)")
            .gradient("g · (scale · inv); Σ g · x̂; Σ g")
            .takes(floats(7, 5, 3), floats(5), floats(5), floats(5).held(), floats(5).between(0f, 2f).held())
            .computes((g, x) -> g.batchNormalization(x.get(0), x.get(1), x.get(2), x.get(3), x.get(4), EPSILON)),
        OperatorCase.of("Dropout").onnx("Dropout", 13).formula("u < ratio ? 0 : x · (1 / (1 − ratio)), u by Philox")
            .gradient("u < ratio ? 0 : g · (1 / (1 − ratio))").steps(2).takes(floats(7, 19))
            .computesAll((g, x) -> {
              Dropout d = g.dropout(x.get(0), 0.375f, 0x123456789abcdefL, 3);
              return List.of(d.y(), d.mask());
            }));
  }
}
