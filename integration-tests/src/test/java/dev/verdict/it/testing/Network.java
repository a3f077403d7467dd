package dev.verdict.it.testing;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.GameParameters;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.Deployment;
import dev.verdict.contracts.DeploymentParameters;
import dev.verdict.contracts.EventPosition;
import dev.verdict.contracts.LogEntry;
import dev.verdict.contracts.Receipt;
import dev.verdict.contracts.SendPolicy;
import dev.verdict.contracts.Signer;
import dev.verdict.contracts.TransactionRequest;
import dev.verdict.contracts.Transactions;
import dev.verdict.contracts.node.AnvilNode;
import dev.verdict.repops.commit.Digest;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.role.RoleObserver;
import java.math.BigInteger;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;

/// A chain with the contracts on it, and accounts that hold ether: an anvil of a test's own, or any node.
public final class Network implements AutoCloseable {
  public static final BigInteger ETHER = BigInteger.TEN.pow(18);
  public static final BigInteger FINNEY = BigInteger.TEN.pow(15);
  public static final int SUBMITTER = 1;
  public static final int SOLVER = 2;
  public static final int VERIFIER = 3;
  public static final int OUTSIDER = 4;

  private static final int LAST_ACCOUNT = OUTSIDER;
  private static final EventPosition NOWHERE = new EventPosition(0, Digest.ZERO, 0, Digest.ZERO);

  private final Optional<AnvilNode> anvil;
  private final ChainClient chain;
  private final IntFunction<Signer> keys;
  private final SendPolicy policy;
  private final Map<Integer, Transactions> senders = new TreeMap<>();
  private final Deployment deployment;

  private Network(Optional<AnvilNode> anvil, ChainClient chain, IntFunction<Signer> keys, SendPolicy policy,
      DeploymentParameters parameters) {
    this.anvil = anvil;
    this.chain = chain;
    this.keys = keys;
    this.policy = policy;
    if (anvil.isEmpty()) {
      for (int account = 1; account <= LAST_ACCOUNT; account++) {
        sender(0).send(TransactionRequest.transfer(keys.apply(account).account(), ETHER));
      }
    }
    this.deployment = Deployment.deploy(sender(0), parameters);
  }

  /// Starts an anvil and deploys, with clocks of an hour.
  public static Network anvil() {
    return anvil(DeploymentParameters.development());
  }

  /// Starts an anvil and deploys.
  public static Network anvil(DeploymentParameters parameters) {
    AnvilNode node = AnvilNode.start();
    SendPolicy asksOften = new SendPolicy(SendPolicy.development().maxFeePerGasWei(), 13, 1_000,
        Duration.ofSeconds(30), 0, Duration.ofMillis(2), Duration.ofSeconds(60), 25);
    return new Network(Optional.of(node), node.connect(), node::account, asksOften, parameters);
  }

  /// On a node of somebody else's, where time can't be moved: clocks are short, and the other accounts are new and get
  /// an ether each from the key.
  public static Network at(URI url, Signer funded) {
    SecureRandom random = new SecureRandom();
    List<Signer> accounts = new ArrayList<>(List.of(funded));
    for (int account = 1; account <= LAST_ACCOUNT; account++) {
      accounts.add(Signer.ofPrivateKey(new BigInteger(250, random).add(BigInteger.ONE)));
    }
    DeploymentParameters parameters = DeploymentParameters.withShortestUnbonding(
        new GameParameters(15, 15, 10), FINNEY, FINNEY, 1, 86_400, 5_000, BigInteger.TEN.pow(11));
    return new Network(Optional.empty(), ChainClient.connect(url), accounts::get,
        SendPolicy.development().withResendAfter(10, Duration.ofSeconds(30)).withPatience(Duration.ofMinutes(2)),
        parameters);
  }

  /// The anvil behind it. Throws [java.util.NoSuchElementException] where it is another node.
  public AnvilNode node() {
    return anvil.orElseThrow();
  }

  public ChainClient chain() {
    return chain;
  }

