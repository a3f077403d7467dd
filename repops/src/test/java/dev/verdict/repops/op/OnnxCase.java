package dev.verdict.repops.op;

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
import java.util.ArrayList;
import java.util.List;

/// One operator in ONNX Runtime and here, on the same operands. The tolerance is the one that ONNX Runtime's own
/// operator tests use for binary32 (`DefaultTolerance<float>`): 1e-5 absolute plus 1e-4 relative. Integers must be
/// equal, and NaN and infinities meet themselves.
record OnnxCase(String name, OnnxModel theirs, GraphCase.Operator ours, Tensor... operands) {
  private static final double ABSOLUTE = 1e-5;
  private static final double RELATIVE = 1e-4;

  /// A model of one node, whose inputs are the operands and then constants.
  static final class Node {
    private final String op;
    private final List<Attribute> attributes = new ArrayList<>();
    private final List<long[]> constants = new ArrayList<>();
    private final List<Type> types = new ArrayList<>();
    private Type result = Type.FLOAT;
    private int outputs = 1;
    private int output;

    private Node(String op) {
      this.op = op;
    }

    Node with(String attribute, long value) {
      attributes.add(Attribute.of(attribute, value));
      return this;
    }

    Node with(String attribute, float value) {
      attributes.add(Attribute.of(attribute, value));
      return this;
    }

    Node with(String attribute, String value) {
      attributes.add(Attribute.of(attribute, value));
      return this;
    }

    Node with(String attribute, long[] values) {
      attributes.add(Attribute.ints(attribute, values));
      return this;
    }

    /// One more input, after the operands: axes, bounds, a shape; left out where there are no numbers.
    Node constant(long... values) {
      constants.add(values);
      return this;
    }

    /// The operands' types, where those of their dtypes won't do.
    Node of(Type... operandTypes) {
      types.addAll(List.of(operandTypes));
      return this;
    }

    Node gives(Type type) {
      result = type;
      return this;
    }

    /// Compares output `index` of so many.
    Node output(int index, int of) {
      output = index;
      outputs = of;
      return this;
    }

    OnnxCase as(String name, GraphCase.Operator ours, Tensor... operands) {
      OnnxModel model = new OnnxModel();
      List<String> from = new ArrayList<>();
      for (int i = 0; i < operands.length; i++) {
        from.add("x" + i);
        model.input("x" + i, types.isEmpty() ? typeOf(operands[i].dtype()) : types.get(i),
            operands[i].shape().dims());
      }
      for (int i = 0; i < constants.size(); i++) {
        boolean there = constants.get(i).length > 0;
        from.add(there ? "c" + i : "");
        if (there) {
          model.constant("c" + i, constants.get(i));
        }
      }
      List<String> to = new ArrayList<>();
      for (int i = 0; i < outputs; i++) {
        to.add("y" + i);
      }
      model.node(op, from, to, attributes.toArray(Attribute[]::new)).output("y" + output, result);
      return new OnnxCase(name, model, ours, operands);
    }
  }

  static Node node(String op) {
    return new Node(op);
  }

  static Type typeOf(DType dtype) {
    return switch (dtype) {
      case F32 -> Type.FLOAT;
      case I32 -> Type.INT32;
      case U8 -> Type.UINT8;
    };
  }

  /// Skips the tests that need the runtime where it has no native library.
  static void assumeRuntime() {
    String reason = "";
    try {
      OrtEnvironment.getEnvironment();
    } catch (RuntimeException | LinkageError e) {
      reason = e.toString();
    }
    assumeTrue(reason.isEmpty(), "ONNX Runtime has no native library for this platform: " + reason);
  }

  void assertClose() throws OrtException {
    Tensor expected;
    try (OnnxSession session = OnnxSession.open(theirs, 1)) {
      expected = session.run(operands).getFirst();
    }
    Tensor actual = GraphCase.evaluate(ours, operands);
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
      assertThat(actual).as("element %s", i).isEqualTo(Float.valueOf(expected));
    } else {
      assertThat(Math.abs((double) actual - expected)).as("element %s: %s for %s", i, actual, expected)
          .isLessThanOrEqualTo(ABSOLUTE + RELATIVE * Math.abs(expected));
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
