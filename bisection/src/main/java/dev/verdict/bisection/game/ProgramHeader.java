package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;
import java.nio.ByteBuffer;

/// The 114 bytes in front of a program's nodes (SPEC §3.2.1), as a proof carries them.
///
///     offset  0         2           6           10           14          18          50         82
///             version ‖ slotCount ‖ dataCount ‖ constCount ‖ nodeCount ‖ slotsRoot ‖ dataRoot ‖ constsRoot
public final class ProgramHeader {
  public static final int LENGTH_BYTES = 114;

  private static final byte[] HEADER_TAG = {0x11};
  private static final byte[] PROGRAM_TAG = {0x10};

  private final byte[] bytes;

  private ProgramHeader(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Reads the header that comes next.
  public static ProgramHeader read(ProofReader in) throws ProofReader.Broken {
    return new ProgramHeader(in.bytes("header", LENGTH_BYTES));
  }

  public long slotCount() {
    return u32(2);
  }

  public long dataCount() {
    return u32(6);
  }

  public long constCount() {
    return u32(10);
  }

  public long nodeCount() {
    return u32(14);
  }

  /// Vector root of the slot records' hashes.
  public Digest slotsRoot() {
    return digest(18);
  }

  /// Vector root of the data records' hashes.
  public Digest dataRoot() {
    return digest(50);
  }

  /// Vector root of the constants' hashes.
  public Digest constsRoot() {
    return digest(82);
  }

  /// The root of the program with this header and these nodes: H(0x10 ‖ H(0x11 ‖ header) ‖ nodesRoot).
  public Digest programRoot(Digest nodesRoot) {
    return Digest.sha256(PROGRAM_TAG, Digest.sha256(HEADER_TAG, bytes).bytes(), nodesRoot.bytes());
  }

  private long u32(int offset) {
    return ByteBuffer.wrap(bytes).getInt(offset) & 0xffffffffL;
  }

  private Digest digest(int offset) {
    byte[] digest = new byte[Digest.LENGTH_BYTES];
    ByteBuffer.wrap(bytes).get(offset, digest);
    return Digest.of(digest);
  }
}
