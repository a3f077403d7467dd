package dev.verdict.repops.math;

import java.lang.foreign.MemorySegment;

/// The elementary functions over whole tensors: the one door to their SIMD twins.
///
/// Every result equals the scalar function's ([Exp], [Log], [Tanh], [Erf], [Sin], [Cos]) in every bit, whatever the
/// vector width. The width is the machine's preferred one, or scalar code where that is less than 256 bits; the system
/// property `verdict.vectorBits`, read once, overrides it with 128, 256 or 512, or with 0 for scalar code. Where the
/// Vector API is missing the scalar functions serve, and that is logged once.
///
/// Destination first; nothing is allocated that grows with them. Source and destination may be the same memory (`exp`
/// and `erf` are faster where they aren't), but may not otherwise overlap. Elements are little-endian binary32, at any
/// alignment. A process does best to pass segments of one kind, heap or native: with both, the loops are compiled for
/// either and are several times slower.
public final class Elementary {
  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final boolean VECTORISED = vectorised();
  private static final boolean PAIRS = VECTORISED && PairElementary.isSupported();

  private Elementary() {}

  /// `out[i] = e^in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ
  /// or aren't whole elements, or the segments overlap without being equal.
  public static void exp(MemorySegment out, MemorySegment in) {
    exp(out, in, 0);
  }

  /// `out[i] = e^(in[i] − minus)` for every element, the difference rounded: a softmax's numerators in one pass. Throws
  /// as [#exp(MemorySegment, MemorySegment)] does.
  public static void exp(MemorySegment out, MemorySegment in, float minus) {
    requireElementwise(out, in);
    if (isForPairs(out, in)) {
      PairElementary.exp(out, in, minus);
    } else if (VECTORISED) {
      VectorElementary.exp(out, in, minus);
    } else {
      ScalarElementary.exp(out, in, minus, 0, in.byteSize());
    }
  }

  /// `out[outOffset + i] = e^in[inOffset + i]` for i in \[0, count). Throws
  /// [IndexOutOfBoundsException] where a range isn't in its array, [IllegalArgumentException] where
  /// the ranges overlap without being equal.
  public static void exp(float[] out, int outOffset, float[] in, int inOffset, int count) {
    exp(slice(out, outOffset, count), slice(in, inOffset, count));
  }

  /// `out[i] = ln in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ
  /// or aren't whole elements, or the segments overlap without being equal.
  public static void log(MemorySegment out, MemorySegment in) {
    requireElementwise(out, in);
    if (VECTORISED) {
      VectorElementary.log(out, in);
    } else {
      ScalarElementary.log(out, in, 0, in.byteSize());
    }
  }

  /// `out[outOffset + i] = ln in[inOffset + i]` for i in \[0, count). Throws
  /// [IndexOutOfBoundsException] where a range isn't in its array, [IllegalArgumentException] where
  /// the ranges overlap without being equal.
  public static void log(float[] out, int outOffset, float[] in, int inOffset, int count) {
    log(slice(out, outOffset, count), slice(in, inOffset, count));
  }

  /// `out[i] = tanh in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ
  /// or aren't whole elements, or the segments overlap without being equal.
  public static void tanh(MemorySegment out, MemorySegment in) {
    requireElementwise(out, in);
    if (VECTORISED) {
      VectorElementary.tanh(out, in);
    } else {
      ScalarElementary.tanh(out, in, 0, in.byteSize());
    }
  }

  /// `out[outOffset + i] = tanh in[inOffset + i]` for i in \[0, count). Throws
  /// [IndexOutOfBoundsException] where a range isn't in its array, [IllegalArgumentException] where
  /// the ranges overlap without being equal.
  public static void tanh(float[] out, int outOffset, float[] in, int inOffset, int count) {
    tanh(slice(out, outOffset, count), slice(in, inOffset, count));
  }

  /// `out[i] = erf in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ
  /// or aren't whole elements, or the segments overlap without being equal.
  public static void erf(MemorySegment out, MemorySegment in) {
    requireElementwise(out, in);
    if (isForPairs(out, in)) {
      PairElementary.erf(out, in);
    } else if (VECTORISED) {
      VectorElementary.erf(out, in);
    } else {
      ScalarElementary.erf(out, in, 0, in.byteSize());
    }
  }

