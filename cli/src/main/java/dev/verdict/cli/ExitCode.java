package dev.verdict.cli;

/// What the command's exit status means to a script.
final class ExitCode {
  /// Done.
  static final int DONE = 0;

  /// Something outside didn't work; trying again may help.
  static final int RETRY = 1;

  /// The input or the set-up is wrong; trying again won't help.
  static final int WRONG_INPUT = 2;

  /// A fault was found in somebody's work.
  static final int FAULT_FOUND = 3;

  private ExitCode() {}
}
