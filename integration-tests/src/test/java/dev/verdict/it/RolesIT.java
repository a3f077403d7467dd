package dev.verdict.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.bisection.adversary.Cheat;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.ClaimStatus;
import dev.verdict.it.testing.Network;
import dev.verdict.it.testing.Trial;
import dev.verdict.learning.audit.AuditPlan;
import dev.verdict.learning.audit.Auditor;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.staking.role.InsufficientStakeException;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.role.JobTakenException;
import dev.verdict.staking.role.RoleObserver;
import dev.verdict.staking.role.SolverRole;
import dev.verdict.staking.role.UnknownJobException;
import dev.verdict.staking.role.VerifierRole;
import dev.verdict.staking.watch.Watcher;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What roles wait for, and what they refuse.
@Timeout(60)
class RolesIT {
  private static final Trial.Scenario HONEST = new Trial.Scenario(Optional.empty(), true, 12, 2, 1);

  private Network network;

  @TempDir Path work;

  @BeforeEach
  void startNode() {
    network = Network.anvil();
  }

  @AfterEach
  void stopNode() {
    network.close();
  }

  private static void pollAll(Watcher watcher) {
    while (watcher.poll()) {
      // Until there is nothing to do at once.
    }
  }

  private SolverRole solver(Trial trial, Digest jobId, int account) {
    return new SolverRole(network.participant(account), jobId, trial.job(),
        new HonestComputation(new ReferenceExecutor(), trial.job().program(), trial.job().initial().data(),
            trial.job().initial().constants()),
        new SolverRole.Workplace(new FolderStore(work.resolve("own")), work.resolve("ownTrail"), "nowhere"),
        UnaryOperator.identity());
  }

  private VerifierRole verifier(VerifierRole.Quota quota, List<Auditor.Result> audits) {
    return new VerifierRole(network.participant(Network.VERIFIER, new RoleObserver() {
      @Override
      public void audited(long claimId, Auditor.Result result) {
        audits.add(result);
      }
    }), new ReferenceExecutor(), quota, work.resolve("cache"), Long.MAX_VALUE);
  }

  @Test
  void act_quotaDrawn_waitsForTheSeedAndAuditsWhatItDraws() {
    Trial trial = new Trial(network, work, HONEST).submit();
    pollAll(trial.watcher(trial.solver(RoleObserver.NONE)));
    ChainEvent.ClaimPosted claim = network.events(ChainEvent.ClaimPosted.class).getFirst();
    List<Auditor.Result> audits = new ArrayList<>();
    Watcher watcher = trial.watcher(verifier(new VerifierRole.Quota.Drawn(2), audits));
    pollAll(watcher);
    assertThat(audits).as("the seed is the hash of a block that isn't there yet").isEmpty();

    network.node().mine(3);
    pollAll(watcher);

    Digest hash = network.chain().block(claim.position().blockNumber() + 1).orElseThrow().hash();
    AuditPlan drawn = AuditPlan.draw(
        AuditPlan.seed(hash, claim.claimId(), network.account(Network.VERIFIER).bytes()), 6, 2);
    assertThat(audits).containsExactly(new Auditor.Result.Sound(drawn));
  }

  @Test
  void act_quotaAboveTheIntervals_auditsThemAll() {
    Trial trial = new Trial(network, work, HONEST).submit();
    pollAll(trial.watcher(trial.solver(RoleObserver.NONE)));
    network.node().mine(1);
    List<Auditor.Result> audits = new ArrayList<>();
    pollAll(trial.watcher(verifier(new VerifierRole.Quota.Drawn(99), audits)));
    assertThat(audits).containsExactly(new Auditor.Result.Sound(AuditPlan.all(6)));
  }

  @Test
  void act_windowOver_doesntChallenge() {
    Trial trial = new Trial(network, work, new Trial.Scenario(Optional.of(Cheat.OP), true, 4, 2, 1)).submit();
    pollAll(trial.watcher(trial.solver(RoleObserver.NONE)));
    network.passIdle();
    List<Auditor.Result> audits = new ArrayList<>();
    VerifierRole verifier = verifier(new VerifierRole.Quota.All(), audits);
    pollAll(trial.watcher(verifier));
    assertThat(audits).hasSize(1);
    assertThat(verifier.foundFault()).isTrue();
    assertThat(network.events(ChainEvent.Challenged.class)).isEmpty();
  }

