package dev.verdict.contracts;

/// A key can't be had: its file, variable or password is missing or wrong. The message never holds a secret.
public final class SignerException extends ChainException {
  SignerException(String message) {
    super(message);
  }
}
