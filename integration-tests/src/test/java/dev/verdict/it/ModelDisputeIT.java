package dev.verdict.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.adversary.Cheat;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.contracts.ChainEvent;
import dev.verdict.contracts.ClaimStatus;
import dev.verdict.it.testing.Network;
import dev.verdict.it.testing.SmallModels;
import dev.verdict.it.testing.Trial;
import dev.verdict.learning.job.TrainingJob;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Cheats in transformers and a convolutional network: the solver trains on compiled kernels, the verifier interprets,
/// and whoever cheats loses. Seeds pick nodes all over the models.
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelDisputeIT {
  private static final long STEPS = 4;
  private static final long INTERVAL = 2;
  private static final BigInteger MOST_GAS_OF_A_MOVE = BigInteger.valueOf(300_000);

  private Network network;

  @BeforeAll
  void open() {
    network = Network.anvil();
  }

  @AfterAll
  void close() {
    network.close();
  }

  /// What is trained.
  private enum Model {
    LLAMA,
    GPT,
    CONVNET;

    TrainingJob job(long seed) {
      return switch (this) {
        case LLAMA -> SmallModels.llama(STEPS, INTERVAL, seed);
        case GPT -> SmallModels.gpt(STEPS, INTERVAL, seed);
        case CONVNET -> SmallModels.convnet(STEPS, INTERVAL, seed);
      };
    }
  }

  private record Case(Model model, Trial.Scenario scenario) {}

  static Stream<Case> cases() {
    return Stream.of(Model.values()).flatMap(model -> Stream.of(Cheat.OP, Cheat.FOLD, Cheat.DATA, Cheat.SLOT,
        Cheat.LEARNING_RATE, Cheat.FRIVOLOUS_CHALLENGE).flatMap(cheat ->
            (cheat == Cheat.OP ? Stream.of(1, 2, 3) : Stream.of(cheat.ordinal())).map(seed -> new Case(model,
                new Trial.Scenario(Optional.of(cheat), seed % 2 == 1, STEPS, INTERVAL, seed)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void live_someoneCheatsInAModel_losesItsStake(Case c, @TempDir Path work) {
    Trial trial = new Trial(network, work, c.scenario(), c.model().job(c.scenario().seed())).submit();
    int known = network.events().size();

    trial.live(true);

    List<ChainEvent> events = network.events().subList(known, network.events().size());
    List<ChainEvent.Decided> decided = events.stream().filter(ChainEvent.Decided.class::isInstance)
        .map(ChainEvent.Decided.class::cast).toList();
    assertThat(decided).hasSize(1);
    boolean falseClaim = trial.expectsRefutation();
    assertThat(decided.getFirst().verdict()).isEqualTo(falseClaim ? Verdict.SOLVER_LOSES : Verdict.CHALLENGER_LOSES);
    assertThat(network.deployment().registry(network.chain()).claim(decided.getFirst().claimId()).orElseThrow()
        .status()).isEqualTo(falseClaim ? ClaimStatus.REFUTED : ClaimStatus.CONFIRMED);
    for (ChainEvent event : events) {
      if (event instanceof ChainEvent.OfGame) {
        assertThat(network.receipt(event).gasUsed()).isLessThanOrEqualTo(MOST_GAS_OF_A_MOVE);
      }
    }
  }
}
