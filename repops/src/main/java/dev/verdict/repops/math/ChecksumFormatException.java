package dev.verdict.repops.math;

/// A checksum table is damaged: a line isn't what its place in the file implies.
public final class ChecksumFormatException extends IllegalArgumentException {
  private final int lineNumber;
  private final String expected;
  private final String actual;

  ChecksumFormatException(int lineNumber, String expected, String actual) {
    super(
        "checksum table line "
            + lineNumber
            + ": expected "
            + expected
            + ", got \""
            + actual
            + "\"; restore the file from the repository");
    this.lineNumber = lineNumber;
    this.expected = expected;
    this.actual = actual;
  }

  /// The line, counted from 1.
  public int lineNumber() {
    return lineNumber;
  }

  /// What the line should have held.
  public String expected() {
    return expected;
  }

  /// What it held.
  public String actual() {
    return actual;
  }
}
