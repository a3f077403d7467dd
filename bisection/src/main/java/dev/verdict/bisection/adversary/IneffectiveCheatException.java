package dev.verdict.bisection.adversary;

/// The deviation would have left the state after the step as it is: the claim would have been true.
public final class IneffectiveCheatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  IneffectiveCheatException(String cheat, long step) {
    super(cheat + " at step " + step + ": no way of it that was tried changes the state; take another seed or program");
  }
}
