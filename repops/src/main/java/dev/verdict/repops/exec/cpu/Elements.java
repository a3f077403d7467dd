package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.math.Elementary;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Reads and writes of tensor elements, one at a time or a row of lanes; generated code calls these by name.
///
/// Indices and strides are in elements. The guarded forms give 0 outside [0, numel) (SPEC §3.1). Loads keep a NaN's
/// bits as they are; stores make them canonical.
final class Elements {
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private Elements() {}

  // ---- one element -----------------------------------------------------------------------------

  static float loadF32(MemorySegment in, long i) {
    return in.get(FLOAT, i << 2);
  }

  static long loadI32(MemorySegment in, long i) {
    return in.get(INT, i << 2);
  }

  static long loadU8(MemorySegment in, long i) {
    return in.get(BYTE, i) & 0xffL;
  }

  static float guardedF32(MemorySegment in, long i, long numel) {
    return i >= 0 && i < numel ? in.get(FLOAT, i << 2) : 0f;
  }

  static long guardedI32(MemorySegment in, long i, long numel) {
    return i >= 0 && i < numel ? in.get(INT, i << 2) : 0;
  }

  static long guardedU8(MemorySegment in, long i, long numel) {
    return i >= 0 && i < numel ? in.get(BYTE, i) & 0xffL : 0;
  }

  static void storeF32(MemorySegment out, long i, float value) {
    out.set(INT, i << 2, Float.floatToIntBits(value));
  }

  static void storeI32(MemorySegment out, long i, long value) {
    out.set(INT, i << 2, (int) value);
  }

  static void storeU8(MemorySegment out, long i, long value) {
    out.set(BYTE, i, (byte) value);
  }

  // ---- a row of lanes --------------------------------------------------------------------------

  /// `to[j] = in[at + stride·j]`, all of them inside.
  static void rowF32(float[] to, int lanes, MemorySegment in, long at, long stride) {
    if (stride == 1) {
      MemorySegment.copy(in, FLOAT, at << 2, to, 0, lanes);
      return;
    }
    long byteAt = at << 2;
    long byteStride = stride << 2;
    for (int j = 0; j < lanes; j++) {
      to[j] = in.get(FLOAT, byteAt + byteStride * j);
    }
  }

  static void rowI32(long[] to, int lanes, MemorySegment in, long at, long stride) {
    long byteAt = at << 2;
    long byteStride = stride << 2;
    for (int j = 0; j < lanes; j++) {
      to[j] = in.get(INT, byteAt + byteStride * j);
    }
  }

  static void rowU8(long[] to, int lanes, MemorySegment in, long at, long stride) {
    for (int j = 0; j < lanes; j++) {
      to[j] = in.get(BYTE, at + stride * j) & 0xffL;
    }
  }

  static void guardedRowF32(float[] to, int lanes, MemorySegment in, long at, long stride, long numel) {
    if (inside(lanes, at, stride, numel)) {
      rowF32(to, lanes, in, at, stride);
      return;
    }
    for (int j = 0; j < lanes; j++) {
      to[j] = guardedF32(in, at + stride * j, numel);
    }
  }

  static void guardedRowI32(long[] to, int lanes, MemorySegment in, long at, long stride, long numel) {
    if (inside(lanes, at, stride, numel)) {
      rowI32(to, lanes, in, at, stride);
      return;
    }
    for (int j = 0; j < lanes; j++) {
      to[j] = guardedI32(in, at + stride * j, numel);
    }
  }

  static void guardedRowU8(long[] to, int lanes, MemorySegment in, long at, long stride, long numel) {
    if (inside(lanes, at, stride, numel)) {
      rowU8(to, lanes, in, at, stride);
      return;
    }
    for (int j = 0; j < lanes; j++) {
      to[j] = guardedU8(in, at + stride * j, numel);
    }
  }

  /// Whether no lane leaves [0, numel). Strides whose product with a lane might overflow count as leaving.
  private static boolean inside(int lanes, long at, long stride, long numel) {
    if (at < 0 || at >= numel || stride > 1L << 40 || stride < -(1L << 40)) {
      return false;
    }
    long last = at + stride * (lanes - 1);
    return last >= 0 && last < numel;
  }

  /// `out[at + stride·j] = from[j]`.
  static void storeRowF32(MemorySegment out, long at, long stride, float[] from, int lanes) {
    if (stride == 1 && VectorWidth.BITS != 0) {
      VectorRows.storeCanonical(out, at << 2, from, 0, lanes);
      return;
    }
    for (int j = 0; j < lanes; j++) {
      out.set(INT, (at + stride * j) << 2, Float.floatToIntBits(from[j]));
    }
  }

  static void storeRowI32(MemorySegment out, long at, long stride, long[] from, int lanes) {
    for (int j = 0; j < lanes; j++) {
      out.set(INT, (at + stride * j) << 2, (int) from[j]);
    }
  }

  static void storeRowU8(MemorySegment out, long at, long stride, long[] from, int lanes) {
    for (int j = 0; j < lanes; j++) {
      out.set(BYTE, at + stride * j, (byte) from[j]);
    }
  }

  // ---- a row of f32 off the heap: its segment and first byte -----------------------------------

