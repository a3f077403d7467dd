package dev.verdict.repops.math;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.testing.GoldenFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The correctly rounded functions against MPFR's results: all hard inputs, a sample of blocks.
class ElementaryFunctionTest {
  @ParameterizedTest
  @EnumSource(ElementaryFunction.class)
  void hardInputs_areCorrectlyRounded(ElementaryFunction function) throws IOException {
    int read = 0;
    for (String line : TestData.lines(function.fileName("hard"))) {
      if (line.startsWith("#")) {
        continue;
      }
      String[] fields = line.split(" ");
      float x = Float.intBitsToFloat(Integer.parseUnsignedInt(fields[0], 16));
      assertThat(Integer.toHexString(Float.floatToRawIntBits(function.scalar.apply(x))))
          .as(line)
          .isEqualTo(Integer.toHexString(Integer.parseUnsignedInt(fields[1], 16)));
      read++;
    }
    assertThat(read).isEqualTo(function.hardInputs);
  }

  @ParameterizedTest
  @EnumSource(ElementaryFunction.class)
  void sampleBlocks_equalTheTruth(ElementaryFunction function) throws IOException {
    ChecksumTable table = function.table();
    for (int block : function.sampleBlocks) {
      assertThat(BlockChecksum.of(block, function.scalar)).isEqualTo(table.block(block));
    }
    assertThat(function.sampleBlocks).hasSize(28).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(ElementaryFunction.class)
  void oneResultOneBitWrong_changesBothChecksums(ElementaryFunction function) throws IOException {
    ChecksumTable table = function.table();
    for (int block : List.of(function.sampleBlocks[0], function.sampleBlocks[10], 0xff8)) {
      for (int place : new int[] {0, 0x7fffe, BlockChecksum.BLOCK_SIZE - 1}) {
        int wrongInput = BlockChecksum.firstInput(block) + place;
        FloatUnaryFunction mutated =
            x -> {
              int bits = Float.floatToRawIntBits(function.scalar.apply(x));
              return Float.intBitsToFloat(
                  Float.floatToRawIntBits(x) == wrongInput ? bits ^ 1 : bits);
            };
        BlockChecksum checksum = BlockChecksum.of(block, mutated);
        assertThat(checksum.fnv()).isNotEqualTo(table.block(block).fnv());
        assertThat(checksum.mix()).isNotEqualTo(table.block(block).mix());
      }
    }
  }

  /// The file is what the contracts' test reads: `-Dverdict.golden.write=true` writes it.
  @ParameterizedTest
  @EnumSource(ElementaryFunction.class)
  void randomSample_hasTheChecksumsThatAreCommitted(ElementaryFunction function) throws IOException {
    StringBuilder made = new StringBuilder(RandomSample.header(function.name().toLowerCase(Locale.ROOT)));
    for (int c = 0; c < RandomSample.CHECKSUMS; c++) {
      made.append("%04d %016x\n".formatted(c, RandomSample.checksum(c, function.scalar)));
    }
    Path path = GoldenFiles.path(function.fileName("random"));
    if (GoldenFiles.write()) {
      Files.writeString(path, made, StandardCharsets.US_ASCII);
    }
    assertThat(path).as("seed %x", RandomSample.SEED).hasContent(made.toString());
  }

  /// Of what the sample promises: every sign and exponent a hundred times at least.
  @Test
  void randomSample_coversEverySignAndExponent() {
    int[] seen = new int[512];
    for (int i = 0; i < RandomSample.INPUTS; i++) {
      seen[RandomSample.input(i) >>> 23]++;
    }
    assertThat(Arrays.stream(seen).boxed()).allMatch(n -> n >= 100);
    assertThat(Arrays.stream(seen).sum()).isEqualTo(RandomSample.INPUTS);
  }

  @Test
  void thresholds_areWhereTheDocumentationSays() {
    assertBits(Exp.exp(Float.intBitsToFloat(0x42b17218)), 0x7f800000);
    assertBits(Exp.exp(Float.intBitsToFloat(0x42b17217)), 0x7f7fff84);
    assertBits(Exp.exp(Float.intBitsToFloat(0xc2cff1b5)), 0);
    assertBits(Exp.exp(Float.intBitsToFloat(0xc2cff1b4)), 1);
    assertBits(Exp.exp(Float.NEGATIVE_INFINITY), 0);
    assertBits(Exp.exp(Float.POSITIVE_INFINITY), 0x7f800000);
    assertBits(Exp.exp(0f), 0x3f800000);
    assertBits(Exp.exp(-0f), 0x3f800000);
    assertBits(Log.log(1f), 0);
    assertBits(Log.log(0f), 0xff800000);
    assertBits(Log.log(-0f), 0xff800000);
    assertBits(Log.log(-Float.MIN_VALUE), 0x7fc00000);
    assertBits(Log.log(Float.NEGATIVE_INFINITY), 0x7fc00000);
    assertBits(Log.log(Float.POSITIVE_INFINITY), 0x7f800000);
    assertBits(Tanh.tanh(Float.intBitsToFloat(0x41102cb4)), 0x3f800000);
    assertBits(Tanh.tanh(Float.intBitsToFloat(0x41102cb3)), 0x3f7fffff);
    assertBits(Tanh.tanh(-0f), 0x80000000);
    assertBits(Tanh.tanh(Float.NEGATIVE_INFINITY), 0xbf800000);
    assertBits(Erf.erf(Float.intBitsToFloat(0x407ad445)), 0x3f800000);
    assertBits(Erf.erf(Float.intBitsToFloat(0x407ad444)), 0x3f7fffff);
    assertBits(Erf.erf(-0f), 0x80000000);
    assertBits(Erf.erf(Float.NEGATIVE_INFINITY), 0xbf800000);
    assertBits(Sin.sin(-0f), 0x80000000);
    assertBits(Sin.sin(Float.NEGATIVE_INFINITY), 0x7fc00000);
    assertBits(Cos.cos(-0f), 0x3f800000);
    assertBits(Cos.cos(Float.POSITIVE_INFINITY), 0x7fc00000);
  }

  /// The functions are odd or even, to the bit.
  @Test
  void negativeInputs_mirrorPositiveOnes() {
    for (int bits = 0; bits <= 0x7f800000 - 99991 + 1; bits += 99991) {
      float x = Float.intBitsToFloat(bits);
      int sign = 0x80000000;
      assertBits(Tanh.tanh(-x), Float.floatToRawIntBits(Tanh.tanh(x)) ^ sign);
      assertBits(Erf.erf(-x), Float.floatToRawIntBits(Erf.erf(x)) ^ sign);
      assertBits(Sin.sin(-x), Float.floatToRawIntBits(Sin.sin(x)) ^ sign);
      assertBits(Cos.cos(-x), Float.floatToRawIntBits(Cos.cos(x)));
    }
  }

  @Test
  void nans_areCanonicalWhateverTheirSignAndPayload() {
    for (int bits : new int[] {0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0xffffffff, 0x7fffffff}) {
      for (ElementaryFunction function : ElementaryFunction.values()) {
        assertBits(function.scalar.apply(Float.intBitsToFloat(bits)), 0x7fc00000);
      }
    }
  }

  private static void assertBits(float actual, int expected) {
    assertThat(Integer.toHexString(Float.floatToRawIntBits(actual)))
        .isEqualTo(Integer.toHexString(expected));
  }
}
