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
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

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
      case DownloadFailedException x -> expected(x, ExitCode.RETRY);
      case OutOfMemoryError x -> outOfMemory(x);
      // What was thrown on another thread, or by a class as it was loaded.
      case ExecutionException x when x.getCause() != null -> of(x.getCause());
      case CompletionException x when x.getCause() != null -> of(x.getCause());
      case ExceptionInInitializerError x when x.getCause() != null -> of(x.getCause());
      default -> new Failure("unexpected " + e.getClass().getSimpleName() + ": " + oneLine(e.getMessage())
          + "; please report this with the lines below", ExitCode.RETRY, true);
    };
  }

  /// Only other settings help.
  private static Failure outOfMemory(OutOfMemoryError e) {
    String message = oneLine(e.getMessage());
    String remedy = message.contains("direct buffer")
        ? "the tensors are full: raise VERDICT_TENSORS (4g where it isn't set), as in VERDICT_TENSORS=8g"
        : message.contains("native thread")
            ? "the system allows this process no more threads: raise its limit (ulimit -u)"
            : "the heap is full: raise VERDICT_HEAP (1g where it isn't set), as in VERDICT_HEAP=4g";
    return new Failure("out of memory: " + message + "; " + remedy, ExitCode.WRONG_INPUT, false);
  }

  private static Failure expected(Exception e, int exitCode) {
    return new Failure(oneLine(e.getMessage()), exitCode, false);
  }

  static String oneLine(String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
