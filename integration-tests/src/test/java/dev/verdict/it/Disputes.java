package dev.verdict.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.adversary.Cheat;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.ClaimStatus;
import dev.verdict.contracts.JobStatus;
import dev.verdict.contracts.VaultBalance;
import dev.verdict.it.testing.Network;
import dev.verdict.it.testing.Trial;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Solver and verifier against each other through their watchers, from a submitted job to the last unlocked stake, on
/// whatever node a subclass opens.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Disputes {
  private static final BigInteger MOST_GAS_OF_A_MOVE = BigInteger.valueOf(300_000);
  private static final BigInteger MOST_GAS_SERVED = BigInteger.valueOf(900_000);
  private static final int MOST_TRANSACTIONS_SERVED = 8;

  private Optional<Network> opened = Optional.empty();

  /// Opens the node, once.
  abstract Network open();

  private Network network() {
    if (opened.isEmpty()) {
      opened = Optional.of(open());
    }
    return opened.get();
  }

  @AfterAll
  void closeNetwork() {
    opened.ifPresent(Network::close);
  }

  /// How many of the lengths of a run to go through: 3, or fewer where blocks take their time.
  abstract int lengths();

  /// A last interval that is shorter; intervals of one step; one interval longer than the run.
  Stream<Trial.Scenario> scenarios() {
    return Arrays.stream(Cheat.values()).flatMap(cheat -> Stream.of(true, false).flatMap(serves -> Stream.of(
        new Trial.Scenario(Optional.of(cheat), serves, 7, 3, 1),
        new Trial.Scenario(Optional.of(cheat), serves, 3, 1, 2),
        new Trial.Scenario(Optional.of(cheat), serves, 4, 9, 3)).limit(lengths())));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void live_someoneCheats_losesItsStake(Trial.Scenario scenario, @TempDir Path work) {
    Network network = network();
    Trial trial = new Trial(network, work, scenario).submit();
    BigInteger pool = network.deployment().vault(network.chain()).jackpotPool();
    Map<Integer, BigInteger> before = totals(trial);
    int known = network.events().size();

    // Odd seeds: the challenger proves the fault itself where it can; even ones: the solver proves it against itself.
    trial.live(scenario.seed() % 2 == 1);

    List<ChainEvent> events = network.events().subList(known, network.events().size());
    ChainEvent.Decided decided = one(events, ChainEvent.Decided.class);
    requireVerdict(scenario, decided);
    requireFewTransactions(scenario, events);
    Cheat cheat = scenario.cheat().orElseThrow();
    requireStatus(trial, decided.claimId(), cheat.isFalseClaim());
    Map<Integer, BigInteger> after = totals(trial);
    BigInteger pooled = network.deployment().vault(network.chain()).jackpotPool().subtract(pool);
    assertThat(sum(after).add(pooled)).as("stakes and pool").isEqualTo(sum(before));
    int loser = cheat.isFalseClaim() ? Network.SOLVER : Network.VERIFIER;
    int winner = cheat.isFalseClaim() ? Network.VERIFIER : Network.SOLVER;
    BigInteger lost = cheat.isFalseClaim() ? Trial.STAKE : Trial.BOND;
    BigInteger payment = cheat.isFalseClaim() ? BigInteger.ZERO : Trial.PAYMENT;
    assertThat(before.get(loser).subtract(after.get(loser))).isEqualTo(lost);
    assertThat(after.get(Network.SUBMITTER)).isEqualTo(before.get(Network.SUBMITTER).subtract(payment));
    BigInteger reward = after.get(winner).subtract(before.get(winner)).subtract(payment);
    // SPEC §8: r + (Z − r)/2 with r from 0 to Z/4; the rest is the pool's.
    assertThat(reward).isBetween(lost.divide(BigInteger.TWO), lost.multiply(BigInteger.valueOf(5)).shiftRight(3));
    assertThat(pooled).isEqualTo(lost.subtract(reward));
  }

  @ParameterizedTest
  @MethodSource("honest")
  void live_nobodyCheats_isConfirmedWithoutAGame(Trial.Scenario scenario, @TempDir Path work) {
    Network network = network();
    Trial trial = new Trial(network, work, scenario).submit();
    Map<Integer, BigInteger> before = totals(trial);
    int known = network.events().size();

    trial.live(true);

    List<ChainEvent> events = network.events().subList(known, network.events().size());
    assertThat(events).noneMatch(ChainEvent.OfGame.class::isInstance);
    requireStatus(trial, one(events, ChainEvent.ClaimConfirmed.class).claimId(), false);
    Map<Integer, BigInteger> after = totals(trial);
    assertThat(sum(after)).isEqualTo(sum(before));
    assertThat(after.get(Network.SOLVER).subtract(before.get(Network.SOLVER))).isEqualTo(Trial.PAYMENT);
  }

  static Stream<Trial.Scenario> honest() {
    return Stream.of(new Trial.Scenario(Optional.empty(), true, 5, 2, 1),
        new Trial.Scenario(Optional.empty(), false, 5, 2, 2));
  }

  private static void requireVerdict(Trial.Scenario scenario, ChainEvent.Decided decided) {
    Cheat cheat = scenario.cheat().orElseThrow();
    assertThat(decided.verdict()).isEqualTo(cheat.isFalseClaim() ? Verdict.SOLVER_LOSES : Verdict.CHALLENGER_LOSES);
    if (cheat.isFalseClaim()) {
      assertThat(decided.reason()).isEqualTo(cheat == Cheat.STALL ? Reason.TIMED_OUT : Reason.PROVED);
    }
    if (decided.reason() == Reason.PROVED) {
      assertThat(decided.result().equals(decided.claimed())).isEqualTo(!cheat.isFalseClaim());
    }
  }

  private void requireFewTransactions(Trial.Scenario scenario, List<ChainEvent> events) {
    Map<Digest, Set<String>> moves = new LinkedHashMap<>();
    Map<Digest, ChainEvent> transactions = new LinkedHashMap<>();
    for (ChainEvent event : events) {
      if (event instanceof ChainEvent.OfGame) {
        transactions.put(event.position().txHash(), event);
        moves.computeIfAbsent(event.position().txHash(), tx -> new TreeSet<>())
            .add(event instanceof ChainEvent.Moved moved ? moved.move() : "");
      }
    }
    long forced = moves.values().stream().filter(m -> m.contains("demand") || m.contains("reveal")).count();
    // One more where the challenge doesn't say the interval (SPEC §6.2).
    long apart = moves.values().stream().filter(m -> m.contains("selectInterval")).count();
    assertThat(transactions.size() - forced - apart).as("transactions %s", moves.values())
        .isLessThanOrEqualTo(MOST_TRANSACTIONS_SERVED);
    boolean allServed = scenario.serves() && !Set.of(Cheat.WITHHOLD, Cheat.STALL, Cheat.FRIVOLOUS_CHALLENGE)
        .contains(scenario.cheat().orElseThrow());
    BigInteger total = BigInteger.ZERO;
    for (ChainEvent event : transactions.values()) {
      BigInteger gas = network().receipt(event).gasUsed();
      assertThat(gas).as("gas of " + moves.get(event.position().txHash())).isLessThanOrEqualTo(MOST_GAS_OF_A_MOVE);
      total = total.add(gas);
    }
    if (allServed) {
      assertThat(total).isLessThanOrEqualTo(MOST_GAS_SERVED);
    }
    System.out.println(scenario + ": " + transactions.size() + " transactions, " + forced + " of them forced, " + total
        + " gas: " + moves.values().stream().map(m -> String.join("", m)).collect(Collectors.joining(" ")));
  }

  private void requireStatus(Trial trial, long claimId, boolean refuted) {
    var registry = network().deployment().registry(network().chain());
    assertThat(registry.claim(claimId).orElseThrow().status())
        .isEqualTo(refuted ? ClaimStatus.REFUTED : ClaimStatus.CONFIRMED);
    assertThat(registry.job(trial.jobId()).orElseThrow().status())
        .isEqualTo(refuted ? JobStatus.OPEN : JobStatus.DONE);
    var vault = network().deployment().vault(network().chain());
    for (int account : new int[] {Network.SOLVER, Network.VERIFIER}) {
      VaultBalance balance = vault.balanceOf(network().account(account));
      assertThat(balance.lockedWei()).as("nothing stays locked").isZero();
    }
  }

  private static Map<Integer, BigInteger> totals(Trial trial) {
    Map<Integer, BigInteger> totals = new LinkedHashMap<>();
    for (int account : new int[] {Network.SUBMITTER, Network.SOLVER, Network.VERIFIER}) {
      totals.put(account, trial.total(account));
    }
    return totals;
  }

  private static BigInteger sum(Map<Integer, BigInteger> totals) {
    return totals.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
  }

  private static <T extends ChainEvent> T one(List<ChainEvent> events, Class<T> kind) {
    List<T> all = events.stream().filter(kind::isInstance).map(kind::cast).toList();
    assertThat(all).as(kind.getSimpleName()).hasSize(1);
    return all.getFirst();
  }
}
