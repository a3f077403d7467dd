package dev.verdict.repops.ir;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.commit.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;

/// The canonical binary encoding of programs and of their records (SPEC §3.2.1): two different encodings are two
/// different programs.
///
/// `decode(encode(p))` equals p, and `encode(decode(bytes))` equals bytes wherever decoding succeeds. Decoding checks
/// the form alone: whether a program may be run is for [ProgramValidator]. Encoding throws [IllegalArgumentException]
/// for what has no encoding, such as a label that isn't ASCII or a rank of 256. Decoding throws
/// [MalformedProgramException] and nothing else, and takes memory in proportion to its input.
public final class ProgramCodec {
  private static final byte[] MAGIC = "VDCT".getBytes(StandardCharsets.US_ASCII);

  private ProgramCodec() {}

  /// A program file: `"VDCT" ‖ version ‖ counts ‖ slots ‖ data ‖ consts ‖ nodes`.
  public static byte[] encode(Program program) {
    RecordWriter out = new RecordWriter()
        .bytes(MAGIC)
        .u16(ProgramHeader.VERSION)
        .u32(program.slots().size())
        .u32(program.data().size())
        .u32(program.constants().size())
        .u32(program.nodes().size());
    program.slots().forEach(slot -> out.bytes(encodeSlot(slot)));
    program.data().forEach(data -> out.bytes(encodeBound(data)));
    program.constants().forEach(constant -> out.bytes(encodeBound(constant)));
    program.nodes().forEach(node -> out.bytes(encodeNode(node)));
    return out.toBytes();
  }

  /// A node: the preimage of its hash but for the tag.
  public static byte[] encodeNode(Node node) {
    RecordWriter out = new RecordWriter()
        .u8("dtype", node.dtype().code())
        .label(node.label())
        .shape("output", node.out())
        .shape("reduction", node.red())
        .u32(node.initBits())
        .u8("input count", node.inputs().size());
    for (Input input : node.inputs()) {
      if (input.outStrides().length != node.out().rank() || input.redStrides().length != node.red().rank()) {
        throw new IllegalArgumentException("node " + node.label()
            + ": an input's strides aren't as many as the node's dimensions, so it has no encoding: " + input);
      }
      out.u8("source kind", input.source().kind())
          .u32(input.source().index())
          .u8("input dtype", input.dtype().code())
          .u64(input.numel())
          .u64(input.offset())
          .u64s(input.outStrides())
          .u64s(input.redStrides());
    }
    out.u8("body length", node.body().size());
    for (Instruction i : node.body()) {
      out.u8("op", i.op().code()).u8("a", i.a()).u8("b", i.b()).u8("c", i.c()).u32(i.imm());
    }
    return out.toBytes();
  }

  /// A state slot.
  public static byte[] encodeSlot(Slot slot) {
    return new RecordWriter()
        .u8("dtype", slot.dtype().code())
        .shape("slot", slot.shape())
        .u32(slot.next())
        .name(slot.name())
        .toBytes();
  }

  /// A data set or a constant.
  public static byte[] encodeBound(BoundTensor bound) {
    return new RecordWriter()
        .u8("dtype", bound.dtype().code())
        .shape("tensor", bound.shape())
        .digest(bound.root())
        .name(bound.name())
        .toBytes();
  }

  /// The 114 bytes of a header.
  public static byte[] encodeHeader(ProgramHeader header) {
    return new RecordWriter()
        .u16(ProgramHeader.VERSION)
        .u32(header.slotCount())
        .u32(header.dataCount())
        .u32(header.constCount())
        .u32(header.nodeCount())
        .digest(header.slotsRoot())
        .digest(header.dataRoot())
        .digest(header.constsRoot())
        .toBytes();
  }

  /// The program that `bytes` encode, all of them.
  public static Program decode(byte[] bytes) {
    RecordReader in = new RecordReader(ByteBuffer.wrap(bytes));
    byte[] magic = in.bytes("magic", MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw in.malformed(0, "magic", "VDCT", HexFormat.of().formatHex(magic));
    }
    version(in);
    long slotCount = Integer.toUnsignedLong(in.u32("slot count"));
    long dataCount = Integer.toUnsignedLong(in.u32("data count"));
    long constCount = Integer.toUnsignedLong(in.u32("constant count"));
    long nodeCount = Integer.toUnsignedLong(in.u32("node count"));
    List<Slot> slots = records(in, "slot", slotCount, () -> slot(in));
    List<BoundTensor> data = records(in, "data set", dataCount, () -> bound(in));
    List<BoundTensor> constants = records(in, "constant", constCount, () -> bound(in));
    List<Node> nodes = new ArrayList<>();
    for (long i = 0; i < nodeCount; i++) {
      nodes.add(node(in, "node " + i));
    }
    in.end();
    return new Program(slots, data, constants, nodes);
  }

