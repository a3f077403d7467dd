package dev.verdict.repops.ir;

import java.util.List;
import java.util.stream.Collectors;

/// A program that nobody should run: lists everything that is wrong with it.
public final class InvalidProgramException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Violation> violations;

  InvalidProgramException(List<Violation> violations) {
    super(violations.stream().map(Violation::toString).collect(Collectors.joining("\n")));
    this.violations = List.copyOf(violations);
  }

  /// All of them, in the order of the rules.
  public List<Violation> violations() {
    return violations;
  }
}
