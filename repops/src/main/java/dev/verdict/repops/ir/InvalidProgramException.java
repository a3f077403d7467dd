package dev.verdict.repops.ir;

import java.util.List;
import java.util.stream.Collectors;

/// A program that nobody should run. Holds everything that is wrong with it; the message lists the first few.
public final class InvalidProgramException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// A hostile program may break every rule a million times.
  private static final int MAX_LISTED = 20;

  private final transient List<Violation> violations;

  InvalidProgramException(List<Violation> violations) {
    super(message(violations));
    this.violations = List.copyOf(violations);
  }

  private static String message(List<Violation> violations) {
    int more = violations.size() - MAX_LISTED;
    return violations.stream()
        .limit(MAX_LISTED)
        .map(Violation::toString)
        .collect(Collectors.joining("\n", "", more > 0 ? "\nand " + more + " more" : ""));
  }

  /// All of them, in the order of the rules.
  public List<Violation> violations() {
    return violations;
  }
}
