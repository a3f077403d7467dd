package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalLong;

/// What is to be sent: a plain value, which may be written to a journal before it is.
///
/// @param operation for people: `DisputeGame.prove`
/// @param to the contract or account; empty to create a contract
/// @param data call or creation code; aliased, not copied
/// @param gasLimit empty to have it estimated, which also finds out beforehand whether the contract refuses
public record TransactionRequest(
    String operation,
    Optional<Account> to,
    byte[] data,
    BigInteger valueWei,
    OptionalLong gasLimit) {
  public TransactionRequest {
    if (valueWei.signum() < 0) {
      throw new IllegalArgumentException(operation + ": a negative value of " + valueWei + " wei");
    }
  }

  /// A call without value.
  public static TransactionRequest call(String operation, Account to, byte[] data) {
    return new TransactionRequest(
        operation, Optional.of(to), data, BigInteger.ZERO, OptionalLong.empty());
  }

  /// A payment to an account.
  public static TransactionRequest transfer(Account to, BigInteger valueWei) {
    return new TransactionRequest(
        "transfer", Optional.of(to), new byte[0], valueWei, OptionalLong.empty());
  }

  /// Creation code with its encoded arguments.
  public static TransactionRequest create(String operation, byte[] data) {
    return new TransactionRequest(
        operation, Optional.empty(), data, BigInteger.ZERO, OptionalLong.empty());
  }

  public TransactionRequest withValue(BigInteger newValueWei) {
    return new TransactionRequest(operation, to, data, newValueWei, gasLimit);
  }

  /// Sends without an estimate: the way to have a refused transaction mined.
  public TransactionRequest withGasLimit(long newGasLimit) {
    return new TransactionRequest(operation, to, data, valueWei, OptionalLong.of(newGasLimit));
  }
}
