package dev.verdict.repops.conformance;

import static dev.verdict.repops.conformance.Operand.floats;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.List;

/// Maps: one evaluation an element.
final class ElementwiseCases {
  private static final String SUMMED = ", each summed over the axes it was broadcast along";

  private static final Operand INTEGERS = Operand.ints(
      Shape.of(2, 7), 0, 1, -1, 2, -7, 100, 65_536, Integer.MAX_VALUE, Integer.MIN_VALUE, 3, -3, 9, -9, 10);
  private static final Operand DIVISORS = Operand.ints(Shape.of(7), 3, -3, 0, -1, 7, Integer.MAX_VALUE, 1);

  private ElementwiseCases() {}

  static List<OperatorCase> all() {
    return List.of(
        OperatorCase.of("Add").onnx("Add", 14).formula("a + b").gradient("g and g" + SUMMED)
            .takes(floats(3, 1, 7), floats(5, 7)).computes((g, x) -> g.add(x.get(0), x.get(1))),
        OperatorCase.of("Add, integers").onnx("Add", 14).formula("a + b, wrapping")
            .takes(INTEGERS, DIVISORS).computes((g, x) -> g.add(x.get(0), x.get(1))),
        OperatorCase.of("Sub").onnx("Sub", 14).formula("a − b").gradient("g and −g" + SUMMED)
            .takes(floats(5, 7), floats(3, 1, 7)).computes((g, x) -> g.sub(x.get(0), x.get(1))),
        OperatorCase.of("Mul").onnx("Mul", 14).formula("a · b").gradient("g · b and g · a" + SUMMED)
            .takes(floats(3, 5, 7), floats(5, 1)).computes((g, x) -> g.mul(x.get(0), x.get(1))),
        OperatorCase.of("Div").onnx("Div", 14).formula("a / b").gradient("g / b and −((g · y) / b)" + SUMMED)
            .takes(floats(3, 5, 7), floats(7)).computes((g, x) -> g.div(x.get(0), x.get(1))),
        OperatorCase.of("Div, integers").onnx("Div", 14).formula("a / b truncated, by zero 0")
            .takes(INTEGERS, DIVISORS).computes((g, x) -> g.div(x.get(0), x.get(1))),
        OperatorCase.of("Min").onnx("Min", 13).formula("IEEE 754-2019 minimum").gradient("g where it is the smaller")
            .takes(floats(3, 5, 7), floats(5, 7)).computes((g, x) -> g.min(x.get(0), x.get(1))),
        OperatorCase.of("Max").onnx("Max", 13).formula("IEEE 754-2019 maximum").gradient("g where it is the larger")
            .takes(floats(3, 5, 7), floats(5, 7)).computes((g, x) -> g.max(x.get(0), x.get(1))),
        OperatorCase.of("Min, of three").onnx("Min", 13).formula("Min from left to right")
            .gradient("as Min's").takes(floats(3, 5, 7), floats(5, 7), floats(7))
            .computes((g, x) -> g.min(x.get(0), x.get(1), x.get(2))),
        OperatorCase.of("Max, of three").onnx("Max", 13).formula("Max from left to right")
            .gradient("as Max's").takes(floats(3, 5, 7), floats(5, 7), floats(7))
            .computes((g, x) -> g.max(x.get(0), x.get(1), x.get(2))),
        OperatorCase.of("Equal").onnx("Equal", 19).formula("1 where a = b, else 0 (u8)")
            .takes(floats(3, 5, 7), floats(5, 7)).computes((g, x) -> g.equal(x.get(0), x.get(1))),
        OperatorCase.of("Less").onnx("Less", 13).formula("1 where a < b, else 0 (u8)")
            .takes(floats(3, 5, 7), floats(5, 7)).computes((g, x) -> g.less(x.get(0), x.get(1))),
        OperatorCase.of("LessOrEqual").onnx("LessOrEqual", 16).formula("1 where a ≤ b, else 0 (u8)")
            .takes(floats(3, 5, 7), floats(5, 7)).computes((g, x) -> g.lessOrEqual(x.get(0), x.get(1))),
        OperatorCase.of("Greater").onnx("Greater", 13).formula("1 where b < a, else 0 (u8)")
            .takes(floats(3, 5, 7), floats(5, 7)).computes((g, x) -> g.greater(x.get(0), x.get(1))),
        OperatorCase.of("GreaterOrEqual").onnx("GreaterOrEqual", 16).formula("1 where b ≤ a, else 0 (u8)")
            .takes(INTEGERS, DIVISORS).computes((g, x) -> g.greaterOrEqual(x.get(0), x.get(1))),
        OperatorCase.of("And").onnx("And", 7).formula("1 where neither is 0, else 0 (u8)")
            .takes(Operand.indices(DType.U8, 2, 5, 1), Operand.indices(DType.U8, 3, 7))
            .computes((g, x) -> g.and(x.get(0), x.get(1))),
        OperatorCase.of("Or").onnx("Or", 7).formula("1 where one isn't 0, else 0 (u8)")
            .takes(Operand.indices(DType.U8, 2, 5, 1), Operand.indices(DType.U8, 3, 7))
            .computes((g, x) -> g.or(x.get(0), x.get(1))),
        OperatorCase.of("Xor").onnx("Xor", 7).formula("1 where one alone isn't 0, else 0 (u8)")
            .takes(Operand.indices(DType.U8, 2, 5, 1), Operand.indices(DType.U8, 3, 7))
            .computes((g, x) -> g.xor(x.get(0), x.get(1))),
        OperatorCase.of("Not").onnx("Not", 1).formula("1 where x is 0, else 0 (u8)")
            .takes(INTEGERS).computes((g, x) -> g.not(x.get(0))),
        OperatorCase.of("Where").onnx("Where", 16).formula("a where the condition isn't 0, else b")
            .gradient("g where taken, else +0").takes(Operand.indices(DType.U8, 2, 5, 1), floats(5, 7), floats(7))
            .computes((g, x) -> g.where(x.get(0), x.get(1), x.get(2))),
        OperatorCase.of("Neg").onnx("Neg", 13).formula("−x").gradient("−g")
            .takes(floats(5, 7)).computes((g, x) -> g.neg(x.get(0))),
        OperatorCase.of("Abs").onnx("Abs", 13).formula("|x|").gradient("g where 0 < x, −g where x < 0, else +0")
            .takes(floats(5, 7)).computes((g, x) -> g.abs(x.get(0))),
        OperatorCase.of("Sqrt").onnx("Sqrt", 13).formula("√x").gradient("(g · 0.5) / y")
            .takes(floats(5, 7).between(-0.25f, 4f)).computes((g, x) -> g.sqrt(x.get(0))),
        OperatorCase.of("Reciprocal").onnx("Reciprocal", 13).formula("1 / x").gradient("−(g · (y · y))")
            .takes(floats(5, 7)).computes((g, x) -> g.reciprocal(x.get(0))),
        OperatorCase.of("Pow, 13").onnx("Pow", 15).formula("binary powering from the highest bit: ((x·x·x)²)² · x")
            .gradient("g · (13 · x¹²)").takes(floats(5, 7)).computes((g, x) -> g.pow(x.get(0), 13)),
        OperatorCase.of("Pow, -2.5").onnx("Pow", 15).formula("1 / ((x · x) · √x)").gradient("g · (−2.5 · x^−3.5)")
            .takes(floats(5, 7).between(-0.25f, 4f)).computes((g, x) -> g.pow(x.get(0), -2.5f)),
        OperatorCase.of("Exp").onnx("Exp", 13).formula("fastExp(x), eˣ by arithmetic").gradient("g · y")
            .takes(floats(5, 67).between(-100f, 90f)).computes((g, x) -> g.exp(x.get(0))),
        OperatorCase.of("Log").onnx("Log", 13).formula("ln x, correctly rounded").gradient("g / x")
            .takes(floats(5, 67).between(-1f, 9f)).computes((g, x) -> g.log(x.get(0))),
        OperatorCase.of("Tanh").onnx("Tanh", 13).formula("tanh x, correctly rounded").gradient("g · fma(−y, y, 1)")
            .takes(floats(5, 67).between(-10f, 10f)).computes((g, x) -> g.tanh(x.get(0))),
        OperatorCase.of("Erf").onnx("Erf", 13).formula("erf x, correctly rounded")
            .gradient("g · (2/√π · exp(−(x·x)))").takes(floats(5, 67).between(-4f, 4f)).computes((g, x) -> g.erf(x.get(0))),
        OperatorCase.of("Sin").onnx("Sin", 22).formula("sin x, correctly rounded").gradient("g · cos x")
            .takes(floats(5, 67).between(-1000f, 1000f)).computes((g, x) -> g.sin(x.get(0))),
        OperatorCase.of("Cos").onnx("Cos", 22).formula("cos x, correctly rounded").gradient("−(g · sin x)")
            .takes(floats(5, 67).between(-1000f, 1000f)).computes((g, x) -> g.cos(x.get(0))),
        OperatorCase.of("Gelu").onnx("Gelu", 20).formula("x · Φ(x), Φ by arithmetic")
            .gradient("g · fma(x, 1/√(2π) · exp(−0.5 · (x·x)), Φ(x))")
            .takes(floats(5, 67).between(-6f, 6f)).computes((g, x) -> g.gelu(x.get(0))),
        OperatorCase.of("Gelu, tanh").onnx("Gelu", 20)
            .formula("fma(h, tanh u, h), h = 0.5 · x, u = √(2/π) · (x + 0.044715 · ((x·x)·x))")
            .gradient("g · (0.5 · ((1 + t) + (x · fma(−t, t, 1)) · s)), t = tanh u")
            .takes(floats(5, 67).between(-6f, 6f)).computes((g, x) -> g.geluTanh(x.get(0))),
        OperatorCase.of("Relu").onnx("Relu", 14).formula("max(x, +0)").gradient("g where 0 < x, else +0")
            .takes(floats(5, 7)).computes((g, x) -> g.relu(x.get(0))),
        OperatorCase.of("LeakyRelu").onnx("LeakyRelu", 16).formula("alpha · x where x < 0, else x")
            .gradient("alpha · g where x < 0, else g")
            .takes(floats(5, 7)).computes((g, x) -> g.leakyRelu(x.get(0), 0.01f)),
        OperatorCase.of("Sigmoid").onnx("Sigmoid", 13).formula("1 / (1 + exp(−x))").gradient("g · (y · (1 − y))")
            .takes(floats(5, 67).between(-20f, 20f)).computes((g, x) -> g.sigmoid(x.get(0))),
        OperatorCase.of("Silu").onnx("Swish", 24).formula("x / (1 + exp(−x)), alpha = 1")
            .gradient("g · (s · fma(x, 1 − s, 1)), s = 1 / (1 + exp(−x))")
            .takes(floats(5, 67).between(-20f, 20f)).computes((g, x) -> g.silu(x.get(0))),
        OperatorCase.of("Clip").onnx("Clip", 13).formula("min(max(x, lower), upper)")
            .gradient("g where lower ≤ x ≤ upper, else +0").takes(floats(5, 7))
            .computes((g, x) -> g.clip(x.get(0), -0.5f, 0.25f)),
        OperatorCase.of("Cast, to i32").onnx("Cast", 25).formula("truncated, saturated at i64, the low 32 bits; NaN 0")
            .takes(floats(5, 7).between(-1e10f, 1e10f)).computes((g, x) -> g.cast(x.get(0), DType.I32)),
        OperatorCase.of("Cast, to u8").onnx("Cast", 25).formula("truncated, saturated at i64, the low 8 bits; NaN 0")
            .takes(floats(5, 7).between(-600f, 600f)).computes((g, x) -> g.cast(x.get(0), DType.U8)),
        OperatorCase.of("Cast, to f32").onnx("Cast", 25).formula("to nearest, ties to even")
            .takes(INTEGERS).computes((g, x) -> g.cast(x.get(0), DType.F32)));
  }
}
