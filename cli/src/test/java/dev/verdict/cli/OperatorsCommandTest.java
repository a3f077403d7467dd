package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.conformance.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class OperatorsCommandTest {
  @Test
  void operators_markdown_isThePage() throws IOException {
    Ran ran = Ran.of("operators", "--markdown");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out().lines().toList())
        .isEqualTo(Files.readAllLines(Path.of(System.getProperty("verdict.home"), "docs", "operators.md")));
  }

  @Test
  void operators_jsonAndMarkdown_exitsWith2() {
    Ran ran = Ran.of("operators", "--json", "--markdown");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errLines()).singleElement().asString().contains("--json", "--markdown");
  }

  @Test
  void operators_plainAndJson_listEveryCase() {
    Ran plain = Ran.of("operators");
    assertThat(plain.out().lines()).hasSize(Catalogue.operators().size() + 1);
    assertThat(JsonMapper.shared().readTree(Ran.of("operators", "--json").out()).get("operators"))
        .hasSameSizeAs(Catalogue.operators());
  }
}
