package dev.verdict.cli;

/// Something that was given can't be used; the message says what, where, and what to do.
final class InputException extends RuntimeException {
  InputException(String message) {
    super(message);
  }
}
