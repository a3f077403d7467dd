package dev.verdict.repops.ir;

import dev.verdict.repops.commit.Digest;

/// The header of a program (SPEC §3.2.1): counts, and the vector roots of its records' hashes. The counts are u32.
///
///     0        2          6          10          14         18         50        82          114
///     | version | slotCount | dataCount | constCount | nodeCount | slotsRoot | dataRoot | constsRoot |
public record ProgramHeader(
    int slotCount, int dataCount, int constCount, int nodeCount, Digest slotsRoot, Digest dataRoot, Digest constsRoot) {
  /// Bytes that a header takes.
  public static final int LENGTH_BYTES = 114;

  /// The only version there is.
  public static final int VERSION = 1;
}
