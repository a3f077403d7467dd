package dev.verdict.repops.ir;

import dev.verdict.repops.Shape;
import dev.verdict.repops.commit.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Writes fields, big-endian. Throws [IllegalArgumentException] for what the encoding has no room for.
final class RecordWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  RecordWriter u8(String field, int value) {
    if (value < 0 || value > 255) {
      throw new IllegalArgumentException(field + ": an encoding has room for 0 to 255, not " + value);
    }
    out.write(value);
    return this;
  }

  RecordWriter u16(int value) {
    out.write(value >>> 8);
    out.write(value);
    return this;
  }

  RecordWriter u32(int value) {
    return u16(value >>> 16).u16(value);
  }

  RecordWriter u64(long value) {
    return u32((int) (value >>> 32)).u32((int) value);
  }

  RecordWriter u64s(long[] values) {
    for (long value : values) {
      u64(value);
    }
    return this;
  }

  RecordWriter bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  RecordWriter digest(Digest digest) {
    return bytes(digest.bytes());
  }

  RecordWriter shape(String field, Shape shape) {
    return u8(field + " rank", shape.rank()).u64s(shape.dims());
  }

  RecordWriter text(String field, String text, Charset charset) {
    byte[] bytes = encode(field, text, charset);
    return u8(field + " length in bytes", bytes.length).bytes(bytes);
  }

  static byte[] encode(String field, String text, Charset charset) {
    try {
      // A fresh encoder reports what String.getBytes would replace.
      ByteBuffer encoded = charset.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(field + ": '" + text + "' can't be written in " + charset, e);
    }
  }

  RecordWriter label(String label) {
    return text("label", label, StandardCharsets.US_ASCII);
  }

  RecordWriter name(String name) {
    return text("name", name, StandardCharsets.UTF_8);
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
