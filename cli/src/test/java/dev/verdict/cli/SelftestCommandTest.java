package dev.verdict.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.conformance.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(120)
class SelftestCommandTest {
  private static final Path PUBLISHED = Path.of(System.getProperty("verdict.testdata"), "conformance.txt");

  @TempDir Path folder;

  private static JsonNode json(String document) {
    return JsonMapper.shared().readTree(document);
  }

  @Test
  void selftest_thisMachine_givesThePublishedDigestsOnEveryExecutor() {
    Ran ran = Ran.of("selftest");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("this machine gives the right bits", "reference", "cpu", "operator    Softmax ")
        .doesNotContain("WRONG");
    assertThat(ran.err()).contains("cpu " + Catalogue.all().size() + "/" + Catalogue.all().size() + " cases");
  }

  @Test
  void selftest_json_isOneDocumentWithADigestForEachCase() throws IOException {
    Ran ran = Ran.of("selftest", "--executor", "cpu", "--json");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    JsonNode document = json(ran.out());
    assertThat(document.get("right").booleanValue()).isTrue();
    assertThat(document.get("canaries")).hasSize(18);
    assertThat(document.get("results")).hasSameSizeAs(Catalogue.all());
    List<String> published = Files.readAllLines(PUBLISHED);
    for (JsonNode result : document.get("results")) {
      String line = result.get("digests").get("cpu").stringValue() + "  " + result.get("kind").stringValue() + "/"
          + result.get("name").stringValue();
      assertThat(published).contains(line);
      assertThat(result.get("published")).isEqualTo(result.get("digests").get("cpu"));
    }
  }

  @Test
  void selftest_oneDigestDiffers_exitsWith3AndNamesIt() throws IOException {
    List<String> lines = Files.readAllLines(PUBLISHED).stream()
        .map(l -> l.endsWith("  operator/Softmax") ? "0".repeat(64) + "  operator/Softmax" : l).toList();
    Path other = Files.write(folder.resolve("other.txt"), lines);
    Ran ran = Ran.of("selftest", "--executor", "cpu", "--published", other.toString());
    assertThat(ran.exitCode()).isEqualTo(3);
    assertThat(ran.out()).contains("does NOT give the right bits");
    assertThat(ran.out().lines().filter(l -> l.contains("WRONG"))).singleElement().asString().contains("Softmax");
    assertThat(ran.err()).contains("cpu: 1 of " + Catalogue.all().size() + " cases", "operator/Softmax", "Don't solve");
    JsonNode document = json(Ran.of("selftest", "--executor", "cpu", "--json", "--published", other.toString()).out());
    assertThat(document.get("right").booleanValue()).isFalse();
    assertThat(document.get("faults")).hasSize(1);
  }

  @Test
  void selftest_missingDigest_exitsWith3() throws IOException {
    Path other = Files.write(folder.resolve("fewer.txt"),
        Files.readAllLines(PUBLISHED).stream().filter(l -> !l.endsWith("/ADD")).toList());
    Ran ran = Ran.of("selftest", "--executor", "cpu", "--published", other.toString());
    assertThat(ran.exitCode()).isEqualTo(3);
    assertThat(ran.out()).contains("isn't published");
  }

  @Test
  void selftest_unknownExecutor_exitsWith2AndListsThem() {
    Ran ran = Ran.of("selftest", "--executor", "abacus");
    assertThat(ran.exitCode()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.errLines()).singleElement().asString().contains("'abacus'", "reference, cpu");
  }

  @Test
  void selftest_unreadableOrMalformedFile_exitsWith2() throws IOException {
    Ran missing = Ran.of("selftest", "--published", folder.resolve("nowhere").toString());
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.errLines()).singleElement().asString().contains("nowhere", "doesn't exist");
    Ran malformed = Ran.of("selftest", "--published", Files.writeString(folder.resolve("bad"), "x").toString());
    assertThat(malformed.exitCode()).isEqualTo(2);
    assertThat(malformed.errLines()).singleElement().asString().contains(folder.resolve("bad") + " line 1");
    Ran empty = Ran.of("selftest", "--published", Files.writeString(folder.resolve("empty"), "# x\n").toString());
    assertThat(empty.exitCode()).isEqualTo(2);
    assertThat(empty.errLines()).singleElement().asString().contains("empty isn't a file of digests");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xFF, (byte) 0xFE});
    Ran bytes = Ran.of("selftest", "--published", binary.toString());
    assertThat(bytes.exitCode()).isEqualTo(2);
    assertThat(bytes.errLines()).singleElement().asString().contains("binary isn't a file of digests");
  }
}
