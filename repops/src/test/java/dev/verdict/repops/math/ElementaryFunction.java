package dev.verdict.repops.math;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.function.BiConsumer;

/// The functions under test, with their vectors.
enum ElementaryFunction {
  /// 34 hard inputs. The blocks: zeros and subnormals, both signs; the hardest inputs; results that
  /// are subnormal (c2ae…c2cf) and the thresholds of +0 and +∞; infinities and NaNs.
  EXP(
      Exp::exp,
      Elementary::exp,
      34,
      0x000, 0x001, 0x007, 0x008, 0x330, 0x377, 0x397, 0x3ae, 0x3f7, 0x3f8, 0x403, 0x428, 0x42b,
      0x42c, 0x7f7, 0x7f8, 0x7ff, 0x800, 0xb30, 0xbae, 0xbbf, 0xc16, 0xc2a, 0xc2b, 0xc2c, 0xc2d,
      0xff8, 0xfff),
  /// 134 hard inputs. The blocks: zeros, subnormals and their border to the normals; the inputs that
  /// a plain evaluation gets wrong and the hardest after them; both sides of 1, √½ and √2; infinities
  /// and NaNs; negative inputs.
  LOG(
      Log::log,
      Elementary::log,
      134,
      0x000, 0x001, 0x007, 0x008, 0x022, 0x1f1, 0x38d, 0x3bf, 0x3c4, 0x3f3, 0x3f7, 0x3f8, 0x3fb,
      0x3fd, 0x411, 0x466, 0x4c5, 0x4d6, 0x658, 0x66a, 0x6f3, 0x79e, 0x7f7, 0x7f8, 0x7fc, 0x800,
      0xbf8, 0xff8),
  /// 8 hard inputs. The blocks: zeros, subnormals and their border to the normals; the hardest inputs; where k becomes 1
  /// (3e3); the threshold of 1; infinities and NaNs.
  TANH(
      Tanh::tanh,
      Elementary::tanh,
      8,
      0x000, 0x001, 0x007, 0x008, 0x330, 0x394, 0x39a, 0x3ac, 0x3cd, 0x3ee, 0x3e3, 0x3f0, 0x3f8,
      0x3ff, 0x402, 0x40a, 0x410, 0x411, 0x412, 0x7f7, 0x7f8, 0x7ff, 0x800, 0x808, 0xbac, 0xbee,
      0xc11, 0xff8),
  /// 222 hard inputs. The blocks: zeros, subnormals and their border to the normals; the hardest inputs; where the ranges
  /// meet (3f7, 3f8) and the threshold of 1 (407); infinities and NaNs.
  ERF(
      Erf::erf,
      Elementary::erf,
      222,
      0x000, 0x001, 0x007, 0x008, 0x330, 0x394, 0x39c, 0x3b8, 0x3d8, 0x3e0, 0x3f0, 0x3f7, 0x3f8,
      0x3fc, 0x3ff, 0x400, 0x404, 0x407, 0x408, 0x7f7, 0x7f8, 0x7ff, 0x800, 0xb94, 0xbf7, 0xbf8,
      0xc07, 0xff8),
  /// 158 hard inputs. The blocks: zeros, subnormals and their border to the normals; about π/4, π/2 and π; the hardest
  /// inputs; where the reductions meet (497, 498); the largest inputs, infinities and NaNs.
  SIN(
      Sin::sin,
      Elementary::sin,
      158,
      0x000, 0x001, 0x007, 0x008, 0x330, 0x394, 0x3f4, 0x3fc, 0x404, 0x437, 0x461, 0x497, 0x498,
      0x499, 0x4c0, 0x55c, 0x5f2, 0x67a, 0x732, 0x7f7, 0x7f8, 0x7ff, 0x800, 0xbf4, 0xc61, 0xc98,
      0xf32, 0xff8),
  /// 162 hard inputs. The blocks as SIN's.
  COS(
      Cos::cos,
      Elementary::cos,
      162,
      0x000, 0x001, 0x007, 0x008, 0x330, 0x398, 0x3c1, 0x3f4, 0x3fc, 0x404, 0x437, 0x497, 0x498,
      0x499, 0x4c0, 0x55e, 0x592, 0x594, 0x5f1, 0x611, 0x7f7, 0x7f8, 0x7ff, 0x800, 0xbf4, 0xc98,
      0xe11, 0xff8);

  final FloatUnaryFunction scalar;
  final BiConsumer<MemorySegment, MemorySegment> vector;
  final int hardInputs;
  final int[] sampleBlocks;

  ElementaryFunction(
      FloatUnaryFunction scalar,
      BiConsumer<MemorySegment, MemorySegment> vector,
      int hardInputs,
      int... sampleBlocks) {
    this.scalar = scalar;
    this.vector = vector;
    this.hardInputs = hardInputs;
    this.sampleBlocks = sampleBlocks;
  }

  ChecksumTable table() throws IOException {
    return ChecksumTable.read(TestData.file(fileName("blocks")));
  }

  String fileName(String kind) {
    return "elementary/" + name().toLowerCase(Locale.ROOT) + "." + kind + ".txt";
  }
}
