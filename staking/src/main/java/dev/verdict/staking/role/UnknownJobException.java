package dev.verdict.staking.role;

import dev.verdict.repops.commit.Digest;

/// The registry has no such job.
public final class UnknownJobException extends RuntimeException {
  public UnknownJobException(Digest jobId) {
    super("the registry has no job " + jobId + "; verdict status lists the jobs that it has");
  }
}
