package dev.verdict.cli;

import dev.verdict.cli.console.ExitCode;
import dev.verdict.contracts.ChainException;
import dev.verdict.contracts.ContractRevertedException;
import dev.verdict.contracts.DeploymentFileException;
import dev.verdict.contracts.NodeErrorException;
import dev.verdict.contracts.NodeUnreachableException;
import dev.verdict.contracts.SignerException;
import dev.verdict.contracts.TransactionFailedException;
import dev.verdict.contracts.WrongChainException;
import dev.verdict.contracts.WrongContractVersionException;
import dev.verdict.contracts.node.AnvilUnavailableException;
import dev.verdict.learning.checkpoint.MalformedFileException;
import dev.verdict.learning.checkpoint.SourceUnreachableException;
import dev.verdict.learning.data.MissingDataException;
import dev.verdict.learning.job.JobTooLargeException;
import dev.verdict.learning.job.MissingObjectException;
import dev.verdict.repops.ir.InvalidProgramException;
import dev.verdict.staking.role.InsufficientStakeException;
import dev.verdict.staking.role.JobTakenException;
import dev.verdict.staking.role.UnknownJobException;
import java.io.UncheckedIOException;

/// What an exception means to whoever ran the command: one line, and an exit code.
///
/// @param isUnexpected whether it is a fault of this program, so that its stack helps
record Failure(String message, int exitCode, boolean isUnexpected) {
  static Failure of(Throwable e) {
    return switch (e) {
      case ChainException chain -> switch (chain) {
        case NodeUnreachableException x -> expected(x, ExitCode.RETRY);
        case NodeErrorException x -> expected(x, ExitCode.RETRY);
        case TransactionFailedException x -> expected(x, ExitCode.RETRY);
        case ContractRevertedException x -> expected(x, ExitCode.WRONG_INPUT);
        case WrongChainException x -> expected(x, ExitCode.WRONG_INPUT);
        case WrongContractVersionException x -> expected(x, ExitCode.WRONG_INPUT);
        case DeploymentFileException x -> expected(x, ExitCode.WRONG_INPUT);
        case SignerException x -> expected(x, ExitCode.WRONG_INPUT);
      };
      case SourceUnreachableException x -> expected(x, ExitCode.RETRY);
      case JobTooLargeException x -> expected(x, ExitCode.WRONG_INPUT);
      case MissingDataException x -> expected(x, ExitCode.WRONG_INPUT);
      case MissingObjectException x -> expected(x, ExitCode.RETRY);
      case MalformedFileException x -> expected(x, ExitCode.WRONG_INPUT);
      case InvalidProgramException x -> expected(x, ExitCode.WRONG_INPUT);
      case InsufficientStakeException x -> expected(x, ExitCode.WRONG_INPUT);
      case UnknownJobException x -> expected(x, ExitCode.WRONG_INPUT);
      case JobTakenException x -> expected(x, ExitCode.WRONG_INPUT);
      case AnvilUnavailableException x -> expected(x, ExitCode.WRONG_INPUT);
      case InputException x -> expected(x, ExitCode.WRONG_INPUT);
      case UncheckedIOException x -> expected(x, ExitCode.WRONG_INPUT);
      case IllegalArgumentException x -> expected(x, ExitCode.WRONG_INPUT);
      default -> new Failure("unexpected " + e.getClass().getSimpleName() + ": " + oneLine(e.getMessage())
          + "; please report this with the lines below", ExitCode.RETRY, true);
    };
  }

  private static Failure expected(Exception e, int exitCode) {
    return new Failure(oneLine(e.getMessage()), exitCode, false);
  }

  static String oneLine(String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
