package dev.verdict.learning.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.learning.checkpoint.MalformedFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledImagesTest {
  @TempDir Path folder;

  @Test
  void readCsv_digits_givesAllRowsAndClasses() {
    LabelledImages digits = LabelledImages.readCsv(Path.of(System.getProperty("verdict.testdata"), "data/digits.csv.gz"));
    assertThat(digits.rows()).isEqualTo(1797);
    assertThat(digits.images().shape().dims()).containsExactly(1797, 64);
    assertThat(digits.classes()).isEqualTo(10);
    assertThat(digits.images().getLong(2)).isEqualTo(5);
    assertThat(digits.labels().getLong(1)).isEqualTo(1);
  }

  @Test
  void gather_anOrder_permutesImagesWithTheirLabels() {
    LabelledImages digits = LabelledImages.readCsv(Path.of(System.getProperty("verdict.testdata"), "data/digits.csv.gz"));
    LabelledImages two = digits.gather(new long[] {7, 3});
    assertThat(two.labels().getLong(0)).isEqualTo(digits.labels().getLong(7));
    for (int f = 0; f < 64; f++) {
      assertThat(two.images().getLong(64 + f)).isEqualTo(digits.images().getLong(3 * 64 + f));
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "1,2,3@1,2 | line 2 has 2 columns",
    "1,256,3 | line 1, column 2: '256'",
    "1,-1,3 | column 2",
    "1,,3 | column 2",
    "1,2.5,3 | '2.5'",
    "5 | at least one feature",
  })
  void readCsv_badInput_namesLineAndColumn(String csv, String message) throws Exception {
    Path file = folder.resolve("d.csv");
    Files.writeString(file, csv.replace("@", "\n"));
    assertThatThrownBy(() -> LabelledImages.readCsv(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  @Test
  void readCsv_notGzip_saysSo() throws Exception {
    Path file = folder.resolve("d.csv.gz");
    Files.writeString(file, "1,2\n");
    assertThatThrownBy(() -> LabelledImages.readCsv(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("not gzip");
  }
}
