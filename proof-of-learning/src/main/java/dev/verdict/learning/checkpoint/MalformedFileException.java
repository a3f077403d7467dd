package dev.verdict.learning.checkpoint;

import java.nio.file.Path;

/// A file isn't what its format says it should be. The message names file, place and reason.
public final class MalformedFileException extends RuntimeException {
  private final Path file;

  public MalformedFileException(Path file, String reason) {
    super(file + ": " + reason);
    this.file = file;
  }

  public MalformedFileException(Path file, String reason, Throwable cause) {
    super(file + ": " + reason, cause);
    this.file = file;
  }

  /// The offending file.
  public Path file() {
    return file;
  }
}
