package dev.verdict.staking.role;

import dev.verdict.bisection.game.Account;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.ContractEvents;
import dev.verdict.contracts.ContractRevertedException;
import dev.verdict.contracts.Deployment;
import dev.verdict.contracts.DisputeGameGateway;
import dev.verdict.contracts.JobRegistryGateway;
import dev.verdict.contracts.Receipt;
import dev.verdict.contracts.StakeVaultGateway;
import dev.verdict.contracts.TransactionRequest;
import dev.verdict.contracts.Transactions;
import dev.verdict.contracts.VaultBalance;
import java.math.BigInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An account with the contracts before it.
///
/// @param account whose stake it is; the key that sends may be its operator's (SPEC §6.6)
public record Participant(
    Account account,
    ChainClient chain,
    Transactions transactions,
    StakeVaultGateway vault,
    JobRegistryGateway registry,
    DisputeGameGateway game,
    ContractEvents events,
    RoleObserver observer) {
  private static final Logger LOG = LoggerFactory.getLogger(Participant.class);

  /// The participant `account` on `deployment`, sending through `transactions`.
  public static Participant on(
      Deployment deployment, ChainClient chain, Transactions transactions, Account account, RoleObserver observer) {
    return new Participant(account, chain, transactions, deployment.vault(chain), deployment.registry(chain),
        deployment.game(chain), deployment.events(), observer);
  }

  /// Sends and waits until it is mined.
  public Receipt send(String name, TransactionRequest request) {
    Receipt receipt = transactions.send(request);
    observer.mined(name, receipt);
    return receipt;
  }

  /// As [#send]; but where the contract refuses and `due` says that by now there is no reason to send, as the chain was
  /// reorganised or somebody was faster, that is no error.
  ///
  /// @return whether it was sent
  boolean sendIfDue(String name, TransactionRequest request, BooleanSupplier due) {
    try {
      send(name, request);
      return true;
    } catch (ContractRevertedException e) {
      if (due.getAsBoolean()) {
        throw e;
      }
      LOG.warn("{} was overtaken: {}", name, e.getMessage());
      return false;
    }
  }

  /// Throws [InsufficientStakeException] where less than `neededWei` is free in the vault.
  void requireFree(String purpose, BigInteger neededWei) {
    VaultBalance balance = vault.balanceOf(account);
    if (balance.freeWei().compareTo(neededWei) < 0) {
      throw new InsufficientStakeException(account, purpose, balance.freeWei(), neededWei);
    }
  }
}
