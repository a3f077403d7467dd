package dev.verdict.repops.math;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Loops of the scalar functions over the bytes [from, to) of their operands: what [Elementary] uses without SIMD, and
/// for the elements that don't fill a vector.
final class ScalarElementary {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ScalarElementary() {}

  static void exp(MemorySegment out, MemorySegment in, long from, long to) {
    for (long at = from; at < to; at += Float.BYTES) {
      out.set(FLOAT, at, Exp.exp(in.get(FLOAT, at)));
    }
  }

  static void log(MemorySegment out, MemorySegment in, long from, long to) {
    for (long at = from; at < to; at += Float.BYTES) {
      out.set(FLOAT, at, Log.log(in.get(FLOAT, at)));
    }
  }

  static void tanh(MemorySegment out, MemorySegment in, long from, long to) {
    for (long at = from; at < to; at += Float.BYTES) {
      out.set(FLOAT, at, Tanh.tanh(in.get(FLOAT, at)));
    }
  }

  static void erf(MemorySegment out, MemorySegment in, long from, long to) {
    for (long at = from; at < to; at += Float.BYTES) {
      out.set(FLOAT, at, Erf.erf(in.get(FLOAT, at)));
    }
  }

  static void sin(MemorySegment out, MemorySegment in, long from, long to) {
    for (long at = from; at < to; at += Float.BYTES) {
      out.set(FLOAT, at, Sin.sin(in.get(FLOAT, at)));
    }
  }

  static void cos(MemorySegment out, MemorySegment in, long from, long to) {
    for (long at = from; at < to; at += Float.BYTES) {
      out.set(FLOAT, at, Cos.cos(in.get(FLOAT, at)));
    }
  }
}
