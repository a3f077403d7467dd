package dev.verdict.cli;

import dev.verdict.cli.console.Wei;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.Deployment;
import dev.verdict.contracts.SendPolicy;
import dev.verdict.contracts.Signer;
import dev.verdict.contracts.Transactions;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which chain, which contracts, and how to send.
final class ChainOptions {
  @Option(names = "--rpc", paramLabel = "URL", defaultValue = "${env:VERDICT_RPC}",
      description = "JSON-RPC of a node, http or https. Default: $VERDICT_RPC.")
  private @Nullable String rpc;

  @Option(names = "--deployment", paramLabel = "FILE", defaultValue = "${env:VERDICT_DEPLOYMENT:-deployment.json}",
      description = "What verdict deploy wrote. Default: $VERDICT_DEPLOYMENT, else ${DEFAULT-VALUE}.")
  private Path deployment = Path.of("deployment.json");

  @Option(names = "--confirmations", paramLabel = "N", defaultValue = "-1",
      description = "Blocks on top of one before it is believed. Default: 12, on chain 31337 and 1337 none.")
  private int confirmations;

  @Option(names = "--max-fee", paramLabel = "AMOUNT", converter = Wei.class, defaultValue = "500gwei",
      description = "The most to offer for one gas. Default: ${DEFAULT-VALUE}.")
  private BigInteger maxFee = BigInteger.ZERO;

  /// Throws [InputException] where there is no URL, or none that can be one.
  ChainClient connect() {
    if (rpc == null || rpc.isBlank()) {
      throw new InputException("no node given: use --rpc URL, or set VERDICT_RPC");
    }
    try {
      URI url = new URI(rpc);
      if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
        throw new InputException("--rpc must be an http:// or https:// URL with a host");
      }
      return ChainClient.connect(url);
    } catch (URISyntaxException e) {
      throw new InputException("--rpc is not a URL: " + e.getReason() + " at character " + (e.getIndex() + 1));
    }
  }

  /// The contracts, compared with the chain.
  Deployment deployment(ChainClient chain) {
    return Deployment.open(deployment, chain);
  }

  Path deploymentFile() {
    return deployment;
  }

  Transactions transactions(ChainClient chain, Signer signer) {
    SendPolicy policy = isDevelopment(chain) ? SendPolicy.development() : SendPolicy.standard();
    return Transactions.open(chain, signer, policy.withMaxFeePerGas(maxFee).withConfirmations(confirmations(chain)));
  }

  int confirmations(ChainClient chain) {
    return confirmations >= 0 ? confirmations : isDevelopment(chain) ? 0 : 12;
  }

  private static boolean isDevelopment(ChainClient chain) {
    return chain.chainId() == 31337 || chain.chainId() == 1337;
  }
}
