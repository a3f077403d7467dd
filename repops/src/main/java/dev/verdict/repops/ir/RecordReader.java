package dev.verdict.repops.ir;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.commit.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// Reads fields and knows where it is, so that what doesn't fit can be named.
final class RecordReader {
  private final ByteBuffer in;
  private String place = "";

  /// Reads from the buffer's position on, which moves along; big-endian whatever the buffer's own order.
  RecordReader(ByteBuffer in) {
    this.in = in;
  }

  /// What the fields from here on belong to, for messages.
  void enter(String place) {
    this.place = place;
  }

  private String name(String field) {
    return place.isEmpty() ? field : place + ", " + field;
  }

  MalformedProgramException malformed(int offset, String field, String expected, String actual) {
    return new MalformedProgramException(offset, name(field), expected, actual);
  }

  int offset() {
    return in.position();
  }

  byte[] bytes(String field, int length) {
    if (in.remaining() < length) {
      throw malformed(in.position(), field, length + " bytes", "the end of the input after " + in.remaining());
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private long unsigned(String field, int length) {
    long value = 0;
    for (byte b : bytes(field, length)) {
      value = value << 8 | b & 0xff;
    }
    return value;
  }

  int u8(String field) {
    return (int) unsigned(field, 1);
  }

  int u16(String field) {
    return (int) unsigned(field, 2);
  }

  int u32(String field) {
    return (int) unsigned(field, 4);
  }

  long u64(String field) {
    return unsigned(field, 8);
  }

  long[] u64s(String field, int count) {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = u64(field);
    }
    return values;
  }

  Digest digest(String field) {
    return Digest.of(bytes(field, Digest.LENGTH_BYTES));
  }

  DType dtype() {
    int at = in.position();
    int code = u8("dtype");
    for (DType dtype : DType.values()) {
      if (dtype.code() == code) {
        return dtype;
      }
    }
    throw malformed(at, "dtype", "0 (f32), 1 (i32) or 2 (u8)", Integer.toString(code));
  }

  /// `u8 rank, u64 × rank`.
  Shape shape(String field) {
    int rank = u8(field + " rank");
    int at = in.position();
    long[] dims = u64s(field, rank);
    try {
      return Shape.of(dims);
    } catch (IllegalArgumentException e) {
      throw malformed(at, field, "dimensions of 1 or more with a product below 2^63", Arrays.toString(dims));
    }
  }

  /// `u8 length, ASCII × length`.
  String label() {
    int length = u8("label length");
    int at = in.position();
    byte[] bytes = bytes("label", length);
    for (byte b : bytes) {
      if (b < 0) {
        throw malformed(at, "label", "ASCII", HexFormat.of().formatHex(bytes));
      }
    }
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  /// `u8 length, UTF-8 × length`.
  String name() {
    int length = u8("name length");
    int at = in.position();
    byte[] bytes = bytes("name", length);
    try {
      // A fresh decoder reports what a String's constructor would replace.
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed(at, "name", "UTF-8", HexFormat.of().formatHex(bytes));
    }
  }

  void end() {
    if (in.hasRemaining()) {
      enter("");
      throw malformed(in.position(), "end of input", "nothing more", in.remaining() + " bytes");
    }
  }
}
