package dev.verdict.cli;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.cli.demo.DemoCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine;

/// Entry point of the `verdict` command.
@Command(
    name = "verdict",
    description = "Settles disputes over machine-learning computation by one floating-point operation on chain.",
    mixinStandardHelpOptions = true,
    version = "verdict 0.1.0, protocol version 1",
    subcommands = {
      DemoCommand.class,
      DeployCommand.class,
      JobCommand.class,
      SolveCommand.class,
      WatchCommand.class,
      StakeCommand.class,
      StatusCommand.class,
      SelftestCommand.class,
      OperatorsCommand.class,
      BenchCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Exit codes: 0 done, 1 a retry may help, 2 it won't, 3 a fault was found in somebody's work.",
      "Settings also come from the environment: VERDICT_RPC, VERDICT_DEPLOYMENT, VERDICT_KEY_FILE."
    })
public final class Main {
  private Main() {}

  /// Runs one command and exits with its code.
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /// Runs one command; its exit code.
  static int run(String... arguments) {
    CommandLine commands = new CommandLine(new Main());
    commands.setParameterExceptionHandler((e, args) -> {
      System.err.println("verdict: " + Failure.oneLine(e.getMessage()) + "; verdict "
          + subcommandOf(e.getCommandLine()) + "--help lists the options");
      return ExitCode.WRONG_INPUT;
    });
    commands.setExecutionExceptionHandler((e, command, result) -> told(e));
    if (arguments.length == 0) {
      commands.usage(System.err);
      return ExitCode.WRONG_INPUT;
    }
    try {
      return commands.execute(arguments);
    } catch (Error e) {
      // Picocli hands on exceptions alone.
      return told(e);
    }
  }

  private static int told(Throwable e) {
    Failure failure = Failure.of(e);
    System.err.println("verdict: " + failure.message());
    if (failure.isUnexpected()) {
      e.printStackTrace();
    }
    return failure.exitCode();
  }

  private static String subcommandOf(CommandLine command) {
    return command.getParent() == null ? "" : command.getCommandName() + " ";
  }
}
