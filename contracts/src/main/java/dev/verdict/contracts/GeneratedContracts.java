package dev.verdict.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What the build took from the Solidity project.
final class GeneratedContracts {
  /// The contracts that are deployed, and whose ABIs lie beside their wrappers.
  static final List<String> NAMES =
      List.of("OneStepVerifier", "StakeVault", "JobRegistry", "DisputeGame");

  private GeneratedContracts() {}

  /// JSON of a contract's ABI.
  static String abi(String contract) {
    String resource = "/dev/verdict/contracts/generated/" + contract + ".abi.json";
    try (InputStream in = GeneratedContracts.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new AssertionError(resource + " is missing: the build copies it from solidity/out");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
