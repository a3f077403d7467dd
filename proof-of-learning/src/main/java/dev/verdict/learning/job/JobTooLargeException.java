package dev.verdict.learning.job;

import dev.verdict.repops.commit.Digest;

/// A job needs more memory than its reader is willing to give: anybody may submit anything.
public final class JobTooLargeException extends RuntimeException {
  JobTooLargeException(Digest programRoot, long neededBytes, long limitBytes) {
    super("program " + programRoot + " takes " + (neededBytes >> 20) + " MiB to run, the limit is "
        + (limitBytes >> 20) + " MiB; raise it with --max-memory where you mean to run it");
  }
}
