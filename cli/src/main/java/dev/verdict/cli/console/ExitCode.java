package dev.verdict.cli.console;

/// What the command's exit status means to a script.
public final class ExitCode {
  /// Done.
  public static final int DONE = 0;

  /// Something outside didn't work; trying again may help.
  public static final int RETRY = 1;

  /// The input or the set-up is wrong; trying again won't help.
  public static final int WRONG_INPUT = 2;

  /// A fault was found in somebody's work.
  public static final int FAULT_FOUND = 3;

  private ExitCode() {}
}
