package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What can't be measured is refused before anything is built.
class BenchCommandTest {
  static List<List<String>> refused() {
    return List.of(
        List.of("'x('", "--only", "x("),
        List.of("1 to 1024", "--threads", "0"),
        List.of("1 to 1024", "--threads", "1,5000"),
        List.of("--seconds", "--seconds", "0"),
        List.of("--seconds", "--seconds", "NaN"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void bench_badOption_exitsWith2AndSaysWhich(List<String> saidAndArguments) {
    String[] arguments = saidAndArguments.toArray(new String[0]);
    arguments[0] = "bench";
    Ran ran = Ran.of(arguments);
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errLines()).singleElement().asString().contains(saidAndArguments.getFirst());
  }
}
