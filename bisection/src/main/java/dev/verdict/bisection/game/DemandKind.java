package dev.verdict.bisection.game;

/// What a demand may name next, or what a reveal owes (SPEC §6.2).
public enum DemandKind {
  /// Nothing has been revealed on this level.
  NONE,
  /// Hashes inside a vector whose leaves hold nothing further.
  VECTOR,
  /// Hashes inside R_t, whose leaves are tensor roots.
  TRACE,
  /// Hashes inside a tensor's tree, whose leaves are chunks.
  TENSOR,
  /// A chunk: there is nothing below.
  DONE;

  private static final DemandKind[] BY_CODE = values();

  /// The value of word 27.
  public int code() {
    return ordinal();
  }

  /// The kind with this code. Throws [IllegalArgumentException] for a code outside 0 to 4.
  public static DemandKind ofCode(int code) {
    if (code < 0 || code >= BY_CODE.length) {
      throw new IllegalArgumentException("a demand's kind has a code from 0 to 4, not " + code);
    }
    return BY_CODE[code];
  }
}
