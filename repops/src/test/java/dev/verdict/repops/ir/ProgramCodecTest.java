package dev.verdict.repops.ir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.testing.RandomPrograms;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProgramCodecTest {
  private static Program random(long seed) {
    return RandomPrograms.sample(seed).program();
  }

  @Test
  void encodeNode_aMatrixProduct_isTheBytesOfTheSpec() {
    Node node = new Node("MatMul", DType.F32, Shape.of(2, 3), Shape.of(4), 0x80000000,
        List.of(new Input(new Source.State(1), DType.F32, 8, -1, new long[] {4, 0}, new long[] {1})),
        List.of(new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.CONST_I, 0, 0, 0, -2),
            new Instruction(Opcode.ITOF, 1, 0, 0, 0), new Instruction(Opcode.MUL, 0, 2, 0, 0)));
    String expected = "00" + "06" + "4d61744d756c"
        + "02" + "0000000000000002" + "0000000000000003"
        + "01" + "0000000000000004"
        + "80000000"
        + "01" + "01" + "00000001" + "00" + "0000000000000008" + "ffffffffffffffff"
        + "0000000000000004" + "0000000000000000" + "0000000000000001"
        + "04" + "0000000000000000" + "04000000fffffffe" + "4001000000000000" + "1200020000000000";
    assertThat(HexFormat.of().formatHex(ProgramCodec.encodeNode(node))).isEqualTo(expected);
  }

  @Test
  void encodeSlotAndBound_asTheSpecHasThem() {
    assertThat(HexFormat.of().formatHex(
        ProgramCodec.encodeSlot(new Slot("é", DType.U8, Shape.of(5), Slot.UNCHANGED))))
        .isEqualTo("02" + "01" + "0000000000000005" + "ffffffff" + "02" + "c3a9");
    assertThat(HexFormat.of().formatHex(
        ProgramCodec.encodeBound(new BoundTensor("x", DType.I32, Shape.scalar(), Digest.ZERO))))
        .isEqualTo("01" + "00" + "00".repeat(32) + "01" + "78");
  }

  @Test
  void decode_ofEncoded_isTheSame() {
    for (long seed = 0; seed < 200; seed++) {
      Program program = random(seed);
      byte[] bytes = ProgramCodec.encode(program);
      Program decoded = ProgramCodec.decode(bytes);
      assertThat(decoded).as("seed %d", seed).isEqualTo(program);
      assertThat(ProgramCodec.encode(decoded)).isEqualTo(bytes);
    }
  }

  @Test
  void decodeNode_withMoreBehind_stopsAtItsEnd() {
    for (Node node : random(3).nodes()) {
      byte[] bytes = ProgramCodec.encodeNode(node);
      ByteBuffer buffer = ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 5));
      assertThat(ProgramCodec.decodeNode(buffer)).isEqualTo(node);
      assertThat(buffer.remaining()).isEqualTo(5);
    }
  }

  @Test
  void decode_anyChangedByte_isRefusedOrReEncodesToItself() {
    long seed = 11;
    Random random = new Random(seed);
    int accepted = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = ProgramCodec.encode(random(round % 20));
      int changes = 1 + random.nextInt(3);
      for (int c = 0; c < changes; c++) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(ProgramCodec.encode(ProgramCodec.decode(bytes))).isEqualTo(bytes);
        accepted++;
      } catch (MalformedProgramException e) {
        assertThat(e.offset()).isBetween(0, bytes.length);
        assertThat(e.getMessage()).contains("expected", "found", e.field());
      }
    }
    assertThat(accepted).as("programs that are still well-formed").isGreaterThan(300);
  }

  @Test
  void decode_everyPrefix_isRefusedAtItsEnd() {
    byte[] bytes = ProgramCodec.encode(random(5));
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> ProgramCodec.decode(prefix)).isInstanceOfSatisfying(
          MalformedProgramException.class, e -> assertThat(e.actual()).contains("the end of the input"));
    }
  }

  @Test
  void decode_oneByteMore_isRefused() {
    byte[] bytes = ProgramCodec.encode(random(5));
    assertThatThrownBy(() -> ProgramCodec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
        .hasMessage("byte " + bytes.length + ", end of input: expected nothing more, found 1 bytes");
  }

  @Test
  void decode_wrongFields_saysWhereAndWhat() {
    byte[] good = ProgramCodec.encode(new Program(
        List.of(new Slot("ab", DType.F32, Shape.of(3), Slot.UNCHANGED)), List.of(), List.of(), List.of()));
    // "VDCT" 0, version 4, counts 6, then the slot: dtype 22, rank 23, dim 24, next 32, length 36, name 37.
    refused(good, 0, 'X', "byte 0, magic: expected VDCT");
    refused(good, 5, 2, "byte 4, version: expected 1, found 2");
    refused(good, 22, 3, "byte 22, slot 0, dtype: expected 0 (f32), 1 (i32) or 2 (u8), found 3");
    refused(good, 31, 0, "byte 24, slot 0, shape: expected dimensions of 1 or more");
    refused(good, 24, 0x80, "byte 24, slot 0, shape: expected dimensions of 1 or more");
    refused(good, 37, 0xff, "byte 37, slot 0, name: expected UTF-8, found ff62");
    refused(good, 9, 2, "slot 1, dtype: expected 1 bytes, found the end of the input");
    // Four thousand million nodes take no memory before they are there.
    refused(good, 18, 0xff, "node 0, dtype: expected 1 bytes, found the end of the input");
  }

  private static void refused(byte[] good, int at, int value, String message) {
    byte[] bytes = good.clone();
    bytes[at] = (byte) value;
    assertThatThrownBy(() -> ProgramCodec.decode(bytes))
        .isInstanceOf(MalformedProgramException.class)
        .hasMessageContaining(message);
  }

  @Test
  void encode_whatHasNoEncoding_throws() {
    assertThatThrownBy(() -> ProgramCodec.encodeSlot(new Slot("\ud800", DType.F32, Shape.of(1), 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProgramCodec.encodeSlot(new Slot("x".repeat(256), DType.F32, Shape.of(1), 0)))
        .isInstanceOf(IllegalArgumentException.class);
    Node node = new Node("Größe", DType.F32, Shape.of(1), Shape.scalar(), 0, List.of(), List.of());
    assertThatThrownBy(() -> ProgramCodec.encodeNode(node)).isInstanceOf(IllegalArgumentException.class);
    Node skewed = new Node("", DType.F32, Shape.of(1), Shape.scalar(), 0,
        List.of(new Input(new Source.Data(0), DType.F32, 1, 0, new long[0], new long[0])), List.of());
    assertThatThrownBy(() -> ProgramCodec.encodeNode(skewed)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void header_decodedAndEncoded_isTheSame() {
    for (long seed = 0; seed < 20; seed++) {
      ProgramCommitment commitment = ProgramCommitment.of(random(seed));
      byte[] bytes = commitment.headerBytes();
      assertThat(bytes).hasSize(ProgramHeader.LENGTH_BYTES);
      assertThat(ProgramCodec.decodeHeader(ByteBuffer.wrap(bytes))).isEqualTo(commitment.header());
    }
  }

  @Test
  void programRoot_byHand_agrees() throws Exception {
    ProgramCommitment c = ProgramCommitment.of(random(8));
    Digest header = Digest.sha256(new byte[] {0x11}, c.headerBytes());
    assertThat(c.programRoot()).isEqualTo(Digest.sha256(new byte[] {0x10}, header.bytes(), c.nodes().root().bytes()));
    for (int n = 0; n < c.program().nodes().size(); n++) {
      assertThat(c.nodes().leaf(n)).isEqualTo(Digest.sha256(new byte[] {0x12}, c.nodeBytes(n)));
    }
    for (int s = 0; s < c.program().slots().size(); s++) {
      assertThat(c.slots().leaf(s)).isEqualTo(Digest.sha256(new byte[] {0x13}, c.slotBytes(s)));
    }
    for (int d = 0; d < c.program().data().size(); d++) {
      assertThat(c.data().leaf(d)).isEqualTo(Digest.sha256(new byte[] {0x14}, c.dataBytes(d)));
    }
    for (int k = 0; k < c.program().constants().size(); k++) {
      assertThat(c.constants().leaf(k)).isEqualTo(Digest.sha256(new byte[] {0x15}, c.constBytes(k)));
    }
  }

  @Test
  void programRoot_anyOtherProgram_isAnother() {
    for (long seed = 0; seed < 30; seed++) {
      assertThat(ProgramCommitment.of(random(seed)).programRoot())
          .isEqualTo(ProgramCommitment.of(random(seed)).programRoot())
          .isNotEqualTo(ProgramCommitment.of(random(seed + 1)).programRoot());
    }
  }
}
