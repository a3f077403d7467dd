package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.evaluate;
import static dev.verdict.repops.op.GraphCase.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.enums.Mode;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.api.ops.impl.shape.Gather;
import org.nd4j.linalg.factory.Nd4j;

/// Forward values against ND4J: equal bits where an operation is rounded once, else to a few ulps of the largest.
class Nd4jParityTest {
  private static final double TOLERANCE = 4e-6;

  private final Tensor a = random(1, -2, 2, 5, 7);
  private final Tensor b = random(2, -2, 2, 5, 7);
  private final Tensor row = random(3, 0.5, 2, 7);
  private final Tensor image = random(4, -1, 1, 2, 3, 8, 7);

  @BeforeAll
  static void nd4jIsThere() {
    boolean there;
    String reason = "";
    try {
      Nd4j.create(1);
      there = true;
    } catch (RuntimeException | LinkageError e) {
      there = false;
      reason = e.toString();
    }
    assumeTrue(there, "ND4J has no backend for this platform (its classifier is linux-x86_64): " + reason);
  }

  private static INDArray nd(Tensor t) {
    return Nd4j.create(t.toFloats(), t.shape().dims(), 'c');
  }

  private static float[] values(INDArray expected) {
    return expected.castTo(DataType.FLOAT).dup('c').data().asFloat();
  }

  private static void assertSame(Tensor actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(Shape.of(expected.shape()));
    assertThat(actual.toFloats()).isEqualTo(values(expected));
  }

  private static void assertClose(Tensor actual, INDArray expected) {
    assertThat(actual.shape()).isEqualTo(Shape.of(expected.shape()));
    float[] values = values(expected);
    double largest = 1;
    for (float v : values) {
      largest = Math.max(largest, Math.abs(v));
    }
    for (int i = 0; i < values.length; i++) {
      double error = Math.abs(actual.getFloat(i) - values[i]);
      assertThat(error).as("element %s", i).isLessThan(TOLERANCE * largest);
    }
  }

  @Test
  void elementwise_roundedOnce_equalsNd4j() {
    assertSame(evaluate((g, v) -> g.add(v.get(0), v.get(1)), a, b), nd(a).add(nd(b)));
    assertSame(evaluate((g, v) -> g.sub(v.get(0), v.get(1)), a, b), nd(a).sub(nd(b)));
    assertSame(evaluate((g, v) -> g.mul(v.get(0), v.get(1)), a, row), nd(a).mul(nd(row)));
    assertSame(evaluate((g, v) -> g.div(v.get(0), v.get(1)), a, row), nd(a).div(nd(row)));
    assertSame(evaluate((g, v) -> g.max(v.get(0), v.get(1)), a, b), Nd4j.math().max(nd(a), nd(b)));
    assertSame(evaluate((g, v) -> g.min(v.get(0), v.get(1)), a, b), Nd4j.math().min(nd(a), nd(b)));
    assertSame(evaluate((g, v) -> g.abs(v.get(0)), a), Nd4j.math().abs(nd(a)));
    assertSame(evaluate((g, v) -> g.neg(v.get(0)), a), nd(a).neg());
    assertSame(evaluate((g, v) -> g.sqrt(v.get(0)), row), Nd4j.math().sqrt(nd(row)));
    assertSame(evaluate((g, v) -> g.relu(v.get(0)), a), Nd4j.nn().relu(nd(a), 0));
    assertSame(evaluate((g, v) -> g.leakyRelu(v.get(0), 0.125f), a), Nd4j.nn().leakyRelu(nd(a), 0.125));
  }

  @Test
  void elementwise_compositions_areCloseToNd4j() {
    assertClose(evaluate((g, v) -> g.exp(v.get(0)), a), Nd4j.math().exp(nd(a)));
    assertClose(evaluate((g, v) -> g.log(v.get(0)), row), Nd4j.math().log(nd(row)));
    assertClose(evaluate((g, v) -> g.sigmoid(v.get(0)), a), Nd4j.nn().sigmoid(nd(a)));
    assertClose(evaluate((g, v) -> g.softmax(v.get(0), 1), a), Nd4j.nn().softmax(nd(a), 1));
    assertClose(evaluate((g, v) -> g.logSoftmax(v.get(0), 1), a), Nd4j.nn().logSoftmax(nd(a), 1));
  }

