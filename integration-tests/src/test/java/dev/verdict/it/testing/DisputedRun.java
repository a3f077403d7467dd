package dev.verdict.it.testing;

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
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.repops.ir.Node;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An honest run with its claim on a chain, for games against it that point wherever a test says: what each of their
/// transactions costs.
public final class DisputedRun {
  /// One transaction.
  public record Cost(long gas, String move) {
    @Override
    public String toString() {
      return move + " " + gas;
    }
  }

  /// The transactions of one game, in order.
  ///
  /// @param about what was pointed at
  public record Game(String about, List<Cost> moves) {
    public long totalGas() {
      return moves.stream().mapToLong(Cost::gas).sum();
    }

    public long proofGas() {
      return moves.getLast().gas();
    }
  }

  private final Network network;
  private final TrainingJob job;
  private final TraceProvider trace;
  private final long claimId;

  private DisputedRun(Network network, TrainingJob job, TraceProvider trace, long claimId) {
    this.network = network;
    this.job = job;
    this.trace = trace;
    this.claimId = claimId;
  }

  /// Trains `job`, and posts it and the claim. The accounts have stakes already.
  ///
  /// @param salt that makes the job one of its own
  public static DisputedRun post(Network network, TrainingJob job, String salt) {
    HonestComputation honest = new HonestComputation(
        new CpuExecutor(), job.program(), job.initial().data(), job.initial().constants());
    RecordedRun run = RecordedRun.of(honest, job.initial().states(), job.steps(), job.checkpointInterval());
    TraceProvider trace = new TraceProvider(honest, job.steps(), job.checkpointInterval(), run);
    return new DisputedRun(network, job, trace, post(network, job, run, salt));
  }

  private static long post(Network network, TrainingJob job, RecordedRun run, String salt) {
    var registry = network.deployment().registry(network.chain());
    var events = network.deployment().events();
    JobTerms terms = new JobTerms(job.programRoot(), job.initialStateRoot(), job.steps(), job.checkpointInterval(),
        Network.FINNEY, Network.FINNEY, Network.FINNEY, 3_600, 86_400,
        Digest.sha256(salt.getBytes(StandardCharsets.UTF_8)));
    Digest jobId = events.one(network.sender(Network.SUBMITTER).send(registry.submitJob(terms, "", BigInteger.ZERO)),
        ChainEvent.JobSubmitted.class).jobId();
    network.sender(Network.SOLVER).send(registry.acceptJob(jobId, network.account(Network.SOLVER)));
    VectorCommitment leaves = VectorCommitment.of(run.leaves());
    long last = leaves.length() - 1;
    return events.one(network.sender(Network.SOLVER)
        .send(registry.postClaim(jobId, leaves.leaf(last), leaves.path(0), leaves.path(last), "")),
        ChainEvent.ClaimPosted.class).claimId();
  }

  /// A game about position `position` of an element's fold in step `step`, or about the element where it has none.
  public Game aboutElement(long step, int node, long element, long position) {
    Node n = job.program().nodes().get(node);
    return play(step, "node " + node + " " + n.label() + " (K " + n.foldLength() + ")",
        List.of(new Move.SelectElement(node, element), new Move.SelectPosition(position)));
  }

  /// A game about a slot's next value in step `step`.
  public Game aboutSlot(long step, int slot) {
    return play(step, "slot " + slot, List.of(new Move.SelectSlot(slot)));
  }

  /// An honest solver against somebody who points there; the proof shows that he was wrong.
  private Game play(long step, String about, List<Move> afterTheTrace) {
    var game = network.deployment().game(network.chain());
    SolverPlayer solver = new SolverPlayer(trace);
    List<Move> selections = new ArrayList<>();
    if (job.checkpointInterval() > 1) {
      selections.add(new Move.SelectStep(step));
    }
    selections.addAll(afterTheTrace);
    List<Cost> costs = new ArrayList<>();
    Receipt receipt = network.sender(Network.VERIFIER)
        .send(game.challenge(claimId, network.account(Network.VERIFIER), step / job.checkpointInterval() + 1));
    costs.add(new Cost(receipt.gasUsed().longValueExact(), "challenge"));
    Optional<GameState> state = stateAfter(receipt);
    while (state.isPresent()) {
      boolean solverMoves = state.get().phase().toMove() == Party.SOLVER;
      Move move = solverMoves
          ? solver.move(state.get(), List.<Bytes>of(), Instant.ofEpochSecond(state.get().movedAt())).orElseThrow()
          : selections.removeFirst();
      receipt = network.sender(solverMoves ? Network.SOLVER : Network.VERIFIER).send(game.move(state.get(), move));
      costs.add(new Cost(receipt.gasUsed().longValueExact(), move.getClass().getSimpleName()));
      state = stateAfter(receipt);
    }
    ChainEvent.Decided decided = network.deployment().events().one(receipt, ChainEvent.Decided.class);
    assertThat(decided.verdict()).as(about).isEqualTo(Verdict.CHALLENGER_LOSES);
    assertThat(decided.reason()).as(about).isEqualTo(Reason.PROVED);
    return new Game(about, costs);
  }

  private Optional<GameState> stateAfter(Receipt receipt) {
    return network.deployment().events().in(receipt).stream().filter(ChainEvent.Moved.class::isInstance)
        .map(e -> ((ChainEvent.Moved) e).state()).findFirst();
  }
}
