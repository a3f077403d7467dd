package dev.verdict.cli;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.console.Output;
import dev.verdict.cli.console.Table;
import dev.verdict.cli.console.Wei;
import dev.verdict.contracts.Receipt;
import dev.verdict.contracts.TransactionRequest;
import dev.verdict.contracts.VaultBalance;
import dev.verdict.staking.role.Participant;
import dev.verdict.staking.role.RoleObserver;
import java.math.BigInteger;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `verdict stake`: an account's money in the vault.
@Command(name = "stake", mixinStandardHelpOptions = true, description = "Deposits, withdraws, names operator keys.",
    subcommands = {
      StakeCommand.Deposit.class,
      StakeCommand.Unbond.class,
      StakeCommand.Withdraw.class,
      StakeCommand.Operator.class,
      StakeCommand.Show.class
    },
    synopsisSubcommandLabel = "COMMAND")
final class StakeCommand {
  /// What all of them have in common: perhaps a transaction, and the balance afterwards.
  abstract static class Action implements Callable<Integer> {
    @Mixin private ParticipantOptions participant = new ParticipantOptions();
    @Mixin private Output output = new Output();

    final Integer act(String name, Function<Participant, TransactionRequest> request) {
      try (ParticipantOptions.Session session = participant.open(RoleObserver.NONE)) {
        Participant me = session.participant();
        Receipt receipt = me.send(name, request.apply(me));
        print(me, name + " mined in block " + receipt.blockNumber() + ", " + receipt.gasUsed() + " gas\n");
      }
      return ExitCode.DONE;
    }

    final Integer show() {
      try (ParticipantOptions.Session session = participant.open(RoleObserver.NONE)) {
        print(session.participant(), "");
      }
      return ExitCode.DONE;
    }

    private void print(Participant me, String before) {
      VaultBalance balance = me.vault().balanceOf(me.account());
      ObjectNode json = Output.document();
      json.put("account", me.account().toString());
      json.put("freeWei", balance.freeWei().toString());
      json.put("lockedWei", balance.lockedWei().toString());
      json.put("unbondingWei", balance.unbondingWei().toString());
      json.put("availableAt", balance.availableAt());
      Table table = new Table("account", "free", "locked", "unbonding").row(me.account(),
          Wei.inEther(balance.freeWei()), Wei.inEther(balance.lockedWei()), Wei.inEther(balance.unbondingWei()));
      output.print(json, before + table + (balance.unbondingWei().signum() == 0 ? ""
          : "Can be withdrawn from " + Instant.ofEpochSecond(balance.availableAt()) + "."));
    }
  }

  @Command(name = "deposit", mixinStandardHelpOptions = true, description = "Pays into the vault.")
  static final class Deposit extends Action {
    @Parameters(index = "0", paramLabel = "AMOUNT", converter = Wei.class, description = "For example 2eth.")
    private BigInteger amount = BigInteger.ZERO;

    @Override
    public Integer call() {
      return act("deposit", me -> me.vault().depositFor(me.account(), amount));
    }
  }

  @Command(name = "unbond", mixinStandardHelpOptions = true,
      description = "Begins to take free stake out; it can be withdrawn when the unbonding time is over.")
  static final class Unbond extends Action {
    @Parameters(index = "0", paramLabel = "AMOUNT", converter = Wei.class, description = "For example 2eth.")
    private BigInteger amount = BigInteger.ZERO;

    @Override
    public Integer call() {
      return act("requestWithdrawal", me -> me.vault().requestWithdrawal(amount));
    }
  }

  @Command(name = "withdraw", mixinStandardHelpOptions = true, description = "Takes out what has unbonded.")
  static final class Withdraw extends Action {
    @Override
    public Integer call() {
      return act("withdraw", me -> me.vault().withdraw());
    }
  }

  @Command(name = "operator", mixinStandardHelpOptions = true,
      description = "Lets another key move for this account, but never withdraw.")
  static final class Operator extends Action {
    @Parameters(index = "0", paramLabel = "ADDRESS", description = "The key's address.")
    private String key = "";

    @Option(names = "--remove", description = "It may no longer.")
    private boolean remove;

    @Override
    public Integer call() {
      return act("setOperator", me -> me.vault().setOperator(ParticipantOptions.address(key), !remove));
    }
  }

  @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows the balance.")
  static final class Show extends Action {
    @Override
    public Integer call() {
      return show();
    }
  }
}
