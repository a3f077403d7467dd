package dev.verdict.contracts;

import dev.verdict.bisection.game.Keccak256;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Names of the game's functions by selector, which is how events name moves.
final class GameFunctions {
  private static final Map<String, String> BY_SELECTOR = read();

  private GameFunctions() {}

  /// The name, or the selector itself where it is unknown.
  static String name(String selector) {
    return BY_SELECTOR.getOrDefault(selector, selector);
  }

  private static Map<String, String> read() {
    Map<String, String> bySelector = new TreeMap<>();
    for (JsonNode entry : new ObjectMapper().readTree(GeneratedContracts.abi("DisputeGame"))) {
      if (entry.path("type").asString("").equals("function")) {
        String name = entry.path("name").asString("");
        String signature =
            StreamSupport.stream(entry.path("inputs").spliterator(), false)
                .map(input -> input.path("type").asString(""))
                .collect(Collectors.joining(",", name + "(", ")"));
        bySelector.put(
            Keccak256.of(signature.getBytes(StandardCharsets.US_ASCII)).hex().substring(0, 8),
            name);
      }
    }
    return Map.copyOf(bySelector);
  }
}
