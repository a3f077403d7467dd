package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.dims;
import static dev.verdict.repops.op.GraphCase.evaluate;
import static dev.verdict.repops.op.GraphCase.floats;
import static dev.verdict.repops.op.GraphCase.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.NormalDistribution;
import dev.verdict.repops.math.Cos;
import dev.verdict.repops.math.Erf;
import dev.verdict.repops.math.Exp;
import dev.verdict.repops.math.Log;
import dev.verdict.repops.math.Sin;
import dev.verdict.repops.math.Tanh;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/// Operators against values worked out by hand or by a plain loop in the stated order; bits, not tolerances.
class ForwardTest {
  private static final Tensor X = floats(dims(2, 3), 1, 2, 3, 4, 5, 6);

  private static void assertFloats(Tensor actual, long[] shape, double... expected) {
    assertThat(actual.shape()).isEqualTo(Shape.of(shape));
    assertThat(actual.sameBits(floats(shape, expected))).as("%s", Arrays.toString(actual.toFloats()))
        .isTrue();
  }

  private static void assertInts(Tensor actual, long[] shape, long... expected) {
    assertThat(actual.shape()).isEqualTo(Shape.of(shape));
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual.getLong(i)).as("element %s", i).isEqualTo(expected[i]);
    }
  }

  // ---- views -----------------------------------------------------------------------------------

  @Test
  void views_ofASlot_costNoNodeButTheirOutput() {
    assertFloats(evaluate((g, v) -> g.transpose(v.get(0)), X), dims(3, 2), 1, 4, 2, 5, 3, 6);
    assertFloats(evaluate((g, v) -> g.reshape(v.get(0), 3, -1), X), dims(3, 2), 1, 2, 3, 4, 5, 6);
    assertFloats(evaluate((g, v) -> g.flatten(v.get(0), 0), X), dims(1, 6), 1, 2, 3, 4, 5, 6);
    assertFloats(evaluate((g, v) -> g.unsqueeze(v.get(0), 0, -1), X), dims(1, 2, 3, 1), 1, 2, 3, 4, 5, 6);
    assertFloats(evaluate((g, v) -> g.squeeze(g.unsqueeze(v.get(0), 1)), X), dims(2, 3), 1, 2, 3, 4, 5, 6);
    assertFloats(evaluate((g, v) -> g.slice(v.get(0), 1, 0, 99, 2), X), dims(2, 2), 1, 3, 4, 6);
    assertFloats(evaluate((g, v) -> g.slice(v.get(0), 1, -1, -99, -1), X), dims(2, 3), 3, 2, 1, 6, 5, 4);
    assertFloats(evaluate((g, v) -> g.expand(g.slice(v.get(0), 0, 0, 1, 1), 2, 1), X), dims(2, 3), 1, 2, 3, 1, 2, 3);
    assertThat(GraphCase.nodeCount(
        (g, v) -> g.matMul(g.transpose(g.reshape(v.get(0), 3, 2)), g.transpose(g.slice(v.get(0), 1, 0, 3, 1))), X))
        .isEqualTo(1);
  }

  @Test
  void reshape_ofATransposedView_isMaterialisedOnce() {
    Value[] kept = new Value[1];
    assertFloats(evaluate((g, v) -> g.reshape(g.transpose(v.get(0)), 6), X), dims(6), 1, 4, 2, 5, 3, 6);
    assertThat(GraphCase.nodeCount((g, v) -> {
      kept[0] = g.reshape(g.transpose(v.get(0)), 6);
      return g.add(g.reshape(g.transpose(v.get(0)), 6), kept[0]);
    }, X)).isEqualTo(2);
    assertThat(GraphCase.nodeCount((g, v) -> g.relu(g.reshape(g.transpose(v.get(0), 1, 0), 3, 2, 1)), X)).isEqualTo(1);
  }

  @Test
  void pad_withValueAndCrop_movesElements() {
    assertFloats(evaluate((g, v) -> g.pad(v.get(0), 9f, 1, 0, 0, 1), X), dims(3, 4), 9, 9, 9, 9, 1, 2, 3, 9, 4, 5, 6,
        9);
    assertFloats(evaluate((g, v) -> g.pad(v.get(0), 9f, 0, -1, 0, 1), X), dims(2, 3), 2, 3, 9, 5, 6, 9);
    Tensor t = random(3, -1, 1, 2, 2, 2, 2);
    Tensor padded = evaluate((g, v) -> g.pad(v.get(0), 0f, 1, 1, 1, 1, 1, 1, 1, 1), t);
    assertThat(padded.shape()).isEqualTo(Shape.of(4, 4, 4, 4));
    assertThat(padded.getFloat(64 + 16 + 4 + 1)).isEqualTo(t.getFloat(0));
    assertThat(padded.getFloat(128 + 32 + 8 + 2)).isEqualTo(t.getFloat(15));
    assertThat(padded.getFloat(64 + 16 + 4 + 3)).isZero();
  }

  @Test
  void reshape_zero_keepsTheDimension() {
    assertFloats(evaluate((g, v) -> g.reshape(v.get(0), 0, 1, -1), X), dims(2, 1, 3), 1, 2, 3, 4, 5, 6);
  }

  @Test
  void slice_severalAxes_isAView() {
    GraphCase.Operator slice = (g, v) -> g.slice(v.get(0), new long[] {-1, -1}, new long[] {-99, -99},
        new int[] {1, 0}, new long[] {-2, -1});
    assertFloats(evaluate(slice, X), dims(2, 2), 6, 4, 3, 1);
    assertThat(GraphCase.nodeCount((g, v) -> g.relu(slice.apply(g, v)), X)).isEqualTo(1);
  }

  @Test
  void split_ofAnAxis_givesSlices() {
    assertFloats(evaluate((g, v) -> g.split(v.get(0), -1, 1, 2).get(1), X), dims(2, 2), 2, 3, 5, 6);
    assertFloats(evaluate((g, v) -> g.split(v.get(0), 1, 2).get(1), X), dims(2, 1), 3, 6);
  }

  @Test
  void concat_ofSeveral_takesTwoANode() {
    Tensor y = floats(dims(2, 1), 7, 8);
    assertFloats(evaluate((g, v) -> g.concat(1, v.get(0), v.get(1)), X, y), dims(2, 4), 1, 2, 3, 7, 4, 5, 6, 8);
    GraphCase.Operator five = (g, v) -> g.concat(-1, v.get(1), v.get(0), v.get(1), g.neg(v.get(1)), v.get(1));
    assertThat(GraphCase.nodeCount(five, X, y)).isEqualTo(5);
    assertInts(evaluate((g, v) -> g.concat(0, v.get(0), v.get(0)), Tensor.ofBytes(Shape.of(1), (byte) 200)), dims(2),
        200, 200);
  }

  @Test
  void pad_modes_repeatMirrorAndWrap() {
    Tensor row = floats(dims(4), 1, 2, 3, 4);
    assertFloats(evaluate((g, v) -> g.pad(v.get(0), PadMode.EDGE, 2, 6), row), dims(12), 1, 1, 1, 2, 3, 4, 4, 4, 4, 4,
        4, 4);
    assertFloats(evaluate((g, v) -> g.pad(v.get(0), PadMode.REFLECT, 3, 3), row), dims(10), 4, 3, 2, 1, 2, 3, 4, 3, 2,
        1);
    assertFloats(evaluate((g, v) -> g.pad(v.get(0), PadMode.WRAP, 1, 4), row), dims(9), 4, 1, 2, 3, 4, 1, 2, 3, 4);
    assertFloats(evaluate((g, v) -> g.pad(v.get(0), PadMode.REFLECT, 1, 0, 0, 1), X), dims(3, 4), 4, 5, 6, 5, 1, 2, 3,
        2, 4, 5, 6, 5);
  }

  // ---- element by element ----------------------------------------------------------------------

  @Test
  void arithmetic_broadcastOperands_followsOnnx() {
    Tensor row = floats(dims(3), 10, 20, 30);
    Tensor column = floats(dims(2, 1), 2, 4);
    assertFloats(evaluate((g, v) -> g.add(v.get(0), v.get(1)), X, row), dims(2, 3), 11, 22, 33, 14, 25, 36);
    assertFloats(evaluate((g, v) -> g.sub(v.get(1), v.get(0)), X, row), dims(2, 3), 9, 18, 27, 6, 15, 24);
    assertFloats(evaluate((g, v) -> g.mul(v.get(0), v.get(1)), column, row), dims(2, 3), 20, 40, 60, 40, 80, 120);
    assertFloats(evaluate((g, v) -> g.div(v.get(0), v.get(1)), X, column), dims(2, 3), 0.5, 1, 1.5, 1, 1.25, 1.5);
    assertFloats(evaluate((g, v) -> g.mul(v.get(0), g.literal(0.5f)), row), dims(3), 5, 10, 15);
    assertInts(evaluate((g, v) -> g.add(v.get(0), v.get(1)), Tensor.ofInts(Shape.of(2), Integer.MAX_VALUE, 1),
        Tensor.ofInts(Shape.of(2), 1, 1)), dims(2), Integer.MIN_VALUE, 2);
  }

  @Test
  void unary_specialValues_followTheFormulas() {
    double inf = Double.POSITIVE_INFINITY;
    Tensor special = floats(dims(6), -0.0, 0.0, -inf, inf, Double.NaN, -2);
    assertFloats(evaluate((g, v) -> g.relu(v.get(0)), special), dims(6), 0, 0, 0, inf, Double.NaN, 0);
    assertFloats(evaluate((g, v) -> g.leakyRelu(v.get(0), 0.5f), special), dims(6), -0.0, 0, -inf, inf, Double.NaN,
        -1);
    assertFloats(evaluate((g, v) -> g.neg(v.get(0)), special), dims(6), 0, -0.0, inf, -inf, Double.NaN, 2);
    assertFloats(evaluate((g, v) -> g.abs(v.get(0)), special), dims(6), 0, 0, inf, inf, Double.NaN, 2);
    assertFloats(evaluate((g, v) -> g.exp(v.get(0)), special), dims(6), 1, 1, 0, inf, Double.NaN, Exp.exp(-2f));
    assertFloats(evaluate((g, v) -> g.sqrt(v.get(0)), special), dims(6), -0.0, 0, Double.NaN, inf, Double.NaN,
        Double.NaN);
    assertFloats(evaluate((g, v) -> g.sigmoid(v.get(0)), special), dims(6), 0.5, 0.5, 0, 1, Double.NaN,
        1f / (1f + Exp.exp(2f)));
    double nan = Double.NaN;
    assertFloats(evaluate((g, v) -> g.tanh(v.get(0)), special), dims(6), -0.0, 0, -1, 1, nan, Tanh.tanh(-2f));
    assertFloats(evaluate((g, v) -> g.erf(v.get(0)), special), dims(6), -0.0, 0, -1, 1, nan, Erf.erf(-2f));
    assertFloats(evaluate((g, v) -> g.sin(v.get(0)), special), dims(6), -0.0, 0, nan, nan, nan, Sin.sin(-2f));
    assertFloats(evaluate((g, v) -> g.cos(v.get(0)), special), dims(6), 1, 1, nan, nan, nan, Cos.cos(2f));
    Tensor positive = floats(dims(3), 1, 4, 0.5);
    assertFloats(evaluate((g, v) -> g.log(v.get(0)), positive), dims(3), 0, Log.log(4f), Log.log(0.5f));
  }

  @Test
  void gelu_ofAnyValue_followsTheCompositions() {
    Tensor x = random(11, -5, 5, 400);
    Tensor exact = evaluate((g, v) -> g.gelu(v.get(0)), x);
    Tensor approximate = evaluate((g, v) -> g.geluTanh(v.get(0)), x);
    for (int i = 0; i < 400; i++) {
      float v = x.getFloat(i);
      assertThat(exact.getFloat(i)).isEqualTo(gelu(v));
      assertThat(exact.getFloat(i)).isCloseTo(0.5f * v * (1 + Erf.erf(v * 0.70710677f)), within(1e-6f));
      float inner = (float) Math.sqrt((float) (2 / Math.PI)) * (v + 0.044715f * (v * v * v));
      assertThat(approximate.getFloat(i)).isEqualTo(Math.fma(0.5f * v, Tanh.tanh(inner), 0.5f * v));
      assertThat((double) approximate.getFloat(i)).isCloseTo(exact.getFloat(i), within(1e-3));
    }
    double inf = Double.POSITIVE_INFINITY;
    Tensor special = floats(dims(6), -0.0, 0.0, -inf, inf, Double.NaN, -100);
    assertFloats(evaluate((g, v) -> g.gelu(v.get(0)), special), dims(6), -0.0, 0, Double.NaN, inf, Double.NaN, -0.0);
    assertFloats(evaluate((g, v) -> g.geluTanh(v.get(0)), special), dims(6), 0, 0, Double.NaN, inf, Double.NaN, 0);
  }

  private static float gelu(float x) {
    float a = Math.abs(x);
    float square = x * x;
    float q = Math.fma(NormalDistribution.C8, a, NormalDistribution.C7);
    q = Math.fma(q, square, Math.fma(NormalDistribution.C6, a, NormalDistribution.C5));
    q = Math.fma(q, square, Math.fma(NormalDistribution.C4, a, NormalDistribution.C3));
    q = Math.fma(q, square, Math.fma(NormalDistribution.C2, a, NormalDistribution.C1));
    float d = q * a;
    for (int i = 0; i < 4; i++) {
      d = Math.fma(d, d, d + d);
    }
    float tail = 0.5f / (d + 1);
    return x * (x < 0 ? tail : 1 - tail);
  }

  @Test
  void choices_ofTwo_followTheFormulas() {
    Tensor a = floats(dims(4), 1, -0.0, Double.NaN, 3);
    Tensor b = floats(dims(4), 2, 0.0, 1, -3);
    assertFloats(evaluate((g, v) -> g.min(v.get(0), v.get(1)), a, b), dims(4), 1, -0.0, Double.NaN, -3);
    assertFloats(evaluate((g, v) -> g.max(v.get(0), v.get(1)), a, b), dims(4), 2, 0.0, Double.NaN, 3);
    assertInts(evaluate((g, v) -> g.equal(v.get(0), v.get(1)), a, b), dims(4), 0, 1, 0, 0);
    assertInts(evaluate((g, v) -> g.less(v.get(0), v.get(1)), a, b), dims(4), 1, 0, 0, 0);
    assertFloats(evaluate((g, v) -> g.where(v.get(2), v.get(0), v.get(1)), a, b,
        Tensor.ofBytes(Shape.of(1), (byte) 0)), dims(4), 2, 0, 1, -3);
    Tensor i = Tensor.ofInts(Shape.of(3), -5, 7, 0);
    Tensor j = Tensor.ofInts(Shape.of(3), 2, 9, 0);
    assertInts(evaluate((g, v) -> g.max(v.get(0), v.get(1)), i, j), dims(3), 2, 9, 0);
    assertInts(evaluate((g, v) -> g.min(v.get(0), v.get(1)), i, j), dims(3), -5, 7, 0);
    assertInts(evaluate((g, v) -> g.abs(v.get(0)), i), dims(3), 5, 7, 0);
    assertInts(evaluate((g, v) -> g.div(v.get(0), v.get(1)), i, j), dims(3), -2, 0, 0);
  }

  @Test
  void choices_ofThree_followTheFormulas() {
    Tensor a = floats(dims(2), 1, 5);
    Tensor b = floats(dims(2), 2, 3);
    Tensor c = floats(dims(1), 4);
    assertFloats(evaluate((g, v) -> g.min(v.get(0), v.get(1), v.get(2)), a, b, c), dims(2), 1, 3);
    assertFloats(evaluate((g, v) -> g.max(v.get(0), v.get(1), v.get(2)), a, b, c), dims(2), 4, 5);
  }

  @Test
  void comparisons_ofSpecialValues_followIeee() {
    Tensor a = floats(dims(4), 1, -0.0, Double.NaN, 3);
    Tensor b = floats(dims(4), 2, 0.0, Double.NaN, -3);
    assertInts(evaluate((g, v) -> g.lessOrEqual(v.get(0), v.get(1)), a, b), dims(4), 1, 1, 0, 0);
    assertInts(evaluate((g, v) -> g.greater(v.get(0), v.get(1)), a, b), dims(4), 0, 0, 0, 1);
    assertInts(evaluate((g, v) -> g.greaterOrEqual(v.get(0), v.get(1)), a, b), dims(4), 0, 1, 0, 1);
  }

  @Test
  void logic_ofIntegers_takesAnyNonzeroAsTrue() {
    Tensor a = Tensor.ofInts(Shape.of(4), 0, 0, -7, 256);
    Tensor b = Tensor.ofInts(Shape.of(4), 0, 1, 0, 3);
    assertInts(evaluate((g, v) -> g.and(v.get(0), v.get(1)), a, b), dims(4), 0, 0, 0, 1);
    assertInts(evaluate((g, v) -> g.or(v.get(0), v.get(1)), a, b), dims(4), 0, 1, 1, 1);
    assertInts(evaluate((g, v) -> g.xor(v.get(0), v.get(1)), a, b), dims(4), 0, 1, 1, 0);
    assertInts(evaluate((g, v) -> g.not(v.get(0)), a), dims(4), 1, 1, 0, 0);
  }

  @Test
  void pow_constantExponents_isTheComposition() {
    Tensor x = random(1, 0.1, 3, 50);
    Tensor thirteenth = evaluate((g, v) -> g.pow(v.get(0), 13), x);
    Tensor root = evaluate((g, v) -> g.pow(v.get(0), -2.5f), x);
    for (int i = 0; i < 50; i++) {
      float v = x.getFloat(i);
      float third = v * v * v;
      float sixth = third * third;
      assertThat(thirteenth.getFloat(i)).isEqualTo(sixth * sixth * v);
      assertThat(root.getFloat(i)).isEqualTo(1f / (v * v * (float) Math.sqrt(v)));
    }
    double inf = Double.POSITIVE_INFINITY;
    Tensor special = floats(dims(5), -0.0, 0.0, -inf, inf, Double.NaN);
    assertFloats(evaluate((g, v) -> g.pow(v.get(0), 3), special), dims(5), -0.0, 0, -inf, inf, Double.NaN);
    assertFloats(evaluate((g, v) -> g.pow(v.get(0), -1), special), dims(5), -inf, inf, -0.0, 0, Double.NaN);
    assertFloats(evaluate((g, v) -> g.pow(v.get(0), 0.5f), special), dims(5), -0.0, 0, Double.NaN, inf, Double.NaN);
    assertFloats(evaluate((g, v) -> g.pow(v.get(0), 0), special), dims(5), 1, 1, 1, 1, 1);
  }

  @Test
  void activations_specialValues_followTheFormulas() {
    double inf = Double.POSITIVE_INFINITY;
    double nan = Double.NaN;
    Tensor special = floats(dims(6), -0.0, 0.0, -inf, inf, nan, -2);
    assertFloats(evaluate((g, v) -> g.silu(v.get(0)), special), dims(6), -0.0, 0, nan, inf, nan,
        -2f / (1f + Exp.exp(2f)));
    assertFloats(evaluate((g, v) -> g.clip(v.get(0), -1f, 2f), special), dims(6), -0.0, 0, -1, 2, nan, -1);
    assertFloats(evaluate((g, v) -> g.clip(v.get(0), 3f, 2f), special), dims(6), 2, 2, 2, 2, nan, 2);
    assertFloats(evaluate((g, v) -> g.reciprocal(v.get(0)), special), dims(6), -inf, inf, -0.0, 0, nan, -0.5);
  }

  @Test
  void cast_betweenTypes_truncatesAndWraps() {
    Tensor f = floats(dims(4), -1.9, 300.5, Double.NaN, 3e9);
    assertInts(evaluate((g, v) -> g.cast(v.get(0), DType.I32), f), dims(4), -1, 300, 0, (int) 3000000000L);
    assertInts(evaluate((g, v) -> g.cast(v.get(0), DType.U8), f), dims(4), 255, 44, 0, 3000000000L & 255);
    assertFloats(evaluate((g, v) -> g.cast(v.get(0), DType.F32), Tensor.ofBytes(Shape.of(2), (byte) 200, (byte) 3)),
        dims(2), 200, 3);
  }

  // ---- products --------------------------------------------------------------------------------

  private static float chain(int k, IntFunction<float[]> pair) {
    float acc = 0;
    for (int i = 0; i < k; i++) {
      float[] p = pair.apply(i);
      acc = Math.fma(p[0], p[1], acc);
    }
    return acc;
  }

  @Test
  void matMul_randomMatrices_isTheChainOfFma() {
    Tensor a = random(1, -1, 1, 5, 33);
    Tensor b = random(2, -1, 1, 33, 4);
    Tensor c = evaluate((g, v) -> g.matMul(v.get(0), v.get(1)), a, b);
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 4; j++) {
        int row = i;
        int column = j;
        assertThat(c.getFloat(i * 4 + j))
            .isEqualTo(chain(33, k -> new float[] {a.getFloat(row * 33 + k), b.getFloat(k * 4 + column)}));
      }
    }
  }

  @Test
  void matMul_broadcastBatches_isTheChainOfFma() {
    Tensor a = random(1, -1, 1, 3, 1, 5, 33);
    Tensor b = random(2, -1, 1, 2, 33, 4);
    Tensor c = evaluate((g, v) -> g.matMul(v.get(0), v.get(1)), a, b);
    assertThat(c.shape()).isEqualTo(Shape.of(3, 2, 5, 4));
    for (int e = 0; e < c.numel(); e++) {
      long[] o = new long[4];
      c.shape().unflatten(e, o);
      assertThat(c.getFloat(e)).isEqualTo(chain(33, k -> new float[] {
          a.getFloat((o[0] * 5 + o[2]) * 33 + k), b.getFloat((o[1] * 33 + k) * 4 + o[3])}));
    }
    assertThat(GraphCase.nodeCount((g, v) -> g.matMul(v.get(0), v.get(1)), a, b)).isEqualTo(1);
  }

  @Test
  void matMul_vectors_dropTheirDimension() {
    Tensor row = floats(dims(2), 2, 3);
    assertFloats(evaluate((g, v) -> g.matMul(v.get(1), v.get(0)), X, row), dims(3), 14, 19, 24);
    assertFloats(evaluate((g, v) -> g.matMul(g.transpose(v.get(0)), v.get(1)), X, row), dims(3), 14, 19, 24);
    assertFloats(evaluate((g, v) -> g.matMul(v.get(0), v.get(0)), row), dims(), 13);
  }

  @Test
  void matMul_gradientOfASharedOperand_isOneChainOverTheBatch() {
    Tensor a = random(1, -1, 1, 3, 5, 4);
    Tensor b = random(2, -1, 1, 4, 2);
    Tensor g = random(3, -1, 1, 3, 5, 2);
    Tensor gradient = evaluate((graph, v) -> Gradients.gradients(
        graph.reduceSum(graph.mul(graph.matMul(v.get(0), v.get(1)), v.get(2)), false), List.of(v.get(1))).getFirst(),
        a, b, g);
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 2; j++) {
        int row = i;
        int column = j;
        assertThat(gradient.getFloat(i * 2 + j))
            .isEqualTo(chain(15, k -> new float[] {a.getFloat(k * 4 + row), g.getFloat(k * 2 + column)}));
      }
    }
  }

  @Test
  void gemm_factors_areMultipliedBeforeTheSum() {
    Tensor c = floats(dims(2, 1), 10, 20);
    assertFloats(evaluate((g, v) -> g.gemm(v.get(0), v.get(0), v.get(1), 0.5f, 2f, false, true), X, c), dims(2, 2),
        27, 36, 56, 78.5);
    assertFloats(evaluate((g, v) -> g.gemm(v.get(0), v.get(0), null, 0.5f, 2f, false, true), X, c), dims(2, 2),
        7, 16, 16, 38.5);
  }

  @Test
  void gemm_transposedOperands_equalsGemmOfTheirTransposes() {
    Tensor a = random(1, -1, 1, 6, 4);
    Tensor b = random(2, -1, 1, 3, 6);
    Tensor bias = random(3, -1, 1, 3);
    Tensor direct = evaluate((g, v) -> g.gemm(v.get(0), v.get(1), v.get(2), true, true), a, b, bias);
    Tensor copied = evaluate((g, v) -> g.add(
        g.matMul(g.identity(g.transpose(v.get(0))), g.identity(g.transpose(v.get(1)))), v.get(2)), a, b, bias);
    assertThat(direct.sameBits(copied)).isTrue();
    assertThat(GraphCase.nodeCount((g, v) -> g.gemm(v.get(0), v.get(1), v.get(2), true, true), a, b, bias))
        .isEqualTo(2);
  }

  @Test
  void conv_stridePadDilationGroups_isTheChainOfFma() {
    Tensor x = random(1, -1, 1, 2, 4, 7, 6);
    Tensor w = random(2, -1, 1, 6, 2, 3, 2);
    Tensor b = random(3, -1, 1, 6);
    Sliding s = Sliding.unit().stride(2, 1).pad(1, 0, 2, 1).dilation(2, 3);
    Tensor y = evaluate((g, v) -> g.conv(v.get(0), v.get(1), v.get(2), s, 2), x, w, b);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 6, 3, 4));
    for (int e = 0; e < y.numel(); e++) {
      long[] o = new long[4];
      y.shape().unflatten(e, o);
      float acc = 0;
      for (int c = 0; c < 2; c++) {
        for (int i = 0; i < 3; i++) {
          for (int j = 0; j < 2; j++) {
            long row = o[2] * 2 + i * 2 - 1;
            long column = o[3] + j * 3;
            long channel = o[1] / 3 * 2 + c;
            float in = row < 0 || row >= 7 || column >= 6
                ? 0 : x.getFloat(((o[0] * 4 + channel) * 7 + row) * 6 + column);
            acc = Math.fma(in, w.getFloat(((o[1] * 2 + c) * 3 + i) * 2 + j), acc);
          }
        }
      }
      assertThat(y.getFloat(e)).isEqualTo(acc + b.getFloat(o[1]));
    }
  }

  @Test
  void convTranspose_strideAndGroups_isTheChainOfFma() {
    Tensor x = random(1, -1, 1, 2, 4, 3, 5);
    Tensor w = random(2, -1, 1, 4, 3, 3, 2);
    Sliding s = Sliding.unit().stride(3, 2).pad(1, 2, 0, 1).dilation(1, 2);
    Tensor y = evaluate((g, v) -> g.convTranspose(v.get(0), v.get(1), null, s, 2, 1, 2), x, w);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 6, 10, 9));
    for (int e = 0; e < y.numel(); e++) {
      long[] o = new long[4];
      y.shape().unflatten(e, o);
      float acc = 0;
      for (int c = 0; c < 2; c++) {
        for (int i = 0; i < 3; i++) {
          for (int j = 0; j < 2; j++) {
            long channel = o[1] / 3 * 2 + c;
            long row = o[2] + 1 - i;
            long column = o[3] + 2 - j * 2;
            boolean there = row >= 0 && row % 3 == 0 && row < 9 && column >= 0 && column % 2 == 0 && column < 10;
            float in = there ? x.getFloat(((o[0] * 4 + channel) * 3 + row / 3) * 5 + column / 2) : 0;
            acc = Math.fma(in, w.getFloat(((channel * 3 + o[1] % 3) * 3 + i) * 2 + j), acc);
          }
        }
      }
      assertThat(y.getFloat(e)).isEqualTo(acc);
    }
  }

  @Test
  void conv_ofALine_isConvOfAnImageOfHeightOne() {
    Tensor x = random(1, -1, 1, 2, 4, 9);
    Tensor w = random(2, -1, 1, 6, 2, 3);
    Tensor line = evaluate((g, v) -> g.conv(v.get(0), v.get(1), null, Sliding.line(2, 1, 0, 2), 2), x, w);
    Tensor image = evaluate((g, v) -> g.conv(v.get(0), v.get(1), null,
        Sliding.unit().stride(1, 2).pad(0, 1, 0, 0).dilation(1, 2), 2), x.reshape(Shape.of(2, 4, 1, 9)),
        w.reshape(Shape.of(6, 2, 1, 3)));
    assertThat(line.shape()).isEqualTo(Shape.of(2, 6, 3));
    assertThat(line.reshape(image.shape()).sameBits(image)).isTrue();
  }

  // ---- pooling ---------------------------------------------------------------------------------

  @Test
  void pooling_smallImages_byHand() {
    Tensor x = floats(dims(1, 1, 3, 4), 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -2, -3);
    Sliding two = Sliding.unit().stride(2, 2);
    assertFloats(evaluate((g, v) -> g.maxPool(v.get(0), 2, 2, two), x), dims(1, 1, 1, 2), 6, 8);
    assertFloats(evaluate((g, v) -> g.maxPool(v.get(0), 2, 2, two.pad(1)), x), dims(1, 1, 2, 3), 1, 3, 4, 9, 7, 8);
    assertFloats(evaluate((g, v) -> g.averagePool(v.get(0), 2, 2, two.pad(1), false), x), dims(1, 1, 2, 3), 1, 2.5, 4,
        7, 2.5, 2.5);
    assertFloats(evaluate((g, v) -> g.averagePool(v.get(0), 2, 2, two.pad(1), true), x), dims(1, 1, 2, 3), 0.25, 1.25,
        1, 3.5, 2.5, 1.25);
    assertFloats(evaluate((g, v) -> g.maxPool(v.get(0), 2, 3, two.ceiling()), x), dims(1, 1, 2, 2), 7, 8, 9, -2);
    assertFloats(evaluate((g, v) -> g.averagePool(v.get(0), 2, 2, two.ceiling(), true), x), dims(1, 1, 2, 2), 3.5, 5.5,
        4, -2.5);
    assertFloats(evaluate((g, v) -> g.averagePool(v.get(0), 2, 2, Sliding.unit().dilation(2, 2), true), x),
        dims(1, 1, 1, 2), 2.75, 0.5);
    assertFloats(evaluate((g, v) -> g.globalAveragePool(v.get(0)), x), dims(1, 1, 1, 1), 39f / 12f);
  }

  // ---- reductions ------------------------------------------------------------------------------

  /// Over axes that aren't the last.
  private static float sumOfBlocks(float[] values) {
    if (values.length <= 1024) {
      float acc = 0;
      for (float v : values) {
        acc += v;
      }
      return acc;
    }
    float[] sums = new float[(values.length + 1023) / 1024];
    for (int b = 0; b < sums.length; b++) {
      sums[b] =
          sumOfBlocks(Arrays.copyOfRange(values, b * 1024, Math.min(values.length, (b + 1) * 1024)));
    }
    return sumOfBlocks(sums);
  }

  @Test
  void reduceSum_lastAxis_isStrandsOf32() {
    for (int length : new int[] {1, 127, 128, 129, 160, 1000, 1024, 1025, 2048, 5000, 1024 * 1024 + 131}) {
      Tensor x = random(length, -1, 1, length);
      assertFloats(evaluate((g, v) -> g.reduceSum(v.get(0), false), x), dims(), RowOrder.sum(x.toFloats()));
    }
  }

  @Test
  void reduceSum_ofEightDimensions_isOfRowsStill() {
    Tensor x = random(7, -1, 1, 1, 2, 1, 1, 1, 1, 1, 1300);
    Tensor y = evaluate((g, v) -> g.reduceSum(v.get(0), false, 7), x);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 2, 1, 1, 1, 1, 1));
    assertThat(y.getFloat(1)).isEqualTo(RowOrder.sum(Arrays.copyOfRange(x.toFloats(), 1300, 2600)));
  }

  @Test
  void reduceSum_longInnerAxes_endWithTheirRow() {
    Tensor x = random(5, -1, 1, 3, 1500);
    Tensor rows = evaluate((g, v) -> g.reduceSum(v.get(0), true, 1), x);
    assertThat(rows.shape()).isEqualTo(Shape.of(3, 1));
    Tensor columns = evaluate((g, v) -> g.reduceSum(g.transpose(v.get(0)), false, 0), x);
    for (int i = 0; i < 3; i++) {
      float[] row = Arrays.copyOfRange(x.toFloats(), i * 1500, (i + 1) * 1500);
      assertThat(rows.getFloat(i)).isEqualTo(RowOrder.sum(row));
      assertThat(columns.getFloat(i)).isEqualTo(sumOfBlocks(row));
    }
  }

  @Test
  void reduceSum_severalAxes_isRowMajorWhateverTheStrides() {
    Tensor x = random(6, -1, 1, 40, 3, 50);
    float[] order = new float[2000];
    for (int i = 0; i < 2000; i++) {
      order[i] = x.getFloat(i / 50 * 150 + 50 + i % 50);
    }
    assertThat(evaluate((g, v) -> g.reduceSum(v.get(0), false, 0, 2), x).getFloat(1)).isEqualTo(sumOfBlocks(order));
    Tensor ints = evaluate((g, v) -> g.reduceSum(g.cast(g.expand(v.get(0), 3000), DType.I32), false),
        floats(dims(1), 7));
    assertInts(ints, dims(), 21000);
  }

  @Test
  void reductions_smallTensors_byHand() {
    assertFloats(evaluate((g, v) -> g.reduceMean(v.get(0), false, 0), X), dims(3), 2.5, 3.5, 4.5);
    assertFloats(evaluate((g, v) -> g.reduceMax(v.get(0), true, -1), X), dims(2, 1), 3, 6);
    assertFloats(evaluate((g, v) -> g.reduceMax(v.get(0), false), floats(dims(3), 1, Double.NaN, 2)), dims(),
        Double.NaN);
    Tensor ties = floats(dims(2, 3), 1, 5, 5, Double.NaN, 1, 2);
    assertInts(evaluate((g, v) -> g.argMax(v.get(0), 1, false), ties), dims(2), 1, 0);
    assertInts(evaluate((g, v) -> g.argMax(v.get(0), 0, true), X), dims(1, 3), 1, 1, 1);
    assertInts(evaluate((g, v) -> g.argMax(v.get(0), 0, false), Tensor.ofInts(Shape.of(3), -9, -2, -2)), dims(), 1);
  }

  @Test
  void reduceMin_andArgMin_takeTheFirstSmallest() {
    Tensor ties = floats(dims(2, 3), 5, 1, 1, Double.NaN, 1, 2);
    assertFloats(evaluate((g, v) -> g.reduceMin(v.get(0), false, 1), ties), dims(2), 1, Double.NaN);
    assertInts(evaluate((g, v) -> g.argMin(v.get(0), 1, false), ties), dims(2), 1, 0);
  }

  @Test
  void cumSum_everyForm_isOneChain() {
    assertFloats(evaluate((g, v) -> g.cumSum(v.get(0), 1, false, false), X), dims(2, 3), 1, 3, 6, 4, 9, 15);
    assertFloats(evaluate((g, v) -> g.cumSum(v.get(0), 1, true, false), X), dims(2, 3), 0, 1, 3, 0, 4, 9);
    assertFloats(evaluate((g, v) -> g.cumSum(v.get(0), 1, false, true), X), dims(2, 3), 6, 5, 3, 15, 11, 6);
    assertFloats(evaluate((g, v) -> g.cumSum(v.get(0), 0, true, true), X), dims(2, 3), 4, 5, 6, 0, 0, 0);
    Tensor x = random(1, -1, 1, 3000);
    Tensor sums = evaluate((g, v) -> g.cumSum(v.get(0), 0, false, false), x);
    Tensor back = evaluate((g, v) -> g.cumSum(v.get(0), 0, false, true), x);
    float up = 0;
    float down = 0;
    for (int i = 0; i < 3000; i++) {
      up += x.getFloat(i);
      down += x.getFloat(2999 - i);
      assertThat(sums.getFloat(i)).isEqualTo(up);
      assertThat(back.getFloat(2999 - i)).isEqualTo(down);
    }
    assertInts(evaluate((g, v) -> g.cumSum(v.get(0), 0, false, false), Tensor.ofInts(Shape.of(3), 5, -7, 1)), dims(3),
        5, -2, -1);
  }

  @Test
  void softmax_rows_followsTheComposition() {
    Tensor x = random(7, -3, 3, 4, 5);
    Tensor y = evaluate((g, v) -> g.softmax(v.get(0), -1), x);
    Tensor l = evaluate((g, v) -> g.logSoftmax(v.get(0), 1), x);
    for (int i = 0; i < 4; i++) {
      float max = Float.NEGATIVE_INFINITY;
      for (int j = 0; j < 5; j++) {
        max = Math.max(max, x.getFloat(i * 5 + j));
      }
      float sum = 0;
      for (int j = 0; j < 5; j++) {
        sum += expMinus(x.getFloat(i * 5 + j) - max);
      }
      for (int j = 0; j < 5; j++) {
        assertThat(y.getFloat(i * 5 + j)).isEqualTo(expMinus(x.getFloat(i * 5 + j) - max) * (1 / sum));
        assertThat(l.getFloat(i * 5 + j)).isEqualTo(x.getFloat(i * 5 + j) - max - Log.log(sum));
      }
    }
  }

  private static float expMinus(float x) {
    Tensor e = evaluate((g, v) -> {
      NodeBuilder n = g.node("ExpMinus", DType.F32, Shape.of(1));
      return n.result(n.load(v.getFirst()).expMinus());
    }, Tensor.ofFloats(Shape.of(1), x));
    return e.getFloat(0);
  }

  // ---- selection and losses --------------------------------------------------------------------

  @Test
  void gather_indicesOfEveryKind_followsOnnx() {
    Tensor indices = Tensor.ofInts(Shape.of(2, 2), 0, -1, 2, 7);
    assertFloats(evaluate((g, v) -> g.gather(v.get(0), v.get(1), 1), X, indices), dims(2, 2, 2), 1, 3, 3, 0, 4, 6, 6,
        0);
    assertFloats(evaluate((g, v) -> g.gather(g.transpose(v.get(0)), g.literal(1), 1), X), dims(3), 4, 5, 6);
    assertFloats(evaluate((g, v) -> g.oneHot(v.get(0), 3, 2f, -1f), Tensor.ofInts(Shape.of(3), 1, -1, 5)), dims(3, 3),
        -1, 2, -1, -1, -1, 2, -1, -1, -1);
  }

  @Test
  void embedding_idsOutside_readZero() {
    assertFloats(evaluate((g, v) -> g.embedding(v.get(0), v.get(1)), X, Tensor.ofInts(Shape.of(2, 2), 1, -1, 2, 0)),
        dims(2, 2, 3), 4, 5, 6, 0, 0, 0, 0, 0, 0, 1, 2, 3);
  }

  @Test
  void gatherElements_alongAnAxis_followsOnnx() {
    Tensor indices = Tensor.ofInts(Shape.of(1, 4), 2, -3, 1, 5);
    assertFloats(evaluate((g, v) -> g.gatherElements(v.get(0), v.get(1), 1), X, indices), dims(1, 4), 3, 1, 2, 0);
    assertFloats(evaluate((g, v) -> g.gatherElements(v.get(0), v.get(1), 0), X,
        Tensor.ofBytes(Shape.of(1, 2), (byte) 1, (byte) 0)), dims(1, 2), 4, 2);
  }

  @Test
  void scatterElements_duplicates_areTakenInOrder() {
    Tensor indices = Tensor.ofInts(Shape.of(2, 4), 0, -1, 0, 7, 1, 1, 1, 2);
    Tensor updates = floats(dims(2, 4), 10, 20, 30, 40, 1e8, 1, -1e8, 7);
    assertFloats(evaluate((g, v) -> g.scatterElements(v.get(0), v.get(1), v.get(2), 1), X, indices, updates),
        dims(2, 3), 30, 2, 20, 4, -1e8, 7);
    assertFloats(evaluate((g, v) -> g.scatterElementsAdd(v.get(0), v.get(1), v.get(2), 1), X, indices, updates),
        dims(2, 3), 41, 2, 23, 4, (5f + 1e8f + 1f) - 1e8f, 13);
    assertFloats(evaluate((g, v) -> g.scatterElements(v.get(0), v.get(1), v.get(2), 0), X,
        Tensor.ofInts(Shape.of(1, 2), 1, 0), floats(dims(1, 2), 8, -0.0)), dims(2, 3), 1, -0.0, 3, 8, 5, 6);
  }

  @Test
  void batch_laterSteps_wrapsAround() {
    GraphBuilder g = new GraphBuilder();
    g.state("unused", DType.F32, Shape.scalar());
    Value data = g.data("rows", DType.U8, Shape.of(5, 2), Digest.ZERO);
    g.output("batch", g.batch(data, 3));
    BuiltGraph built = g.build();
    CompiledProgram compiled = new ReferenceExecutor().compile(built.program());
    Tensor rows = Tensor.ofBytes(Shape.of(5, 2), new byte[] {0, 1, 10, 11, 20, 21, 30, 31, 40, 41});
    StepInputs inputs = new StepInputs(List.of(Tensor.zeros(DType.F32, Shape.scalar())), List.of(rows), List.of());
    compiled.run(1, inputs, NodeObserver.NONE);
    assertInts(compiled.output(0), dims(3, 2), 30, 31, 40, 41, 0, 1);
    compiled.run(1L << 31, inputs, NodeObserver.NONE);
    long first = ((1L << 31) * 3) % 5;
    assertThat(compiled.output(0).getLong(0)).isEqualTo(first * 10);
  }

  @Test
  void losses_smallBatches_byHand() {
    Tensor scores = floats(dims(2, 2), 0, 0, 3, 3);
    Tensor labels = Tensor.ofBytes(Shape.of(2), (byte) 0, (byte) 1);
    assertFloats(evaluate((g, v) -> g.softmaxCrossEntropyLoss(v.get(0), v.get(1)), scores, labels), dims(),
        Log.log(2f));
    assertFloats(evaluate((g, v) -> g.meanSquaredError(v.get(0), v.get(1)), floats(dims(2), 1, 2),
        floats(dims(2), 3, 5)), dims(), 6.5);
    assertInts(evaluate((g, v) -> g.correctCount(v.get(0), v.get(1)), floats(dims(2, 2), 1, 2, 4, 3),
        Tensor.ofInts(Shape.of(2), 1, 1)), dims(), 1);
  }
}
