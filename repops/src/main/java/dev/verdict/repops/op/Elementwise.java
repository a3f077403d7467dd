package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/// Maps: one evaluation an element.
final class Elementwise {
  private static final float TWO_OVER_SQRT_PI = 0x1.20dd76p0f; // 1.1283792
  private static final float ONE_OVER_SQRT_2_PI = 0x1.988454p-2f; // 0.3989423
  /// The square root of the binary32 2/π, as ONNX has it; the binary32 nearest to √(2/π) is the next one up.
  private static final float SQRT_2_OVER_PI = 0x1.988452p-1f; // 0.79788452
  private static final float GELU_CUBIC = 0.044715f;
  private static final float MAX_EXPONENT = 1024;

  private Elementwise() {}

  private static Shape common(String label, Value a, Value b) {
    if (a.dtype() != b.dtype()) {
      throw new DTypeMismatchException(label, "b", a.dtype() + " as a is", b.dtype());
    }
    return Broadcast.of(label, "a", a.shape(), "b", b.shape());
  }

  /// f(a, b) with broadcasting; without derivations.
  private static NodeBuilder node(String label, Value a, Value b) {
    return a.graph().node(label, a.dtype(), common(label, a, b));
  }

  /// f(a, b), an inner step of a gradient.
  static Value map(String label, Value a, Value b, BinaryOperator<Scalar> f) {
    NodeBuilder n = node(label, a, b);
    return n.result(f.apply(n.load(a), n.load(b)));
  }

  /// f(x), an inner step of a gradient.
  static Value map(String label, Value x, UnaryOperator<Scalar> f) {
    NodeBuilder n = x.graph().node(label, x.dtype(), x.shape());
    return n.result(f.apply(n.load(x)));
  }

  private static Value unary(String label, Value x, UnaryOperator<Scalar> f, NodeBuilder.Pullback back) {
    NodeBuilder n = x.graph().node(label, x.dtype(), x.shape());
    return n.derive(x, back).result(f.apply(n.load(x)));
  }

  private static Value floatUnary(String label, Value x, UnaryOperator<Scalar> f, NodeBuilder.Pullback back) {
    Views.requireFloat(label, "x", x);
    return unary(label, x, f, back);
  }

  /// g · c, or g / c: folded where g is a literal, which gives the same bits.
  static Value scaled(String label, Value g, float c) {
    return g.storage() instanceof Storage.Literal l
        ? g.graph().literal(DType.F32, Float.floatToIntBits(Float.intBitsToFloat(l.bits()) * c), g.shape())
        : map(label, g, x -> x.times(x.node().constant(c)));
  }

  static Value divided(String label, Value g, float c) {
    return g.storage() instanceof Storage.Literal l
        ? g.graph().literal(DType.F32, Float.floatToIntBits(Float.intBitsToFloat(l.bits()) / c), g.shape())
        : map(label, g, x -> x.over(x.node().constant(c)));
  }

  static Value add(String label, Value a, Value b) {
    NodeBuilder n = node(label, a, b);
    n.derive(a, (g, y) -> Broadcast.sumTo(label + ".gradA", g, a.shape()));
    n.derive(b, (g, y) -> Broadcast.sumTo(label + ".gradB", g, b.shape()));
    return n.result(n.load(a).plus(n.load(b)));
  }

  static Value sub(String label, Value a, Value b) {
    NodeBuilder n = node(label, a, b);
    n.derive(a, (g, y) -> Broadcast.sumTo(label + ".gradA", g, a.shape()));
    n.derive(b, (g, y) -> map(label + ".gradB", Broadcast.sumTo(label + ".gradB", g, b.shape()), Scalar::negated));
    return n.result(n.load(a).minus(n.load(b)));
  }

