package dev.verdict.learning.job;

import dev.verdict.repops.commit.Digest;

/// A store doesn't hold, under its right content, something that a job names.
public final class MissingObjectException extends RuntimeException {
  private final Digest root;

  public MissingObjectException(String what, Digest root, String location) {
    super("the " + what + " with root " + root + " is not in " + location
        + ", or is damaged there; ask the submitter to publish it");
    this.root = root;
  }

  /// What was asked for.
  public Digest root() {
    return root;
  }
}
