package dev.verdict.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.verdict.bisection.adversary.Cheat;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.ContractRevertedException;
import dev.verdict.contracts.Receipt;
import dev.verdict.it.testing.Network;
import dev.verdict.it.testing.Trial;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.role.RoleObserver;
import dev.verdict.staking.role.SolverRole;
import dev.verdict.staking.watch.Role;
import dev.verdict.staking.watch.Watcher;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Roles that are killed after each of their transactions, and a chain that takes transactions back.
@Timeout(120)
class RestartIT {
  private static final int ROUNDS = 400;

  private static Network network;

  @TempDir Path work;

  @BeforeAll
  static void startNode() {
    network = Network.anvil();
  }

  @AfterAll
  static void stopNode() {
    network.close();
  }

  /// Ends a role in the middle of what it is doing.
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// A role with its watcher and its sender, begun anew whenever it was killed.
  private final class Life {
    private final Trial trial;
    private final boolean solves;
    private final List<String> sent = new ArrayList<>();
    private Optional<Watcher> watcher = Optional.empty();
    private Optional<Role> role = Optional.empty();
    private boolean kills = true;
    private int confirmations;

    Life(Trial trial, boolean solves) {
      this.trial = trial;
      this.solves = solves;
    }

    private final RoleObserver observer = new RoleObserver() {
      @Override
      public void mined(String name, Receipt receipt) {
        sent.add(name);
        if (kills) {
          throw new Killed();
        }
      }
    };

    boolean poll() {
      if (watcher.isEmpty()) {
        role = Optional.of(solves ? trial.solver(observer) : trial.challenger(observer));
        watcher = Optional.of(trial.watcher(confirmations, role.get()));
      }
      try {
        return watcher.get().poll();
      } catch (Killed e) {
        network.dropSender(solves ? Network.SOLVER : Network.VERIFIER);
        watcher = Optional.empty();
        return true;
      }
    }

    boolean done() {
      return watcher.isPresent() && role.orElseThrow().done();
    }
  }

  private void run(Life solver, Life challenger, Runnable afterEachRound) {
    int quiet = 0;
    for (int round = 0; ; round++) {
      assertThat(round).as("rounds").isLessThan(ROUNDS);
      boolean busy = challenger.poll() | solver.poll();
      afterEachRound.run();
      quiet = busy || challenger.poll() || solver.poll() ? 0 : quiet + 1;
      if (quiet > 0 && solver.done()) {
        return;
      }
      // What is sent is heard of only when blocks stand on it.
      if (quiet > solver.confirmations) {
        network.passIdle();
        quiet = 0;
      }
    }
  }

  private static Trial.Scenario scenario(Cheat cheat, boolean serves) {
    return new Trial.Scenario(Optional.of(cheat), serves, 7, 3, 1);
  }

  static Stream<Arguments> killed() {
    return Stream.of(Cheat.FOLD, Cheat.SLOT, Cheat.CHECKPOINT, Cheat.FRIVOLOUS_CHALLENGE)
        .flatMap(cheat -> Stream.of(Arguments.of(cheat, true), Arguments.of(cheat, false)));
  }

  @ParameterizedTest
  @MethodSource("killed")
  void poll_rolesKilledAfterEveryTransaction_endsAsWithout(Cheat cheat, boolean serves) {
    Trial trial = new Trial(network, work, scenario(cheat, serves)).submit();
    int known = network.events().size();
    long solverNonce = network.chain().minedNonce(network.account(Network.SOLVER));
    long verifierNonce = network.chain().minedNonce(network.account(Network.VERIFIER));
    Life solver = new Life(trial, true);
    Life challenger = new Life(trial, false);

    run(solver, challenger, () -> {});

    List<ChainEvent> events = network.events().subList(known, network.events().size());
    assertThat(of(events, ChainEvent.Decided.class)).hasSize(1).allMatch(
        d -> d.verdict() == (cheat.isFalseClaim() ? Verdict.SOLVER_LOSES : Verdict.CHALLENGER_LOSES));
    assertThat(of(events, ChainEvent.ClaimPosted.class)).hasSize(1);
    assertThat(of(events, ChainEvent.Challenged.class)).hasSize(1);
    assertThat(of(events, ChainEvent.JobAccepted.class)).hasSize(1);
    // Nothing was sent but what was needed: no transaction twice, none that reverted.
    long transactions = events.stream().map(e -> e.position().txHash()).distinct().count();
    long nonces = network.chain().minedNonce(network.account(Network.SOLVER)) - solverNonce
        + network.chain().minedNonce(network.account(Network.VERIFIER)) - verifierNonce;
    assertThat(nonces).isEqualTo(transactions);
    assertThat(solver.sent.size() + challenger.sent.size()).isEqualTo((int) transactions);
    System.out.println("killed " + transactions + " times: " + cheat + (serves ? " served" : " withheld"));
  }