  @Test
  void products_areCloseToNd4j() {
    assertClose(evaluate((g, v) -> g.matMul(v.get(0), g.transpose(v.get(1))), a, b), nd(a).mmul(nd(b).transpose()));
    assertClose(evaluate((g, v) -> g.gemm(v.get(0), v.get(1), v.get(2), true, false), a, b, row),
        nd(a).transpose().mmul(nd(b)).addRowVector(nd(row)));
  }

  @Test
  void views_equalNd4j() {
    assertSame(evaluate((g, v) -> g.transpose(v.get(0), 2, 0, 3, 1), image), nd(image).permute(2, 0, 3, 1));
    assertSame(evaluate((g, v) -> g.reshape(v.get(0), 6, -1), image), nd(image).reshape(6, 56));
    assertSame(evaluate((g, v) -> g.pad(v.get(0), 0f, 1, 0, 2, 3), a),
        Nd4j.image().pad(nd(a), Nd4j.createFromArray(new int[][] {{1, 2}, {0, 3}}),
            Mode.CONSTANT, 0));
  }

  @Test
  void reductions_areCloseToNd4j() {
    assertClose(evaluate((g, v) -> g.reduceSum(v.get(0), false, 0, 2), image), nd(image).sum(0, 2));
    assertClose(evaluate((g, v) -> g.reduceMean(v.get(0), true, 2, 3), image), nd(image).mean(true, 2, 3));
    assertSame(evaluate((g, v) -> g.reduceMax(v.get(0), false, 1), image), nd(image).max(1));
    Tensor best = evaluate((g, v) -> g.argMax(v.get(0), 1, false), image);
    INDArray expected = nd(image).argMax(1);
    for (int i = 0; i < best.numel(); i++) {
      assertThat(best.getLong(i)).isEqualTo(expected.getLong(i));
    }
  }

  @Test
  void convolution_isCloseToNd4j() {
    Tensor w = random(5, -1, 1, 4, 3, 3, 2);
    Tensor bias = random(6, -1, 1, 4);
    Conv2DConfig config = Conv2DConfig.builder().kH(3).kW(2).sH(2).sW(1).pH(1).pW(1).dH(1).dW(2)
        .weightsFormat(WeightsFormat.OIYX).build();
    assertClose(evaluate((g, v) -> g.conv(v.get(0), v.get(1), v.get(2),
        Sliding.unit().stride(2, 1).pad(1).dilation(1, 2), 1), image, w, bias),
        Nd4j.cnn().conv2d(nd(image), nd(w), nd(bias), config));
  }

  @Test
  void pooling_isCloseToNd4j() {
    Pooling2DConfig config = Pooling2DConfig.builder().kH(3).kW(2).sH(2).sW(2).build();
    Sliding sliding = Sliding.unit().stride(2, 2);
    assertSame(evaluate((g, v) -> g.maxPool(v.get(0), 3, 2, sliding), image),
        Nd4j.cnn().maxPooling2d(nd(image), config));
    assertClose(evaluate((g, v) -> g.averagePool(v.get(0), 3, 2, sliding, false), image),
        Nd4j.cnn().avgPooling2d(nd(image), config));
  }

  /// A native library built with -ffast-math can leave flush-to-zero behind, and no bit would be safe after it.
  @Test
  void subnormals_withNd4jLoaded_areKept() {
    float half = Float.MIN_NORMAL;
    nd(a).mmul(nd(b).transpose());
    half *= 0.5f;
    assertThat(Float.floatToIntBits(half)).isEqualTo(0x00400000);
  }

  @Test
  void gather_equalsNd4j() {
    assertSame(evaluate((g, v) -> g.gather(v.get(0), v.get(1), 1), image,
        Tensor.ofInts(Shape.of(4), 2, 0, 1, 2)), Nd4j.exec(new Gather(nd(image), new int[] {2, 0, 1, 2}, 1))[0]);
  }
}
