package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Keccak256;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Type;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// The custom errors of a set of contracts, by selector, read from their ABI. All contracts share one table: an error
/// passes through the contracts between the one that raised it and the caller.
final class ContractErrors {
  /// An error as decoded.
  record Decoded(String name, List<ContractRevertedException.Argument> arguments) {}

  private record Parameter(String name, String type) {}

  private record Definition(String name, List<Parameter> parameters) {}

  private static final int SELECTOR_BYTES = 4;
  private static final ContractErrors VERDICT = ofResources(GeneratedContracts.NAMES);

  private final Map<String, Definition> bySelector;

  private ContractErrors(Map<String, Definition> bySelector) {
    this.bySelector = bySelector;
  }

  /// Of Verdict's own contracts.
  static ContractErrors verdict() {
    return VERDICT;
  }

  private static ContractErrors ofResources(List<String> contracts) {
    return ofAbi(contracts.stream().map(GeneratedContracts::abi).toList());
  }

  /// From the JSON of ABIs.
  static ContractErrors ofAbi(List<String> abis) {
    Map<String, Definition> bySelector = new TreeMap<>();
    define(bySelector, new Definition("Error", List.of(new Parameter("", "string"))));
    define(bySelector, new Definition("Panic", List.of(new Parameter("code", "uint256"))));
    ObjectMapper json = new ObjectMapper();
    for (String abi : abis) {
      for (JsonNode entry : json.readTree(abi)) {
        if (!entry.path("type").asString("").equals("error")) {
          continue;
        }
        List<Parameter> parameters = new ArrayList<>();
        for (JsonNode input : entry.path("inputs")) {
          parameters.add(
              new Parameter(input.path("name").asString(""), input.path("type").asString("")));
        }
        define(
            bySelector, new Definition(entry.path("name").asString(""), List.copyOf(parameters)));
      }
    }
    return new ContractErrors(bySelector);
  }

  private static void define(Map<String, Definition> bySelector, Definition definition) {
    String signature =
        definition.parameters().stream()
            .map(Parameter::type)
            .collect(Collectors.joining(",", definition.name() + "(", ")"));
    Digest hash = Keccak256.of(signature.getBytes(StandardCharsets.US_ASCII));
    bySelector.put(hash.hex().substring(0, 2 * SELECTOR_BYTES), definition);
  }

  /// Names and parameter types of all errors.
  List<String> signatures() {
    return bySelector.values().stream()
        .map(
            d ->
                d.parameters().stream()
                    .map(Parameter::type)
                    .collect(Collectors.joining(",", d.name() + "(", ")")))
        .sorted()
        .toList();
  }

  /// What a contract returned when it reverted. Total: what isn't known is `Unknown` with the data, and no data is a
  /// `require` without reason.
  Decoded decode(byte[] data) {
    if (data.length < SELECTOR_BYTES) {
      return new Decoded(
          "Unknown", List.of(new ContractRevertedException.Argument("", "no reason given")));
    }
    String hex = HexFormat.of().formatHex(data);
    Optional<Definition> definition =
        Optional.ofNullable(bySelector.get(hex.substring(0, 2 * SELECTOR_BYTES)));
    Optional<List<ContractRevertedException.Argument>> arguments =
        definition.flatMap(d -> arguments(d, hex.substring(2 * SELECTOR_BYTES)));
    return arguments
        .map(values -> new Decoded(definition.get().name(), values))
        .orElseGet(
            () ->
                new Decoded(
                    "Unknown", List.of(new ContractRevertedException.Argument("data", data))));
  }

  @SuppressWarnings({"rawtypes", "unchecked"})
  private static Optional<List<ContractRevertedException.Argument>> arguments(
      Definition definition, String hex) {
    try {
      List<TypeReference<Type>> types = new ArrayList<>();
      for (Parameter parameter : definition.parameters()) {
        types.add(TypeReference.makeTypeReference(parameter.type()));
      }
      List<Type> values = types.isEmpty() ? List.of() : FunctionReturnDecoder.decode(hex, types);
      if (values.size() != types.size()) {
        return Optional.empty();
      }
      List<ContractRevertedException.Argument> arguments = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        Parameter parameter = definition.parameters().get(i);
        arguments.add(
            new ContractRevertedException.Argument(
                parameter.name(), plain(parameter.type(), values.get(i))));
      }
      return Optional.of(List.copyOf(arguments));
    } catch (ClassNotFoundException | RuntimeException e) {
      // The data comes from a contract that may be anybody's: what doesn't decode is shown as it
      // is.
      return Optional.empty();
    }
  }

  @SuppressWarnings("rawtypes")
  private static Object plain(String type, Type value) {
    return switch (value.getValue()) {
      case BigInteger number -> number;
      case Boolean flag -> flag;
      case byte[] bytes when type.equals("bytes32") -> Digest.of(bytes);
      case byte[] bytes -> bytes;
      case String text when type.equals("address") -> Account.ofHex(text);
      case Object other -> other.toString();
    };
  }
}
