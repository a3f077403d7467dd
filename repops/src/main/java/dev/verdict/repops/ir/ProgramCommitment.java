package dev.verdict.repops.ir;

import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.VectorCommitment;
import java.util.List;
import java.util.function.Function;

/// The commitment to a program, `programRoot = H(0x10 ‖ headerHash ‖ vectorRoot(nodeHash…))`, with everything needed to
/// open a part of it (SPEC §3.2). The program need not be valid.
public final class ProgramCommitment {
  private static final int PROGRAM_TAG = 0x10;
  private static final int HEADER_TAG = 0x11;
  private static final int NODE_TAG = 0x12;
  private static final int SLOT_TAG = 0x13;
  private static final int DATA_TAG = 0x14;
  private static final int CONST_TAG = 0x15;

  private final Program program;
  private final ProgramHeader header;
  private final Digest programRoot;
  private final VectorCommitment slots;
  private final VectorCommitment data;
  private final VectorCommitment constants;
  private final VectorCommitment nodes;

  private ProgramCommitment(Program program) {
    this.program = program;
    this.slots = vector(program.slots(), slot -> hashSlot(ProgramCodec.encodeSlot(slot)));
    this.data = vector(program.data(), bound -> hashData(ProgramCodec.encodeBound(bound)));
    this.constants = vector(program.constants(), bound -> hashConst(ProgramCodec.encodeBound(bound)));
    this.nodes = vector(program.nodes(), node -> hashNode(ProgramCodec.encodeNode(node)));
    this.header = new ProgramHeader(
        program.slots().size(),
        program.data().size(),
        program.constants().size(),
        program.nodes().size(),
        slots.root(),
        data.root(),
        constants.root());
    this.programRoot = programRoot(hashHeader(headerBytes()), nodes.root());
  }

  private static <T> VectorCommitment vector(List<T> records, Function<T, Digest> hash) {
    return VectorCommitment.of(records.stream().map(hash).toList());
  }

  /// Encodes and hashes every record. Throws [IllegalArgumentException] where one has no encoding.
  public static ProgramCommitment of(Program program) {
    return new ProgramCommitment(program);
  }

  private static Digest tagged(int tag, byte[] bytes) {
    return Digest.sha256(new byte[] {(byte) tag}, bytes);
  }

  /// `H(0x10 ‖ headerHash ‖ nodesRoot)`.
  public static Digest programRoot(Digest headerHash, Digest nodesRoot) {
    return Digest.sha256(new byte[] {PROGRAM_TAG}, headerHash.bytes(), nodesRoot.bytes());
  }

  /// `H(0x11 ‖ header)`.
  public static Digest hashHeader(byte[] header) {
    return tagged(HEADER_TAG, header);
  }

  /// `H(0x12 ‖ node)`.
  public static Digest hashNode(byte[] node) {
    return tagged(NODE_TAG, node);
  }

  /// `H(0x13 ‖ slot)`.
  public static Digest hashSlot(byte[] slot) {
    return tagged(SLOT_TAG, slot);
  }

  /// `H(0x14 ‖ data)`.
  public static Digest hashData(byte[] data) {
    return tagged(DATA_TAG, data);
  }

  /// `H(0x15 ‖ const)`.
  public static Digest hashConst(byte[] constant) {
    return tagged(CONST_TAG, constant);
  }

  public Program program() {
    return program;
  }

  public Digest programRoot() {
    return programRoot;
  }

  public ProgramHeader header() {
    return header;
  }

  /// The 114 bytes of the header.
  public byte[] headerBytes() {
    return ProgramCodec.encodeHeader(header);
  }

  /// The vector of node hashes.
  public VectorCommitment nodes() {
    return nodes;
  }

  /// The vector of slot hashes.
  public VectorCommitment slots() {
    return slots;
  }

  /// The vector of the hashes of data set records.
  public VectorCommitment data() {
    return data;
  }

  /// The vector of the hashes of constant records.
  public VectorCommitment constants() {
    return constants;
  }

  /// The encoding of node `index`. Throws [IndexOutOfBoundsException].
  public byte[] nodeBytes(int index) {
    return ProgramCodec.encodeNode(program.nodes().get(index));
  }

  /// The encoding of slot `index`. Throws [IndexOutOfBoundsException].
  public byte[] slotBytes(int index) {
    return ProgramCodec.encodeSlot(program.slots().get(index));
  }

  /// The encoding of data set `index`. Throws [IndexOutOfBoundsException].
  public byte[] dataBytes(int index) {
    return ProgramCodec.encodeBound(program.data().get(index));
  }

  /// The encoding of constant `index`. Throws [IndexOutOfBoundsException].
  public byte[] constBytes(int index) {
    return ProgramCodec.encodeBound(program.constants().get(index));
  }
}
