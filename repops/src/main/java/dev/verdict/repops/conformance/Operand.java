package dev.verdict.repops.conformance;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.op.Initializer;
import java.util.List;
import java.util.stream.IntStream;

/// What an operator's case reads: a tensor that is made the same way everywhere.
public sealed interface Operand {
  DType dtype();

  Shape shape();

  /// Whether the case asks for the loss's gradient for it.
  boolean isDifferentiated();

  /// The tensor of operand number `index`.
  Tensor tensor(int index, Edges edges);

  /// f32 in [−1, 1) by Philox, differentiated, sprinkled with special values.
  static Floats floats(long... dims) {
    return new Floats(Shape.of(dims), -1f, 1f, true, true);
  }

  /// i32 with these values.
  static Integers ints(Shape shape, int... values) {
    return new Integers(DType.I32, shape, IntStream.of(values).boxed().toList());
  }

  /// u8 with these values.
  static Integers bytes(Shape shape, int... values) {
    return new Integers(DType.U8, shape, IntStream.of(values).boxed().toList());
  }

  /// Integers that run through 0 … bound − 1 in no order that is easy to guess.
  static Integers indices(DType dtype, int bound, long... dims) {
    Shape shape = Shape.of(dims);
    return new Integers(dtype, shape, IntStream.range(0, Math.toIntExact(shape.numel()))
        .map(i -> (i * 7 + i * i * 3 + 2) % bound).boxed().toList());
  }

  /// Uniform in [low, high): low + (high − low) · u with u a multiple of 2⁻²⁴, each operation rounded.
  ///
  /// @param isDifferentiated whether gradients for it are part of the case
  /// @param hasEdges whether special values may stand in it
  record Floats(Shape shape, float low, float high, boolean isDifferentiated, boolean hasEdges) implements Operand {
    private static final long SEED = 0x5eed;

    /// In another range.
    public Floats between(float from, float to) {
      return new Floats(shape, from, to, isDifferentiated, hasEdges);
    }

    /// Without a gradient.
    public Floats held() {
      return new Floats(shape, low, high, false, hasEdges);
    }

    /// Without special values.
    public Floats ordinary() {
      return new Floats(shape, low, high, isDifferentiated, false);
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public Tensor tensor(int index, Edges edges) {
      Tensor t = new Initializer.Uniform(1f).tensor(DType.F32, shape, SEED, index);
      for (long i = 0; i < t.numel(); i++) {
        t.setFloat(i, low + (high - low) * (0.5f * (t.getFloat(i) + 1f)));
      }
      if (hasEdges) {
        edges.sprinkle(t, index);
      }
      return t;
    }
  }

  /// Listed integers.
  record Integers(DType dtype, Shape shape, List<Integer> values) implements Operand {
    public Integers {
      values = List.copyOf(values);
      if (shape.numel() != values.size()) {
        throw new IllegalArgumentException(shape + " has " + shape.numel() + " elements, not " + values.size());
      }
    }

    @Override
    public boolean isDifferentiated() {
      return false;
    }

    @Override
    public Tensor tensor(int index, Edges edges) {
      Tensor t = Tensor.zeros(dtype, shape);
      for (int i = 0; i < values.size(); i++) {
        t.setLong(i, values.get(i));
      }
      return t;
    }
  }
}
