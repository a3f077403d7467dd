package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.evaluate;
import static dev.verdict.repops.op.GraphCase.floats;
import static dev.verdict.repops.op.GraphCase.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.math.Exp;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Normalisations, attention and losses in their stated order, to the bit; their special values; what they refuse.
class BlockOperatorsTest {
  private static final float EPSILON = 1e-3f;

  private static float[] values(Tensor t) {
    return t.toFloats();
  }

  @Test
  void layerNormalization_row_isTheStatedFormulaToTheBit() {
    Tensor x = random(1, -2, 2, 3, 11);
    Tensor scale = random(2, -2, 2, 11);
    Tensor bias = random(3, -2, 2, 11);
    float[] y = values(evaluate((g, v) -> g.layerNormalization(v.get(0), v.get(1), v.get(2), -1, EPSILON), x, scale,
        bias));
    for (int row = 0; row < 3; row++) {
      float sum = 0;
      for (int i = 0; i < 11; i++) {
        sum += x.getFloat(row * 11 + i);
      }
      float mean = sum / 11f;
      float squares = 0;
      for (int i = 0; i < 11; i++) {
        float c = x.getFloat(row * 11 + i) - mean;
        squares = Math.fma(c, c, squares);
      }
      float inverse = 1f / (float) Math.sqrt(squares / 11f + EPSILON);
      for (int i = 0; i < 11; i++) {
        float normal = (x.getFloat(row * 11 + i) - mean) * inverse;
        assertThat(y[row * 11 + i]).isEqualTo(Math.fma(normal, scale.getFloat(i), bias.getFloat(i)));
      }
    }
  }

  @Test
  void rmsNormalization_longRow_addsStrandsOf32() {
    Tensor x = random(1, -2, 2, 1, 2500);
    Tensor scale = random(2, -2, 2, 2500);
    float[] y = values(evaluate((g, v) -> g.rmsNormalization(v.get(0), v.get(1), -1, EPSILON), x, scale));
    float squares = RowOrder.sum(2500, (acc, j) -> Math.fma(x.getFloat(j), x.getFloat(j), acc));
    float inverse = 1f / (float) Math.sqrt(squares / 2500f + EPSILON);
    for (int i = 0; i < 2500; i++) {
      assertThat(y[i]).isEqualTo(x.getFloat(i) * inverse * scale.getFloat(i));
    }
  }

  @Test
  void layerNormalization_infinityOrNaN_makesItsRowNaN() {
    Tensor x = floats(GraphCase.dims(3, 3), 1, Double.POSITIVE_INFINITY, 2, 3, 4, 5, Double.NaN, 0, 1);
    Tensor ones = floats(GraphCase.dims(3), 1, 1, 1);
    float[] y = values(evaluate((g, v) -> g.layerNormalization(v.get(0), v.get(1), null, -1, EPSILON), x, ones));
    for (int i = 0; i < 9; i++) {
      assertThat(Float.isNaN(y[i])).as("element %s", i).isEqualTo(i / 3 != 1);
    }
  }

