package dev.verdict.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.it.testing.DisputedRun;
import dev.verdict.it.testing.Network;
import dev.verdict.learning.data.LabelledImages;
import dev.verdict.learning.job.ClassifierJob;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.op.MultilayerPerceptron;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
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

  @Test
  void dispute_aboutAnyNodeOfTheDemosModel_costsNoMoreThanPromised() {
    LabelledImages digits =
        LabelledImages.readCsv(Path.of(System.getProperty("verdict.testdata"), "data/digits.csv.gz"));
    TrainingJob job = ClassifierJob.of(new MultilayerPerceptron(LAYERS, 1f / 16), digits, 297, 64, 0.003f, 1)
        .job(STEPS, INTERVAL);
    try (Network network = Network.anvil()) {
      network.deposit(Network.ETHER, Network.SUBMITTER, Network.SOLVER, Network.VERIFIER);
      DisputedRun run = DisputedRun.post(network, job, "gas");
      List<DisputedRun.Game> games = new ArrayList<>();
      for (int node = 0; node < job.program().nodes().size(); node++) {
        games.add(run.aboutElement(STEP, node, job.program().nodes().get(node).out().numel() / 2, position(job, node)));
      }
      for (int slot = 0; slot < job.program().slots().size(); slot++) {
        games.add(run.aboutSlot(STEP, slot));
      }
      report(games);
      for (DisputedRun.Game game : games) {
        assertThat(game.totalGas()).as("%s", game).isLessThanOrEqualTo(MOST_OF_A_DISPUTE);
        assertThat(game.moves()).as("moves about %s", game.about())
            .allSatisfy(cost -> assertThat(cost.gas()).as(cost.move()).isLessThanOrEqualTo(MOST_OF_A_MOVE));
      }
    }
  }

  /// Where a fold has it, the position whose two accumulators lie in different chunks: it needs both.
  private static long position(TrainingJob job, int node) {
    long fold = job.program().nodes().get(node).foldLength();
    return fold > ACCUMULATORS_IN_A_CHUNK + 1 ? ACCUMULATORS_IN_A_CHUNK : fold / 2;
  }

  private static void report(List<DisputedRun.Game> games) {
    DisputedRun.Game dearest = Collections.max(games, Comparator.comparingLong(DisputedRun.Game::totalGas));
    DisputedRun.Game dearestProof = Collections.max(games, Comparator.comparingLong(DisputedRun.Game::proofGas));
    System.out.println("gas: " + games.size() + " disputes; dearest proof " + dearestProof.moves().getLast()
        + " about " + dearestProof.about() + "; dearest dispute " + dearest.totalGas() + " about " + dearest.about()
        + ": " + dearest.moves());
  }
}
