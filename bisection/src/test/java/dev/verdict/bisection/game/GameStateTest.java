package dev.verdict.bisection.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.commit.Digest;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class GameStateTest {
  static Digest word(int fill) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fill);
    return Digest.of(bytes);
  }

  static Account account(int fill) {
    byte[] bytes = new byte[20];
    Arrays.fill(bytes, (byte) fill);
    return Account.of(bytes);
  }

  /// Each field has its word's number as its value, or as its fill; word 8 is a phase, 25 a dtype, 27 a demand's kind.
  static GameState numbered() {
    return new GameState(-1L, 1, account(2), account(3), word(4), word(5), 6, 7, Phase.PROVE_SLOT, 9, 10, 11, word(12),
        13, 14, word(15), word(16), word(17), word(18), 19, 20, 0xffffffffL, 22, word(23), 24, 2, 26, DemandKind.TENSOR,
        word(28), 29, 30, Long.MIN_VALUE);
  }

  @Test
  void encode_everyField_liesInItsWord() {
    byte[] encoded = numbered().encode();
    assertThat(encoded).hasSize(1024);
    assertThat(GameState.class.getRecordComponents()).hasSize(32);
    assertThat(HexFormat.of().formatHex(encoded, 0, 32)).isEqualTo("0".repeat(48) + "f".repeat(16));
    assertThat(HexFormat.of().formatHex(encoded, 64, 96)).isEqualTo("0".repeat(24) + "02".repeat(20));
    assertThat(HexFormat.of().formatHex(encoded, 31 * 32, 1024)).isEqualTo("0".repeat(48) + "8" + "0".repeat(15));
    for (int word : List.of(1, 6, 7, 9, 10, 11, 13, 14, 19, 20, 22, 24, 26, 29, 30)) {
      assertThat(encoded[word * 32 + 31]).as("word %d", word).isEqualTo((byte) word);
    }
    for (int word : List.of(4, 5, 12, 15, 16, 17, 18, 23, 28)) {
      assertThat(Arrays.copyOfRange(encoded, word * 32, word * 32 + 32)).containsOnly((byte) word);
    }
    assertThat(encoded[8 * 32 + 31]).isEqualTo((byte) 8);
    assertThat(encoded[25 * 32 + 31]).isEqualTo((byte) 2);
    assertThat(encoded[27 * 32 + 31]).isEqualTo((byte) 3);
  }

  @Test
  void decode_encoded_givesTheState() {
    assertThat(GameState.decode(numbered().encode())).isEqualTo(numbered());
    assertThat(numbered().toBuilder().build()).isEqualTo(numbered());
  }

  @Test
  void decode_bitOutsideItsType_isRefused() {
    int refused = 0;
    RecordComponent[] fields = GameState.class.getRecordComponents();
    for (int at = 0; at < 1024; at++) {
      byte[] encoded = numbered().encode();
      RecordComponent field = fields[at / 32];
      int widthBytes = field.getType() == Digest.class ? 32
          : field.getType() == Account.class ? 20
          : field.getType() == long.class ? (List.of("nodeCount", "slotCount", "target").contains(field.getName()) ? 4 : 8)
          : 1;
      if (at % 32 < 32 - widthBytes) {
        encoded[at] ^= 0x10;
        assertThatThrownBy(() -> GameState.decode(encoded)).as("byte %d", at).isInstanceOf(IllegalArgumentException.class);
        refused++;
      }
    }
    // 15 words of u64, 3 of u32, 3 of a byte, 2 addresses; the other 9 are full.
    assertThat(refused).isEqualTo(15 * 24 + 3 * 28 + 3 * 31 + 2 * 12);
  }

  @Test
  void decode_wrongLengthOrCode_isRefused() {
    assertThatThrownBy(() -> GameState.decode(new byte[1023])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> GameState.decode(new byte[1056])).isInstanceOf(IllegalArgumentException.class);
    for (int[] change : new int[][] {{8, 0}, {8, 11}, {25, 3}, {27, 5}, {6, 0}, {7, 0}}) {
      byte[] encoded = numbered().encode();
      encoded[change[0] * 32 + 31] = (byte) change[1];
      assertThatThrownBy(() -> GameState.decode(encoded)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void hash_ofNothing_isKeccakNotSha3() {
    assertThat(Keccak256.of(new byte[0]).hex())
        .isEqualTo("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    assertThat(Keccak256.of(List.of())).isEqualTo(Keccak256.of(new byte[0]));
    assertThat(numbered().hash()).isEqualTo(Keccak256.of(numbered().encode()));
  }
}
