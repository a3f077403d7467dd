package dev.verdict.contracts;

import dev.verdict.repops.commit.Digest;
import java.util.Optional;

/// A transaction wasn't mined. [#reason()] tells why.
public final class TransactionFailedException extends ChainException {
  /// Why.
  public enum Reason {
    /// The account can't pay for value and gas.
    INSUFFICIENT_FUNDS,
    /// It needs more gas than a transaction may use.
    TOO_MUCH_GAS,
    /// Another transaction was mined under its nonce: somebody else uses the key.
    NONCE_TAKEN,
    /// It wasn't mined in the time given. It is still being tended, and may be mined later.
    NOT_MINED_IN_TIME,
    /// The sender was closed, or the waiting thread interrupted.
    ABANDONED
  }

  private final Reason reason;
  private final transient Optional<Digest> transactionHash;

  TransactionFailedException(Reason reason, String message, Optional<Digest> transactionHash) {
    super(message);
    this.reason = reason;
    this.transactionHash = transactionHash;
  }

  public Reason reason() {
    return reason;
  }

  /// The last version that was sent; empty where none was.
  public Optional<Digest> transactionHash() {
    return transactionHash;
  }
}
