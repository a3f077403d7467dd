package dev.verdict.cli.demo;

import dev.verdict.bisection.adversary.Cheat;
import dev.verdict.bisection.adversary.StallingPlayer;
import dev.verdict.bisection.game.GameParameters;
import dev.verdict.bisection.play.Player;
import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.cli.console.Progress;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.ClaimStatus;
import dev.verdict.contracts.Deployment;
import dev.verdict.contracts.DeploymentParameters;
import dev.verdict.contracts.JobTerms;
import dev.verdict.contracts.SendPolicy;
import dev.verdict.contracts.Transactions;
import dev.verdict.contracts.node.AnvilNode;
import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.role.SolverRole;
import dev.verdict.staking.role.Submitter;
import dev.verdict.staking.role.VerifierRole;
import dev.verdict.staking.watch.Role;
import dev.verdict.staking.watch.Watcher;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// One run of the whole road.
final class Demo {
  private static final BigInteger ETHER = BigInteger.TEN.pow(18);
  private static final long WINDOW_SECONDS = 3_600;
  private static final GameParameters CLOCKS = new GameParameters(3_600, 3_600, 300);

  /// All of the machine: the number of threads changes no bit.
  private static final CpuExecutor EXECUTOR = CpuExecutor.ofProcessors();

  private final Assignment assignment;
  private final Scenario scenario;
  private final boolean withhold;
  private final long seed;
  private final int port;
  private final Progress progress;
  private final DemoLog log;
  private final List<AutoCloseable> open = new ArrayList<>();

  Demo(Assignment assignment, Scenario scenario, boolean withhold, long seed, int port, Progress progress) {
    this.assignment = assignment;
    this.scenario = scenario;
    this.withhold = withhold;
    this.seed = seed;
    this.port = port;
    this.progress = progress;
    this.log = new DemoLog(progress, assignment.job().steps());
  }

  DemoReport run() throws Exception {
    long started = System.nanoTime();
    Path work = Files.createTempDirectory("verdict-demo");
    try {
      return play(work, started);
    } finally {
      for (AutoCloseable resource : open.reversed()) {
        resource.close();
      }
      deleteAll(work);
    }
  }

  private DemoReport play(Path work, long started) throws Exception {
    TrainingJob job = assignment.job();
    FolderStore submitterStore = new FolderStore(work.resolve("submitter"));
    job.publish(submitterStore);

    AnvilNode node = opened(AnvilNode.start(AnvilNode.Options.standard().withPort(port)));
    ChainClient chain = opened(node.connect());
    progress.say("  chain " + chain.chainId() + " runs; deploying four contracts");
    Deployment deployment = Deployment.deploy(transactions(chain, node, 0), DeploymentParameters.withShortestUnbonding(
        CLOCKS, ETHER, ETHER.divide(BigInteger.TEN), 60, 86_400, 5_000, BigInteger.TEN.pow(11)));
    Participant submitter = participant(deployment, chain, node, 1, "submitter");
    Participant solver = participant(deployment, chain, node, 2, "solver");
    Participant verifier = participant(deployment, chain, node, 3, "verifier");

    submitter.send("deposit", submitter.vault().deposit(ETHER));
    solver.send("deposit", solver.vault().deposit(ETHER.multiply(BigInteger.TWO)));
    verifier.send("deposit", verifier.vault().deposit(ETHER));
    Map<String, BigInteger> before = stakes(submitter, solver, verifier);
    JobTerms terms = new JobTerms(job.programRoot(), job.initialStateRoot(), job.steps(), job.checkpointInterval(),
        ETHER,
        ETHER.multiply(BigInteger.TWO), ETHER.divide(BigInteger.TWO), WINDOW_SECONDS, WINDOW_SECONDS,
        Digest.sha256(ByteBuffer.allocate(Long.BYTES).putLong(seed).array()));
    Digest jobId = submitter.events().one(
        Submitter.submit(submitter, terms, submitterStore.location()), ChainEvent.JobSubmitted.class).jobId();

    SolverRole solverRole = solverRole(work, solver, jobId, job);
    Role challenger = challengerRole(work, verifier, job);
    live(node, chain, deployment, solverRole, challenger);

    Assignment.Quality quality =
        assignment.evaluation().apply(EXECUTOR, log.run().orElseThrow().lastState());
    return new DemoReport(assignment, scenario, withhold, seed, log, outcome(chain, deployment),
        status(solver, solverRole), quality, before, stakes(submitter, solver, verifier),
        Duration.ofNanos(System.nanoTime() - started));
  }