  private static <T extends ChainEvent> List<T> of(List<ChainEvent> events, Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /// The chain loses its last blocks once, after so many rounds: at each phase of the dispute in turn.
  @ParameterizedTest
  @MethodSource("reorganised")
  void poll_chainReorganised_endsAsWithout(Cheat cheat, int afterRounds, int depth) {
    Trial trial = new Trial(network, work, scenario(cheat, true)).submit();
    long known = network.events(ChainEvent.Decided.class).size();
    // Blocks before the job must stay.
    network.node().mine(depth);
    Life solver = new Life(trial, true);
    Life challenger = new Life(trial, false);
    solver.kills = false;
    challenger.kills = false;
    int[] rounds = {0};

    run(solver, challenger, () -> {
      if (++rounds[0] == afterRounds) {
        network.node().reorg(depth);
      }
    });
    challenger.poll();

    assertThat(network.events(ChainEvent.Decided.class).stream().skip(known).toList()).hasSize(1).allMatch(
        d -> d.verdict() == (cheat.isFalseClaim() ? Verdict.SOLVER_LOSES : Verdict.CHALLENGER_LOSES));
  }

  static Stream<Arguments> reorganised() {
    return Stream.of(1, 2, 3, 4, 5, 6).flatMap(round -> Stream.of(1, 2)
        .map(depth -> Arguments.of(round % 2 == 0 ? Cheat.FOLD : Cheat.OP, round, depth)));
  }

  /// The same right after each transaction, before anybody has heard of it.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void poll_transactionTakenBackBeforeItIsHeard_isMadeAgain(int which) {
    Trial trial = new Trial(network, work, scenario(Cheat.FOLD, true)).submit();
    long known = network.events(ChainEvent.Decided.class).size();
    network.node().mine(1);
    int[] mined = {0};
    RoleObserver takesBack = new RoleObserver() {
      @Override
      public void mined(String name, Receipt receipt) {
        if (++mined[0] == which) {
          network.node().reorg(1);
        }
      }
    };
    SolverRole solver = trial.solver(takesBack);
    trial.live(solver, trial.challenger(takesBack), true);

    assertThat(network.events(ChainEvent.Decided.class).stream().skip(known).toList()).hasSize(1)
        .allMatch(d -> d.verdict() == Verdict.SOLVER_LOSES);
    assertThat(mined[0]).isGreaterThanOrEqualTo(which);
  }

  /// Behind a confirmation depth a verifier hears of its own challenge late; begun anew meanwhile, it must not make
  /// another.
  @Test
  void poll_killedBeforeItHearsOfItsChallenge_challengesOnce() {
    Trial trial = new Trial(network, work, scenario(Cheat.SLOT, true)).submit();
    int known = network.events().size();
    Life solver = new Life(trial, true);
    Life challenger = new Life(trial, false);
    solver.confirmations = 3;
    challenger.confirmations = 3;

    run(solver, challenger, () -> network.node().mine(1));

    List<ChainEvent> events = network.events().subList(known, network.events().size());
    assertThat(of(events, ChainEvent.Challenged.class)).hasSize(1);
    assertThat(of(events, ChainEvent.ClaimPosted.class)).hasSize(1);
    assertThat(of(events, ChainEvent.Decided.class)).hasSize(1)
        .allMatch(d -> d.verdict() == Verdict.SOLVER_LOSES);
  }

  /// Anybody may finalize; a solver that is overtaken is done, and not ended by an error.
  @Test
  void poll_somebodyElseFinalizesFirst_isDone() {
    Trial trial = new Trial(network, work, new Trial.Scenario(Optional.empty(), true, 2, 1, 1)).submit();
    SolverRole solver = trial.solver(RoleObserver.NONE);
    Watcher watcher = trial.watcher(solver);
    while (watcher.poll()) {
      // Accepts and posts.
    }
    network.passIdle();
    var registry = network.deployment().registry(network.chain());
    network.sender(Network.OUTSIDER).send(registry.finalizeClaim(solver.claimId().orElseThrow()));

    while (watcher.poll()) {
      // Sees it.
    }

    assertThat(solver.done()).isTrue();
  }

  @Test
  void operator_movesForTheAccount_andCantWithdraw() {
    Trial trial = new Trial(network, work, scenario(Cheat.OP, true)).submit();
    var vault = network.deployment().vault(network.chain());
    BigInteger stake = trial.total(Network.VERIFIER);
    network.sender(Network.VERIFIER).send(vault.setOperator(network.account(Network.OUTSIDER), true));
    // The verifier's account, the outsider's key.
    Participant operator = Participant.on(network.deployment(), network.chain(), network.sender(Network.OUTSIDER),
        network.account(Network.VERIFIER), RoleObserver.NONE);
    long before = network.chain().minedNonce(network.account(Network.VERIFIER));

    trial.live(trial.solver(RoleObserver.NONE), trial.verifier(operator), true);

    assertThat(network.chain().minedNonce(network.account(Network.VERIFIER))).isEqualTo(before);
    assertThat(trial.total(Network.VERIFIER)).isGreaterThan(stake);
    for (var request : List.of(vault.withdraw(), vault.requestWithdrawal(BigInteger.ONE))) {
      ContractRevertedException refused = catchThrowableOfType(ContractRevertedException.class,
          () -> network.sender(Network.OUTSIDER).send(request));
      assertThat(refused.name()).isIn("NothingToWithdraw", "InsufficientFree");
    }
    network.sender(Network.VERIFIER).send(vault.setOperator(network.account(Network.OUTSIDER), false));
  }
}
