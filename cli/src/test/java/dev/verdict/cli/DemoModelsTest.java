package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.console.ExitCode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `verdict demo --model …`: every model that fits into a test is trained, cheated in, and settled.
@Timeout(180)
class DemoModelsTest {
  private static final int MOST_GAS_OF_A_MOVE = 300_000;

  @Test
  void demo_digitsMlp_hasTheCommitmentThatIsPublished() {
    JsonNode document = demo("digits-mlp");
    assertThat(document.get("commitment").asString())
        .isEqualTo("0xce93bd1486edfacf2a081b234719dd130adb76601e7e1eb206c9755b055ebfe3");
    assertThat(document.at("/training/testAccuracy").asDouble()).isGreaterThan(0.95);
  }

  @Test
  void demo_digitsConvnet_isSettled() {
    JsonNode document = demo("digits-convnet");
    assertThat(document.at("/training/model").asString()).isEqualTo("convnet 16-32");
    assertThat(document.at("/training/testAccuracy").asDouble()).isGreaterThan(0.9);
  }

  @Test
  void demo_fashionMlp_isSettledOnWhateverTheFilesHold(@TempDir Path folder) throws IOException {
    writeFashion(folder, "train", 640, new Random(1));
    writeFashion(folder, "t10k", 50, new Random(2));
    JsonNode document = demo("fashion-mlp", "--data", folder.toString());
    assertThat(document.at("/training/testAccuracy").asDouble()).isGreaterThan(0.9);
  }

  @Test
  void demo_folderForAModelThatReadsNone_exitsWith2(@TempDir Path folder) {
    Ran ran = Ran.of("demo", "--model", "digits-mlp", "--data", folder.toString());
    assertThat(ran.exitCode()).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errLines()).singleElement().asString().contains("--data", "fashion-mlp", "digits-mlp");
  }

  private static JsonNode demo(String model, String... more) {
    String[] command = new String[more.length + 4];
    System.arraycopy(new String[] {"demo", "--model", model, "--json"}, 0, command, 0, 4);
    System.arraycopy(more, 0, command, 4, more.length);
    Ran ran = Ran.of(command);
    assertThat(ran.exitCode()).as(ran.err()).isEqualTo(ExitCode.DONE);
    JsonNode document = JsonMapper.shared().readTree(ran.out());
    assertThat(document.get("model").asString()).isEqualTo(model);
    assertThat(document.get("verdict").asString()).isEqualTo("SOLVER_LOSES");
    assertThat(document.at("/dispute/transactions").asInt()).isEqualTo(8);
    assertThat(document.at("/dispute/maxGas").asInt()).isLessThanOrEqualTo(MOST_GAS_OF_A_MOVE);
    assertThat(document.at("/training/loss").asDouble()).isBetween(0.0, 1.0);
    return document;
  }

  /// Images that are easily told apart: brighter from class to class, with noise.
  private static void writeFashion(Path folder, String set, int rows, Random random) throws IOException {
    ByteBuffer images = ByteBuffer.allocate(16 + rows * 784).putInt(0x803).putInt(rows).putInt(28).putInt(28);
    ByteBuffer labels = ByteBuffer.allocate(8 + rows).putInt(0x801).putInt(rows);
    for (int row = 0; row < rows; row++) {
      int label = random.nextInt(10);
      labels.put((byte) label);
      for (int pixel = 0; pixel < 784; pixel++) {
        images.put((byte) (pixel % 10 == label ? 200 + random.nextInt(50) : random.nextInt(50)));
      }
    }
    write(folder.resolve(set + "-images-idx3-ubyte.gz"), images.array());
    write(folder.resolve(set + "-labels-idx1-ubyte.gz"), labels.array());
  }

  private static void write(Path file, byte[] content) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content);
    }
  }
}
