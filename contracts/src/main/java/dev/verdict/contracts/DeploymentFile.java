package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.GameParameters;
import dev.verdict.repops.commit.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A deployment as JSON. Amounts are strings, as JSON's readers lose digits beyond 2^53.
final class DeploymentFile {
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  private DeploymentFile() {}

  static void write(Deployment deployment, Path file) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", deployment.version());
    root.put("chainId", deployment.chainId());
    root.put("firstBlock", deployment.firstBlock());
    ObjectNode contracts = root.putObject("contracts");
    put(contracts, "OneStepVerifier", deployment.verifier());
    put(contracts, "StakeVault", deployment.vault());
    put(contracts, "JobRegistry", deployment.registry());
    put(contracts, "DisputeGame", deployment.game());
    DeploymentParameters parameters = deployment.parameters();
    ObjectNode values = root.putObject("parameters");
    values.put("solverClockSeconds", parameters.clocks().solverClock());
    values.put("challengerClockSeconds", parameters.clocks().challengerClock());
    values.put("extensionSeconds", parameters.clocks().extension());
    values.put("minSolverStakeWei", parameters.minSolverStakeWei().toString());
    values.put("minChallengerBondWei", parameters.minChallengerBondWei().toString());
    values.put("minChallengeSeconds", parameters.minChallengeSeconds());
    values.put("maxChallengeSeconds", parameters.maxChallengeSeconds());
    values.put("rewardBps", parameters.rewardBps());
    values.put("gasPriceCapWei", parameters.gasPriceCapWei().toString());
    values.put("unbondingSeconds", parameters.unbondingSeconds());
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      // Whole or not at all: the file is all that tells where the contracts are.
      Path draft = Files.createTempFile(folder, file.getFileName().toString(), ".draft");
      Files.writeString(draft, text, StandardCharsets.UTF_8);
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(ObjectNode contracts, String name, Deployment.Contract contract) {
    contracts
        .putObject(name)
        .put("address", contract.address().toString())
        .put("codeHash", contract.codeHash().toString());
  }

  static Deployment read(Path file) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new DeploymentFileException(file, "can't be read");
    } catch (JacksonException e) {
      throw new DeploymentFileException(file, "isn't JSON");
    }
    try {
      JsonNode contracts = root.required("contracts");
      JsonNode values = root.required("parameters");
      Deployment deployment =
          new Deployment(
              root.required("chainId").longValue(),
              root.required("version").stringValue(),
              root.required("firstBlock").longValue(),
              contract(contracts, "OneStepVerifier"),
              contract(contracts, "StakeVault"),
              contract(contracts, "JobRegistry"),
              contract(contracts, "DisputeGame"),
              new DeploymentParameters(
                  new GameParameters(
                      values.required("solverClockSeconds").longValue(),
                      values.required("challengerClockSeconds").longValue(),
                      values.required("extensionSeconds").longValue()),
                  new BigInteger(values.required("minSolverStakeWei").stringValue()),
                  new BigInteger(values.required("minChallengerBondWei").stringValue()),
                  values.required("minChallengeSeconds").longValue(),
                  values.required("maxChallengeSeconds").longValue(),
                  values.required("rewardBps").intValue(),
                  new BigInteger(values.required("gasPriceCapWei").stringValue()),
                  values.required("unbondingSeconds").longValue()));
      deployment.requireVersion(deployment.version());
      return deployment;
    } catch (JacksonException | IllegalArgumentException e) {
      throw new DeploymentFileException(
          file, "a field is missing or malformed (" + firstLine(e) + ")");
    }
  }

  private static Deployment.Contract contract(JsonNode contracts, String name) {
    JsonNode contract = contracts.required(name);
    return new Deployment.Contract(
        Account.ofHex(contract.required("address").stringValue()),
        Digest.ofHex(contract.required("codeHash").stringValue()));
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
