package dev.verdict.learning.data;

import java.nio.file.Path;

/// A data set isn't on this machine. The message says where it was looked for and how to get it.
public final class MissingDataException extends RuntimeException {
  private final Path file;

  MissingDataException(Path file, String dataSet, String remedy) {
    super(dataSet + ": there is no " + file + "; get it with '" + remedy
        + "', or name the folder that has it with --data");
    this.file = file;
  }

  /// What was looked for.
  public Path file() {
    return file;
  }
}
