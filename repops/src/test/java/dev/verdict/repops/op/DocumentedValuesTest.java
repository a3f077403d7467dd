package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.dims;
import static dev.verdict.repops.op.GraphCase.evaluate;
import static dev.verdict.repops.op.GraphCase.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Special values that the Javadoc of [GraphBuilder] states, and what it says of every operator.
class DocumentedValuesTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private static final long SMALLEST = Integer.MIN_VALUE;

  /// An operator of one vector.
  private interface Unary {
    Value of(GraphBuilder g, Value x);
  }

  /// An operator of two.
  private interface Binary {
    Value of(GraphBuilder g, Value a, Value b);
  }

  private static double[] row(double... values) {
    return values;
  }

  private static void assertMaps(Unary operator, double[] x, double... expected) {
    Tensor actual = evaluate((g, v) -> operator.of(g, v.get(0)), floats(dims(x.length), x));
    assertThat(actual.sameBits(floats(dims(expected.length), expected)))
        .as("%s gives %s", Arrays.toString(x), Arrays.toString(actual.toFloats())).isTrue();
  }

  private static void assertMaps(Binary operator, double[] a, double[] b, double... expected) {
    Tensor actual = evaluate((g, v) -> operator.of(g, v.get(0), v.get(1)), floats(dims(a.length), a),
        floats(dims(b.length), b));
    assertThat(actual.sameBits(floats(dims(expected.length), expected)))
        .as("%s, %s give %s", Arrays.toString(a), Arrays.toString(b), Arrays.toString(actual.toFloats())).isTrue();
  }

  @Test
  void arithmetic_specialValues_areAsDocumented() {
    assertMaps(GraphBuilder::add, row(INF, 3, -0.0, -0.0, NAN), row(-INF, -3, -0.0, 0, 1), NAN, 0, -0.0, 0, NAN);
    assertMaps(GraphBuilder::sub, row(INF, 3, -0.0), row(INF, 3, 0.0), NAN, 0, -0.0);
    assertMaps(GraphBuilder::mul, row(0, -0.0, -0.0), row(INF, 2, -2), NAN, -0.0, 0);
    assertMaps(GraphBuilder::div, row(1, 1, -1, 0, INF, 1), row(0, -0.0, 0, -0.0, -INF, -INF),
        INF, -INF, -INF, NAN, NAN, -0.0);
    assertMaps(GraphBuilder::reciprocal, row(0, -0.0, INF, -INF, NAN), INF, -INF, 0, -0.0, NAN);
    assertMaps(GraphBuilder::neg, row(0, -0.0, INF, NAN), -0.0, 0, -INF, NAN);
    assertMaps(GraphBuilder::abs, row(-0.0, -INF, NAN), 0, INF, NAN);
    assertMaps(GraphBuilder::sqrt, row(0, -0.0, INF, -1, NAN), 0, -0.0, INF, NAN, NAN);
    assertMaps((g, x) -> g.pow(x, 0), row(NAN, 0, INF), 1, 1, 1);
    assertMaps((g, x) -> g.pow(x, -2), row(1e30, 0, -0.0), 0, INF, INF);
  }

  @Test
  void functions_specialValues_areAsDocumented() {
    assertMaps(GraphBuilder::exp, row(0, -0.0, -INF, INF, NAN), 1, 1, 0, INF, NAN);
    float overflows = 88.722839f;
    float vanishes = -103.972084f;
    assertMaps(GraphBuilder::exp, row(overflows, vanishes), INF, 0);
    assertThat(evaluate((g, v) -> g.exp(v.get(0)),
        floats(dims(2), Math.nextDown(overflows), Math.nextUp(vanishes))).toFloats())
        .doesNotContain(0f, Float.POSITIVE_INFINITY);
    assertMaps(GraphBuilder::log, row(0, -0.0, 1, INF, -1, -INF, NAN), -INF, -INF, 0, INF, NAN, NAN, NAN);
    assertMaps(GraphBuilder::tanh, row(0, -0.0, INF, -INF, NAN), 0, -0.0, 1, -1, NAN);
    assertMaps(GraphBuilder::erf, row(0, -0.0, INF, -INF, NAN), 0, -0.0, 1, -1, NAN);
    assertMaps(GraphBuilder::sin, row(0, -0.0, INF, -INF, NAN), 0, -0.0, NAN, NAN, NAN);
    assertMaps(GraphBuilder::cos, row(0, -0.0, INF, -INF, NAN), 1, 1, NAN, NAN, NAN);
    assertMaps(GraphBuilder::sigmoid, row(INF, -INF, -overflows, NAN), 1, 0, 0, NAN);
    assertThat(evaluate((g, v) -> g.sigmoid(v.get(0)), floats(dims(1), Math.nextUp(-overflows))).getFloat(0))
        .isPositive();
    assertMaps(GraphBuilder::silu, row(INF, -INF, -overflows, 0, -0.0, NAN), INF, NAN, -0.0, 0, -0.0, NAN);
    assertMaps(GraphBuilder::gelu, row(0, -0.0, INF, -INF, -14.4f, NAN), 0, -0.0, INF, NAN, -0.0, NAN);
    assertMaps(GraphBuilder::geluTanh, row(0, -0.0, INF, -INF, -100, -1e20, NAN), 0, 0, INF, NAN, 0, 0, NAN);
    assertMaps(GraphBuilder::relu, row(0, -0.0, -INF, INF, NAN), 0, 0, 0, INF, NAN);
    assertMaps((g, x) -> g.leakyRelu(x, 0.5f), row(0, -0.0, -INF, NAN), 0, -0.0, -INF, NAN);
    assertMaps((g, x) -> g.clip(x, 0f, 1f), row(-0.0, NAN, INF, -INF), 0, NAN, 1, 0);
    assertMaps((g, x) -> g.clip(x, 2f, 1f), row(0, 5), 1, 1);
  }

  @Test
  void choices_specialValues_areAsDocumented() {
    double[] a = row(0, -0.0, NAN, 1, -INF);
    double[] b = row(-0.0, 0, 1, NAN, INF);
    assertMaps(GraphBuilder::min, a, b, -0.0, -0.0, NAN, NAN, -INF);
    assertMaps(GraphBuilder::max, a, b, 0, 0, NAN, NAN, INF);
    Binary[] compared = {GraphBuilder::equal, GraphBuilder::less, GraphBuilder::lessOrEqual, GraphBuilder::greater,
        GraphBuilder::greaterOrEqual};
    double[][] expected = {{1, 1, 0, 0, 0}, {0, 0, 0, 0, 1}, {1, 1, 0, 0, 1}, {0, 0, 0, 0, 0}, {1, 1, 0, 0, 0}};
    for (int i = 0; i < compared.length; i++) {
      Binary test = compared[i];
      assertMaps((g, x, y) -> g.cast(test.of(g, x, y), DType.F32), a, b, expected[i]);
    }
    assertMaps((g, x, y) -> g.where(g.less(x, y), x, y), row(1, 2, NAN), row(2, NAN, 3), 1, NAN, 3);
  }

  @Test
  void integers_wrap_asDocumented() {
    Tensor ints = Tensor.ofInts(Shape.of(2), (int) SMALLEST, 7);
    Tensor minusOne = Tensor.ofInts(Shape.of(2), -1, 0);
    assertThat(longs(evaluate((g, v) -> g.div(v.get(0), v.get(1)), ints, minusOne))).containsExactly(SMALLEST, 0L);
    assertThat(longs(evaluate((g, v) -> g.neg(v.get(0)), ints))).containsExactly(SMALLEST, -7L);
    assertThat(longs(evaluate((g, v) -> g.abs(v.get(0)), ints))).containsExactly(SMALLEST, 7L);
    Tensor bytes = Tensor.ofBytes(Shape.of(2), (byte) 1, (byte) 200);
    assertThat(longs(evaluate((g, v) -> g.neg(v.get(0)), bytes))).containsExactly(255L, 56L);
    assertThat(longs(evaluate((g, v) -> g.abs(v.get(0)), bytes))).containsExactly(1L, 200L);
  }

  private static List<Long> longs(Tensor t) {
    List<Long> all = new ArrayList<>();
    for (long i = 0; i < t.numel(); i++) {
      all.add(t.getLong(i));
    }
    return all;
  }

  @Test
  void rows_specialValues_areAsDocumented() {
    assertMaps((g, x) -> g.softmax(x, 0), row(-INF, 0, 0), 0, 0.5, 0.5);
    assertMaps((g, x) -> g.softmax(x, 0), row(INF, 0), NAN, NAN);
    assertMaps((g, x) -> g.softmax(x, 0), row(NAN, 0), NAN, NAN);
    assertMaps((g, x) -> g.softmax(x, 0), row(-INF, -INF), NAN, NAN);
    assertMaps((g, x) -> g.logSoftmax(x, 0), row(-INF, 0), -INF, 0);
    assertMaps((g, x) -> g.logSoftmax(x, 0), row(INF, 0), NAN, NAN);
    assertMaps((g, x) -> g.logSoftmax(x, 0), row(-INF, -INF), NAN, NAN);
    assertMaps((g, x) -> g.reduceSum(x, true), row(-0.0, -0.0), 0);
    assertMaps((g, x) -> g.reduceSum(x, true), row(INF, -INF), NAN);
    assertMaps((g, x) -> g.reduceMean(x, true), row(3e38, 3e38), INF);
    assertMaps((g, x) -> g.reduceMax(x, true), row(-0.0, 0, -0.0), 0);
    assertMaps((g, x) -> g.reduceMin(x, true), row(0, -0.0, 0), -0.0);
    assertMaps((g, x) -> g.reduceMax(x, true), row(1, NAN, 2), NAN);
    assertMaps((g, x) -> g.cast(g.argMax(x, 0, true), DType.F32), row(-0.0, 0), 0);
    assertMaps((g, x) -> g.cast(g.argMax(x, 0, true), DType.F32), row(1, NAN, 2), 2);
    assertMaps((g, x) -> g.cast(g.argMin(x, 0, true), DType.F32), row(NAN, 1, 2), 0);
    assertMaps((g, x) -> g.cumSum(x, 0, false, false), row(-0.0, 1, NAN, 1), 0, 1, NAN, NAN);
    assertMaps((g, x) -> g.rmsNormalization(x, g.expand(g.literal(1f), 2), 0, 0f), row(INF, -3), NAN, -0.0);
    assertMaps((g, x) -> g.layerNormalization(x, g.expand(g.literal(1f), 2), null, 0, 0f), row(INF, 3), NAN, NAN);
    assertMaps((g, x) -> g.reshape(g.oneHot(g.cast(x, DType.I32), 2, 5f, 6f), 4), row(-1, 2), 6, 5, 6, 6);
  }

  @Test
  void products_zeroTimesInfinity_isNaN() {
    Tensor a = floats(dims(1, 2), 0, 1);
    Tensor b = floats(dims(2, 1), INF, 1);
    assertThat(evaluate((g, v) -> g.matMul(v.get(0), v.get(1)), a, b).getFloat(0)).isNaN();
    Tensor minusZero = floats(dims(1, 1), -0.0);
    assertThat(evaluate((g, v) -> g.matMul(v.get(0), v.get(1)), minusZero, floats(dims(1, 1), 1))
        .sameBits(floats(dims(1, 1), 0))).isTrue();
    Tensor image = floats(dims(1, 1, 1, 1), 1);
    Tensor kernel = floats(dims(1, 1, 1, 3), INF, 1, 1);
    assertThat(evaluate((g, v) -> g.conv(v.get(0), v.get(1), null, Sliding.unit().pad(0, 1, 0, 1), 1), image, kernel)
        .getFloat(0)).isNaN();
  }

  /// Every public operator, given values of another builder's, whatever the other arguments.
  @Test
  void operators_valuesOfAnotherBuilder_areRefused() {
    Value foreign = new GraphBuilder().state("x", DType.F32, Shape.of(2, 2));
    List<String> tried = new ArrayList<>();
    for (Method method : GraphBuilder.class.getDeclaredMethods()) {
      if (!Modifier.isPublic(method.getModifiers())
          || Stream.of(method.getParameterTypes()).noneMatch(t -> t == Value.class || t == Value[].class)) {
        continue;
      }
      Object[] arguments = Stream.of(method.getParameterTypes()).map(t -> argument(t, foreign)).toArray();
      assertThatThrownBy(() -> {
        try {
          method.invoke(new GraphBuilder(), arguments);
        } catch (InvocationTargetException e) {
          throw e.getCause();
        }
      }).as("%s", method).isInstanceOf(ForeignValueException.class);
      tried.add(method.getName());
    }
    assertThat(tried).hasSizeGreaterThan(80);
  }

  private static Object argument(Class<?> type, Value value) {
    if (type == Value.class) {
      return value;
    }
    if (type == Value[].class) {
      return new Value[] {value};
    }
    if (type.isArray()) {
      return Array.newInstance(type.getComponentType(), 0);
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    return switch (type.getSimpleName()) {
      case "int" -> 1;
      case "long" -> 1L;
      case "float" -> 1f;
      case "boolean" -> true;
      case "String" -> "x";
      case "Sliding" -> Sliding.unit();
      case "OptionalLong" -> OptionalLong.empty();
      case "RotaryEmbedding" -> new RotaryEmbedding(value, value);
      default -> throw new IllegalArgumentException("no argument for a " + type);
    };
  }
}
