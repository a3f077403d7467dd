package dev.verdict.cli.demo;

import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.bisection.step.Adjudicator;
import dev.verdict.bisection.step.DecidingOperation;
import dev.verdict.cli.console.Progress;
import dev.verdict.contracts.Receipt;
import dev.verdict.learning.audit.Auditor;
import dev.verdict.learning.train.Trainer;
import dev.verdict.staking.role.RoleObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What happened in a demo: every transaction with its gas, the run, and the proof that decided.
final class DemoLog {
  /// What comes before a dispute, or after it.
  private static final Set<String> OUTSIDE_THE_GAME =
      Set.of("deploy", "deposit", "submitJob", "acceptJob", "postClaim", "finalize", "cancelJob");

  private final Progress progress;
  private final long steps;
  private final List<Entry> entries = new ArrayList<>();
  private Optional<Trainer.Run> run = Optional.empty();
  private Optional<GameState> decidedFrom = Optional.empty();
  private Optional<DecidingOperation> operation = Optional.empty();
  private Progress.@Nullable Bar training;
  private Progress.@Nullable Bar auditing;

  /// @param steps of the job
  DemoLog(Progress progress, long steps) {
    this.progress = progress;
    this.steps = steps;
  }

  /// One transaction.
  record Entry(String actor, String name, Receipt receipt) {
    boolean isMove() {
      return !OUTSIDE_THE_GAME.contains(name);
    }

    long gas() {
      return receipt.gasUsed().longValueExact();
    }
  }

  void add(String actor, String name, Receipt receipt) {
    Entry entry = new Entry(actor, name, receipt);
    entries.add(entry);
    progress.say(String.format(Locale.ROOT, "  %-10s %-16s %,9d gas", actor, name, entry.gas()));
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /// The transactions from the challenge to the verdict.
  List<Entry> moves() {
    return entries.stream().filter(Entry::isMove).toList();
  }

  Optional<Trainer.Run> run() {
    return run;
  }

  /// The state that the deciding proof, or timeout, was sent in.
  Optional<GameState> decidedFrom() {
    return decidedFrom;
  }

  Optional<DecidingOperation> operation() {
    return operation;
  }

  /// What `actor` does is written down here.
  RoleObserver of(String actor) {
    return new RoleObserver() {
      @Override
      public void mined(String name, Receipt receipt) {
        add(actor, name, receipt);
      }

      @Override
      public void trained(long stepsDone, long steps, float loss) {
        if (training == null) {
          training = progress.bar("training", "steps", steps);
        }
        training.to(stepsDone, String.format(Locale.ROOT, "loss %.4f", loss));
      }

      @Override
      public void trained(Trainer.Run done) {
        if (training != null) {
          training.close();
          training = null;
        }
        run = Optional.of(done);
      }

      @Override
      public void replayed(long claimId, long stepsDone) {
        if (auditing == null) {
          auditing = progress.bar("auditing", "steps", steps);
        }
        auditing.to(Math.min(stepsDone, steps), "");
      }

      @Override
      public void audited(long claimId, Auditor.Result result) {
        if (auditing != null) {
          auditing.close();
          auditing = null;
        }
        progress.say("  " + actor + " audited claim " + claimId + ": " + switch (result) {
          case Auditor.Result.Sound(var plan) -> "all " + plan.intervals().size() + " intervals recompute, bit for bit";
          case Auditor.Result.Wrong wrong -> "interval " + wrong.interval() + " does not recompute";
          case Auditor.Result.Undisclosed undisclosed -> "not the true run, and nothing is served";
        });
      }

      @Override
      public void moved(GameState before, Move move, Receipt receipt) {
        if (move instanceof Move.Prove(var proof)) {
          decidedFrom = Optional.of(before);
          operation = Adjudicator.INSTANCE.explain(before, proof);
        } else if (move instanceof Move.Timeout) {
          decidedFrom = Optional.of(before);
        }
      }
    };
  }
}
