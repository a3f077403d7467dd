package dev.verdict.learning.checkpoint;

/// A source of objects did not answer; trying again may help.
public final class SourceUnreachableException extends RuntimeException {
  public SourceUnreachableException(String location, String reason, Throwable cause) {
    super("the store at " + location + " does not answer: " + reason, cause);
  }
}
