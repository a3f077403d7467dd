package dev.verdict.it.testing;

import dev.verdict.bisection.adversary.Cheat;
import dev.verdict.bisection.adversary.FrivolousChallenger;
import dev.verdict.bisection.adversary.StallingPlayer;
import dev.verdict.bisection.play.Player;
import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.JobTerms;
import dev.verdict.contracts.VaultBalance;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.data.LabelledImages;
import dev.verdict.learning.job.ClassifierJob;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.repops.op.MultilayerPerceptron;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.role.RoleObserver;
import dev.verdict.staking.role.SolverRole;
import dev.verdict.staking.role.Submitter;
import dev.verdict.staking.role.VerifierRole;
import dev.verdict.staking.watch.Role;
import dev.verdict.staking.watch.Watcher;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A small job on a network, a solver that may cheat in it, and a challenger: from submission until nothing is left to
/// do. The solver trains on compiled kernels, the verifier interprets.
public final class Trial {
  public static final BigInteger PAYMENT = Network.FINNEY;
  public static final BigInteger STAKE = Network.FINNEY.multiply(BigInteger.valueOf(4));
  public static final BigInteger BOND = Network.FINNEY.multiply(BigInteger.TWO);
  public static final BigInteger DEPOSIT = Network.FINNEY.multiply(BigInteger.TEN);

  /// Stalling begins after so many moves.
  private static final int MOVES_BEFORE_STALLING = 1;
  private static final int IDLE_ROUNDS = 200;

  private final Network network;
  private final Path work;
  private final Scenario scenario;
  private final TrainingJob job;
  private final Computation computation;
  private Digest jobId = Digest.ZERO;
  private Optional<String> announced = Optional.empty();

  /// Who does what.
  ///
  /// @param cheat empty where nobody does
  /// @param serves whether the solver's store can be read
  /// @param steps T
  /// @param interval c
  public record Scenario(Optional<Cheat> cheat, boolean serves, long steps, long interval, long seed) {
    @Override
    public String toString() {
      return cheat.map(Cheat::name).orElse("HONEST") + (serves ? " served" : " withheld") + ", T " + steps + ", c "
          + interval + ", seed " + seed;
    }

    private boolean falseClaim() {
      return cheat.filter(Cheat::isFalseClaim).isPresent();
    }
  }

  /// @param work an empty folder
  public Trial(Network network, Path work, Scenario scenario) {
    this(network, work, scenario, smallJob(scenario.steps(), scenario.interval(), scenario.seed()));
  }

  /// @param job of the scenario's length
  public Trial(Network network, Path work, Scenario scenario, TrainingJob job) {
    this.network = network;
    this.work = work;
    this.scenario = scenario;
    this.job = job;
    this.computation = computation();
  }

  /// A perceptron 64-6-10 on handwritten digits, eight rows a batch.
  public static TrainingJob smallJob(long steps, long interval, long seed) {
    LabelledImages digits =
        LabelledImages.readCsv(Path.of(System.getProperty("verdict.testdata"), "data/digits.csv.gz")).slice(0, 60);
    return ClassifierJob.of(new MultilayerPerceptron(List.of(64, 6, 10), 1f / 16), digits, 20, 8, 0.01f, seed)
        .job(steps, interval);
  }

  private Computation computation() {
    Cheat.Run run = new Cheat.Run(new CpuExecutor(), job.program(), job.initial().data(), job.initial().constants(),
        job.steps(), job.checkpointInterval());
    return scenario.cheat().isPresent()
        ? scenario.cheat().get().computation(run, scenario.seed())
        : new HonestComputation(run.executor(), run.program(), run.data(), run.constants());
  }

  public TrainingJob job() {
    return job;
  }

  public Digest jobId() {
    return jobId;
  }

  /// Deposits for all three, and submits the job.
  public Trial submit() {
    FolderStore store = new FolderStore(work.resolve("submitter"));
    job.publish(store);
    return submit(store.location());
  }

