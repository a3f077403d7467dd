package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `./verdict` refuses a memory size that Java wouldn't take, before it builds or starts anything.
@Timeout(60)
class LauncherTest {
  @ParameterizedTest
  @CsvSource({"VERDICT_TENSORS, abc", "VERDICT_HEAP, 2gb", "VERDICT_HEAP, -1g", "VERDICT_TENSORS, 0"})
  void launcher_memoryThatIsNoSize_exitsWith2AndSaysWhich(String setting, String value)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(Path.of(System.getProperty("verdict.home"), "verdict").toString(), "--version");
    builder.environment().put(setting, value);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isEqualTo(2);
    assertThat(output.lines()).singleElement().asString().contains(setting, "'" + value + "'");
  }
}
