package dev.verdict.repops.testing;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.util.Random;

/// Values that favour the edges: signed zeros, subnormals, infinities, NaN, ties, the ends of integer ranges.
public final class EdgeValues {
  private static final int[] FLOAT_BITS = {
    0x00000000, 0x80000000, 0x00000001, 0x80000001, 0x007fffff, 0x807fffff, 0x00800000, 0x80800000, 0x00800001,
    0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0x3f800000, 0xbf800000, 0x3f800001, 0x3f7fffff,
    0x40000000, 0x3f000000, 0x3fc00000, 0x40200000, 0x33800000, 0x33800001, 0x34000000, 0x4b000000, 0x4b800000,
    0x4b800001, 0x4f000000, 0xcf000000, 0x5f000000, 0xdf000000, 0x5effffff, 0x42b17217, 0x42b17218, 0xc2cff1b4,
    0xc2cff1b5, 0x1f800000, 0x5f7fffff,
  };

  private static final long[] LONGS = {
    0, 1, -1, 2, 3, -2, 7, 31, 32, 63, 64, 65, 127, 128, 255, 256, 0x7fffffffL, 0x80000000L, -0x80000000L,
    0xffffffffL, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1, Long.MIN_VALUE + 1,
    // Ties and their neighbours where an integer becomes an f32.
    (1L << 24) + 1, (1L << 24) + 2, (1L << 24) + 3, (1L << 25) + 2, (1L << 25) + 3, (1L << 40) + (1L << 16),
    (1L << 40) + (1L << 16) + 1, (1L << 62) + (1L << 38), (1L << 62) + (1L << 38) - 1,
  };

  private EdgeValues() {}

  /// A float: an edge, an ordinary number, a small integer, or any bits; a NaN is canonical.
  public static float anyFloat(Random random) {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> Float.intBitsToFloat(FLOAT_BITS[random.nextInt(FLOAT_BITS.length)]);
      case 3 -> random.nextInt(33) - 16;
      case 4 -> {
        float x = Float.intBitsToFloat(random.nextInt());
        yield x == x ? x : Float.NaN;
      }
      default -> (random.nextFloat() - 0.5f) * 8;
    };
  }

  /// An i64: an edge, a small number, or any bits.
  public static long anyLong(Random random) {
    return switch (random.nextInt(4)) {
      case 0, 1 -> LONGS[random.nextInt(LONGS.length)];
      case 2 -> random.nextInt(129) - 64;
      default -> random.nextLong();
    };
  }

  /// A register of the type that `dtype` loads into.
  public static long anyRegister(Random random, DType dtype) {
    return switch (dtype) {
      case F32 -> Float.floatToIntBits(anyFloat(random)) & 0xffffffffL;
      case I32 -> random.nextInt(3) == 0 ? random.nextInt(40) : (int) anyLong(random);
      case U8 -> anyLong(random) & 0xff;
    };
  }

  /// A tensor of such values.
  public static Tensor anyTensor(Random random, DType dtype, Shape shape) {
    Tensor t = Tensor.zeros(dtype, shape);
    for (long i = 0; i < t.numel(); i++) {
      t.setRegister(i, anyRegister(random, dtype));
    }
    return t;
  }
}