  /// The node encoded from the buffer's position on; moves the position to its end.
  public static Node decodeNode(ByteBuffer in) {
    return node(new RecordReader(in), "node");
  }

  /// The state slot encoded from the buffer's position on; moves the position to its end.
  public static Slot decodeSlot(ByteBuffer in) {
    return slot(new RecordReader(in));
  }

  /// The data set or constant encoded from the buffer's position on; moves the position to its end.
  public static BoundTensor decodeBound(ByteBuffer in) {
    return bound(new RecordReader(in));
  }

  /// The header encoded from the buffer's position on; moves the position to its end.
  public static ProgramHeader decodeHeader(ByteBuffer buffer) {
    RecordReader in = new RecordReader(buffer);
    in.enter("header");
    version(in);
    return new ProgramHeader(
        in.u32("slot count"),
        in.u32("data count"),
        in.u32("constant count"),
        in.u32("node count"),
        in.digest("slots root"),
        in.digest("data root"),
        in.digest("constants root"));
  }

  private static void version(RecordReader in) {
    int at = in.offset();
    int version = in.u16("version");
    if (version != ProgramHeader.VERSION) {
      throw in.malformed(at, "version", Integer.toString(ProgramHeader.VERSION), Integer.toString(version));
    }
  }

  private static <T> List<T> records(RecordReader in, String what, long count, Supplier<T> read) {
    List<T> all = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      in.enter(what + " " + i);
      all.add(read.get());
    }
    return all;
  }

  private static Slot slot(RecordReader in) {
    DType dtype = in.dtype();
    Shape shape = in.shape("shape");
    int next = in.u32("next");
    return new Slot(in.name(), dtype, shape, next);
  }

  private static BoundTensor bound(RecordReader in) {
    DType dtype = in.dtype();
    Shape shape = in.shape("shape");
    Digest root = in.digest("tensor root");
    return new BoundTensor(in.name(), dtype, shape, root);
  }

  private static Node node(RecordReader in, String place) {
    in.enter(place);
    DType dtype = in.dtype();
    String label = in.label();
    Shape out = in.shape("output shape");
    Shape red = in.shape("reduction shape");
    int init = in.u32("init");
    int inputCount = in.u8("input count");
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < inputCount; i++) {
      in.enter(place + ", input " + i);
      inputs.add(input(in, out.rank(), red.rank()));
    }
    in.enter(place);
    int bodyLength = in.u8("body length");
    List<Instruction> body = new ArrayList<>();
    for (int i = 0; i < bodyLength; i++) {
      in.enter(place + ", instruction " + i);
      body.add(instruction(in));
    }
    return new Node(label, dtype, out, red, init, inputs, body);
  }

  private static Input input(RecordReader in, int outRank, int redRank) {
    int at = in.offset();
    int kind = in.u8("source kind");
    if (kind > Source.MAX_KIND) {
      throw in.malformed(at, "source kind", "0 to " + Source.MAX_KIND, Integer.toString(kind));
    }
    Source source = Source.of(kind, in.u32("source index"));
    DType dtype = in.dtype();
    long numel = in.u64("numel");
    long offset = in.u64("offset");
    long[] outStrides = in.u64s("output strides", outRank);
    return new Input(source, dtype, numel, offset, outStrides, in.u64s("reduction strides", redRank));
  }

  private static Instruction instruction(RecordReader in) {
    int at = in.offset();
    int code = in.u8("op");
    Opcode op = Opcode.ofCode(code);
    if (op == null) {
      throw in.malformed(at, "op", "an opcode", "0x" + Integer.toHexString(code));
    }
    int a = in.u8("a");
    int b = in.u8("b");
    int c = in.u8("c");
    return new Instruction(op, a, b, c, in.u32("imm"));
  }
}
