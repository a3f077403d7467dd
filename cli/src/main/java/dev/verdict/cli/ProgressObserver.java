package dev.verdict.cli;

import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.step.Adjudicator;
import dev.verdict.cli.console.Progress;
import dev.verdict.contracts.Receipt;
import dev.verdict.learning.audit.Auditor;
import dev.verdict.learning.train.Trainer;
import dev.verdict.staking.role.RoleObserver;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells a person what a role does.
public final class ProgressObserver implements RoleObserver {
  private final Progress progress;
  private final Set<String> said = new HashSet<>();
  private final Map<Long, Long> replayed = new HashMap<>();
  private Progress.@Nullable Bar training;

  public ProgressObserver(Progress progress) {
    this.progress = progress;
  }

  @Override
  public void mined(String name, Receipt receipt) {
    progress.say("  " + name + "  " + String.format(Locale.ROOT, "%,d", receipt.gasUsed()) + " gas  "
        + receipt.txHash());
  }

  @Override
  public void trained(long stepsDone, long steps, float loss) {
    if (training == null) {
      training = progress.bar("training", "steps", steps);
    }
    training.to(stepsDone, Float.isNaN(loss) ? "" : String.format(Locale.ROOT, "loss %.4f", loss));
  }

  @Override
  public void trained(Trainer.Run run) {
    if (training != null) {
      training.close();
      training = null;
    }
    progress.say("  trained; commitment " + run.trail().commitment().root());
  }

  @Override
  public void replayed(long claimId, long stepsDone) {
    long shown = replayed.getOrDefault(claimId, 0L);
    if (stepsDone >= shown + 100) {
      replayed.put(claimId, stepsDone);
      progress.say("  claim " + claimId + ": " + stepsDone + " steps replayed");
    }
  }

  @Override
  public void audited(long claimId, Auditor.Result result) {
    progress.say("  claim " + claimId + ": " + switch (result) {
      case Auditor.Result.Sound(var plan) -> "sound in " + plan.intervals().size() + " of " + plan.intervalCount()
          + " intervals";
      case Auditor.Result.Wrong wrong -> "WRONG in interval " + wrong.interval();
      case Auditor.Result.Undisclosed undisclosed -> "WRONG, and its checkpoints aren't served";
    });
  }

  @Override
  public void postponed(long claimId, String why) {
    if (said.add(claimId + why)) {
      progress.say("  claim " + claimId + " is put off: " + why);
    }
  }

  @Override
  public void moved(GameState before, Move move, Receipt receipt) {
    if (move instanceof Move.Prove(var proof)) {
      Adjudicator.INSTANCE.explain(before, proof).ifPresent(operation -> progress.say("  decided by " + operation));
    }
  }
}