  /// Deposits for all three, and submits the job as if its objects were there.
  public Trial submit(String location) {
    network.deposit(DEPOSIT, Network.SUBMITTER, Network.SOLVER, Network.VERIFIER);
    JobTerms terms = new JobTerms(job.programRoot(), job.initialStateRoot(), job.steps(), job.checkpointInterval(),
        PAYMENT, STAKE, BOND, 3_600, network.windowSeconds(),
        Digest.sha256(work.toString().getBytes(StandardCharsets.UTF_8)));
    var submitter = network.participant(Network.SUBMITTER);
    jobId = submitter.events().one(Submitter.submit(submitter, terms, location),
        ChainEvent.JobSubmitted.class).jobId();
    return this;
  }

  /// A solver's role, as a new process would make it: from the chain and the store.
  public SolverRole solver(RoleObserver observer) {
    UnaryOperator<Player> strategy = scenario.cheat().filter(c -> c == Cheat.STALL).isPresent()
        ? player -> new StallingPlayer(player, MOVES_BEFORE_STALLING)
        : UnaryOperator.identity();
    FolderStore store = new FolderStore(work.resolve("solver"));
    String served = scenario.serves() ? store.location() : new FolderStore(work.resolve("nothing")).location();
    return new SolverRole(network.participant(Network.SOLVER, observer), jobId, job, computation,
        new SolverRole.Workplace(store, work.resolve("trail"), announced.orElse(served)), strategy);
  }

  /// Where the solver says its store is, whatever is there.
  public Trial announcing(String location) {
    announced = Optional.of(location);
    return this;
  }

  /// The folder that the solver fills.
  public Path solverStore() {
    return work.resolve("solver");
  }

  /// The challenger's role, as a new process would make it.
  public Role challenger(RoleObserver observer) {
    var me = network.participant(Network.VERIFIER, observer);
    return scenario.cheat().filter(c -> !c.isFalseClaim()).isPresent()
        ? new FrivolousRole(me, new FrivolousChallenger(job.program(), scenario.seed()))
        : verifier(me);
  }

  /// An honest verifier that audits everything.
  public VerifierRole verifier(Participant me) {
    return new VerifierRole(me, new ReferenceExecutor(), new VerifierRole.Quota.All(), work.resolve("cache"),
        Long.MAX_VALUE);
  }

  /// A watcher of these roles.
  public Watcher watcher(Role... roles) {
    return watcher(0, roles);
  }

  /// A watcher of these roles, behind so many blocks.
  public Watcher watcher(int confirmations, Role... roles) {
    return Watcher.of(network.chain(), network.deployment(), confirmations, List.of(roles));
  }

  /// Lets both act until the solver is done; where both wait, time passes.
  ///
  /// @param challengerFirst whether the challenger has its turn before the solver's
  public void live(boolean challengerFirst) {
    live(solver(RoleObserver.NONE), challenger(RoleObserver.NONE), challengerFirst);
  }

  /// As [#live(boolean)], of these roles.
  public void live(SolverRole solver, Role challenger, boolean challengerFirst) {
    Watcher challengers = watcher(challenger);
    Watcher solvers = watcher(solver);
    List<Watcher> watchers =
        challengerFirst ? List.of(challengers, solvers) : List.of(solvers, challengers);
    live(solver, watchers);
    challengers.poll();
  }

  private void live(SolverRole solver, List<Watcher> watchers) {
    for (int idle = 0; !solver.done(); ) {
      boolean busy = false;
      for (Watcher watcher : watchers) {
        while (watcher.poll()) {
          busy = true;
        }
      }
      if (!busy && !solver.done()) {
        if (++idle > IDLE_ROUNDS) {
          throw new AssertionError("nobody has moved for long: " + scenario);
        }
        network.passIdle();
      }
    }
  }

  /// All that the account has in the vault.
  public BigInteger total(int account) {
    VaultBalance balance = network.deployment().vault(network.chain()).balanceOf(network.account(account));
    return balance.freeWei().add(balance.lockedWei()).add(balance.unbondingWei());
  }

  /// Who should lose the game.
  public boolean expectsRefutation() {
    return scenario.falseClaim();
  }
}
