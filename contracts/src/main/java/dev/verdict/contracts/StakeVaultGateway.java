package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.contracts.generated.StakeVault;
import java.math.BigInteger;
import java.util.List;
import java.util.OptionalLong;
import org.web3j.abi.datatypes.Type;
import org.web3j.tx.gas.DefaultGasProvider;

/// The vault (SPEC §8). Methods that return a [TransactionRequest] send nothing: hand it to [Transactions].
public final class StakeVaultGateway extends Gateway {
  private final StakeVault wrapper;

  private StakeVaultGateway(ChainClient client, Account address, OptionalLong block) {
    super("StakeVault", client, address, block);
    this.wrapper =
        StakeVault.load(
            address.toString(),
            client.web3j(),
            encodingOnly(client, address),
            new DefaultGasProvider());
  }

  /// Reads at the newest block.
  public static StakeVaultGateway at(ChainClient client, Account address) {
    return new StakeVaultGateway(client, address, OptionalLong.empty());
  }

  /// Reads as of a block.
  public StakeVaultGateway asOf(long blockNumber) {
    return new StakeVaultGateway(client(), address(), OptionalLong.of(blockNumber));
  }

  /// Pays into the sender's free balance.
  public TransactionRequest deposit(BigInteger amountWei) {
    return request("deposit", wrapper.deposit(amountWei)).withValue(amountWei);
  }

  /// Pays into another's free balance.
  public TransactionRequest depositFor(Account account, BigInteger amountWei) {
    return request("depositFor", wrapper.depositFor(account.toString(), amountWei))
        .withValue(amountWei);
  }

  /// Starts unbonding part of the sender's free balance.
  public TransactionRequest requestWithdrawal(BigInteger amountWei) {
    return request("requestWithdrawal", wrapper.requestWithdrawal(amountWei));
  }

  /// Pays out all that the sender has unbonded.
  public TransactionRequest withdraw() {
    return request("withdraw", wrapper.withdraw());
  }

  /// Lets `key` move for the sender, or no longer (SPEC §6.6).
  public TransactionRequest setOperator(Account key, boolean allowed) {
    return request("setOperator", wrapper.setOperator(key.toString(), allowed));
  }

  /// Whether `key` may move for `account`.
  public boolean isOperatorFor(Account account, Account key) {
    return (Boolean)
        read("isOperatorFor", wrapper.isOperatorFor(account.toString(), key.toString()))
            .getFirst()
            .getValue();
  }

  /// What an account has.
  @SuppressWarnings("rawtypes")
  public VaultBalance balanceOf(Account account) {
    List<Type> values = read("balanceOf", wrapper.balanceOf(account.toString()));
    return new VaultBalance(
        (BigInteger) values.get(0).getValue(),
        (BigInteger) values.get(1).getValue(),
        (BigInteger) values.get(2).getValue(),
        ((BigInteger) values.get(3).getValue()).longValueExact());
  }

  /// What losers have forfeited and nobody has earned.
  public BigInteger jackpotPool() {
    return readNumber("jackpotPool", wrapper.jackpotPool());
  }

  /// From request to withdrawal.
  public long unbondingSeconds() {
    return readLong("UNBONDING_SECONDS", wrapper.UNBONDING_SECONDS());
  }

  /// The one contract that locks, unlocks and distributes.
  public Account registry() {
    return readAccount("REGISTRY", wrapper.REGISTRY());
  }
}