  /// `out[outOffset + i] = erf in[inOffset + i]` for i in \[0, count). Throws
  /// [IndexOutOfBoundsException] where a range isn't in its array, [IllegalArgumentException] where
  /// the ranges overlap without being equal.
  public static void erf(float[] out, int outOffset, float[] in, int inOffset, int count) {
    erf(slice(out, outOffset, count), slice(in, inOffset, count));
  }

  /// `out[i] = sin in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ
  /// or aren't whole elements, or the segments overlap without being equal.
  public static void sin(MemorySegment out, MemorySegment in) {
    requireElementwise(out, in);
    if (VECTORISED) {
      VectorElementary.sin(out, in);
    } else {
      ScalarElementary.sin(out, in, 0, in.byteSize());
    }
  }

  /// `out[outOffset + i] = sin in[inOffset + i]` for i in \[0, count). Throws
  /// [IndexOutOfBoundsException] where a range isn't in its array, [IllegalArgumentException] where
  /// the ranges overlap without being equal.
  public static void sin(float[] out, int outOffset, float[] in, int inOffset, int count) {
    sin(slice(out, outOffset, count), slice(in, inOffset, count));
  }

  /// `out[i] = cos in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ
  /// or aren't whole elements, or the segments overlap without being equal.
  public static void cos(MemorySegment out, MemorySegment in) {
    requireElementwise(out, in);
    if (VECTORISED) {
      VectorElementary.cos(out, in);
    } else {
      ScalarElementary.cos(out, in, 0, in.byteSize());
    }
  }

  /// `out[outOffset + i] = cos in[inOffset + i]` for i in \[0, count). Throws
  /// [IndexOutOfBoundsException] where a range isn't in its array, [IllegalArgumentException] where
  /// the ranges overlap without being equal.
  public static void cos(float[] out, int outOffset, float[] in, int inOffset, int count) {
    cos(slice(out, outOffset, count), slice(in, inOffset, count));
  }

  /// The width in bits of the vectors that the functions compute with, or 0 where they are scalar.
  public static int vectorBits() {
    return VECTORISED ? VectorElementary.DOUBLES.vectorBitSize() : 0;
  }

  private static MemorySegment slice(float[] array, int offset, int count) {
    return MemorySegment.ofArray(array)
        .asSlice((long) offset * Float.BYTES, (long) count * Float.BYTES);
  }

  private static void requireElementwise(MemorySegment out, MemorySegment in) {
    if (out.byteSize() != in.byteSize() || in.byteSize() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "elementwise function: expected equal sizes in whole f32 elements, got out "
              + out.byteSize()
              + " bytes, in "
              + in.byteSize()
              + " bytes");
    }
    // Where they overlap they have the same base, so that their addresses can be compared: first, since that is cheap.
    long apart = Math.abs(out.address() - in.address());
    if (apart != 0 && apart < in.byteSize() && out.asOverlappingSlice(in).isPresent()) {
      throw new IllegalArgumentException(
          "elementwise function: out begins "
              + (out.address() - in.address())
              + " bytes from in and overlaps it; they must be the same memory or disjoint");
    }
  }

  /// Whether segments that passed [#requireElementwise] are disjoint and long enough.
  private static boolean isForPairs(MemorySegment out, MemorySegment in) {
    return PAIRS && out.byteSize() >= PairElementary.LEAST_BYTES
        && (out.address() != in.address() || out.asOverlappingSlice(in).isEmpty());
  }

  private static boolean vectorised() {
    Integer bits = Integer.getInteger("verdict.vectorBits");
    if (bits != null && bits == 0) {
      return false;
    }
    if (ModuleLayer.boot().findModule(VECTOR_MODULE).isEmpty()) {
      System.getLogger(Elementary.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "The Vector API is missing and elementary functions run as scalar code, several times"
                  + " slower; start Java with --add-modules "
                  + VECTOR_MODULE);
      return false;
    }
    // In this order, so that an invalid width fails here rather than at the first call.
    return VectorElementary.isFasterThanScalar() || bits != null;
  }
}
