package dev.verdict.bisection.transcript;

/// Text that is no transcript: says which line, and why.
public final class TranscriptFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;

  TranscriptFormatException(int line, String problem) {
    super("line " + line + ": " + problem);
    this.line = line;
  }

  /// From 1.
  public int line() {
    return line;
  }
}
