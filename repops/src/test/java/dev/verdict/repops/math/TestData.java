package dev.verdict.repops.math;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// The golden vectors at the root of the repository.
final class TestData {
  private TestData() {}

  /// A file below `testdata/`: where `verdict.testdata` says, else in the nearest folder above.
  static Path file(String name) {
    String configured = System.getProperty("verdict.testdata");
    if (configured != null && Files.exists(Path.of(configured, name))) {
      return Path.of(configured, name);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("testdata").resolve(name);
      if (Files.exists(candidate)) {
        return candidate;
      }
    }
    throw new IllegalStateException(
        "no testdata/" + name + ": neither in verdict.testdata=" + configured + " nor above here");
  }

  static List<String> lines(String name) throws IOException {
    return Files.readAllLines(file(name), StandardCharsets.US_ASCII);
  }

  static List<String> gzipLines(String name) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(file(name)))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
  }
}