  static Value mul(String label, Value a, Value b) {
    NodeBuilder n = node(label, a, b);
    n.derive(a, (g, y) -> Broadcast.sumTo(label + ".gradA", map(label + ".gradA", g, b, Scalar::times), a.shape()));
    n.derive(b, (g, y) -> Broadcast.sumTo(label + ".gradB", map(label + ".gradB", g, a, Scalar::times), b.shape()));
    return n.result(n.load(a).times(n.load(b)));
  }

  static Value div(String label, Value a, Value b) {
    NodeBuilder n = node(label, a, b);
    n.derive(a, (g, y) -> Broadcast.sumTo(label + ".gradA", map(label + ".gradA", g, b, Scalar::over), a.shape()));
    n.derive(b, (g, y) -> {
      NodeBuilder back = node(label + ".gradB", y, b);
      Scalar each = back.load(g).times(back.load(y)).over(back.load(b)).negated();
      return Broadcast.sumTo(label + ".gradB", back.result(each), b.shape());
    });
    return n.result(n.load(a).over(n.load(b)));
  }

  static Value min(String label, Value a, Value b) {
    NodeBuilder n = node(label, a, b);
    n.derive(a, (g, y) -> chosen(label + ".gradA", a, b, g, Scalar::atMost, a.shape()));
    n.derive(b, (g, y) -> chosen(label + ".gradB", b, a, g, Scalar::lessThan, b.shape()));
    return n.result(n.load(a).min(n.load(b)));
  }

  static Value max(String label, Value a, Value b) {
    NodeBuilder n = node(label, a, b);
    n.derive(a, (g, y) -> chosen(label + ".gradA", b, a, g, Scalar::atMost, a.shape()));
    n.derive(b, (g, y) -> chosen(label + ".gradB", a, b, g, Scalar::lessThan, b.shape()));
    return n.result(n.load(a).max(n.load(b)));
  }

  /// g where test(p, q), else +0; summed to a shape.
  private static Value chosen(String label, Value p, Value q, Value g, BinaryOperator<Scalar> test, Shape to) {
    NodeBuilder n = g.graph().node(label, DType.F32, g.shape());
    Scalar taken = test.apply(n.load(p), n.load(q));
    return Broadcast.sumTo(label, n.result(taken.choose(n.load(g), n.constant(0f))), to);
  }

  static Value compare(String label, Value a, Value b, BinaryOperator<Scalar> test) {
    NodeBuilder n = a.graph().node(label, DType.U8, common(label, a, b));
    return n.result(test.apply(n.load(a), n.load(b)));
  }

  /// test(a = 0, b = 0) of booleans.
  static Value logical(String label, Value a, Value b, BinaryOperator<Scalar> test) {
    Views.requireInteger(label, "a", a);
    Views.requireInteger(label, "b", b);
    NodeBuilder n = a.graph().node(label, DType.U8, common(label, a, b));
    Scalar zero = n.constant(0L);
    return n.result(test.apply(n.load(a).equalTo(zero), n.load(b).equalTo(zero)));
  }

  static Value not(Value x) {
    Views.requireInteger("Not", "x", x);
    NodeBuilder n = x.graph().node("Not", DType.U8, x.shape());
    return n.result(n.load(x).equalTo(n.constant(0L)));
  }

  static Value where(Value condition, Value a, Value b) {
    Views.requireInteger("Where", "condition", condition);
    Shape values = common("Where", a, b);
    Shape all = Broadcast.of("Where", "condition", condition.shape(), "values", values);
    NodeBuilder n = a.graph().node("Where", a.dtype(), all);
    n.derive(a, (g, y) -> {
      NodeBuilder back = g.graph().node("Where.gradA", DType.F32, all);
      Scalar each = back.load(condition).choose(back.load(g), back.constant(0f));
      return Broadcast.sumTo("Where.gradA", back.result(each), a.shape());
    });
    n.derive(b, (g, y) -> {
      NodeBuilder back = g.graph().node("Where.gradB", DType.F32, all);
      Scalar each = back.load(condition).choose(back.constant(0f), back.load(g));
      return Broadcast.sumTo("Where.gradB", back.result(each), b.shape());
    });
    return n.result(n.load(condition).choose(n.load(a), n.load(b)));
  }

