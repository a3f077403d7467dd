package dev.verdict.repops;

/// The element type of a stored tensor (SPEC §2.1). Stored little-endian.
public enum DType {
  /// IEEE 754 binary32; a stored NaN is always `0x7fc00000`.
  F32(0, 4),
  /// Two's-complement 32-bit integer; sign-extended when loaded into a register.
  I32(1, 4),
  /// Unsigned byte; zero-extended when loaded into a register.
  U8(2, 1);

  private final int code;
  private final int widthBytes;

  DType(int code, int widthBytes) {
    this.code = code;
    this.widthBytes = widthBytes;
  }

  /// The code used in encodings and commitments (SPEC §4).
  public int code() {
    return code;
  }

  /// Bytes an element takes.
  public int widthBytes() {
    return widthBytes;
  }

  /// Whether an element lives in an i64 register rather than an f32 one.
  public boolean isInteger() {
    return this != F32;
  }

  /// The dtype with this code. Throws [IllegalArgumentException] for any other code.
  public static DType ofCode(int code) {
    for (DType dtype : values()) {
      if (dtype.code == code) {
        return dtype;
      }
    }
    throw new IllegalArgumentException("dtype code must be 0 (f32), 1 (i32) or 2 (u8), not " + code);
  }
}
