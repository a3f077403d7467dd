package dev.verdict.repops.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramCodec;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.ir.ProgramHeader;
import dev.verdict.repops.ir.ProgramValidator;
import dev.verdict.repops.ir.RegisterType;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.testing.EdgeValues;
import dev.verdict.repops.testing.GoldenFiles;
import dev.verdict.repops.testing.RandomPrograms;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// `testdata/bodies.bin` and `testdata/programs.bin`, which the contracts read too (their layout is in
/// `testdata/README.md`). The files must be what this test would write; `-Dverdict.golden.write=true` writes them.
class GoldenProgramsTest {
  private static final long SEED = 0x5eed;
  private static final int BODIES = 4000;
  private static final int MAX_FILE_BYTES = 1_500_000;
  private static final List<Opcode> PLAIN = Arrays.stream(Opcode.values())
      .filter(op -> op.isPlain() && !op.operands().isEmpty())
      .toList();
  private static final long[] NONE = {};

  // ---- bodies ----------------------------------------------------------------------------------

  /// Two of three bodies apply one opcode to operands from the edges; the others are random.
  private static Node node(int record, Random random) {
    return record % 3 == 2
        ? RandomPrograms.loneNode(random, 8 + random.nextInt(13))
        : single(PLAIN.get((record - record / 3) % PLAIN.size()), random);
  }

  private static Node single(Opcode op, Random random) {
    List<Input> inputs = new ArrayList<>();
    List<Instruction> body = new ArrayList<>();
    int[] operands = new int[3];
    for (int o = 0; o < op.operands().size(); o++) {
      if (op.operands().get(o) == RegisterType.F32) {
        inputs.add(new Input(new Source.Data(inputs.size()), DType.F32, 5, 2, NONE, NONE));
        body.add(new Instruction(Opcode.LOAD, inputs.size() - 1, 0, 0, 0));
      } else {
        wide(EdgeValues.anyLong(random), body);
      }
      operands[o] = body.size() - 1;
    }
    body.add(new Instruction(op, operands[0], operands[1], operands[2], 0));
    DType dtype = op.result() == RegisterType.F32 ? DType.F32 : random.nextInt(4) == 0 ? DType.U8 : DType.I32;
    if (dtype == DType.I32 && random.nextBoolean()) {
      // The high half of the result, which a store would lose.
      int result = body.size() - 1;
      body.add(new Instruction(Opcode.CONST_I, 0, 0, 0, 32));
      body.add(new Instruction(Opcode.ISHR, result, result + 1, 0, 0));
    }
    return new Node("", dtype, Shape.scalar(), Shape.scalar(), 0, inputs, body);
  }

  /// Instructions whose last register is `value`: (high ‖ 0) xor the low half, sign-extended.
  private static void wide(long value, List<Instruction> body) {
    int low = (int) value;
    int high = (int) (value >> 32) ^ low >> 31;
    int r = body.size();
    body.add(new Instruction(Opcode.CONST_I, 0, 0, 0, low));
    if (high != 0) {
      body.add(new Instruction(Opcode.CONST_I, 0, 0, 0, high));
      body.add(new Instruction(Opcode.CONST_I, 0, 0, 0, 32));
      body.add(new Instruction(Opcode.ISHL, r + 1, r + 2, 0, 0));
      body.add(new Instruction(Opcode.IXOR, r, r + 3, 0, 0));
    }
  }

  private static long[] anyIndex(Shape shape, Random random) {
    long[] index = new long[shape.rank()];
    for (int d = 0; d < index.length; d++) {
      index[d] = random.nextInt((int) shape.dim(d));
    }
    return index;
  }

  private static void writeIndex(DataOutputStream out, long[] index) throws IOException {
    out.writeByte(index.length);
    for (long i : index) {
      out.writeLong(i);
    }
  }

  private static byte[] bodies() throws IOException {
    Random random = new Random(SEED);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(BODIES);
    for (int record = 0; record < BODIES; record++) {
      Node node = node(record, random);
      byte[] encoded = ProgramCodec.encodeNode(node);
      long step = random.nextLong() >>> 32 >>> random.nextInt(32);
      long[] outIndex = anyIndex(node.out(), random);
      long[] redIndex = anyIndex(node.red(), random);
      long acc = node.hasFold() ? EdgeValues.anyRegister(random, node.dtype()) : 0;
      List<Long> loads = new ArrayList<>();
      long result = new BodyInterpreter(node).evaluate(step, outIndex, redIndex, acc, (input, index) -> {
        loads.add(EdgeValues.anyRegister(random, node.inputs().get(input).dtype()));
        return loads.getLast();
      });
      out.writeShort(encoded.length);
      out.write(encoded);
      out.writeLong(step);
      writeIndex(out, outIndex);
      writeIndex(out, redIndex);
      out.writeLong(acc);
      out.writeByte(loads.size());
      for (long load : loads) {
        out.writeLong(load);
      }
      out.writeLong(result);
    }
    return bytes.toByteArray();
  }

  @Test
  void bodies_asCommitted_areWhatTheReferenceGives() throws IOException {
    compareOrWrite("bodies.bin", bodies());
  }

