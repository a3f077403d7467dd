package dev.verdict.learning.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.learning.checkpoint.MalformedFileException;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobFileTest {
  @TempDir Path folder;

  private JobFile example() {
    return new JobFile("store", Digest.sha256(new byte[] {1}), Digest.sha256(new byte[] {2}), 200, 20,
        BigInteger.TEN.pow(18), BigInteger.TEN.pow(19), BigInteger.TEN.pow(17), 3600, 600, Digest.ZERO);
  }

  @Test
  void read_whatWasWritten_isEqual() {
    Path file = folder.resolve("job.json");
    example().write(file);
    assertThat(JobFile.read(file)).isEqualTo(example());
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
    "\"steps\" : 200 | \"steps\" : 0 | 'steps' must be a positive integer",
    "\"steps\" : 200 | \"steps\" : \"200\" | 'steps' must be a positive integer",
    "\"steps\" : 200 | \"steps\" : 1e400 | 'steps' must be a positive integer",
    "\"steps\" : 200 | \"step\" : 200 | unknown field 'step'",
    "\"1000000000000000000\" | \"-1\" | 'paymentWei' must be wei",
    "\"1000000000000000000\" | 1 | 'paymentWei' must be a string",
    "\"salt\" : \"0x00 | \"salt\" : \"0xzz | 'salt' must be 0x and 64",
    "{ | [ | not JSON",
  })
  void read_badField_namesFileAndField(String original, String replacement, String message) throws Exception {
    Path file = folder.resolve("job.json");
    example().write(file);
    String json = Files.readString(file);
    assertThat(json).contains(original);
    Files.writeString(file, json.replace(original, replacement));
    assertThatThrownBy(() -> JobFile.read(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("job.json");
  }
}
