package dev.verdict.learning.job;

import dev.verdict.learning.checkpoint.MalformedFileException;
import dev.verdict.repops.commit.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A job as its submitter writes it down: roots, lengths and terms, in JSON. Amounts are decimal strings in wei.
///
/// @param store where the job's objects are: a path relative to the file, a `file:` or `http(s):` location
/// @param workSeconds how long a solver that accepted may take
/// @param challengeSeconds how long a claim stays open to challenges
/// @param salt makes two otherwise equal jobs different
public record JobFile(
    String store,
    Digest programRoot,
    Digest initialState,
    long steps,
    long checkpointInterval,
    BigInteger paymentWei,
    BigInteger solverStakeWei,
    BigInteger challengerBondWei,
    long workSeconds,
    long challengeSeconds,
    Digest salt) {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final Set<String> FIELDS = Set.of("store", "programRoot", "initialState", "steps",
      "checkpointInterval", "paymentWei", "solverStakeWei", "challengerBondWei", "workSeconds", "challengeSeconds",
      "salt");

  /// Throws [MalformedFileException] naming the field that is missing, unknown or out of range.
  public static JobFile read(Path file) {
    JsonNode json;
    try {
      json = JSON.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new MalformedFileException(file, "not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
    if (!json.isObject()) {
      throw new MalformedFileException(file, "a job file is a JSON object");
    }
    for (String name : json.propertyNames()) {
      if (!FIELDS.contains(name)) {
        throw new MalformedFileException(file, "unknown field '" + name + "'; the fields are "
            + String.join(", ", FIELDS.stream().sorted().toList()));
      }
    }
    return new JobFile(text(file, json, "store"), digest(file, json, "programRoot"),
        digest(file, json, "initialState"), positive(file, json, "steps"), positive(file, json, "checkpointInterval"),
        wei(file, json, "paymentWei"), wei(file, json, "solverStakeWei"), wei(file, json, "challengerBondWei"),
        positive(file, json, "workSeconds"), positive(file, json, "challengeSeconds"), digest(file, json, "salt"));
  }

  /// Writes it as [#read] reads it.
  public void write(Path file) {
    ObjectNode json = JSON.createObjectNode();
    json.put("store", store);
    json.put("programRoot", programRoot.toString());
    json.put("initialState", initialState.toString());
    json.put("steps", steps);
    json.put("checkpointInterval", checkpointInterval);
    json.put("paymentWei", paymentWei.toString());
    json.put("solverStakeWei", solverStakeWei.toString());
    json.put("challengerBondWei", challengerBondWei.toString());
    json.put("workSeconds", workSeconds);
    json.put("challengeSeconds", challengeSeconds);
    json.put("salt", salt.toString());
    try {
      Files.writeString(file, JSON.writeValueAsString(json) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private static String text(Path file, JsonNode json, String field) {
    if (!json.path(field).isString()) {
      throw new MalformedFileException(file, "field '" + field + "' must be a string, not " + json.path(field));
    }
    return json.get(field).asString();
  }

  private static Digest digest(Path file, JsonNode json, String field) {
    String hex = text(file, json, field);
    try {
      return Digest.ofHex(hex);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file, "field '" + field + "' must be 0x and 64 hexadecimal digits, not '" + hex
          + "'", e);
    }
  }

  private static long positive(Path file, JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 1) {
      throw new MalformedFileException(file, "field '" + field + "' must be a positive integer, not " + value);
    }
    return value.asLong();
  }

  private static BigInteger wei(Path file, JsonNode json, String field) {
    String digits = text(file, json, field);
    if (!digits.matches("[0-9]{1,60}")) {
      throw new MalformedFileException(file, "field '" + field + "' must be wei in decimal digits, not '" + digits
          + "'");
    }
    return new BigInteger(digits);
  }
}
