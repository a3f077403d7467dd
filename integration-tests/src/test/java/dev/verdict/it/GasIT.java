package dev.verdict.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.bisection.play.SolverPlayer;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.bisection.trace.RecordedRun;
import dev.verdict.bisection.trace.TraceProvider;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.JobTerms;
import dev.verdict.contracts.Receipt;
import dev.verdict.it.testing.Network;
import dev.verdict.learning.data.LabelledImages;
import dev.verdict.learning.job.ClassifierJob;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.op.MultilayerPerceptron;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a dispute about the demo's model costs, whichever of its nodes it is about.
@Timeout(240)
class GasIT {
  private static final List<Integer> LAYERS = List.of(64, 128, 10);
  private static final long STEPS = 200;
  private static final long INTERVAL = 20;
  private static final long STEP = 137;
  private static final long MOST_OF_A_MOVE = 300_000;
  private static final long MOST_OF_A_DISPUTE = 900_000;
  private static final int ACCUMULATORS_IN_A_CHUNK = 256;

  private record Cost(long gas, String what) {}

  /// The transactions of one game, in order, by the move's name.
  private record Game(String node, TreeMap<Integer, Cost> moves) {
    long total() {
      return moves.values().stream().mapToLong(Cost::gas).sum();
    }
  }

  @Test
  void dispute_aboutAnyNodeOfTheDemosModel_costsNoMoreThanPromised() {
    LabelledImages digits = LabelledImages.readCsv(Path.of(System.getProperty("verdict.testdata"), "data/digits.csv.gz"));
    TrainingJob job = ClassifierJob.of(new MultilayerPerceptron(LAYERS, 1f / 16), digits, 297, 64, 0.003f, 1)
        .job(STEPS, INTERVAL);
    HonestComputation honest = new HonestComputation(
        new CpuExecutor(), job.program(), job.initial().data(), job.initial().constants());
    RecordedRun run = RecordedRun.of(honest, job.initial().states(), STEPS, INTERVAL);
    TraceProvider trace = new TraceProvider(honest, STEPS, INTERVAL, run);
    try (Network network = Network.anvil()) {
      network.deposit(Network.ETHER, Network.SUBMITTER, Network.SOLVER, Network.VERIFIER);
      long claimId = post(network, job, run);
      List<Game> games = new ArrayList<>();
      for (int node = 0; node < job.program().nodes().size(); node++) {
        games.add(play(network, claimId, trace, job.program().nodes().get(node), node));
      }
      for (int slot = 0; slot < job.program().slots().size(); slot++) {
        games.add(play(network, claimId, trace, slot));
      }
      report(games);
      for (Game game : games) {
        assertThat(game.total()).as("dispute about %s: %s", game.node(), game.moves()).isLessThanOrEqualTo(MOST_OF_A_DISPUTE);
        assertThat(game.moves().values()).as("moves about %s", game.node())
            .allSatisfy(cost -> assertThat(cost.gas()).as(cost.what()).isLessThanOrEqualTo(MOST_OF_A_MOVE));
      }
    }
  }

  private static void report(List<Game> games) {
    Game dearest = games.getFirst();
    Game dearestProof = games.getFirst();
    for (Game game : games) {
      dearest = game.total() > dearest.total() ? game : dearest;
      dearestProof = game.moves().lastEntry().getValue().gas() > dearestProof.moves().lastEntry().getValue().gas()
          ? game : dearestProof;
    }
    System.out.println("gas: " + games.size() + " disputes; dearest proof " + dearestProof.moves().lastEntry().getValue()
        + " about " + dearestProof.node() + "; dearest dispute " + dearest.total() + " about " + dearest.node() + ": "
        + dearest.moves());
  }

  private static long post(Network network, TrainingJob job, RecordedRun run) {
    var registry = network.deployment().registry(network.chain());
    var events = network.deployment().events();
    JobTerms terms = new JobTerms(job.programRoot(), job.initialStateRoot(), STEPS, INTERVAL, Network.FINNEY,
        Network.FINNEY, Network.FINNEY, 3_600, 86_400, Digest.ZERO);
    Digest jobId = events.one(network.sender(Network.SUBMITTER).send(registry.submitJob(terms, "", BigInteger.ZERO)),
        ChainEvent.JobSubmitted.class).jobId();
    network.sender(Network.SOLVER).send(registry.acceptJob(jobId, network.account(Network.SOLVER)));
    VectorCommitment leaves = VectorCommitment.of(run.leaves());
    long last = leaves.length() - 1;
    return events.one(network.sender(Network.SOLVER)
        .send(registry.postClaim(jobId, leaves.leaf(last), leaves.path(0), leaves.path(last), "")),
        ChainEvent.ClaimPosted.class).claimId();
  }

  /// Where a fold has it, the position whose two accumulators lie in different chunks: it needs both.
  private static Game play(Network network, long claimId, TraceProvider trace, Node node, int index) {
    long fold = node.foldLength();
    long position = fold > ACCUMULATORS_IN_A_CHUNK + 1 ? ACCUMULATORS_IN_A_CHUNK : fold / 2;
    long element = node.out().numel() / 2;
    return play(network, claimId, trace, "node " + index + " " + node.label() + " (K " + fold + ")",
        List.of(new Move.SelectElement(index, element), new Move.SelectPosition(position)));
  }

  private static Game play(Network network, long claimId, TraceProvider trace, int slot) {
    return play(network, claimId, trace, "slot " + slot, List.of(new Move.SelectSlot(slot)));
  }

  /// An honest solver against somebody who points there; the proof shows that he was wrong.
  private static Game play(
      Network network, long claimId, TraceProvider trace, String about, List<Move> afterTheTrace) {
    var game = network.deployment().game(network.chain());
    SolverPlayer solver = new SolverPlayer(trace);
    List<Move> selections = new ArrayList<>(List.of(new Move.SelectStep(STEP)));
    selections.addAll(afterTheTrace);
    TreeMap<Integer, Cost> costs = new TreeMap<>();
    Receipt receipt = network.sender(Network.VERIFIER)
        .send(game.challenge(claimId, network.account(Network.VERIFIER), STEP / INTERVAL + 1));
    costs.put(0, new Cost(receipt.gasUsed().longValueExact(), "challenge"));
    Optional<GameState> state = stateAfter(network, receipt);
    while (state.isPresent()) {
      boolean solverMoves = state.get().phase().toMove() == Party.SOLVER;
      Move move = solverMoves
          ? solver.move(state.get(), List.<Bytes>of(), Instant.ofEpochSecond(state.get().movedAt())).orElseThrow()
          : selections.removeFirst();
      receipt = network.sender(solverMoves ? Network.SOLVER : Network.VERIFIER).send(game.move(state.get(), move));
      costs.put(costs.size(), new Cost(receipt.gasUsed().longValueExact(), move.getClass().getSimpleName()));
      state = stateAfter(network, receipt);
    }
    ChainEvent.Decided decided = network.deployment().events().one(receipt, ChainEvent.Decided.class);
    assertThat(decided.verdict()).as(about).isEqualTo(Verdict.CHALLENGER_LOSES);
    assertThat(decided.reason()).as(about).isEqualTo(Reason.PROVED);
    return new Game(about, costs);
  }

  private static Optional<GameState> stateAfter(Network network, Receipt receipt) {
    return network.deployment().events().in(receipt).stream().filter(ChainEvent.Moved.class::isInstance)
        .map(e -> ((ChainEvent.Moved) e).state()).findFirst();
  }
}
