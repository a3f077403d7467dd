package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.random;
import static dev.verdict.repops.op.OnnxCase.node;

import ai.onnxruntime.OrtException;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.testing.OnnxModel.Type;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Normalisations, attention, rotary positions and losses against ONNX Runtime.
class OnnxBlocksParityTest {
  private static final float EPSILON = 1e-3f;

  private static Tensor r(long seed, long... dims) {
    return random(seed, -2, 2, dims);
  }

  @BeforeAll
  static void runtimeIsThere() {
    OnnxCase.assumeRuntime();
  }

  static Stream<OnnxCase> normalisations() {
    Tensor image = r(1, 2, 6, 3, 5);
    Tensor scale = r(2, 6);
    Tensor bias = r(3, 6);
    Tensor mean = r(4, 6);
    Tensor variance = random(5, 0.5, 2, 6);
    return Stream.of(
        node("LayerNormalization").with("epsilon", EPSILON).as("LayerNormalization",
            (g, v) -> g.layerNormalization(v.get(0), v.get(1), v.get(2), -1, EPSILON), r(1, 5, 37), r(2, 37),
            r(3, 37)),
        node("LayerNormalization").with("epsilon", EPSILON).with("axis", 1).as("LayerNormalization, two axes",
            (g, v) -> g.layerNormalization(v.get(0), v.get(1), null, 1, EPSILON), r(1, 3, 4, 5), r(2, 4, 5)),
        node("LayerNormalization").with("epsilon", EPSILON).as("LayerNormalization, long rows",
            (g, v) -> g.layerNormalization(v.get(0), v.get(1), v.get(2), -1, EPSILON), r(1, 2, 3000), r(2, 3000),
            r(3, 3000)),
        node("RMSNormalization").with("epsilon", EPSILON).as("RMSNormalization",
            (g, v) -> g.rmsNormalization(v.get(0), v.get(1), -1, EPSILON), r(1, 5, 37), r(2, 37)),
        node("GroupNormalization").with("epsilon", EPSILON).with("num_groups", 3).as("GroupNormalization",
            (g, v) -> g.groupNormalization(v.get(0), v.get(1), v.get(2), 3, EPSILON), image, scale, bias),
        node("InstanceNormalization").with("epsilon", EPSILON).as("InstanceNormalization",
            (g, v) -> g.instanceNormalization(v.get(0), v.get(1), v.get(2), EPSILON), image, scale, bias),
        node("BatchNormalization").with("epsilon", EPSILON).as("BatchNormalization, inference",
            (g, v) -> g.batchNormalization(v.get(0), v.get(1), v.get(2), v.get(3), v.get(4), EPSILON), image, scale,
            bias, mean, variance),
        training(0, (g, v) -> trained(g, v).y(), image, scale, bias, mean, variance),
        training(1, (g, v) -> trained(g, v).runningMean(), image, scale, bias, mean, variance),
        training(2, (g, v) -> trained(g, v).runningVariance(), image, scale, bias, mean, variance));
  }

  private static BatchNormalization trained(GraphBuilder g, List<Value> v) {
    return g.batchNormalizationTraining(v.get(0), v.get(1), v.get(2), v.get(3), v.get(4), EPSILON, 0.75f);
  }

  private static OnnxCase training(int output, GraphCase.Operator ours, Tensor... operands) {
    return node("BatchNormalization").with("epsilon", EPSILON).with("momentum", 0.75f).with("training_mode", 1)
        .output(output, 3).as("BatchNormalization, training, output " + output, ours, operands);
  }

