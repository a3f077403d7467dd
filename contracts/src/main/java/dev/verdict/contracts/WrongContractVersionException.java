package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;

/// At a contract's address is no code, or another contract's, or the deployment was made by another version.
public final class WrongContractVersionException extends ChainException {
  private final String contract;

  WrongContractVersionException(String contract, Account address, String expected, String actual) {
    super(
        "%s at %s: expected %s, found %s: use the deployment file of this chain and version, or deploy anew"
            .formatted(contract, address, expected, actual));
    this.contract = contract;
  }

  /// Which contract.
  public String contract() {
    return contract;
  }
}
