package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.random;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Cases of the operators that networks' blocks are made of: normalisations, attention and what belongs to them.
final class BlockOperators {
  private BlockOperators() {}

  private static Tensor r(long seed, long... dims) {
    return random(seed, -1, 1, dims);
  }

  static Stream<GradientsTest.Case> cases() {
    return Stream.of(normalisations(), attention(), losses()).flatMap(cases -> cases);
  }

  private static GradientsTest.Case of(String name, GraphCase.Operator operator, Tensor... operands) {
    return new GradientsTest.Case(name, operator, operands);
  }

  private static Stream<GradientsTest.Case> normalisations() {
    Tensor image = r(1, 2, 6, 3, 5);
    Tensor channel = r(2, 6);
    Tensor bias = r(3, 6);
    return Stream.of(
        of("LayerNormalization", (g, v) -> g.layerNormalization(v.get(0), v.get(1), v.get(2), -1, 1e-2f),
            r(1, 4, 7), r(2, 7), r(3, 7)),
        of("LayerNormalization, two axes", (g, v) -> g.layerNormalization(v.get(0), v.get(1), null, 1, 1e-2f),
            r(1, 2, 3, 5), r(2, 3, 5)),
        of("LayerNormalization, long", (g, v) -> g.layerNormalization(v.get(0), v.get(1), v.get(2), 1, 1e-2f),
            r(1, 3, 1030), r(2, 1030), r(3, 1030)),
        of("LayerNormalization, many rows", (g, v) -> g.layerNormalization(v.get(0), v.get(1), v.get(2), 1, 1e-2f),
            r(1, 1030, 3), r(2, 3), r(3, 3)),
        of("LayerNormalization of a transposed view",
            (g, v) -> g.layerNormalization(g.transpose(v.get(0)), v.get(1), v.get(2), -1, 1e-2f),
            r(1, 4, 7), r(2, 4), r(3, 4)),
        of("RMSNormalization", (g, v) -> g.rmsNormalization(v.get(0), v.get(1), -1, 1e-2f), r(1, 3, 2, 7), r(2, 7)),
        of("RMSNormalization, long", (g, v) -> g.rmsNormalization(v.get(0), v.get(1), -1, 1e-2f), r(1, 2, 2048),
            r(2, 2048)),
        of("GroupNormalization", (g, v) -> g.groupNormalization(v.get(0), v.get(1), v.get(2), 3, 1e-2f), image,
            channel, bias),
        of("GroupNormalization, flat", (g, v) -> g.groupNormalization(v.get(0), v.get(1), v.get(2), 2, 1e-2f),
            r(1, 3, 6), channel, bias),
        of("InstanceNormalization", (g, v) -> g.instanceNormalization(v.get(0), v.get(1), v.get(2), 1e-2f), image,
            channel, bias),
        of("BatchNormalization, training", BlockOperators::trained, image, channel, bias),
        of("BatchNormalization, training, flat", BlockOperators::trained, r(1, 7, 6), channel, bias),
        of("BatchNormalization, training, large planes", BlockOperators::trained, r(1, 2, 2, 33, 32), r(2, 2),
            r(3, 2)),
        of("BatchNormalization, inference", (g, v) -> g.batchNormalization(v.get(0), v.get(1), v.get(2),
            g.expand(g.literal(0.25f), 6), g.expand(g.literal(0.5f), 6), 1e-2f), image, channel, bias),
        of("Dropout", (g, v) -> g.dropout(v.get(0), 0.4f, 99, 1).y(), r(1, 5, 7)));
  }

  private static Stream<GradientsTest.Case> losses() {
    Tensor scores = r(1, 3, 4, 2);
    Tensor labels = Tensor.ofInts(Shape.of(3, 2), 0, 2, 1, 2, 3, -1);
    Tensor weights = Tensor.ofInts(Shape.of(4), 1, 2, 3, 4);
    return Stream.of(
        of("Softmax, long rows", (g, v) -> g.softmax(v.get(0), 1), r(1, 2, 1030)),
        of("LogSoftmax, long columns", (g, v) -> g.logSoftmax(v.get(0), 0), r(1, 1030, 2)),
        of("SoftmaxCrossEntropyLoss, ignoring", (g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1), null,
            OptionalLong.of(2), LossReduction.MEAN), scores, labels),
        of("SoftmaxCrossEntropyLoss, weighted", (g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1),
            g.cast(v.get(2), DType.F32), OptionalLong.empty(), LossReduction.SUM), scores, labels, weights),
        of("SoftmaxCrossEntropyLoss, everything", (g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1),
            g.cast(v.get(2), DType.F32), OptionalLong.of(-1), LossReduction.NONE), scores, labels, weights));
  }

  private static Value trained(GraphBuilder g, List<Value> v) {
    Value zeros = g.expand(g.literal(0f), v.get(1).shape().dims());
    return g.batchNormalizationTraining(v.get(0), v.get(1), v.get(2), zeros, zeros, 1e-2f, 0.9f).y();
  }

  private static Stream<GradientsTest.Case> attention() {
    Tensor q = r(1, 2, 4, 3, 6);
    Tensor k = r(2, 2, 2, 5, 6);
    Tensor v5 = r(3, 2, 2, 5, 4);
    Tensor bits = Tensor.ofBytes(Shape.of(3, 5), (byte) 1, (byte) 0, (byte) 1, (byte) 1, (byte) 1, (byte) 0,
        (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 1, (byte) 1, (byte) 1, (byte) 0);
    return Stream.of(
        of("Attention", (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), false), q, r(2, 2, 4, 5, 6),
            r(3, 2, 4, 5, 4)),
        of("Attention, grouped queries, causal", (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), true), q, k, v5),
        of("Attention, added mask",
            (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), v.get(3), false, 0.3f), q, k, v5, r(4, 4, 1, 5)),
        of("Attention, integer mask",
            (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), v.get(3), false, 0.3f), q, k, v5, bits),
        of("Attention, three dimensions", (g, v) -> g.mergeHeads(g.attention(g.splitHeads(v.get(0), 3),
            g.splitHeads(v.get(1), 3), g.splitHeads(v.get(2), 3), true)), r(1, 2, 4, 6), r(2, 2, 4, 6), r(3, 2, 4, 9)),
        of("Attention, many keys", (g, v) -> g.attention(v.get(0), v.get(1), v.get(2), false), r(1, 1, 1, 2, 3),
            r(2, 1, 1, 1030, 3), r(3, 1, 1, 1030, 2)),
        of("RotaryEmbedding", (g, v) -> g.rotaryEmbedding(v.get(0), RotaryEmbedding.tables(g, 5, 6, 10_000f), null,
            false, 0), r(1, 2, 3, 5, 6)),
        of("RotaryEmbedding, interleaved", (g, v) -> g.rotaryEmbedding(v.get(0),
            RotaryEmbedding.tables(g, 5, 6, 100f), null, true, 0), r(1, 2, 3, 5, 6)),
        of("RotaryEmbedding, partial, at positions", (g, v) -> g.rotaryEmbedding(v.get(0),
            RotaryEmbedding.tables(g, 4, 4, 100f), v.get(1), false, 4), r(1, 2, 3, 2, 6),
            Tensor.ofInts(Shape.of(2, 2), 3, 1, 0, 2)));
  }
}