  static Stream<OnnxCase> attention() {
    Tensor q = r(1, 2, 4, 5, 6);
    Tensor k = r(2, 2, 2, 7, 6);
    Tensor v7 = r(3, 2, 2, 7, 3);
    Tensor mask = Tensor.ofBytes(Shape.of(5, 7), new byte[35]);
    for (int i = 0; i < 35; i++) {
      mask.setLong(i, i % 3 == 0 || i % 7 == 4 ? 1 : 0);
    }
    Tensor positions = Tensor.ofInts(Shape.of(2, 4), 3, 1, 0, 6, 5, 5, 2, 4);
    return Stream.of(
        node("Attention").as("Attention", (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), false),
            r(1, 2, 3, 5, 8), r(2, 2, 3, 7, 8), r(3, 2, 3, 7, 8)),
        node("Attention").with("is_causal", 1).as("Attention, grouped queries, causal",
            (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), true), q, r(2, 2, 2, 5, 6), r(3, 2, 2, 5, 3)),
        node("Attention").with("scale", 0.3f).as("Attention, added mask",
            (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), v.get(3), false, 0.3f), q, k, v7, r(4, 2, 1, 5, 7)),
        node("Attention").with("scale", 0.3f).of(Type.FLOAT, Type.FLOAT, Type.FLOAT, Type.BOOL).as(
            "Attention, integer mask", (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), v.get(3), false, 0.3f), q,
            k, v7, mask),
        node("Attention").with("q_num_heads", 4).with("kv_num_heads", 2).with("is_causal", 1).as(
            "Attention, three dimensions", (g, v) -> g.mergeHeads(g.attention(g.splitHeads(v.get(0), 4),
                g.splitHeads(v.get(1), 2), g.splitHeads(v.get(2), 2), true)), r(1, 2, 9, 24), r(2, 2, 9, 12),
            r(3, 2, 9, 12)),
        node("RotaryEmbedding").as("RotaryEmbedding", (g, v) -> g.rotaryEmbedding(v.get(0),
            new RotaryEmbedding(v.get(1), v.get(2)), null, false, 0), r(1, 2, 3, 5, 8), r(2, 2, 5, 4),
            r(3, 2, 5, 4)),
        node("RotaryEmbedding").with("interleaved", 1).of(Type.FLOAT, Type.FLOAT, Type.FLOAT, Type.INT64).as(
            "RotaryEmbedding, interleaved, at positions", (g, v) -> g.rotaryEmbedding(v.get(0),
                new RotaryEmbedding(v.get(1), v.get(2)), v.get(3), true, 0), r(1, 2, 3, 4, 8), r(2, 7, 4),
            r(3, 7, 4), positions),
        node("RotaryEmbedding").with("rotary_embedding_dim", 4).with("num_heads", 3)
            .of(Type.FLOAT, Type.FLOAT, Type.FLOAT, Type.INT64).as("RotaryEmbedding, partial, three dimensions",
                (g, v) -> g.mergeHeads(g.rotaryEmbedding(g.splitHeads(v.get(0), 3),
                    new RotaryEmbedding(v.get(1), v.get(2)), v.get(3), false, 4)), r(1, 2, 4, 24), r(2, 7, 2),
                r(3, 7, 2), positions));
  }

  static Stream<OnnxCase> losses() {
    Tensor scores = r(1, 3, 4, 5);
    Tensor labels = Tensor.zeros(DType.I32, Shape.of(3, 5));
    for (int i = 0; i < 15; i++) {
      labels.setLong(i, (7 * i + 2) % 4);
    }
    Tensor weights = random(2, 0.5, 2, 4);
    return Stream.of(
        node("Softmax").with("axis", -1).as("Softmax, long rows", (g, v) -> g.softmax(v.get(0), -1), r(1, 2, 3000)),
        node("LogSoftmax").with("axis", 0).as("LogSoftmax, long columns", (g, v) -> g.logSoftmax(v.get(0), 0),
            r(1, 3000, 2)),
        node("SoftmaxCrossEntropyLoss").with("reduction", "none").of(Type.FLOAT, Type.INT64).as(
            "SoftmaxCrossEntropyLoss, none", (g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1), null,
                OptionalLong.empty(), LossReduction.NONE), scores, labels),
        node("SoftmaxCrossEntropyLoss").with("reduction", "sum").of(Type.FLOAT, Type.INT64, Type.FLOAT).as(
            "SoftmaxCrossEntropyLoss, weighted sum", (g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1),
                v.get(2), OptionalLong.empty(), LossReduction.SUM), scores, labels, weights),
        node("SoftmaxCrossEntropyLoss").with("ignore_index", 3).of(Type.FLOAT, Type.INT64).as(
            "SoftmaxCrossEntropyLoss, ignoring", (g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1), null,
                OptionalLong.of(3), LossReduction.MEAN), scores, labels),
        node("SoftmaxCrossEntropyLoss").with("ignore_index", 1).of(Type.FLOAT, Type.INT64, Type.FLOAT).as(
            "SoftmaxCrossEntropyLoss, weighted, ignoring", (g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1),
                v.get(2), OptionalLong.of(1), LossReduction.MEAN), scores, labels, weights));
  }

  @ParameterizedTest
  @MethodSource({"normalisations", "attention", "losses"})
  void forward_equalsOnnxRuntime(OnnxCase c) throws OrtException {
    c.assertClose();
  }
}
