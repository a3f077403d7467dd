package dev.verdict.bisection.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.game.Outcome;
import dev.verdict.bisection.play.ChallengerPlayer;
import dev.verdict.bisection.play.Match;
import dev.verdict.bisection.play.SolverPlayer;
import dev.verdict.bisection.testing.Dispute;
import dev.verdict.bisection.testing.OffByOne;
import dev.verdict.bisection.testing.ToyProgram;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class TraceProviderTest {
  /// Counts how often each step is executed.
  private static final class Counting implements Computation {
    private final Computation inner;
    private final Map<Long, Integer> executions = new TreeMap<>();

    Counting(Computation inner) {
      this.inner = inner;
    }

    @Override
    public Program program() {
      return inner.program();
    }

    @Override
    public List<Tensor> data() {
      return inner.data();
    }

    @Override
    public List<Tensor> constants() {
      return inner.constants();
    }

    @Override
    public void step(long step, List<Tensor> states, List<Tensor> next, NodeObserver observer) {
      executions.merge(step, 1, Integer::sum);
      inner.step(step, states, next, observer);
    }

    @Override
    public Optional<Tensor> kept(int node) {
      return inner.kept(node);
    }

    @Override
    public Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node, long element) {
      return inner.accumulators(step, states, outputs, node, element);
    }
  }

  @Test
  void vectors_whateverTheBudgetAndOrder_areThoseOfTheRun() {
    RandomPrograms.Sample sample = ToyProgram.sample(2);
    Dispute dispute = new Dispute(sample, 11, 4, Dispute.honest(sample));
    List<Digest> states = new ArrayList<>();
    RecordedRun all = RecordedRun.of(Dispute.honest(sample), sample.inputs().states(), 11, 1);
    states.addAll(all.leaves());
    for (long budget : new long[] {0, 20_000, 1 << 20}) {
      TraceProvider trace = new TraceProvider(Dispute.honest(sample), 11, 4, dispute.claimedRun, budget);
      assertThat(trace.checkpoints().tree().leaves())
          .isEqualTo(List.of(states.get(0), states.get(4), states.get(8), states.get(11)));
      assertThat(trace.innerSteps(3).tree().leaves()).isEqualTo(states.subList(9, 11));
      for (long t : new long[] {10, 9, 0, 5, 3, 3, 7, 8}) {
        StepTrace step = trace.step(t);
        assertThat(StateCommitment.root(t, step.slotsBefore().root())).isEqualTo(states.get((int) t));
        assertThat(StateCommitment.root(t + 1, step.slotsAfter().root())).isEqualTo(states.get((int) t + 1));
        assertThat(TensorCommitment.root(trace.output(t, 1))).isEqualTo(step.trace().leaf(1));
        assertThat(trace.accumulators(t, 0, 2).numel()).isEqualTo(ToyProgram.COLUMNS - 1);
      }
      assertThat(trace.innerSteps(1).tree().leaves()).isEqualTo(states.subList(1, 4));
      assertThat(trace.innerSteps(1).root()).isEqualTo(VectorCommitment.root(states.subList(1, 4)));
    }
  }

  @Test
  void dispute_withinTheBudget_executesTheIntervalOnceAndTheStepOnce() {
    Dispute dispute = new Dispute(ToyProgram.sample(40), 9, 9, new OffByOne(40));
    Counting solver = new Counting(new OffByOne(40));
    Counting challenger = new Counting(Dispute.honest(dispute.sample));
    SolverPlayer player = new SolverPlayer(new TraceProvider(solver, 9, 9, dispute.claimedRun));
    Match.Played played = dispute.play(1, Digest.ZERO, player, new ChallengerPlayer(
        new TraceProvider(challenger, 9, 9, dispute.claimedRun), Dispute::nothing,
        Optional.of(new ChallengerPlayer.Suspicion(1, Digest.ZERO))));
    assertThat(played.verdict()).isInstanceOf(Outcome.Decided.class);
    for (Counting side : List.of(solver, challenger)) {
      // Steps 0 to 7 for the inner states, then step 4 once more with everything that is asked of it.
      assertThat(side.executions).isEqualTo(Map.of(0L, 1, 1L, 1, 2L, 1, 3L, 1, 4L, 2, 5L, 1, 6L, 1, 7L, 1));
    }
  }

  @Test
  void verified_wrongAnswers_areNone() {
    Tensor tensor = Tensor.ofFloats(Shape.of(2), 1, 2);
    Tensor other = Tensor.ofFloats(Shape.of(2), 1, -2);
    List<Digest> leaves = List.of(Digest.ZERO, TensorCommitment.root(tensor));
    ServedObjects lying = new ServedObjects() {
      @Override
      public Optional<List<Digest>> vector(Digest vectorRoot) {
        return Optional.of(leaves);
      }

      @Override
      public Optional<Tensor> tensor(Digest tensorRoot) {
        return Optional.of(tensor);
      }
    };
    Verified verified = new Verified(lying);
    assertThat(verified.vector(VectorCommitment.root(leaves))).contains(leaves);
    assertThat(verified.vector(VectorCommitment.root(leaves.subList(0, 1)))).isEmpty();
    assertThat(verified.tensor(TensorCommitment.root(tensor))).contains(tensor);
    assertThat(verified.tensor(TensorCommitment.root(other))).isEmpty();
  }
}