  @Test
  void bodies_read_evaluateToWhatTheyExpect() throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(GoldenFiles.path("bodies.bin")));
    Map<Opcode, Integer> opcodes = new EnumMap<>(Opcode.class);
    int count = in.getInt();
    for (int record = 0; record < count; record++) {
      int length = Short.toUnsignedInt(in.getShort());
      int end = in.position() + length;
      Node node = ProgramCodec.decodeNode(in);
      assertThat(in.position()).isEqualTo(end);
      long step = in.getLong();
      long[] outIndex = readIndex(in);
      long[] redIndex = readIndex(in);
      long acc = in.getLong();
      long[] loads = new long[in.get()];
      in.asLongBuffer().get(loads);
      in.position(in.position() + 8 * loads.length);
      int[] next = {0};
      long actual = new BodyInterpreter(node)
          .evaluate(step, outIndex, redIndex, acc, (input, index) -> loads[next[0]++]);
      assertThat(actual).as("record %d", record).isEqualTo(in.getLong());
      assertThat(next[0]).isEqualTo(loads.length);
      assertThat(ProgramValidator.violations(around(node))).as("record %d", record).isEmpty();
      node.body().forEach(i -> opcodes.merge(i.op(), 1, Integer::sum));
    }
    assertThat(in.hasRemaining()).isFalse();
    assertThat(count).isEqualTo(BODIES);
    for (Opcode opcode : Opcode.values()) {
      assertThat(opcodes.getOrDefault(opcode, 0)).as(opcode.name()).isGreaterThan(50);
    }
  }

  private static long[] readIndex(ByteBuffer in) {
    long[] index = new long[in.get()];
    for (int d = 0; d < index.length; d++) {
      index[d] = in.getLong();
    }
    return index;
  }

  /// A program of `node` alone, with data sets of the kind that it reads.
  private static Program around(Node node) {
    List<BoundTensor> data = new ArrayList<>();
    for (int d = 0; d < 4; d++) {
      int index = d;
      DType dtype = DType.F32;
      long numel = 1;
      for (Input input : node.inputs()) {
        if (input.source().index() == index) {
          dtype = input.dtype();
          numel = input.numel();
        }
      }
      data.add(new BoundTensor("", dtype, Shape.of(numel), Digest.ZERO));
    }
    return new Program(
        List.of(new Slot("", DType.U8, Shape.scalar(), Slot.UNCHANGED)), data, List.of(), List.of(node));
  }

  // ---- programs --------------------------------------------------------------------------------

  private static List<Program> programList() {
    List<Program> programs = new ArrayList<>();
    // The smallest there is, then others of growing size.
    programs.add(new Program(
        List.of(new Slot("t", DType.I32, Shape.scalar(), 0)), List.of(), List.of(),
        List.of(new Node("", DType.I32, Shape.scalar(), Shape.scalar(), 0, List.of(),
            List.of(new Instruction(Opcode.STEP, 0, 0, 0, 0))))));
    for (int i = 0; i < 11; i++) {
      programs.add(RandomPrograms.sample(SEED + i, 1 + 3 * i).program());
    }
    return programs;
  }

  private static byte[] programs() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    List<Program> programs = programList();
    out.writeInt(programs.size());
    for (Program program : programs) {
      ProgramCommitment commitment = ProgramCommitment.of(program);
      byte[] encoded = ProgramCodec.encode(program);
      out.write(commitment.programRoot().bytes());
      out.write(commitment.nodes().root().bytes());
      out.write(commitment.headerBytes());
      out.writeInt(encoded.length);
      out.write(encoded);
    }
    return bytes.toByteArray();
  }

  @Test
  void programs_asCommitted_areWhatTheCodecGives() throws IOException {
    compareOrWrite("programs.bin", programs());
  }

  @Test
  void programs_read_haveTheirRoots() throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(GoldenFiles.path("programs.bin")));
    int count = in.getInt();
    for (int record = 0; record < count; record++) {
      byte[] programRoot = new byte[Digest.LENGTH_BYTES];
      byte[] nodesRoot = new byte[Digest.LENGTH_BYTES];
      byte[] header = new byte[ProgramHeader.LENGTH_BYTES];
      in.get(programRoot).get(nodesRoot).get(header);
      byte[] encoded = new byte[in.getInt()];
      in.get(encoded);
      Program program = ProgramCodec.decode(encoded);
      assertThat(ProgramValidator.violations(program)).isEmpty();
      ProgramCommitment commitment = ProgramCommitment.of(program);
      assertThat(commitment.programRoot()).isEqualTo(Digest.of(programRoot));
      assertThat(commitment.nodes().root()).isEqualTo(Digest.of(nodesRoot));
      assertThat(commitment.headerBytes()).isEqualTo(header);
    }
    assertThat(in.hasRemaining()).isFalse();
    assertThat(count).isEqualTo(12);
  }

  private static void compareOrWrite(String name, byte[] bytes) throws IOException {
    assertThat(bytes.length).isLessThan(MAX_FILE_BYTES);
    Path path = GoldenFiles.path(name);
    if (GoldenFiles.write()) {
      Files.write(path, bytes);
    }
    assertThat(Arrays.equals(Files.readAllBytes(path), bytes))
        .as("%s is what -Dverdict.golden.write=true would write", name)
        .isTrue();
  }
}
