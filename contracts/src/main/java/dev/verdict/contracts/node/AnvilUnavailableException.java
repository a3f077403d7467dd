package dev.verdict.contracts.node;

/// anvil can't be found or doesn't start. The message says what to do.
public final class AnvilUnavailableException extends RuntimeException {
  AnvilUnavailableException(String message) {
    super(message);
  }
}
