package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;

/// The first value of a state slot: a pure function of dtype, shape, seed and slot number.
public sealed interface Initializer {
  /// A new tensor.
  ///
  /// @param slot the slot's number, which keeps slots of one seed independent
  Tensor tensor(DType dtype, Shape shape, long seed, int slot);

  /// All zeros.
  static Initializer zeros() {
    return new Zeros();
  }

  /// The f32 `value` everywhere.
  static Initializer constant(float value) {
    return new Constant(value);
  }

  /// Uniform in ±√(6 / fanIn), He's initialisation for ReLU (He et al., 2015); see [Uniform].
  static Initializer kaimingUniform(long fanIn) {
    return new Uniform((float) Math.sqrt(6.0 / fanIn));
  }

  /// Uniform in ±bound; see [Uniform].
  static Initializer uniform(float bound) {
    return new Uniform(bound);
  }

  /// All zeros.
  record Zeros() implements Initializer {
    @Override
    public Tensor tensor(DType dtype, Shape shape, long seed, int slot) {
      return Tensor.zeros(dtype, shape);
    }
  }

  /// One f32 everywhere.
  record Constant(float value) implements Initializer {
    @Override
    public Tensor tensor(DType dtype, Shape shape, long seed, int slot) {
      requireFloat(dtype);
      Tensor t = Tensor.zeros(dtype, shape);
      for (long i = 0; i < t.numel(); i++) {
        t.setFloat(i, value);
      }
      return t;
    }
  }

  /// bound · (2u − 1) with u = (word ≫ 8) · 2⁻²⁴. Element i's word is word i mod 4 of [Philox] at counter
  /// (⌊i / 4⌋ low, high, slot, 0) under key (seed low, seed high). 2u − 1 is exact, and the product rounded once.
  record Uniform(float bound) implements Initializer {
    @Override
    public Tensor tensor(DType dtype, Shape shape, long seed, int slot) {
      requireFloat(dtype);
      Tensor t = Tensor.zeros(dtype, shape);
      int[] words = new int[4];
      for (long i = 0; i < t.numel(); i++) {
        if (i % 4 == 0) {
          words = Philox.words((int) (i / 4), (int) (i / 4 >>> 32), slot, 0, (int) seed, (int) (seed >>> 32));
        }
        float u = (words[(int) (i % 4)] >>> 8) * 0x1p-24f;
        t.setFloat(i, bound * (2f * u - 1f));
      }
      return t;
    }
  }

  private static void requireFloat(DType dtype) {
    if (dtype != DType.F32) {
      throw new DTypeMismatchException("Initializer", "the slot", "F32", dtype);
    }
  }
}
