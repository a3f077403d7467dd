package dev.verdict.repops.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CanaryTest {
  @Test
  void all_onThisMachine_areNotWrong() {
    List<Canary> canaries = Canary.all();
    assertThat(canaries).hasSize(9).noneMatch(c -> c.state() == Canary.State.WRONG);
    assertThat(canaries).allSatisfy(c -> assertThat(c.remedy().isEmpty()).isEqualTo(c.state() == Canary.State.RIGHT));
  }

  /// Where fma isn't an instruction it is still right, and the hint says what it costs.
  @Test
  void all_withoutHardwareFma_saySo() throws Exception {
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:-UseFMA", "-cp", System.getProperty("java.class.path"), CanaryTest.class.getName())
            .redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output.lines().filter(l -> l.startsWith("SLOW")).toList()).singleElement().asString()
        .contains("fma is an instruction").contains("UseFMA");
    assertThat(output).doesNotContain("WRONG");
    assertThat(output.lines().filter(l -> l.startsWith("RIGHT"))).hasSize(8);
  }

  /// What the other JVM runs.
  public static void main(String[] args) {
    Canary.all().forEach(c -> System.out.println(c.state() + " " + c.name() + " " + c.remedy()));
  }
}