  /// `to[j] = in[at + stride·j]`, all of them inside.
  static void fetch(MemorySegment to, long toAt, int lanes, MemorySegment in, long at, long stride) {
    if (stride == 1) {
      MemorySegment.copy(in, at << 2, to, toAt, (long) lanes << 2);
      return;
    }
    long byteAt = at << 2;
    long byteStride = stride << 2;
    for (int j = 0; j < lanes; j++) {
      to.set(INT, toAt + ((long) j << 2), in.get(INT, byteAt + byteStride * j));
    }
  }

  static void fetchGuarded(
      MemorySegment to, long toAt, int lanes, MemorySegment in, long at, long stride, long numel) {
    if (inside(lanes, at, stride, numel)) {
      fetch(to, toAt, lanes, in, at, stride);
      return;
    }
    for (int j = 0; j < lanes; j++) {
      to.set(INT, toAt + ((long) j << 2), (int) guardedI32(in, at + stride * j, numel));
    }
  }

  /// `out[at + stride·j] = from[j]`, whose NaNs are canonical.
  static void put(MemorySegment out, long at, long stride, MemorySegment from, long fromAt, int lanes) {
    if (stride == 1) {
      MemorySegment.copy(from, fromAt, out, at << 2, (long) lanes << 2);
      return;
    }
    for (int j = 0; j < lanes; j++) {
      out.set(INT, (at + stride * j) << 2, from.get(INT, fromAt + ((long) j << 2)));
    }
  }

  static void fillF32(float[] to, int lanes, float value) {
    for (int j = 0; j < lanes; j++) {
      to[j] = value;
    }
  }

  static void fillI64(long[] to, int lanes, long value) {
    for (int j = 0; j < lanes; j++) {
      to[j] = value;
    }
  }

  /// `row[j] = e^row[j]` by way of `nativeRow`, which has room for two; apart, since that is faster.
  static void expRow(float[] row, int lanes, MemorySegment nativeRow) {
    MemorySegment values = nativeRow.asSlice(0, (long) lanes << 2);
    MemorySegment results = nativeRow.asSlice((long) lanes << 2, (long) lanes << 2);
    MemorySegment.copy(row, 0, values, FLOAT, 0, lanes);
    Elementary.exp(results, values);
    MemorySegment.copy(results, FLOAT, 0, row, 0, lanes);
  }

  /// `row[j] = ln row[j]` by way of `nativeRow`.
  static void logRow(float[] row, int lanes, MemorySegment nativeRow) {
    MemorySegment values = nativeRow.asSlice(0, (long) lanes << 2);
    MemorySegment.copy(row, 0, values, FLOAT, 0, lanes);
    Elementary.log(values, values);
    MemorySegment.copy(values, FLOAT, 0, row, 0, lanes);
  }

  /// `row[j] = tanh row[j]` by way of `nativeRow`.
  static void tanhRow(float[] row, int lanes, MemorySegment nativeRow) {
    MemorySegment values = nativeRow.asSlice(0, (long) lanes << 2);
    MemorySegment.copy(row, 0, values, FLOAT, 0, lanes);
    Elementary.tanh(values, values);
    MemorySegment.copy(values, FLOAT, 0, row, 0, lanes);
  }

  /// `row[j] = erf row[j]` by way of `nativeRow`, which has room for two; apart, since that is faster.
  static void erfRow(float[] row, int lanes, MemorySegment nativeRow) {
    MemorySegment values = nativeRow.asSlice(0, (long) lanes << 2);
    MemorySegment results = nativeRow.asSlice((long) lanes << 2, (long) lanes << 2);
    MemorySegment.copy(row, 0, values, FLOAT, 0, lanes);
    Elementary.erf(results, values);
    MemorySegment.copy(results, FLOAT, 0, row, 0, lanes);
  }

  /// `row[j] = sin row[j]` by way of `nativeRow`.
  static void sinRow(float[] row, int lanes, MemorySegment nativeRow) {
    MemorySegment values = nativeRow.asSlice(0, (long) lanes << 2);
    MemorySegment.copy(row, 0, values, FLOAT, 0, lanes);
    Elementary.sin(values, values);
    MemorySegment.copy(values, FLOAT, 0, row, 0, lanes);
  }

  /// `row[j] = cos row[j]` by way of `nativeRow`.
  static void cosRow(float[] row, int lanes, MemorySegment nativeRow) {
    MemorySegment values = nativeRow.asSlice(0, (long) lanes << 2);
    MemorySegment.copy(row, 0, values, FLOAT, 0, lanes);
    Elementary.cos(values, values);
    MemorySegment.copy(values, FLOAT, 0, row, 0, lanes);
  }

  // ---- selection without branches: data-dependent ones are mispredicted, at 10 ns each ----------

  static float select(long condition, float ifTrue, float ifFalse) {
    int mask = (int) ((condition | -condition) >> 63);
    return Float.intBitsToFloat(
        Float.floatToRawIntBits(ifTrue) & mask | Float.floatToRawIntBits(ifFalse) & ~mask);
  }

  static long select(long condition, long ifTrue, long ifFalse) {
    long mask = (condition | -condition) >> 63;
    return ifTrue & mask | ifFalse & ~mask;
  }
}
