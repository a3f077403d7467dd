package dev.verdict.repops;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A contiguous, row-major, little-endian array (SPEC §2.1): a view over a [MemorySegment] whose arena the caller owns.
public final class Tensor {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// The bits of the one NaN that is ever stored.
  public static final int CANONICAL_NAN = 0x7fc00000;

  private static final long CACHE_LINE_BYTES = 64;
  private static final long PAGE_BYTES = 4096;
  private static final long LARGE_BYTES = 1 << 16;

  private final DType dtype;
  private final Shape shape;
  private final MemorySegment segment;

  private Tensor(DType dtype, Shape shape, MemorySegment segment) {
    this.dtype = dtype;
    this.shape = shape;
    this.segment = segment;
  }

  /// Aliases `segment`. Throws [IllegalArgumentException] where its size isn't numel · width.
  public static Tensor of(DType dtype, Shape shape, MemorySegment segment) {
    long sizeBytes = Math.multiplyExact(shape.numel(), (long) dtype.widthBytes());
    if (segment.byteSize() != sizeBytes) {
      throw new IllegalArgumentException(
          "a " + dtype + " tensor of shape " + shape + " takes " + sizeBytes + " bytes, the segment has "
              + segment.byteSize());
    }
    return new Tensor(dtype, shape, segment);
  }

  /// All zeros, in `arena`, aligned as [#alignment] has it.
  public static Tensor allocate(Arena arena, DType dtype, Shape shape) {
    long sizeBytes = Math.multiplyExact(shape.numel(), (long) dtype.widthBytes());
    return new Tensor(dtype, shape, arena.allocate(sizeBytes, alignment(sizeBytes)));
  }

  /// Where a tensor is best put: on a multiple of a cache line, and a large one, of 64 KiB or more, of 4,096 bytes. Loads
  /// wait for stores before them whose addresses end in the same twelve bits: where one tensor is computed from another
  /// front to back, the loads are ahead of the stores then, and none meets the other's.
  public static long alignment(long sizeBytes) {
    return sizeBytes < LARGE_BYTES ? CACHE_LINE_BYTES : PAGE_BYTES;
  }

  /// All zeros, in memory that the garbage collector frees.
  public static Tensor zeros(DType dtype, Shape shape) {
    return allocate(Arena.ofAuto(), dtype, shape);
  }

  /// Copies `values`, NaNs made canonical. Throws [IllegalArgumentException] where their number isn't the shape's.
  public static Tensor ofFloats(Shape shape, float... values) {
    requireCount(shape, values.length);
    Tensor t = zeros(DType.F32, shape);
    for (int i = 0; i < values.length; i++) {
      t.setFloat(i, values[i]);
    }
    return t;
  }

  /// Copies `values` into an i32 tensor.
  public static Tensor ofInts(Shape shape, int... values) {
    requireCount(shape, values.length);
    Tensor t = zeros(DType.I32, shape);
    for (int i = 0; i < values.length; i++) {
      t.setLong(i, values[i]);
    }
    return t;
  }

  /// Copies `values` into a u8 tensor.
  public static Tensor ofBytes(Shape shape, byte... values) {
    requireCount(shape, values.length);
    Tensor t = zeros(DType.U8, shape);
    MemorySegment.copy(MemorySegment.ofArray(values), 0, t.segment, 0, values.length);
    return t;
  }

  private static void requireCount(Shape shape, int count) {
    if (shape.numel() != count) {
      throw new IllegalArgumentException(
          "shape " + shape + " has " + shape.numel() + " elements, " + count + " were given");
    }
  }

  public DType dtype() {
    return dtype;
  }

  public Shape shape() {
    return shape;
  }

  public long numel() {
    return shape.numel();
  }

  public long sizeBytes() {
    return segment.byteSize();
  }

  /// The bytes themselves; aliases.
  public MemorySegment segment() {
    return segment;
  }

  /// Element `i` of an f32 tensor.
  public float getFloat(long i) {
    return segment.get(FLOAT, i * 4);
  }

  /// Sets element `i` of an f32 tensor; a NaN is made canonical.
  public void setFloat(long i, float value) {
    segment.set(INT, i * 4, Float.floatToIntBits(value));
  }

  /// Element `i` as a register holds it (SPEC §3.1.1): the zero-extended bits of an f32 with NaN made canonical, a
  /// sign-extended i32, a zero-extended u8.
  public long getRegister(long i) {
    return switch (dtype) {
      case F32 -> Float.floatToIntBits(segment.get(FLOAT, i * 4)) & 0xffffffffL;
      case I32 -> segment.get(INT, i * 4);
      case U8 -> segment.get(ValueLayout.JAVA_BYTE, i) & 0xffL;
    };
  }

  /// Stores a register (SPEC §3.1): f32 bits with NaN made canonical, or the low 32 or 8 bits of an i64.
  public void setRegister(long i, long register) {
    switch (dtype) {
      case F32 -> setFloat(i, Float.intBitsToFloat((int) register));
      case I32 -> segment.set(INT, i * 4, (int) register);
      case U8 -> segment.set(ValueLayout.JAVA_BYTE, i, (byte) register);
    }
  }

  /// Element `i` of an integer tensor; for f32, throws [IllegalStateException].
  public long getLong(long i) {
    requireInteger();
    return getRegister(i);
  }

  /// Sets element `i` of an integer tensor to the low bits of `value`.
  public void setLong(long i, long value) {
    requireInteger();
    setRegister(i, value);
  }

  private void requireInteger() {
    if (!dtype.isInteger()) {
      throw new IllegalStateException("an f32 tensor has no integer elements");
    }
  }

  /// The same elements under another shape; aliases. Throws [IllegalArgumentException] where numel differs.
  public Tensor reshape(Shape other) {
    if (other.numel() != shape.numel()) {
      throw new IllegalArgumentException("cannot reshape " + shape + " to " + other);
    }
    return new Tensor(dtype, other, segment);
  }

  /// An independent tensor with the same bytes.
  public Tensor copy() {
    Tensor t = zeros(dtype, shape);
    t.copyFrom(this);
    return t;
  }

  /// Overwrites all elements with those of `source`, which must have this dtype and size.
  public void copyFrom(Tensor source) {
    if (source.dtype != dtype || source.numel() != numel()) {
      throw new IllegalArgumentException("cannot copy " + source + " into " + this);
    }
    MemorySegment.copy(source.segment, 0, segment, 0, segment.byteSize());
  }

  /// Whether dtype, shape and every byte are the same.
  public boolean sameBits(Tensor other) {
    return dtype == other.dtype && shape.equals(other.shape) && segment.mismatch(other.segment) < 0;
  }

  /// All elements of an f32 tensor; copies.
  public float[] toFloats() {
    float[] values = new float[Math.toIntExact(numel())];
    for (int i = 0; i < values.length; i++) {
      values[i] = getFloat(i);
    }
    return values;
  }

  /// For example `F32[64,128]`; the elements aren't listed.
  @Override
  public String toString() {
    return dtype.toString() + shape;
  }
}
