package dev.verdict.repops.ir;

/// Bytes that aren't the canonical encoding of anything (SPEC §3.2.1): says where, what was due there, and what was found.
public final class MalformedProgramException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int offset;
  private final String field;
  private final String expected;
  private final String actual;

  MalformedProgramException(int offset, String field, String expected, String actual) {
    super("byte " + offset + ", " + field + ": expected " + expected + ", found " + actual);
    this.offset = offset;
    this.field = field;
    this.expected = expected;
    this.actual = actual;
  }

  /// Where the field begins, in bytes from the start of the input.
  public int offset() {
    return offset;
  }

  /// Which field, for example `node 3, input 1, dtype`.
  public String field() {
    return field;
  }

  public String expected() {
    return expected;
  }

  public String actual() {
    return actual;
  }
}