  static Value neg(Value x) {
    return unary("Neg", x, Scalar::negated, (g, y) -> map("Neg.grad", g, Scalar::negated));
  }

  static Value abs(Value x) {
    return unary("Abs", x, Scalar::abs, (g, y) -> map("Abs.grad", x, g, (v, h) -> {
      Scalar zero = v.node().constant(0f);
      return zero.lessThan(v).choose(h, v.lessThan(zero).choose(h.negated(), zero));
    }));
  }

  static Value sqrt(Value x) {
    return floatUnary("Sqrt", x, Scalar::sqrt,
        (g, y) -> map("Sqrt.grad", g, y, (h, r) -> h.times(h.node().constant(0.5f)).over(r)));
  }

  static Value reciprocal(Value x) {
    return floatUnary("Reciprocal", x, v -> v.node().constant(1f).over(v),
        (g, y) -> map("Reciprocal.grad", g, y, (h, r) -> h.times(r.times(r)).negated()));
  }

  static Value pow(Value x, float exponent) {
    Views.requireFloat("Pow", "x", x);
    if (!(Math.abs(exponent) <= MAX_EXPONENT) || 2 * exponent != Math.rint(2 * exponent)) {
      throw new InvalidAttributeException("Pow", "exponent",
          "a multiple of 0.5 from " + -MAX_EXPONENT + " to " + MAX_EXPONENT, exponent);
    }
    if (exponent == 0) {
      return x.graph().literal(DType.F32, Float.floatToIntBits(1f), x.shape());
    }
    int halves = (int) (2 * exponent);
    return floatUnary("Pow", x, v -> power(v, halves), (g, y) -> map("Pow.grad", g, x,
        (h, v) -> h.times(v.node().constant(exponent).times(power(v, halves - 2)))));
  }

  /// v to halves / 2: binary powering from the highest bit, then a factor of √v, then the reciprocal.
  private static Scalar power(Scalar v, int halves) {
    Scalar one = v.node().constant(1f);
    int whole = Math.abs(halves) / 2;
    Scalar y = one;
    for (int bit = Integer.highestOneBit(whole); bit > 0; bit >>= 1) {
      y = y == one ? v : (whole & bit) == 0 ? y.times(y) : y.times(y).times(v);
    }
    if (halves % 2 != 0) {
      y = y == one ? v.sqrt() : y.times(v.sqrt());
    }
    return halves < 0 ? one.over(y) : y;
  }

  static Value exp(Value x) {
    return floatUnary("Exp", x, Scalar::fastExp, (g, y) -> map("Exp.grad", g, y, Scalar::times));
  }

  static Value log(Value x) {
    return floatUnary("Log", x, Scalar::log, (g, y) -> map("Log.grad", g, x, Scalar::over));
  }

  static Value tanh(Value x) {
    return floatUnary("Tanh", x, Scalar::tanh, (g, y) -> map("Tanh.grad", g, y,
        (h, r) -> h.times(r.negated().timesPlus(r, r.node().constant(1f)))));
  }

  static Value erf(Value x) {
    return floatUnary("Erf", x, Scalar::erf, (g, y) -> map("Erf.grad", g, x,
        (h, v) -> h.times(v.node().constant(TWO_OVER_SQRT_PI).times(v.times(v).negated().exp()))));
  }

  static Value sin(Value x) {
    return floatUnary("Sin", x, Scalar::sin, (g, y) -> map("Sin.grad", g, x, (h, v) -> h.times(v.cos())));
  }

  static Value cos(Value x) {
    return floatUnary("Cos", x, Scalar::cos, (g, y) -> map("Cos.grad", g, x, (h, v) -> h.times(v.sin()).negated()));
  }

