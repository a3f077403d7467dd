package dev.verdict.repops.op;

import static dev.verdict.repops.op.GraphCase.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.verdict.repops.DType;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.testing.OnnxModel;
import dev.verdict.repops.testing.OnnxModel.Attribute;
import dev.verdict.repops.testing.OnnxModel.Type;
import dev.verdict.repops.testing.OnnxSession;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Forward values against ONNX Runtime, within the tolerance that its own operator tests use for binary32
/// (`DefaultTolerance<float>`): 1e-5 absolute plus 1e-4 relative. Integers must be equal, and NaN meet NaN.
class OnnxRuntimeParityTest {
  private static final double ABSOLUTE = 1e-5;
  private static final double RELATIVE = 1e-4;

  /// One operator there and here, on the same operands.
  record Case(String name, OnnxModel theirs, GraphCase.Operator ours, Tensor... operands) {
    @Override
    public String toString() {
      return name;
    }
  }

  /// One node `op` over inputs x0, x1, … of the operands' types, giving `y`.
  private static Case one(
      String name, String op, List<Attribute> attributes, GraphCase.Operator ours, Tensor... operands) {
    OnnxModel model = inputs(operands);
    model.node(op, names(operands), List.of("y"), attributes.toArray(Attribute[]::new));
    return new Case(name, model.output("y", Type.FLOAT), ours, operands);
  }

  private static OnnxModel inputs(Tensor... operands) {
    OnnxModel model = new OnnxModel();
    for (int i = 0; i < operands.length; i++) {
      model.input("x" + i, typeOf(operands[i].dtype()), operands[i].shape().dims());
    }
    return model;
  }

  private static List<String> names(Tensor... operands) {
    return IntStream.range(0, operands.length).mapToObj(i -> "x" + i).toList();
  }

  private static Type typeOf(DType dtype) {
    return switch (dtype) {
      case F32 -> Type.FLOAT;
      case I32 -> Type.INT32;
      case U8 -> Type.UINT8;
    };
  }

  private static Tensor r(long seed, long... dims) {
    return random(seed, -2, 2, dims);
  }

  static Stream<Case> products() {
    GraphCase.Operator matMul = (g, v) -> g.matMul(v.get(0), v.get(1));
    return Stream.of(
        one("MatMul", "MatMul", List.of(), matMul, r(1, 5, 33), r(2, 33, 4)),
        one("MatMul, batched", "MatMul", List.of(), matMul, r(1, 2, 3, 5, 7), r(2, 2, 3, 7, 4)),
        one("MatMul, b shared", "MatMul", List.of(), matMul, r(1, 2, 3, 5, 7), r(2, 7, 4)),
        one("MatMul, both broadcast", "MatMul", List.of(), matMul, r(1, 3, 1, 2, 5, 7), r(2, 4, 1, 7, 3)),
        one("MatMul, row", "MatMul", List.of(), matMul, r(1, 7), r(2, 2, 7, 3)),
        one("MatMul, column", "MatMul", List.of(), matMul, r(1, 2, 3, 7), r(2, 7)),
        one("MatMul, dot", "MatMul", List.of(), matMul, r(1, 7), r(2, 7)),
        one("Gemm", "Gemm", List.of(), (g, v) -> g.gemm(v.get(0), v.get(1), v.get(2), false, false), r(1, 5, 7),
            r(2, 7, 3), r(3, 3)),
        one("Gemm, everything", "Gemm",
            List.of(Attribute.of("alpha", 0.25f), Attribute.of("beta", -1.5f), Attribute.of("transA", 1),
                Attribute.of("transB", 1)),
            (g, v) -> g.gemm(v.get(0), v.get(1), v.get(2), 0.25f, -1.5f, true, true), r(1, 7, 5), r(2, 3, 7),
            r(3, 5, 1)),
        one("Gemm, no c", "Gemm", List.of(Attribute.of("alpha", 0.25f)),
            (g, v) -> g.gemm(v.get(0), v.get(1), null, 0.25f, 1f, false, false), r(1, 5, 7), r(2, 7, 3)));
  }

  @BeforeAll
  static void onnxRuntimeIsThere() {
    String reason = "";
    try {
      OrtEnvironment.getEnvironment();
    } catch (RuntimeException | LinkageError e) {
      reason = e.toString();
    }
    assumeTrue(reason.isEmpty(), "ONNX Runtime has no native library for this platform: " + reason);
  }

  @ParameterizedTest
  @MethodSource("products")
  void forward_ofEveryOperator_isCloseToOnnxRuntime(Case c) throws OrtException {
    Tensor expected;
    try (OnnxSession session = OnnxSession.open(c.theirs(), 1)) {
      expected = session.run(c.operands()).getFirst();
    }
    assertClose(GraphCase.evaluate(c.ours(), c.operands()), expected);
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    assertThat(actual.shape()).isEqualTo(expected.shape());
    for (long i = 0; i < actual.numel(); i++) {
      if (actual.dtype().isInteger()) {
        assertThat(actual.getLong(i)).as("element %s", i).isEqualTo(expected.getLong(i));
      } else {
        assertClose(i, actual.getFloat(i), expected.getFloat(i));
      }
    }
  }

  private static void assertClose(long i, float actual, float expected) {
    if (Float.isNaN(expected) || Float.isInfinite(expected)) {
      assertThat(actual).as("element %s", i).isEqualTo(expected);
    } else {
      assertThat(Math.abs((double) actual - expected)).as("element %s: %s for %s", i, actual, expected)
          .isLessThanOrEqualTo(ABSOLUTE + RELATIVE * Math.abs(expected));
    }
  }
}
