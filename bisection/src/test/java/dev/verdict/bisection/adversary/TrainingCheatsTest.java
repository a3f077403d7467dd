package dev.verdict.bisection.adversary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.game.Party;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.bisection.play.ChallengerPlayer;
import dev.verdict.bisection.play.Match;
import dev.verdict.bisection.play.Player;
import dev.verdict.bisection.play.SolverPlayer;
import dev.verdict.bisection.testing.Dispute;
import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.transcript.Replay;
import dev.verdict.bisection.transcript.Transcript;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.MultilayerPerceptron;
import dev.verdict.repops.op.Sgd;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each cheat in a real training run: a small perceptron that learns by gradient descent, on compiled kernels, against a
/// challenger that interprets.
class TrainingCheatsTest {
  private static final long STEPS = 10;
  private static final long INTERVAL = 4;

  private static RandomPrograms.Sample perceptron() {
    Random random = new Random(3);
    Tensor images = Tensor.zeros(DType.U8, Shape.of(23, 12));
    Tensor labels = Tensor.zeros(DType.U8, Shape.of(23));
    for (int row = 0; row < 23; row++) {
      for (int column = 0; column < 12; column++) {
        images.setLong(row * 12 + column, random.nextInt(17));
      }
      labels.setLong(row, random.nextInt(3));
    }
    BuiltGraph built = new MultilayerPerceptron(List.of(12, 9, 3), 1f / 16).training(
        new BoundTensor("images", DType.U8, images.shape(), TensorCommitment.root(images)),
        new BoundTensor("labels", DType.U8, labels.shape(), TensorCommitment.root(labels)), 5, Sgd.of(0.1f));
    return new RandomPrograms.Sample(0, built.program(), new StepInputs(
        built.initialStates(1), List.of(images, labels), List.of()));
  }

  @ParameterizedTest
  @EnumSource(Cheat.class)
  void play_cheatInTraining_losesToTheHonestSide(Cheat cheat) {
    RandomPrograms.Sample sample = perceptron();
    Cheat.Run run = new Cheat.Run(new CpuExecutor(), sample.program(), sample.inputs().data(),
        sample.inputs().constants(), STEPS, INTERVAL);
    for (long seed = 1; seed <= 3; seed++) {
      Computation computation = cheat.computation(run, seed);
      Dispute dispute = new Dispute(sample, STEPS, INTERVAL, computation);
      assertThat(dispute.isTrue()).isNotEqualTo(cheat.isFalseClaim());
      SolverPlayer serving = dispute.solver();
      Player solver = cheat.solver(dispute.claimedTrace(), seed);
      long interval = cheat.isFalseClaim() ? dispute.falseInterval() : 1;
      ChallengerPlayer honest =
          dispute.auditor(interval, Digest.ZERO, state -> cheat.served(serving.serves(state)));
      Match.Played played = dispute.play(
          interval, Digest.ZERO, solver, cheat.challenger(honest, sample.program(), seed));
      assertThat(played.verdict().verdict()).as("%s: %s", cheat, played.verdict())
          .isEqualTo(cheat.isFalseClaim() ? Verdict.SOLVER_LOSES : Verdict.CHALLENGER_LOSES);
      GameState last = played.states().get(played.states().size() - 1);
      if (computation instanceof Deviation deviation) {
        if (played.verdict().reason() == Reason.PROVED) {
          assertThat(last.step()).as("%s seed %d", cheat, seed).isEqualTo(deviation.firstStep());
        }
        String operation = ((Replay.Result.Ended) Replay.of(played.transcript())).operation()
            .map(Object::toString).orElse("-");
        System.out.println(cheat + " " + deviation.describe().orElse("") + " | " + played.verdict().reason() + " after "
            + played.transcript().entries().size() + " moves | " + operation);
      }
    }
  }

  /// A solver that serves its data but won't convict itself saves nothing: the challenger proves.
  @ParameterizedTest
  @EnumSource(value = Cheat.class, names = {"OP", "FOLD", "DATA", "SKIP_STEP", "LEARNING_RATE", "CHECKPOINT", "SLOT"})
  void play_solverThatWontProve_isProvedWrongByTheChallenger(Cheat cheat) {
    RandomPrograms.Sample sample = perceptron();
    Cheat.Run run = new Cheat.Run(new CpuExecutor(), sample.program(), sample.inputs().data(),
        sample.inputs().constants(), STEPS, INTERVAL);
    Dispute dispute = new Dispute(sample, STEPS, INTERVAL, cheat.computation(run, 5));
    SolverPlayer solver = dispute.solver();
    Player silent = (state, revealed, now) ->
        solver.move(state, revealed, now).filter(move -> !(move instanceof Move.Prove));
    Match.Played played = dispute.play(dispute.falseInterval(), Digest.ZERO, silent,
        dispute.auditor(dispute.falseInterval(), Digest.ZERO, solver::serves));
    assertThat(played.verdict().verdict()).isEqualTo(Verdict.SOLVER_LOSES);
    assertThat(played.verdict().reason()).isEqualTo(Reason.PROVED);
    Transcript.Entry last = played.transcript().entries().get(played.transcript().entries().size() - 1);
    assertThat(last.mover()).isEqualTo(Party.CHALLENGER);
    assertThat(last.move()).isInstanceOf(Move.Prove.class);
  }
}
