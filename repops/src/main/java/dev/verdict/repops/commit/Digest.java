package dev.verdict.repops.commit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/// A SHA-256 value: 32 bytes, compared by content.
public final class Digest implements Comparable<Digest> {
  /// Length of every digest.
  public static final int LENGTH_BYTES = 32;

  /// All zeros: stands for "not yet there" in a game's state.
  public static final Digest ZERO = new Digest(new byte[LENGTH_BYTES]);

  private final byte[] bytes;

  private Digest(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Copies `bytes`. Throws [IllegalArgumentException] unless there are 32.
  public static Digest of(byte[] bytes) {
    if (bytes.length != LENGTH_BYTES) {
      throw new IllegalArgumentException("a digest has 32 bytes, not " + bytes.length);
    }
    return new Digest(bytes.clone());
  }

  /// Copies the 32 bytes of `from` that begin at `offset`. Throws [IndexOutOfBoundsException] where there are fewer.
  public static Digest of(byte[] from, int offset) {
    Objects.checkFromIndexSize(offset, LENGTH_BYTES, from.length);
    return new Digest(Arrays.copyOfRange(from, offset, offset + LENGTH_BYTES));
  }

  /// From 64 hexadecimal digits, with or without `0x`.
  public static Digest ofHex(String hex) {
    return of(HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex));
  }

  /// SHA-256 of the concatenation of `parts`.
  public static Digest sha256(byte[]... parts) {
    MessageDigest sha = newSha256();
    for (byte[] part : parts) {
      sha.update(part);
    }
    return new Digest(sha.digest());
  }

  /// A fresh SHA-256 from the JDK, which every JDK has.
  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /// A copy of the 32 bytes.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// Writes the 32 bytes into `into` from `offset` on.
  public void copyTo(byte[] into, int offset) {
    System.arraycopy(bytes, 0, into, offset, LENGTH_BYTES);
  }

  /// 64 hexadecimal digits.
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public int compareTo(Digest other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Digest d && Arrays.equals(bytes, d.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// `0x` and 64 hexadecimal digits.
  @Override
  public String toString() {
    return "0x" + hex();
  }
}