  /// Running statistics are slots that the step moves: x̂ of a batch doesn't depend on them, and they approach its own.
  @Test
  void batchNormalization_runningStatisticsInSlots_approachTheBatches() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(6, 2, 3));
    Value mean = g.state("mean", DType.F32, Shape.of(2));
    Value variance = g.state("variance", DType.F32, Shape.of(2), Initializer.constant(1f));
    Value ones = g.expand(g.literal(1f), 2);
    Value zeros = g.expand(g.literal(0f), 2);
    BatchNormalization b = g.batchNormalizationTraining(x, ones, zeros, mean, variance, EPSILON, 0.5f);
    g.update(mean, b.runningMean());
    g.update(variance, b.runningVariance());
    g.output("trained", b.y());
    g.output("inferred", g.batchNormalization(x, ones, zeros, mean, variance, EPSILON));
    BuiltGraph built = g.build();
    List<Tensor> states = new ArrayList<>(built.initialStates(0));
    states.set(0, random(1, 2, 5, 6, 2, 3));
    CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
    double first = 0;
    double distance = 0;
    for (int t = 0; t < 20; t++) {
      compiled.run(t, new StepInputs(states, List.of(), List.of()), NodeObserver.NONE);
      distance = 0;
      for (int i = 0; i < 36; i++) {
        distance = Math.max(distance, Math.abs(compiled.output(built.output("trained")).getFloat(i)
            - compiled.output(built.output("inferred")).getFloat(i)));
      }
      first = t == 0 ? distance : first;
      states.set(1, compiled.output(built.program().slots().get(1).next()).copy());
      states.set(2, compiled.output(built.program().slots().get(2).next()).copy());
    }
    assertThat(first).isGreaterThan(1);
    assertThat(distance).isLessThan(1e-4);
  }

  @Test
  void attention_oneQuery_isTheStatedFormulaToTheBit() {
    Tensor q = random(1, -2, 2, 1, 1, 1, 5);
    Tensor k = random(2, -2, 2, 1, 1, 4, 5);
    Tensor v3 = random(3, -2, 2, 1, 1, 4, 3);
    float[] y = values(evaluate((g, v) -> g.attention(v.get(0), v.get(1), v.get(2), null, false, 0.7f), q, k, v3));
    float[] logits = new float[4];
    float max = -Float.MAX_VALUE;
    for (int j = 0; j < 4; j++) {
      float product = 0;
      for (int d = 0; d < 5; d++) {
        product = Math.fma(q.getFloat(d), k.getFloat(j * 5 + d), product);
      }
      logits[j] = product * 0.7f;
      max = Math.max(max, logits[j]);
    }
    float sum = 0;
    for (int j = 0; j < 4; j++) {
      sum += Exp.exp(logits[j] - max);
    }
    for (int d = 0; d < 3; d++) {
      float expected = 0;
      for (int j = 0; j < 4; j++) {
        expected = Math.fma(Exp.exp(logits[j] - max) / sum, v3.getFloat(j * 3 + d), expected);
      }
      assertThat(y[d]).isEqualTo(expected);
    }
  }

  @Test
  void attention_rowMaskedThroughout_isZeroAndSoIsItsGradient() {
    Tensor q = random(1, -2, 2, 1, 1, 2, 4);
    Tensor kv = random(2, -2, 2, 1, 1, 3, 4);
    Tensor mask = Tensor.ofBytes(Shape.of(2, 3), (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0, (byte) 1);
    float[] y = values(evaluate((g, v) -> g.attention(v.get(0), v.get(1), v.get(1), v.get(2), false, 1f), q, kv,
        mask));
    assertThat(y).startsWith(0f, 0f, 0f, 0f).doesNotContain(Float.NaN);
    assertThat(y[4]).isNotZero();
    float[] g0 = values(evaluate((g, v) -> Gradients.gradients(g.reduceSum(
        g.attention(v.get(0), v.get(1), v.get(1), v.get(2), false, 1f), false), v.subList(0, 1)).getFirst(), q, kv,
        mask));
    assertThat(g0).startsWith(0f, 0f, 0f, 0f).doesNotContain(Float.NaN);
    assertThat(g0[4]).isNotZero();
  }

  @Test
  void heads_splitAndMerged_areViews() {
    Tensor x = random(1, -2, 2, 2, 3, 8);
    assertThat(GraphCase.nodeCount((g, v) -> g.mergeHeads(g.splitHeads(v.get(0), 4)), x)).isEqualTo(1);
    assertThat(evaluate((g, v) -> g.mergeHeads(g.splitHeads(v.get(0), 4)), x).sameBits(x)).isTrue();
    GraphBuilder g = new GraphBuilder();
    Value q = g.state("q", DType.F32, Shape.of(2, 3, 8));
    Value others = g.state("others", DType.F32, Shape.of(2, 3, 8));
    Value loss = g.reduceSum(g.exp(g.mergeHeads(
        g.attention(g.splitHeads(q, 4), g.splitHeads(others, 4), g.splitHeads(others, 4), true))), false);
    assertThat(Gradients.gradients(loss, List.of(q)).getFirst().isWholeNode()).isTrue();
    g.output("loss", loss);
    assertThat(g.build().program().nodes().stream().map(Node::label)).doesNotContain("Identity");
  }

  @Test
  void crossEntropy_everyLabelIgnored_isNaNByMeanAndZeroBySum() {
    Tensor scores = random(1, -2, 2, 3, 4);
    Tensor labels = Tensor.ofInts(Shape.of(3), 9, 9, 9);
    assertThat(evaluate((g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1), null, OptionalLong.of(9),
        LossReduction.MEAN), scores, labels).getFloat(0)).isNaN();
    assertThat(evaluate((g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1), null, OptionalLong.of(9),
        LossReduction.SUM), scores, labels).getFloat(0)).isZero();
  }

  private static void refused(Class<? extends RuntimeException> type, String message, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(type).hasMessageContaining(message);
  }

  @Test
  void operators_badOperands_areRefused() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(2, 4, 6));
    Value four = g.state("four", DType.F32, Shape.of(4));
    Value six = g.state("six", DType.F32, Shape.of(6));
    Value ints = g.state("ints", DType.I32, Shape.of(6));
    refused(ShapeMismatchException.class,
        "LayerNormalization: scale must have the shape of what is normalised: scale=[4], normalised=[6]",
        () -> g.layerNormalization(x, four, null, -1, EPSILON));
    refused(ShapeMismatchException.class, "LayerNormalization: bias",
        () -> g.layerNormalization(x, six, four, -1, EPSILON));
    refused(DTypeMismatchException.class, "RMSNormalization", () -> g.rmsNormalization(x, ints, -1, EPSILON));
    refused(InvalidAttributeException.class, "RMSNormalization: epsilon", () -> g.rmsNormalization(x, six, -1, -1f));
    refused(InvalidAttributeException.class, "LayerNormalization: axis",
        () -> g.layerNormalization(x, six, null, 3, EPSILON));
    refused(InvalidAttributeException.class, "GroupNormalization: groups must be a divisor of the 4 channels, not 3",
        () -> g.groupNormalization(x, four, four, 3, EPSILON));
    refused(ShapeMismatchException.class, "InstanceNormalization: x must have a batch and channels",
        () -> g.instanceNormalization(six, six, six, EPSILON));
    refused(ShapeMismatchException.class, "BatchNormalization: running mean must have an element for each channel",
        () -> g.batchNormalizationTraining(x, four, four, six, four, EPSILON, 0.9f));
    refused(InvalidAttributeException.class, "BatchNormalization: momentum must be 0 to 1, not 1.5",
        () -> g.batchNormalizationTraining(x, four, four, four, four, EPSILON, 1.5f));
    Value q = g.state("q", DType.F32, Shape.of(2, 4, 5, 6));
    Value k = g.state("k", DType.F32, Shape.of(2, 3, 5, 6));
    refused(ShapeMismatchException.class, "Attention: batch, heads", () -> g.attention(q, k, k, false));
    refused(ShapeMismatchException.class, "Attention: q must have 4 dimensions", () -> g.attention(x, x, x, false));
    refused(ShapeMismatchException.class, "Attention: shapes don't broadcast: mask=[6], scores=[2,4,5,5]",
        () -> g.attention(q, q, q, six, false, 1f));
    refused(ShapeMismatchException.class, "Attention: the mask doesn't broadcast to the scores: mask=[7,1,1,1,1]",
        () -> g.attention(q, q, q, g.state("mask", DType.F32, Shape.of(7, 1, 1, 1, 1)), false, 1f));
    refused(InvalidAttributeException.class, "Attention: scale must be finite, not NaN",
        () -> g.attention(q, q, q, null, false, Float.NaN));
    refused(InvalidAttributeException.class, "Attention: heads must be a divisor of 6, not 4",
        () -> g.splitHeads(x, 4));
    RotaryEmbedding tables = RotaryEmbedding.tables(g, 5, 4, 10_000f);
    refused(ShapeMismatchException.class, "RotaryEmbedding: the tables don't have an angle for each position",
        () -> g.rotaryEmbedding(q, tables, null, false, 0));
    refused(InvalidAttributeException.class, "RotaryEmbedding: rotated features must be even, 2 to 6, not 8",
        () -> g.rotaryEmbedding(q, tables, null, false, 8));
    refused(ShapeMismatchException.class, "RotaryEmbedding: tables differ",
        () -> g.rotaryEmbedding(q, new RotaryEmbedding(tables.cos(), four), null, false, 4));
    refused(ShapeMismatchException.class, "SoftmaxCrossEntropyLoss: weights must have an element for each class",
        () -> g.softmaxCrossEntropyLoss(g.reshape(x, 12, 4), g.state("l", DType.I32, Shape.of(12)), six,
            OptionalLong.empty(), LossReduction.SUM));
  }
}
