package dev.verdict.repops.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Checksums of blocks, and the reader of their table.
class ChecksumTest {
  @ParameterizedTest
  @ValueSource(strings = {"exp", "log", "tanh", "erf", "sin", "cos"})
  void read_everyTable_isWholeAndItsTotalsHold(String function) throws IOException {
    ChecksumTable table =
        ChecksumTable.read(TestData.file("elementary/" + function + ".blocks.txt"));
    assertThat(table.block(0).block()).isZero();
    assertThat(table.block(4095).block()).isEqualTo(4095);
  }

  @Test
  void ofResults_equalsOf() {
    float[] results = new float[BlockChecksum.BLOCK_SIZE];
    int first = BlockChecksum.firstInput(0xbf8);
    for (int i = 0; i < results.length; i++) {
      results[i] = -Float.intBitsToFloat(first + i);
    }
    assertThat(BlockChecksum.ofResults(0xbf8, results)).isEqualTo(BlockChecksum.of(0xbf8, x -> -x));
  }

  @Test
  void of_nanThatIsNotCanonical_isADifferentResult() {
    float other = Float.intBitsToFloat(0x7fc00001);
    assertThat(BlockChecksum.of(1, x -> other)).isNotEqualTo(BlockChecksum.of(1, x -> Float.NaN));
  }

  @Test
  void blockOf_isTheInverseOfFirstInput() {
    for (int block = 0; block < BlockChecksum.BLOCKS; block++) {
      int first = BlockChecksum.firstInput(block);
      assertThat(BlockChecksum.blockOf(first)).isEqualTo(block);
      assertThat(BlockChecksum.blockOf(first + BlockChecksum.BLOCK_SIZE - 1)).isEqualTo(block);
    }
  }

  @Test
  void blockOutOfRange_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> BlockChecksum.of(4096, x -> x));
    assertThatIllegalArgumentException().isThrownBy(() -> BlockChecksum.of(-1, x -> x));
    assertThatIllegalArgumentException().isThrownBy(() -> new BlockChecksum(4096, 0, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BlockChecksum.ofResults(0, new float[5]))
        .withMessageContaining("1048576")
        .withMessageContaining("5");
  }

  @Test
  void parse_damagedTable_namesTheLine() throws IOException {
    List<String> lines = TestData.lines("elementary/exp.blocks.txt");
    assertThat(lines).hasSize(4098);

    List<String> oneBitOff = new ArrayList<>(lines);
    oneBitOff.set(1001, flipOneDigit(lines.get(1001)));
    assertDamaged(oneBitOff, 4098);

    List<String> missing = new ArrayList<>(lines);
    missing.remove(7);
    assertDamaged(missing, 8);

    assertDamaged(lines.subList(0, 4097), 4098);
    assertDamaged(lines.subList(0, 100), 101);
    assertDamaged(List.of(), 1);

    List<String> longer = new ArrayList<>(lines);
    longer.add(lines.get(4097));
    assertDamaged(longer, 4099);

    List<String> garbled = new ArrayList<>(lines);
    garbled.set(5, "0004 xyz");
    assertDamaged(garbled, 6);
  }

  private static String flipOneDigit(String line) {
    char digit = line.charAt(5);
    return line.substring(0, 5) + (digit == '0' ? '1' : '0') + line.substring(6);
  }

  private static void assertDamaged(List<String> lines, int lineNumber) {
    assertThatThrownBy(() -> ChecksumTable.parse(lines))
        .isInstanceOfSatisfying(
            ChecksumFormatException.class,
            e -> assertThat(e.lineNumber()).isEqualTo(lineNumber));
  }
}
