package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.contracts.generated.StakeVault;
import dev.verdict.contracts.node.AnvilNode;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.utils.Numeric;

/// A node of a test's own, and what it opens on it.
final class TestChain implements AutoCloseable {
  static final BigInteger ETHER = BigInteger.TEN.pow(18);
  static final long UNBONDING_SECONDS = 1000;
  static final Account NOBODY = Account.ofHex("00000000000000000000000000000000000000aa");

  final AnvilNode node;
  final ChainClient client;
  private final List<Transactions> opened = new ArrayList<>();

  private TestChain(AnvilNode node) {
    this.node = node;
    this.client = node.connect();
  }

  static TestChain start() {
    return new TestChain(AnvilNode.start());
  }

  Transactions sender(int account) {
    return sender(account, SendPolicy.development());
  }

  Transactions sender(int account, SendPolicy policy) {
    Transactions transactions = Transactions.open(client, node.account(account), policy);
    opened.add(transactions);
    return transactions;
  }

  /// A policy that never sends again by time.
  static SendPolicy patientPolicy() {
    return SendPolicy.development().withResendAfter(1000, Duration.ofMinutes(10));
  }

  /// A vault whose registry is `registry`.
  StakeVaultGateway vault(Transactions by, Account registry) {
    String arguments =
        FunctionEncoder.encodeConstructor(
            List.of(
                new Address(registry.toString()),
                new Uint64(BigInteger.valueOf(UNBONDING_SECONDS))));
    byte[] code = Numeric.hexStringToByteArray(StakeVault.BINARY + arguments);
    Receipt receipt = by.send(TransactionRequest.create("deploy StakeVault", code));
    return StakeVaultGateway.at(client, receipt.created().orElseThrow());
  }

  @Override
  public void close() {
    opened.forEach(Transactions::close);
    client.close();
    node.close();
  }
}
