package dev.verdict.repops.exec.cpu;

/// What a thread has written out of the positions of a [MatMulPlan].
record Stretches(
    Stretch rowA, Stretch rowOut, Stretch columnB, Stretch columnOut, Stretch stepA, Stretch stepB) {
  /// The longest stretch of each kind.
  record Room(int rows, int columns, int steps) {
    static final Room NONE = new Room(0, 0, 0);

    long bytes() {
      return 2 * Stretch.POSITION_BYTES * ((long) rows + columns + steps);
    }

    /// Enough for both.
    Room max(Room o) {
      return new Room(Math.max(rows, o.rows), Math.max(columns, o.columns), Math.max(steps, o.steps));
    }
  }

  static Stretches allocate(Room room) {
    return new Stretches(
        new Stretch(room.rows), new Stretch(room.rows), new Stretch(room.columns), new Stretch(room.columns),
        new Stretch(room.steps), new Stretch(room.steps));
  }
}
