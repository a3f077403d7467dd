package dev.verdict.benchmarks;

/// A library has no such operation, or another one under its name; the message says what.
final class NotOfferedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NotOfferedException(String message) {
    super(message);
  }
}
