package dev.verdict.contracts.node;

import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.Signer;
import dev.verdict.repops.commit.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Foundry's anvil as a child process: a chain of one's own that mines at once, with accounts that everybody knows and
/// that hold 10,000 ether each. For development and tests only. It ends with [#close] or with this JVM.
public final class AnvilNode implements AutoCloseable {
  /// How to start.
  ///
  /// @param port 0 for any that is free
  /// @param chainId of the new chain
  /// @param blockTime between blocks; zero to mine each transaction at once
  public record Options(int port, long chainId, Duration blockTime) {
    /// A free port, chain 31337, mining at once.
    public static Options standard() {
      return new Options(0, 31_337, Duration.ZERO);
    }

    public Options withPort(int newPort) {
      return new Options(newPort, chainId, blockTime);
    }

    public Options withChainId(long newChainId) {
      return new Options(port, newChainId, blockTime);
    }

    public Options withBlockTime(Duration newBlockTime) {
      return new Options(port, chainId, newBlockTime);
    }
  }

  /// Accounts that hold ether from the start.
  public static final int ACCOUNTS = 10;

  private static final Pattern LISTENING = Pattern.compile("Listening on 127\\.0\\.0\\.1:(\\d+)");
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final int LINES_KEPT = 20;

  private final Process process;
  private final Thread shutdown;
  private final URI url;
  private final ChainClient control;

  private AnvilNode(Process process, Thread shutdown, URI url, ChainClient control) {
    this.process = process;
    this.shutdown = shutdown;
    this.url = url;
    this.control = control;
  }

  /// With the standard options.
  public static AnvilNode start() {
    return start(Options.standard());
  }

  /// Throws [AnvilUnavailableException] where anvil isn't installed, or doesn't start: its port is in use, say.
  public static AnvilNode start(Options options) {
    Path binary = AnvilBinary.find();
    List<String> command =
        new ArrayList<>(
            List.of(
                binary.toString(),
                "--port",
                Integer.toString(options.port()),
                "--chain-id",
                Long.toString(options.chainId()),
                "--hardfork",
                "prague",
                "--accounts",
                Integer.toString(ACCOUNTS),
                // EIP-7825 holds from Osaka on; contracts that need more would be of no use then.
                "--enable-tx-gas-limit"));
    if (options.blockTime().isPositive()) {
      command.addAll(
          List.of("--block-time", Double.toString(options.blockTime().toMillis() / 1000.0)));
    }
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new AnvilUnavailableException(
          "anvil at %s doesn't start (%s): install it anew".formatted(binary, e.getMessage()));
    }
    Thread shutdown = Thread.ofPlatform().unstarted(process::destroy);
    Runtime.getRuntime().addShutdownHook(shutdown);
    try {
      URI url = URI.create("http://127.0.0.1:" + port(process, options));
      return new AnvilNode(process, shutdown, url, ChainClient.connect(url, options.chainId()));
    } catch (RuntimeException e) {
      stop(process, shutdown);
      throw e;
    }
  }

  /// The port it says it listens on. Its output is read to the end: a full pipe would stop it.
  private static int port(Process process, Options options) {
    CompletableFuture<Integer> listening = new CompletableFuture<>();
    Thread.ofVirtual().name("anvil-output").start(() -> drain(process, options, listening));
    try {
      return listening.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof AnvilUnavailableException known
          ? known
          : new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new AnvilUnavailableException(
          "anvil doesn't listen after %s: is the machine overloaded?".formatted(START_LIMIT));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AnvilUnavailableException("interrupted while anvil started");
    }
  }

  private static void drain(
      Process process, Options options, CompletableFuture<Integer> listening) {
    List<String> first = new ArrayList<>();
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        Matcher matcher = LISTENING.matcher(line);
        if (matcher.find()) {
          listening.complete(Integer.valueOf(matcher.group(1)));
        } else if (!listening.isDone() && first.size() < LINES_KEPT && !line.isBlank()) {
          first.add(line.strip());
        }
      }
    } catch (IOException e) {
      // The process is gone, and its pipe with it.
    }
    String said = String.join(" ", first);
    listening.completeExceptionally(
        new AnvilUnavailableException(
            said.contains("in use")
                ? "port %d is in use: end what listens there, or take port 0"
                    .formatted(options.port())
                : "anvil ended before it listened: " + said));
  }

  /// Where it answers.
  public URI url() {
    return url;
  }

  /// A client of the caller's own.
  public ChainClient connect() {
    return ChainClient.connect(url);
  }

  /// The key of one of the accounts, 0 to [#ACCOUNTS] − 1: public knowledge, worthless anywhere else.
  public Signer account(int index) {
    return DevelopmentKeys.signer(index);
  }

  /// Adds blocks.
  public void mine(int blocks) {
    control.raw("anvil_mine", List.of(hex(blocks)));
  }

  /// Lets time pass, and mines a block at the new time.
  public void increaseTime(Duration time) {
    control.raw("evm_increaseTime", List.of(hex(time.toSeconds())));
    mine(1);
  }

  /// Gives the next block this timestamp, in seconds since 1970.
  public void nextBlockTimestamp(long timestamp) {
    control.raw("evm_setNextBlockTimestamp", List.of(hex(timestamp)));
  }

  /// Whether each transaction is mined at once.
  public void setAutomine(boolean on) {
    control.raw("evm_setAutomine", List.of(on));
  }

  /// Remembers the state.
  ///
  /// @return its name, for [#revert]; good once
  public String snapshot() {
    return (String) control.raw("evm_snapshot", List.of());
  }

  /// Goes back to a remembered state.
  public void revert(String snapshot) {
    if (!Boolean.TRUE.equals(control.raw("evm_revert", List.of(snapshot)))) {
      throw new IllegalArgumentException(
          "no snapshot " + snapshot + ": each is good once, and ends those after it");
    }
  }

  /// Replaces the last `depth` blocks by empty ones; their transactions are forgotten.
  public void reorg(int depth) {
    control.raw("anvil_reorg", List.of(depth, List.of()));
  }

  /// Forgets a transaction that isn't mined.
  public void drop(Digest txHash) {
    control.raw("anvil_dropTransaction", List.of(txHash.toString()));
  }

  /// Sets the base fee of the next block.
  public void nextBaseFee(BigInteger wei) {
    control.raw("anvil_setNextBlockBaseFeePerGas", List.of("0x" + wei.toString(16)));
  }

  /// Any of the node's own requests.
  public Object request(String method, Object... parameters) {
    return control.raw(method, List.of(parameters));
  }

  private static String hex(long value) {
    return "0x" + Long.toHexString(value);
  }

  @Override
  public void close() {
    control.close();
    stop(process, shutdown);
  }

  private static void stop(Process process, Thread shutdown) {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdown);
    } catch (IllegalStateException e) {
      // The JVM is going down, and the hook with it.
    }
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "AnvilNode[" + url + "]";
  }
}
