package dev.verdict.bisection.game;

import java.util.Arrays;
import java.util.HexFormat;

/// A party's address: 20 bytes, compared by content.
public final class Account {
  /// Length of every address.
  public static final int LENGTH_BYTES = 20;

  private final byte[] bytes;

  private Account(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Copies `bytes`. Throws [IllegalArgumentException] unless there are 20.
  public static Account of(byte[] bytes) {
    if (bytes.length != LENGTH_BYTES) {
      throw new IllegalArgumentException("an address has 20 bytes, not " + bytes.length);
    }
    return new Account(bytes.clone());
  }

  /// From 40 hexadecimal digits, with or without `0x`; case doesn't matter.
  public static Account ofHex(String hex) {
    return of(HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex));
  }

  /// A copy of the 20 bytes.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// 40 hexadecimal digits in lower case.
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Account a && Arrays.equals(bytes, a.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// `0x` and 40 hexadecimal digits.
  @Override
  public String toString() {
    return "0x" + hex();
  }
}
