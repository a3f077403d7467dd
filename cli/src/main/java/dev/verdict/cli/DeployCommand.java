package dev.verdict.cli;

import dev.verdict.bisection.game.GameParameters;
import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Progress;
import dev.verdict.cli.console.Table;
import dev.verdict.cli.console.Wei;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.Deployment;
import dev.verdict.contracts.DeploymentParameters;
import dev.verdict.contracts.Transactions;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// `verdict deploy`: puts the contracts on a chain and writes the deployment file.
@Command(name = "deploy", mixinStandardHelpOptions = true,
    description = "Deploys the contracts and writes the deployment file. Parameters can't be changed afterwards.")
final class DeployCommand implements Callable<Integer> {
  /// As DisputeGame has it.
  private static final long MAX_SECONDS = 1L << 40;

  /// As JobRegistry has it.
  private static final long MAX_REWARD_BPS = 5_000;

  @Mixin private ChainOptions chain = new ChainOptions();
  @Mixin private KeyOptions key = new KeyOptions();
  @Mixin private Output output = new Output();

  @Option(names = "--clock", paramLabel = "SECONDS", defaultValue = "86400",
      description = "On each side's chess clock. Default: ${DEFAULT-VALUE}.")
  private long clockSeconds;

  @Option(names = "--extension", paramLabel = "SECONDS", defaultValue = "1800",
      description = "What a move leaves its mover at least. Default: ${DEFAULT-VALUE}.")
  private long extensionSeconds;

  @Option(names = "--min-stake", paramLabel = "AMOUNT", converter = Wei.class, defaultValue = "0.1eth",
      description = "The least stake a job may ask of a solver. Default: ${DEFAULT-VALUE}.")
  private BigInteger minStake = BigInteger.ZERO;

  @Option(names = "--min-bond", paramLabel = "AMOUNT", converter = Wei.class, defaultValue = "0.05eth",
      description = "The least bond a job may ask of a challenger. Default: ${DEFAULT-VALUE}.")
  private BigInteger minBond = BigInteger.ZERO;

  @Option(names = "--min-window", paramLabel = "SECONDS", defaultValue = "60",
      description = "The shortest challenge window. Default: ${DEFAULT-VALUE}.")
  private long minWindowSeconds;

  @Option(names = "--max-window", paramLabel = "SECONDS", defaultValue = "604800",
      description = "The longest challenge window. Default: ${DEFAULT-VALUE}.")
  private long maxWindowSeconds;

  @Option(names = "--reward", paramLabel = "BPS", defaultValue = "5000",
      description = "The winner's share of a loser's stake, in 1/10,000, at most 5000. Default: ${DEFAULT-VALUE}.")
  private int rewardBps;

  @Option(names = "--gas-price-cap", paramLabel = "AMOUNT", converter = Wei.class, defaultValue = "100gwei",
      description = "The most that is repaid for one gas. Default: ${DEFAULT-VALUE}.")
  private BigInteger gasPriceCap = BigInteger.ZERO;

  @Option(names = "--force", description = "Overwrite the deployment file.")
  private boolean force;

  private static void requireIn(String option, long actual, long low, long high) {
    if (actual < low || actual > high) {
      String bound = option.equals("--min-window") ? high + ", which is --max-window" : Long.toString(high);
      throw new InputException(option + " must be from " + low + " to " + bound + ", not " + actual);
    }
  }

  /// The addresses are in the file alone, so it must be possible to write it before anything is sent.
  private static void requireWritable(Path file) {
    Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new InputException(file + " can't be written, since " + folder
          + " is no folder or not writable: name another file with --deployment");
    }
  }

  @Override
  public Integer call() {
    if (Files.exists(chain.deploymentFile()) && !force) {
      throw new InputException(chain.deploymentFile() + " exists: name another with --deployment, or use --force");
    }
    requireWritable(chain.deploymentFile().toAbsolutePath());
    // What the contracts would refuse, before the first of them is deployed.
    requireIn("--clock", clockSeconds, 1, MAX_SECONDS);
    requireIn("--extension", extensionSeconds, 1, MAX_SECONDS);
    requireIn("--max-window", maxWindowSeconds, 1, MAX_SECONDS);
    requireIn("--min-window", minWindowSeconds, 1, maxWindowSeconds);
    requireIn("--reward", rewardBps, 0, MAX_REWARD_BPS);
    DeploymentParameters parameters = DeploymentParameters.withShortestUnbonding(
        new GameParameters(clockSeconds, clockSeconds, extensionSeconds), minStake, minBond, minWindowSeconds,
        maxWindowSeconds, rewardBps, gasPriceCap);
    try (ChainClient client = chain.connect(); Transactions transactions = chain.transactions(client, key.signer())) {
      Progress.toStandardError(false).say("verdict: deploying four contracts on chain " + client.chainId());
      Deployment deployment = Deployment.deploy(transactions, parameters);
      deployment.save(chain.deploymentFile());
      Table table = new Table("contract", "address")
          .row("OneStepVerifier", deployment.verifier().address())
          .row("StakeVault", deployment.vault().address())
          .row("JobRegistry", deployment.registry().address())
          .row("DisputeGame", deployment.game().address());
      ObjectNode json = Output.document();
      json.put("chainId", deployment.chainId());
      json.put("file", chain.deploymentFile().toString());
      json.put("verifier", deployment.verifier().address().toString());
      json.put("vault", deployment.vault().address().toString());
      json.put("registry", deployment.registry().address().toString());
      json.put("game", deployment.game().address().toString());
      json.put("delayBoundSeconds", parameters.clocks().delayBoundSeconds());
      json.put("unbondingSeconds", parameters.unbondingSeconds());
      output.print(json, table + "A claim is final at the latest " + parameters.clocks().delayBoundSeconds()
          + " s after its challenge window.\nWritten to " + chain.deploymentFile() + ".");
    }
    return ExitCode.DONE;
  }
}
