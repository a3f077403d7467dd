package dev.verdict.benchmarks;

/// A library has no such operation, or another one under its name; the message says what.
public final class NotOfferedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NotOfferedException(String message) {
    super(message);
  }
}
