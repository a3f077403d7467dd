package dev.verdict.bisection.game;

import java.util.Arrays;
import java.util.HexFormat;

/// Bytes of a proof or a reveal as a value: copied in and out, compared by content.
public final class Bytes {
  private static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] bytes;

  private Bytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Copies `bytes`.
  public static Bytes of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bytes(bytes.clone());
  }

  /// From an even number of hexadecimal digits, with or without `0x`.
  public static Bytes ofHex(String hex) {
    return new Bytes(HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex));
  }

  public int length() {
    return bytes.length;
  }

  /// A copy.
  public byte[] toArray() {
    return bytes.clone();
  }

  /// Two hexadecimal digits a byte.
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Bytes b && Arrays.equals(bytes, b.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// The number of bytes and the first few, for example `1184 bytes 0x0001…`.
  @Override
  public String toString() {
    String shown = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 8));
    return bytes.length + " bytes 0x" + shown + (bytes.length > 8 ? "…" : "");
  }
}
