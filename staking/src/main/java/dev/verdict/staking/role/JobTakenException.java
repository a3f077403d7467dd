package dev.verdict.staking.role;

import dev.verdict.bisection.game.Account;
import dev.verdict.repops.commit.Digest;

/// A job isn't to be had: somebody else holds it, or it is over.
public final class JobTakenException extends RuntimeException {
  public JobTakenException(Digest jobId, Account holder) {
    super("job " + jobId + " is held by " + holder + " or over; verdict status --job " + jobId + " says which");
  }
}
