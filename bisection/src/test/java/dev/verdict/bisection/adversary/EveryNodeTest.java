package dev.verdict.bisection.adversary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Phase;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.bisection.play.Match;
import dev.verdict.bisection.play.SolverPlayer;
import dev.verdict.bisection.testing.Dispute;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.bisection.trace.ServedObjects;
import dev.verdict.repops.DType;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A deviation at every node of random programs, at its first and last element, at the first and last position of its
/// fold, in the first and last step: the challenger points exactly there.
class EveryNodeTest {
  private int games;
  private final Set<String> labels = new TreeSet<>();

  @Test
  void play_deviationAnywhere_isPointedAtExactly() {
    for (long seed = 500; seed < 514; seed++) {
      RandomPrograms.Sample sample = keepingEveryNode(RandomPrograms.sample(seed, 6));
      for (int node = 0; node < sample.program().nodes().size(); node++) {
        Node n = sample.program().nodes().get(node);
        for (long element : new TreeSet<>(List.of(0L, n.out().numel() - 1))) {
          // With one step an interval there is no level 1; with seven steps the last interval is shorter.
          boolean single = (seed + node) % 2 == 0;
          long steps = single ? 2 : 7;
          long interval = single ? 1 : 5;
          for (long step : new long[] {0, steps - 1}) {
            HonestComputation honest = Dispute.honest(sample);
            
            long k = n.foldLength();
            int bit = n.dtype() == DType.U8 ? 7 : 30;
            check(sample, steps, interval, step, node, element, k - 1, new Ways.Output(
                honest, node, "", output -> Ways.flip(output, element, bit)));
            for (long position : k > 1 ? new TreeSet<>(List.of(0L, k - 2, (k - 2) / 2)) : new TreeSet<Long>()) {
              check(sample, steps, interval, step, node, element, position,
                  new Ways.Accumulator(honest, node, element, position, bit));
            }
          }
        }
      }
    }
    System.out.println(games + " games at nodes " + labels);
    assertThat(games).isGreaterThan(300);
    assertThat(labels).contains("MatMul", "Conv", "Reduce", "LongSum", "Gather", "Update");
  }

  /// The same program with a slot for every node's output, so that no deviation is without effect.
  private static RandomPrograms.Sample keepingEveryNode(RandomPrograms.Sample sample) {
    Program program = sample.program();
    List<Slot> slots = new ArrayList<>(program.slots());
    List<Tensor> states = new ArrayList<>(sample.inputs().states());
    for (int node = 0; node < program.nodes().size(); node++) {
      Node n = program.nodes().get(node);
      slots.add(new Slot("kept " + node, n.dtype(), n.out(), node));
      states.add(Tensor.zeros(n.dtype(), n.out()));
    }
    return new RandomPrograms.Sample(sample.seed(),
        new Program(slots, program.data(), program.constants(), program.nodes()), sample.inputs().withStates(states));
  }

  private void check(RandomPrograms.Sample sample, long steps, long interval, long step, int node, long element,
      long position, Deviation.Way way) {
    Dispute dispute;
    try {
      dispute = new Dispute(
          sample, steps, interval, new Deviation("one", Dispute.honest(sample), step, step, List.of(way)));
    } catch (IneffectiveCheatException e) {
      return;
    }
    if (dispute.isTrue()) {
      return;
    }
    String about = "seed %d step %d node %d %s element %d k %d".formatted(
        sample.seed(), step, node, sample.program().nodes().get(node).label(), element, position);
    SolverPlayer solver = dispute.solver();
    boolean serves = (node + element) % 2 == 0;
    Match.Played played = dispute.play(dispute.falseInterval(), Digest.ZERO, solver,
        dispute.auditor(dispute.falseInterval(), Digest.ZERO, s -> serves ? solver.serves(s) : ServedObjects.NONE));
    GameState last = played.states().get(played.states().size() - 1);
    assertThat(played.verdict().verdict()).as(about).isEqualTo(Verdict.SOLVER_LOSES);
    assertThat(played.verdict().reason()).as(about).isEqualTo(Reason.PROVED);
    assertThat(last.step()).as(about).isEqualTo(step);
    assertThat(last.target()).as(about).isEqualTo(node);
    assertThat(last.element()).as(about).isEqualTo(element);
    assertThat(last.phase()).as(about).isEqualTo(
        sample.program().nodes().get(node).foldLength() > 1 ? Phase.PROVE_POSITION : Phase.OPEN_NODE);
    assertThat(last.position()).as(about).isEqualTo(position);
    labels.add(sample.program().nodes().get(node).label());
    games++;
  }
}
