package dev.verdict.repops.math;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

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

  /// `out[i] = e^in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ or aren't whole
  /// elements, or the segments overlap without being equal.
  public static void exp(MemorySegment out, MemorySegment in) {
    exp(out, 0, in, 0, requireSameSize(out, in));
  }

  /// The same for `bytes` bytes of each from `outAt` and `inAt` on. Throws [IndexOutOfBoundsException] where a range
  /// isn't in its segment, [IllegalArgumentException] where the ranges aren't whole elements or overlap without being
  /// equal.
  public static void exp(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    requireElementwise(out, outAt, in, inAt, bytes);
    if (isForPairs(out, outAt, in, inAt, bytes)) {
      PairElementary.exp(out, outAt, in, inAt, bytes);
    } else if (VECTORISED) {
      VectorElementary.exp(out.asSlice(outAt, bytes), in.asSlice(inAt, bytes));
    } else {
      ScalarElementary.exp(out.asSlice(outAt, bytes), in.asSlice(inAt, bytes), 0, bytes);
    }
  }

  /// `out[i] = ln in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ or aren't whole
  /// elements, or the segments overlap without being equal.
  public static void log(MemorySegment out, MemorySegment in) {
    log(out, 0, in, 0, requireSameSize(out, in));
  }

  /// The same for `bytes` bytes of each from `outAt` and `inAt` on. Throws [IndexOutOfBoundsException] where a range
  /// isn't in its segment, [IllegalArgumentException] where the ranges aren't whole elements or overlap without being
  /// equal.
  public static void log(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    requireElementwise(out, outAt, in, inAt, bytes);
    MemorySegment results = out.asSlice(outAt, bytes);
    MemorySegment values = in.asSlice(inAt, bytes);
    if (VECTORISED) {
      VectorElementary.log(results, values);
    } else {
      ScalarElementary.log(results, values, 0, bytes);
    }
  }

  /// `out[i] = tanh in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ or aren't whole
  /// elements, or the segments overlap without being equal.
  public static void tanh(MemorySegment out, MemorySegment in) {
    tanh(out, 0, in, 0, requireSameSize(out, in));
  }

  /// The same for `bytes` bytes of each from `outAt` and `inAt` on. Throws [IndexOutOfBoundsException] where a range
  /// isn't in its segment, [IllegalArgumentException] where the ranges aren't whole elements or overlap without being
  /// equal.
  public static void tanh(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    requireElementwise(out, outAt, in, inAt, bytes);
    MemorySegment results = out.asSlice(outAt, bytes);
    MemorySegment values = in.asSlice(inAt, bytes);
    if (VECTORISED) {
      VectorElementary.tanh(results, values);
    } else {
      ScalarElementary.tanh(results, values, 0, bytes);
    }
  }

  /// `out[i] = erf in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ or aren't whole
  /// elements, or the segments overlap without being equal.
  public static void erf(MemorySegment out, MemorySegment in) {
    erf(out, 0, in, 0, requireSameSize(out, in));
  }

  /// The same for `bytes` bytes of each from `outAt` and `inAt` on. Throws [IndexOutOfBoundsException] where a range
  /// isn't in its segment, [IllegalArgumentException] where the ranges aren't whole elements or overlap without being
  /// equal.
  public static void erf(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    requireElementwise(out, outAt, in, inAt, bytes);
    if (isForPairs(out, outAt, in, inAt, bytes)) {
      PairElementary.erf(out, outAt, in, inAt, bytes);
    } else if (VECTORISED) {
      VectorElementary.erf(out.asSlice(outAt, bytes), in.asSlice(inAt, bytes));
    } else {
      ScalarElementary.erf(out.asSlice(outAt, bytes), in.asSlice(inAt, bytes), 0, bytes);
    }
  }

  /// `out[i] = sin in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ or aren't whole
  /// elements, or the segments overlap without being equal.
  public static void sin(MemorySegment out, MemorySegment in) {
    sin(out, 0, in, 0, requireSameSize(out, in));
  }

  /// The same for `bytes` bytes of each from `outAt` and `inAt` on. Throws [IndexOutOfBoundsException] where a range
  /// isn't in its segment, [IllegalArgumentException] where the ranges aren't whole elements or overlap without being
  /// equal.
  public static void sin(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    requireElementwise(out, outAt, in, inAt, bytes);
    MemorySegment results = out.asSlice(outAt, bytes);
    MemorySegment values = in.asSlice(inAt, bytes);
    if (VECTORISED) {
      VectorElementary.sin(results, values);
    } else {
      ScalarElementary.sin(results, values, 0, bytes);
    }
  }

  /// `out[i] = cos in[i]` for every element. Throws [IllegalArgumentException] where the sizes differ or aren't whole
  /// elements, or the segments overlap without being equal.
  public static void cos(MemorySegment out, MemorySegment in) {
    cos(out, 0, in, 0, requireSameSize(out, in));
  }

  /// The same for `bytes` bytes of each from `outAt` and `inAt` on. Throws [IndexOutOfBoundsException] where a range
  /// isn't in its segment, [IllegalArgumentException] where the ranges aren't whole elements or overlap without being
  /// equal.
  public static void cos(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    requireElementwise(out, outAt, in, inAt, bytes);
    MemorySegment results = out.asSlice(outAt, bytes);
    MemorySegment values = in.asSlice(inAt, bytes);
    if (VECTORISED) {
      VectorElementary.cos(results, values);
    } else {
      ScalarElementary.cos(results, values, 0, bytes);
    }
  }

  /// The width in bits of the vectors that the functions compute with, or 0 where they are scalar.
  public static int vectorBits() {
    return VECTORISED ? VectorElementary.DOUBLES.vectorBitSize() : 0;
  }

  private static long requireSameSize(MemorySegment out, MemorySegment in) {
    if (out.byteSize() != in.byteSize()) {
      throw new IllegalArgumentException("elementwise function: expected equal sizes, got out " + out.byteSize()
          + " bytes, in " + in.byteSize() + " bytes");
    }
    return in.byteSize();
  }

  private static void requireElementwise(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    Objects.checkFromIndexSize(outAt, bytes, out.byteSize());
    Objects.checkFromIndexSize(inAt, bytes, in.byteSize());
    if (bytes % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "elementwise function: expected whole f32 elements, got " + bytes + " bytes");
    }
    long apart = apart(out, outAt, in, inAt);
    if (apart != 0 && Math.abs(apart) < bytes && overlap(out, outAt, in, inAt, bytes)) {
      throw new IllegalArgumentException("elementwise function: out begins " + apart
          + " bytes from in and overlaps it; they must be the same memory or disjoint");
    }
  }

  /// From the first byte of one to that of the other, where they overlap: they have the same base then. Cheap, so that
  /// it is asked first.
  private static long apart(MemorySegment out, long outAt, MemorySegment in, long inAt) {
    return out.address() + outAt - (in.address() + inAt);
  }

  private static boolean overlap(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    return out.asSlice(outAt, bytes).asOverlappingSlice(in.asSlice(inAt, bytes)).isPresent();
  }

  /// Whether ranges that passed [#requireElementwise] are disjoint and long enough.
  private static boolean isForPairs(MemorySegment out, long outAt, MemorySegment in, long inAt, long bytes) {
    return PAIRS && bytes >= PairElementary.LEAST_BYTES
        && (apart(out, outAt, in, inAt) != 0 || !overlap(out, outAt, in, inAt, bytes));
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
