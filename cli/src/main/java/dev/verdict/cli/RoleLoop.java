package dev.verdict.cli;

import dev.verdict.cli.console.Progress;
import dev.verdict.contracts.NodeErrorException;
import dev.verdict.contracts.NodeUnreachableException;
import dev.verdict.contracts.TransactionFailedException;
import dev.verdict.staking.watch.Role;
import dev.verdict.staking.watch.Watcher;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Runs roles until they are done, or for good; a node that is away is waited for.
final class RoleLoop {
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private RoleLoop() {}

  /// A watcher of the session's contracts for these roles.
  static Watcher watcher(ParticipantOptions.Session session, List<Role> roles) {
    return Watcher.of(session.chain(), session.deployment(), session.confirmations(), roles);
  }

  /// Throws [InputException] where it is no interval to ask a node at.
  static Duration interval(int seconds) {
    if (seconds < 1) {
      throw new InputException("--poll must be 1 second or more, not " + seconds);
    }
    return Duration.ofSeconds(seconds);
  }

  static void run(Watcher watcher, Duration interval, Progress progress, BooleanSupplier stop)
      throws InterruptedException {
    Duration wait = interval;
    while (!stop.getAsBoolean()) {
      boolean busy = false;
      try {
        busy = watcher.poll();
        wait = interval;
      } catch (NodeUnreachableException | NodeErrorException | TransactionFailedException e) {
        wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
        progress.say("verdict: " + Failure.oneLine(e.getMessage()) + "; trying again in " + wait.toSeconds() + " s");
      }
      if (!busy && !stop.getAsBoolean()) {
        Thread.sleep(wait);
      }
    }
  }
}