  public Deployment deployment() {
    return deployment;
  }

  /// What sends for account `index`, one for all that ask.
  public Transactions sender(int index) {
    return senders.computeIfAbsent(index, i -> Transactions.open(chain, keys.apply(i), policy));
  }

  /// Ends what sends for account `index`, as a kill would; the next that asks gets another.
  public void dropSender(int index) {
    Transactions sender = senders.remove(index);
    if (sender != null) {
      sender.close();
    }
  }

  public Account account(int index) {
    return keys.apply(index).account();
  }

  public Participant participant(int index, RoleObserver observer) {
    return Participant.on(deployment, chain, sender(index), account(index), observer);
  }

  public Participant participant(int index) {
    return participant(index, RoleObserver.NONE);
  }

  /// Pays into the vault for each of these accounts.
  public void deposit(BigInteger wei, int... accounts) {
    for (int account : accounts) {
      sender(account).send(deployment.vault(chain).deposit(wei));
    }
  }

  /// How long a challenge window has to be, so that an audit fits in.
  public long windowSeconds() {
    return anvil.isPresent() ? 3_600 : 45;
  }

  /// Lets time pass until `seconds` from the newest block's time, and a block be mined.
  public void pass(long seconds) {
    if (anvil.isPresent()) {
      anvil.get().increaseTime(Duration.ofSeconds(seconds));
    } else {
      long until = chain.latestBlock().timestamp() + seconds;
      Awaitility.await().pollInterval(Duration.ofMillis(500)).atMost(Duration.ofSeconds(seconds + 60))
          .until(() -> chain.latestBlock().timestamp() >= until);
    }
  }

  /// As much time as nobody's clock has; on a node whose time passes by itself, a little.
  public void passIdle() {
    pass(anvil.isPresent() ? 3_601 : 2);
  }

  /// What a request of account `sender` would tell in a block of this time; empty where it would revert.
  public Optional<List<ChainEvent>> simulate(int sender, TransactionRequest request, long time) {
    Map<?, ?> call = simulated(sender, request, time);
    if (!"0x1".equals(call.get("status"))) {
      return Optional.empty();
    }
    List<ChainEvent> events = new ArrayList<>();
    for (Object each : (List<?>) call.get("logs")) {
      Map<?, ?> log = (Map<?, ?>) each;
      List<Digest> topics = ((List<?>) log.get("topics")).stream().map(t -> Digest.ofHex((String) t)).toList();
      deployment.events().decode(new LogEntry(Account.ofHex((String) log.get("address")), topics,
          HexFormat.of().parseHex(((String) log.get("data")).substring(2)), NOWHERE)).ifPresent(events::add);
    }
    return Optional.of(events);
  }

  private Map<?, ?> simulated(int sender, TransactionRequest request, long time) {
    Map<String, Object> call = Map.of("from", account(sender).toString(), "to",
        request.to().orElseThrow().toString(), "data", "0x" + HexFormat.of().formatHex(request.data()));
    Map<String, Object> block =
        Map.of("blockOverrides", Map.of("time", "0x" + Long.toHexString(time)), "calls", List.of(call));
    List<?> blocks =
        (List<?>) chain.raw("eth_simulateV1", List.of(Map.of("blockStateCalls", List.of(block)), "latest"));
    return (Map<?, ?>) ((List<?>) ((Map<?, ?>) blocks.getFirst()).get("calls")).getFirst();
  }

  /// Everything that the contracts have told, in order.
  public List<ChainEvent> events() {
    return deployment.events().between(chain, deployment.firstBlock(), chain.blockNumber());
  }

  /// The events of one kind.
  public <T extends ChainEvent> List<T> events(Class<T> kind) {
    return events().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /// The transaction that an event was told in.
  public Receipt receipt(ChainEvent event) {
    return chain.successfulReceipt(event.position().txHash()).orElseThrow();
  }

  @Override
  public void close() {
    senders.values().forEach(Transactions::close);
    chain.close();
    anvil.ifPresent(AnvilNode::close);
  }
}