  private SolverRole solverRole(Path work, Participant solver, Digest jobId, TrainingJob job) {
    Cheat.Run run = new Cheat.Run(EXECUTOR, job.program(), job.initial().data(), job.initial().constants(),
        job.steps(), job.checkpointInterval());
    Computation computation = scenario.cheat().isPresent()
        ? scenario.cheat().get().computation(run, seed)
        : new HonestComputation(run.executor(), run.program(), run.data(), run.constants());
    UnaryOperator<Player> strategy = scenario.cheat().filter(c -> c == Cheat.STALL).isPresent()
        ? player -> new StallingPlayer(player, 2)
        : UnaryOperator.identity();
    FolderStore store = new FolderStore(work.resolve("solver"));
    // A solver that serves nothing names a place where nothing is.
    String announced = withhold ? new FolderStore(work.resolve("nothing")).location() : store.location();
    return new SolverRole(solver, jobId, job, computation,
        new SolverRole.Workplace(store, work.resolve("trail"), announced), strategy);
  }

  private Role challengerRole(Path work, Participant verifier, TrainingJob job) {
    return scenario.cheat().filter(c -> !c.isFalseClaim()).isPresent()
        ? new FrivolousRole(verifier, job.program(), seed)
        : new VerifierRole(verifier, EXECUTOR, new VerifierRole.Quota.All(), work.resolve("cache"),
            Long.MAX_VALUE);
  }

  /// Lets both sides act until nothing is left to do. Where both wait, time is moved on: that is what a chain of one's
  /// own is good for.
  private void live(AnvilNode node, ChainClient chain, Deployment deployment, SolverRole solver, Role challenger) {
    // The challenger first: it proves the fault itself where it can, before the solver proves it against itself.
    Watcher first = Watcher.of(chain, deployment, 0, List.of(challenger));
    Watcher second = Watcher.of(chain, deployment, 0, List.of(solver));
    while (!solver.done()) {
      boolean busy = false;
      while (first.poll()) {
        busy = true;
      }
      busy |= second.poll();
      // What one has just sent the other has yet to hear.
      if (!busy && !first.poll() && !second.poll() && !solver.done()) {
        progress.say("  … nobody has a move to make; an hour passes");
        node.increaseTime(Duration.ofSeconds(WINDOW_SECONDS + 1));
        node.mine(1);
      }
    }
    first.poll();
  }

  private DemoReport.Outcome outcome(ChainClient chain, Deployment deployment) {
    return deployment.events().between(chain, deployment.firstBlock(), chain.blockNumber()).stream()
        .filter(ChainEvent.Decided.class::isInstance)
        .map(ChainEvent.Decided.class::cast)
        .findFirst()
        .<DemoReport.Outcome>map(DemoReport.Outcome.Disputed::new)
        .orElseGet(DemoReport.Outcome.Undisputed::new);
  }

  private static ClaimStatus status(Participant solver, SolverRole role) {
    return solver.registry().claim(role.claimId().orElseThrow()).orElseThrow().status();
  }

  /// All that each has in the vault, free or locked.
  private static Map<String, BigInteger> stakes(Participant submitter, Participant solver, Participant verifier) {
    Map<String, BigInteger> stakes = new LinkedHashMap<>();
    stakes.put("submitter", total(submitter));
    stakes.put("solver", total(solver));
    stakes.put("verifier", total(verifier));
    stakes.put("jackpotPool", submitter.vault().jackpotPool());
    return stakes;
  }

  private static BigInteger total(Participant who) {
    var balance = who.vault().balanceOf(who.account());
    return balance.freeWei().add(balance.lockedWei());
  }

  private Participant participant(Deployment deployment, ChainClient chain, AnvilNode node, int key, String name) {
    Transactions transactions = transactions(chain, node, key);
    return Participant.on(deployment, chain, transactions, transactions.account(), log.of(name));
  }

  private Transactions transactions(ChainClient chain, AnvilNode node, int key) {
    return opened(Transactions.open(chain, node.account(key), SendPolicy.development()));
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }

  private static void deleteAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
