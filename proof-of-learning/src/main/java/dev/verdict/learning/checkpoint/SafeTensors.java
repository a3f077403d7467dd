package dev.verdict.learning.checkpoint;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads and writes the safetensors format:
///
///     u64 little-endian  length of the header
///     header             JSON: name → {"dtype", "shape", "data_offsets": [begin, end)}, padded with spaces
///     data               the tensors, little-endian, one after the other
///
/// Of its dtypes the three of SPEC §2.1 are taken: F32, I32, U8.
public final class SafeTensors {
  private static final long MAX_HEADER_BYTES = 100L << 20;
  private static final ValueLayout.OfLong LITTLE_ENDIAN_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ObjectMapper JSON = new ObjectMapper();

  private SafeTensors() {}

  /// Writes `tensors` in iteration order. The file appears whole or not at all.
  public static void write(Path file, Map<String, Tensor> tensors) {
    ObjectNode header = JSON.createObjectNode();
    long offset = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      ObjectNode description = header.putObject(entry.getKey());
      description.put("dtype", tensor.dtype().name());
      var shape = description.putArray("shape");
      for (long dim : tensor.shape().dims()) {
        shape.add(dim);
      }
      description.putArray("data_offsets").add(offset).add(offset + tensor.sizeBytes());
      offset += tensor.sizeBytes();
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    int padded = Math.ceilDiv(json.length, 8) * 8;
    ByteBuffer prefix = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    prefix.putLong(padded).put(json);
    while (prefix.hasRemaining()) {
      prefix.put((byte) ' ');
    }
    AtomicFile.write(file, channel -> {
      writeFully(channel, prefix.flip());
      for (Tensor tensor : tensors.values()) {
        writeSegment(channel, tensor.segment());
      }
    });
  }

  private static void writeSegment(FileChannel channel, MemorySegment segment) throws IOException {
    long piece = 1L << 30;
    for (long at = 0; at < segment.byteSize(); at += piece) {
      writeFully(channel, segment.asSlice(at, Math.min(piece, segment.byteSize() - at)).asByteBuffer());
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /// Maps `file` and gives its tensors in the order of its header; they alias the mapping and are read-only.
  /// Throws [MalformedFileException] where the file isn't safetensors or has another dtype, [UncheckedIOException]
  /// where it can't be read.
  public static Map<String, Tensor> read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return parse(file, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Tensor> parse(Path file, MemorySegment bytes) {
    if (bytes.byteSize() < 8) {
      throw new MalformedFileException(file, "a safetensors file has at least 8 bytes, this one " + bytes.byteSize());
    }
    long headerLength = bytes.get(LITTLE_ENDIAN_LONG, 0);
    if (headerLength < 2 || headerLength > MAX_HEADER_BYTES || headerLength > bytes.byteSize() - 8) {
      throw new MalformedFileException(file, "header length " + headerLength + " does not fit a file of "
          + bytes.byteSize() + " bytes");
    }
    JsonNode header;
    try {
      header = JSON.readTree(bytes.asSlice(8, headerLength).toArray(ValueLayout.JAVA_BYTE));
    } catch (JacksonException e) {
      throw new MalformedFileException(file, "the header is not JSON: " + e.getOriginalMessage(), e);
    }
    if (!header.isObject()) {
      throw new MalformedFileException(file, "the header is not a JSON object");
    }
    MemorySegment data = bytes.asSlice(8 + headerLength);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : header.properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        tensors.put(entry.getKey(), tensor(file, entry.getKey(), entry.getValue(), data));
      }
    }
    return tensors;
  }

  private static Tensor tensor(Path file, String name, JsonNode description, MemorySegment data) {
    DType dtype = switch (description.path("dtype").asString("")) {
      case "F32" -> DType.F32;
      case "I32" -> DType.I32;
      case "U8" -> DType.U8;
      default -> throw new MalformedFileException(file, "tensor '" + name + "' has dtype "
          + description.path("dtype") + ", expected F32, I32 or U8");
    };
    JsonNode dims = description.path("shape");
    JsonNode offsets = description.path("data_offsets");
    if (!dims.isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw new MalformedFileException(file, "tensor '" + name + "' lacks shape or data_offsets");
    }
    long begin = offsets.get(0).asLong(-1);
    long end = offsets.get(1).asLong(-1);
    if (begin < 0 || end < begin || end > data.byteSize()) {
      throw new MalformedFileException(file, "tensor '" + name + "' spans bytes " + begin + " to " + end + " of "
          + data.byteSize());
    }
    try {
      long[] shape = new long[dims.size()];
      for (int d = 0; d < shape.length; d++) {
        shape[d] = dims.get(d).asLong(0);
      }
      return Tensor.of(dtype, Shape.of(shape), data.asSlice(begin, end - begin));
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file, "tensor '" + name + "': " + e.getMessage(), e);
    }
  }
}
