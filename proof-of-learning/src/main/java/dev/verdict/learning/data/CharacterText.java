package dev.verdict.learning.data;

import dev.verdict.learning.checkpoint.MalformedFileException;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// A text as tokens, one a byte: the bytes that occur, in ascending order, are tokens 0, 1, 2, …
///
/// @param tokens u8 [length]
/// @param alphabet the byte of each token
public record CharacterText(Tensor tokens, byte[] alphabet) {
  /// Throws [MalformedFileException] where the file is empty, and [UncheckedIOException] where it can't be read.
  public static CharacterText read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      if (bytes.length == 0) {
        throw new MalformedFileException(file, "is empty; a text has one character at least");
      }
      return of(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static CharacterText of(byte[] bytes) {
    boolean[] occurs = new boolean[256];
    for (byte b : bytes) {
      occurs[b & 0xff] = true;
    }
    byte[] alphabet = new byte[256];
    byte[] token = new byte[256];
    int count = 0;
    for (int b = 0; b < occurs.length; b++) {
      if (occurs[b]) {
        token[b] = (byte) count;
        alphabet[count++] = (byte) b;
      }
    }
    byte[] tokens = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = token[bytes[i] & 0xff];
    }
    return new CharacterText(Tensor.ofBytes(Shape.of(tokens.length), tokens), Arrays.copyOf(alphabet, count));
  }

  /// The number of different tokens.
  public int vocabulary() {
    return alphabet.length;
  }

  /// Tokens `from` (inclusive) to `to` (exclusive); copies.
  public Tensor slice(long from, long to) {
    return Tensor.ofBytes(Shape.of(to - from),
        tokens.segment().asSlice(from, to - from).toArray(ValueLayout.JAVA_BYTE));
  }
}
