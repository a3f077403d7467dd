package dev.verdict.bisection.game;

/// Whose move it is, and which (SPEC §6.3.1).
public enum Phase {
  SELECT_INTERVAL(1, Party.CHALLENGER),
  COMMIT_STEPS(2, Party.SOLVER),
  SELECT_STEP(3, Party.CHALLENGER),
  COMMIT_TRACE(4, Party.SOLVER),
  SELECT_NODE(5, Party.CHALLENGER),
  OPEN_NODE(6, Party.SOLVER),
  SELECT_POSITION(7, Party.CHALLENGER),
  PROVE_SLOT(8, Party.SOLVER),
  REVEAL(9, Party.SOLVER),
  PROVE_POSITION(10, Party.SOLVER);

  private static final Phase[] BY_CODE = values();

  private final int code;
  private final Party toMove;

  Phase(int code, Party toMove) {
    this.code = code;
    this.toMove = toMove;
  }

  /// The value of word 8.
  public int code() {
    return code;
  }

  /// The side whose clock runs.
  public Party toMove() {
    return toMove;
  }

  /// Whether the challenger points, and may demand instead.
  public boolean isSelecting() {
    return toMove == Party.CHALLENGER;
  }

  /// Whether a step proof may end the game here.
  public boolean isProving() {
    return this == OPEN_NODE || this == PROVE_SLOT || this == PROVE_POSITION;
  }

  /// The phase with this code. Throws [IllegalArgumentException] for a code outside 1 to 10.
  public static Phase ofCode(int code) {
    if (code < 1 || code > BY_CODE.length) {
      throw new IllegalArgumentException("a phase has a code from 1 to 10, not " + code);
    }
    return BY_CODE[code - 1];
  }
}
