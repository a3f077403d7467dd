package dev.verdict.repops.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/// The folder `testdata/` at the root of the repository, which Java and Solidity both read.
public final class GoldenFiles {
  private GoldenFiles() {}

  /// The file `name`, which may not be there yet, in the folder that the property `verdict.testdata` names, else in the
  /// nearest `testdata/` above the working directory. Throws [IllegalStateException] where there is no such folder.
  public static Path path(String name) {
    String configured = System.getProperty("verdict.testdata");
    if (configured != null && Files.isDirectory(Path.of(configured))) {
      return Path.of(configured, name);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("testdata"))) {
        return at.resolve("testdata").resolve(name);
      }
    }
    throw new IllegalStateException("no folder testdata: neither verdict.testdata=" + configured + " nor above here");
  }

  /// Whether golden files are to be written rather than compared: `-Dverdict.golden.write=true`.
  public static boolean write() {
    return Boolean.getBoolean("verdict.golden.write");
  }
}
