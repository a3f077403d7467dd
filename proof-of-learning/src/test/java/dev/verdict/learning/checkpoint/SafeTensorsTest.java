package dev.verdict.learning.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SafeTensorsTest {
  @TempDir Path folder;

  @Test
  void read_whatWasWritten_givesTheSameBitsInOrder() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("z", Tensor.ofFloats(Shape.of(2, 2), 1, -0f, Float.NaN, Float.MIN_VALUE));
    tensors.put("a", Tensor.ofInts(Shape.scalar(), Integer.MIN_VALUE));
    tensors.put("ü", Tensor.ofBytes(Shape.of(3), (byte) 1, (byte) -1, (byte) 0));
    Path file = folder.resolve("t.safetensors");
    SafeTensors.write(file, tensors);

    Map<String, Tensor> read = SafeTensors.read(file);

    assertThat(List.copyOf(read.keySet())).containsExactly("z", "a", "ü");
    tensors.forEach((name, tensor) -> assertThat(read.get(name).sameBits(tensor)).as(name).isTrue());
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void read_fileOfAnotherWriter_isUnderstood() throws Exception {
    // As the format's own library writes it: metadata first, no padding, data in another order than the header.
    write("{\"__metadata__\":{\"format\":\"pt\"},\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]},"
        + "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}", new byte[] {7, 0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40});
    Map<String, Tensor> read = SafeTensors.read(folder.resolve("f"));
    assertThat(read.get("w").toFloats()).containsExactly(1f, 2f);
    assertThat(read.get("b").getLong(0)).isEqualTo(7);
    assertThat(read.get("w").dtype()).isEqualTo(DType.F32);
  }

  static Stream<Map.Entry<String, String>> malformed() {
    return Stream.of(
        Map.entry("not JSON", "{x"),
        Map.entry("not a JSON object", "[]"),
        Map.entry("has dtype \"F64\"", "{\"w\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}"),
        Map.entry("lacks shape", "{\"w\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}"),
        Map.entry("spans bytes", "{\"w\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}"),
        Map.entry("spans bytes", "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}"),
        Map.entry("takes 8 bytes", "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}"),
        Map.entry("below 1", "{\"w\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}"),
        Map.entry("64 bits", "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}}"));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void read_malformedHeader_saysWhatIsWrong(Map.Entry<String, String> reasonAndHeader) throws Exception {
    write(reasonAndHeader.getValue(), new byte[8]);
    assertThatThrownBy(() -> SafeTensors.read(folder.resolve("f")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(reasonAndHeader.getKey())
        .hasMessageContaining(folder.toString());
  }

  @Test
  void read_lengthBeyondTheFile_isRefused() throws Exception {
    Path file = folder.resolve("f");
    Files.write(file, new byte[] {-1, -1, -1, -1, -1, -1, -1, 127, 1});
    assertThatThrownBy(() -> SafeTensors.read(file)).isInstanceOf(MalformedFileException.class);
    Files.write(file, new byte[7]);
    assertThatThrownBy(() -> SafeTensors.read(file)).isInstanceOf(MalformedFileException.class);
  }

  private void write(String header, byte[] data) throws Exception {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve("f"), ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).put(data).array());
  }
}
