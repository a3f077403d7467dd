package dev.verdict.learning.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.learning.checkpoint.MalformedFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdxFileTest {
  @TempDir Path folder;

  /// Two images of 2×3 pixels, 0 to 11.
  private static byte[] images() {
    ByteBuffer bytes = ByteBuffer.allocate(16 + 12).putInt(0x803).putInt(2).putInt(2).putInt(3);
    for (int i = 0; i < 12; i++) {
      bytes.put((byte) i);
    }
    return bytes.array();
  }

  private static byte[] labels(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 + values.length).putInt(0x801).putInt(values.length);
    Arrays.stream(values).forEach(v -> bytes.put((byte) v));
    return bytes.array();
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void readIdx_imagesAndLabels_givesRows() throws IOException {
    for (boolean packed : new boolean[] {false, true}) {
      LabelledImages read = LabelledImages.readIdx(
          file(packed ? "i.gz" : "i", packed ? gzip(images()) : images()), file("l", labels(9, 255)));
      assertThat(read.images().shape().dims()).containsExactly(2, 6);
      assertThat(read.rows()).isEqualTo(2);
      assertThat(read.classes()).isEqualTo(256);
      for (int i = 0; i < 12; i++) {
        assertThat(read.images().getLong(i)).isEqualTo(i);
      }
      assertThat(read.labels().getLong(0)).isEqualTo(9);
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "                                                      | ends before",
    "00000803 00000002 00000002                            | ends before",
    "00000803 00000002 00000002 00000003 0001              | ends before",
    "00000803 00000001 00000001 00000001 00 00             | goes on after its 1 values",
    "00000801 00000001 00                                  | 00000801; IDX of u8 in 3 dimensions begins with 00000803",
    "00000d03 00000001 00000001 00000001 00000000          | 00000d03",
    "00000803 00000000 00000001 00000001                   | dimensions [0, 1, 1]",
    "00000803 ffffffff 00000001 00000001                   | dimensions [4294967295, 1, 1]",
    "00000803 00010000 00010000 00010000                   | product below 2^31",
  })
  void readIdx_badImages_saysWhatIsWrong(String hex, String message) throws IOException {
    byte[] content = HexFormat.of().parseHex(hex == null ? "" : hex.replace(" ", ""));
    Path images = file("images", content);
    assertThatThrownBy(() -> LabelledImages.readIdx(images, file("l", labels(1))))
        .isInstanceOf(MalformedFileException.class).hasMessageContaining(images.toString())
        .hasMessageContaining(message);
  }

  @Test
  void readIdx_everyPrefix_isRefused() throws IOException {
    Path labels = file("l", labels(1, 2));
    byte[] whole = images();
    for (int length = 0; length < whole.length; length++) {
      Path images = file("i" + length, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> LabelledImages.readIdx(images, labels)).isInstanceOf(MalformedFileException.class);
      Path packed = file("i" + length + ".gz", gzip(Arrays.copyOf(whole, length)));
      assertThatThrownBy(() -> LabelledImages.readIdx(packed, labels)).isInstanceOf(MalformedFileException.class);
    }
    byte[] gzip = gzip(whole);
    for (int length = 0; length < gzip.length; length++) {
      Path cut = file("c" + length + ".gz", Arrays.copyOf(gzip, length));
      assertThatThrownBy(() -> LabelledImages.readIdx(cut, labels)).as("%d of %d bytes", length, gzip.length)
          .isInstanceOf(MalformedFileException.class);
    }
  }

  @Test
  void readIdx_notGzip_isRefused() throws IOException {
    Path images = file("i.gz", images());
    assertThatThrownBy(() -> LabelledImages.readIdx(images, images)).isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("not gzip");
  }

  @Test
  void readIdx_otherNumberOfLabels_isRefused() throws IOException {
    Path images = file("i", images());
    Path labels = file("l", labels(1, 2, 3));
    assertThatThrownBy(() -> LabelledImages.readIdx(images, labels)).isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("3 labels").hasMessageContaining("2 images");
  }

  @Test
  void fashionMnist_notThere_saysWhereAndHowToGetIt() {
    assertThatThrownBy(() -> FashionMnist.read(folder)).isInstanceOf(MissingDataException.class)
        .hasMessageContaining(folder.resolve("train-images-idx3-ubyte.gz").toString())
        .hasMessageContaining("apt-get install dataset-fashion-mnist").hasMessageContaining("--data");
  }
}
