package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/// A transaction that was mined and did what it should.
///
/// @param created address of the contract it created, where it did
public record Receipt(
    Digest txHash,
    long blockNumber,
    Digest blockHash,
    BigInteger gasUsed,
    List<LogEntry> logs,
    BigInteger effectiveGasPrice,
    Optional<Account> created) {
  public Receipt {
    logs = List.copyOf(logs);
  }

  /// What it cost beside its value.
  public BigInteger feeWei() {
    return gasUsed.multiply(effectiveGasPrice);
  }
}