  @Test
  void act_noStakeAndNoGame_saysWhatIsMissing() {
    Trial trial = new Trial(network, work, new Trial.Scenario(Optional.of(Cheat.OP), true, 4, 2, 1)).submit();
    pollAll(trial.watcher(trial.solver(RoleObserver.NONE)));
    List<String> heard = new ArrayList<>();
    Participant silent = network.participant(Network.OUTSIDER);
    Participant poor = new Participant(silent.account(), silent.chain(), silent.transactions(), silent.vault(),
        silent.registry(), silent.game(), silent.events(), new RoleObserver() {
          @Override
          public void postponed(long claimId, String why) {
            heard.add(why);
          }
        });
    pollAll(trial.watcher(trial.verifier(poor)));
    assertThat(heard).isNotEmpty().allSatisfy(why ->
        assertThat(why).contains(poor.account().toString()).contains(Trial.BOND.toString()));
  }

  /// Two false claims, and a bond for one: the one game is played to its end, and its bond then serves for the other.
  @Test
  void act_bondForOneOfTwoGames_playsOneAfterTheOther() {
    Trial first = new Trial(network, work.resolve("1"), new Trial.Scenario(Optional.of(Cheat.OP), true, 4, 2, 1))
        .submit();
    Trial second = new Trial(network, work.resolve("2"), new Trial.Scenario(Optional.of(Cheat.FOLD), true, 4, 2, 2))
        .submit();
    network.deposit(Trial.BOND, Network.OUTSIDER);
    SolverRole one = first.solver(RoleObserver.NONE);
    SolverRole two = second.solver(RoleObserver.NONE);
    Watcher solvers = first.watcher(one, two);
    Watcher poor = first.watcher(first.verifier(network.participant(Network.OUTSIDER)));
    pollAll(solvers);
    assertThat(network.events(ChainEvent.ClaimPosted.class)).hasSize(2);

    for (int round = 0; round < 100 && !(one.done() && two.done()); round++) {
      poor.poll();
      solvers.poll();
    }

    assertThat(network.events(ChainEvent.ClaimRefuted.class)).hasSize(2);
  }

  @Test
  void act_jobUnknown_isRefused() {
    Trial trial = new Trial(network, work, HONEST).submit();
    Watcher watcher = trial.watcher(solver(trial, Digest.ZERO, Network.SOLVER));
    assertThatThrownBy(() -> pollAll(watcher)).isInstanceOf(UnknownJobException.class);
  }

  @Test
  void act_jobTaken_isRefused() {
    Trial trial = new Trial(network, work, HONEST).submit();
    pollAll(trial.watcher(trial.solver(RoleObserver.NONE)));
    Watcher watcher = trial.watcher(solver(trial, trial.jobId(), Network.VERIFIER));
    assertThatThrownBy(() -> pollAll(watcher)).isInstanceOf(JobTakenException.class)
        .hasMessageContaining(network.account(Network.SOLVER).toString());
  }

  @Test
  void act_solverWithoutStake_acceptsNothing() {
    Trial trial = new Trial(network, work, HONEST).submit();
    Watcher watcher = trial.watcher(solver(trial, trial.jobId(), Network.OUTSIDER));
    assertThatThrownBy(() -> pollAll(watcher)).isInstanceOf(InsufficientStakeException.class)
        .hasMessageContaining(Trial.STAKE.toString());
    assertThat(network.events(ChainEvent.JobAccepted.class)).isEmpty();
  }

  /// After a refutation the job is open again, and another may do it right.
  @Test
  void act_jobRefuted_anotherSolverIsConfirmed() {
    Trial trial = new Trial(network, work, new Trial.Scenario(Optional.of(Cheat.SLOT), true, 4, 2, 1)).submit();
    trial.live(true);
    network.deposit(Trial.DEPOSIT, Network.OUTSIDER);
    BigInteger before = trial.total(Network.OUTSIDER);
    SolverRole honest = solver(trial, trial.jobId(), Network.OUTSIDER);

    trial.live(honest, trial.challenger(RoleObserver.NONE), true);

    var claim = network.deployment().registry(network.chain()).claim(honest.claimId().orElseThrow()).orElseThrow();
    assertThat(claim.status()).isEqualTo(ClaimStatus.CONFIRMED);
    assertThat(trial.total(Network.OUTSIDER).subtract(before)).isEqualTo(Trial.PAYMENT);
  }
}