  static Value gelu(Value x) {
    return floatUnary("Gelu", x, Scalar::gelu, (g, y) -> map("Gelu.grad", g, x, (h, v) -> {
      Scalar density = v.node().constant(ONE_OVER_SQRT_2_PI).times(v.node().constant(-0.5f).times(v.times(v)).exp());
      return h.times(v.timesPlus(density, v.normalCdf()));
    }));
  }

  static Value geluTanh(Value x) {
    return floatUnary("GeluTanh", x,
        v -> {
          Scalar half = v.node().constant(0.5f).times(v);
          return half.timesPlus(geluTanhInner(v).tanh(), half);
        },
        (g, y) -> map("GeluTanh.grad", g, x, (h, v) -> {
          Scalar one = v.node().constant(1f);
          Scalar half = v.node().constant(0.5f);
          Scalar t = geluTanhInner(v).tanh();
          Scalar slope = v.node().constant(SQRT_2_OVER_PI)
              .times(v.node().constant(3 * GELU_CUBIC).timesPlus(v.times(v), one));
          Scalar bend = v.times(t.negated().timesPlus(t, one)).times(slope);
          return h.times(half.times(one.plus(t).plus(bend)));
        }));
  }

  /// √(2/π) · (x + 0.044715 · x³).
  private static Scalar geluTanhInner(Scalar v) {
    return v.node().constant(SQRT_2_OVER_PI)
        .times(v.plus(v.node().constant(GELU_CUBIC).times(v.times(v).times(v))));
  }

  static Value relu(Value x) {
    return floatUnary("Relu", x, v -> v.max(v.node().constant(0f)), (g, y) -> map("Relu.grad", x, g, (v, h) -> {
      Scalar zero = v.node().constant(0f);
      return zero.lessThan(v).choose(h, zero);
    }));
  }

  static Value leakyRelu(Value x, float alpha) {
    return floatUnary("LeakyRelu", x, v -> leak(v, v, alpha), (g, y) -> map("LeakyRelu.grad", x, g,
        (v, h) -> leak(v, h, alpha)));
  }

  /// alpha · v where x < 0, else v.
  private static Scalar leak(Scalar x, Scalar v, float alpha) {
    return x.lessThan(x.node().constant(0f)).choose(v.node().constant(alpha).times(v), v);
  }

  static Value sigmoid(Value x) {
    return floatUnary("Sigmoid", x,
        v -> {
          Scalar one = v.node().constant(1f);
          return one.over(one.plus(v.negated().exp()));
        },
        (g, y) -> map("Sigmoid.grad", g, y, (h, r) -> h.times(r.times(r.node().constant(1f).minus(r)))));
  }

  static Value silu(Value x) {
    return floatUnary("Silu", x,
        v -> v.over(v.node().constant(1f).plus(v.negated().exp())),
        (g, y) -> map("Silu.grad", g, x, (h, v) -> {
          Scalar one = v.node().constant(1f);
          Scalar s = one.over(one.plus(v.negated().exp()));
          return h.times(s.times(v.timesPlus(one.minus(s), one)));
        }));
  }

  static Value clip(Value x, float min, float max) {
    if (Float.isNaN(min) || Float.isNaN(max)) {
      throw new InvalidAttributeException("Clip", "bounds", "numbers", min + " to " + max);
    }
    return floatUnary("Clip", x, v -> v.max(v.node().constant(min)).min(v.node().constant(max)),
        (g, y) -> map("Clip.grad", x, g, (v, h) -> {
          Scalar inside = v.node().constant(min).atMost(v).and(v.atMost(v.node().constant(max)));
          return inside.choose(h, v.node().constant(0f));
        }));
  }

  static Value cast(Value x, DType dtype) {
    if (x.dtype() == dtype) {
      return x;
    }
    NodeBuilder n = x.graph().node("Cast", dtype, x.shape());
    Scalar v = n.load(x);
    return n.result(dtype == DType.F32 ? v.toFloat() : v.toInteger());
  }
}
