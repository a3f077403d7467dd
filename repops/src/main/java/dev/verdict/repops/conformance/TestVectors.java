package dev.verdict.repops.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Files of the repository's `testdata/` that the program carries with it.
final class TestVectors {
  private TestVectors() {}

  /// The lines of `name`. Throws [IllegalStateException] where the build left it out.
  static List<String> lines(String name) {
    try (InputStream in = TestVectors.class.getResourceAsStream("/dev/verdict/testdata/" + name)) {
      if (in == null) {
        throw new IllegalStateException("testdata/" + name + " is missing from this build; build it again");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("testdata/" + name + ": " + e.getMessage(), e);
    }
  }
}
