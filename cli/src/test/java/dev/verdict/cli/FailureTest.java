package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.cli.console.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Errors of the JVM that a setting causes are told as one line, without a stack.
@Timeout(60)
class FailureTest {
  @Test
  void of_fullMemory_namesTheSettingThatHelps() {
    Failure direct = Failure.of(new OutOfMemoryError("Cannot reserve 4096 bytes of direct buffer memory"));
    assertThat(direct.message()).contains("4096", "VERDICT_TENSORS");
    Failure heap = Failure.of(new ExecutionException(new OutOfMemoryError("Java heap space")));
    assertThat(heap.message()).contains("VERDICT_HEAP");
    assertThat(List.of(direct, heap)).allSatisfy(f -> {
      assertThat(f.exitCode()).isEqualTo(ExitCode.WRONG_INPUT);
      assertThat(f.isUnexpected()).isFalse();
    });
  }

  @Test
  void of_wrappedException_isThatOfItsCause() {
    Failure failure = Failure.of(new ExceptionInInitializerError(new IllegalArgumentException("no such width")));
    assertThat(failure).isEqualTo(new Failure("no such width", ExitCode.WRONG_INPUT, false));
    assertThat(Failure.of(new CompletionException(new DownloadFailedException("not there"))))
        .isEqualTo(new Failure("not there", ExitCode.RETRY, false));
  }

  @Test
  void of_faultOfThisProgram_keepsItsStack() {
    assertThat(Failure.of(new AssertionError("broken")).isUnexpected()).isTrue();
  }

  @Test
  void selftest_widthThatIsNone_exitsWith2AndOneLine() throws Exception {
    Child child = Child.of("-Dverdict.vectorBits=77", "selftest");
    assertThat(child.exitCode()).as(child.output()).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(child.output()).contains("verdict: ", "verdict.vectorBits must be 0, 128, 256 or 512, not 77")
        .doesNotContain("\tat ");
  }

  @Test
  void demo_tensorsThatDontFit_exitsWith2AndSaysWhichSettingHelps() throws Exception {
    Child child = Child.of("-XX:MaxDirectMemorySize=64k", "demo");
    assertThat(child.exitCode()).as(child.output()).isEqualTo(ExitCode.WRONG_INPUT);
    assertThat(child.output()).contains("VERDICT_TENSORS").doesNotContain("\tat ");
  }

  /// The command in a JVM of its own.
  private record Child(int exitCode, String output) {
    static Child of(String option, String command) throws IOException, InterruptedException {
      List<String> line = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", option,
          "-Dverdict.home=" + System.getProperty("verdict.home"), "-cp", System.getProperty("java.class.path"),
          Main.class.getName(), command));
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes());
      return new Child(process.waitFor(), output);
    }
  }
}
