package dev.verdict.cli;

import dev.verdict.bisection.game.Account;
import dev.verdict.contracts.ChainClient;
import dev.verdict.contracts.Deployment;
import dev.verdict.contracts.Signer;
import dev.verdict.contracts.Transactions;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.role.RoleObserver;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Who acts, on which contracts.
final class ParticipantOptions {
  @Mixin private ChainOptions chain = new ChainOptions();
  @Mixin private KeyOptions key = new KeyOptions();

  @Option(names = "--account", paramLabel = "ADDRESS",
      description = "Whose stake it is, where the key is an operator's. Default: the key's own account.")
  private @Nullable String account;

  /// An open connection with a participant on it.
  record Session(ChainClient chain, Deployment deployment, Transactions transactions, Participant participant,
      int confirmations) implements AutoCloseable {
    @Override
    public void close() {
      transactions.close();
      chain.close();
    }
  }

  Session open(RoleObserver observer) {
    Signer signer = key.signer();
    Account who = account == null ? signer.account() : address(account);
    ChainClient client = chain.connect();
    Deployment deployment = chain.deployment(client);
    Transactions transactions = chain.transactions(client, signer);
    return new Session(client, deployment, transactions,
        Participant.on(deployment, client, transactions, who, observer), chain.confirmations(client));
  }

  /// Throws [InputException] unless `text` is an address.
  static Account address(String text) {
    if (!text.matches("(0x)?[0-9a-fA-F]{40}")) {
      throw new InputException("'" + text + "' is no address: expected 0x and 40 hexadecimal digits");
    }
    return Account.ofHex(text);
  }
}
