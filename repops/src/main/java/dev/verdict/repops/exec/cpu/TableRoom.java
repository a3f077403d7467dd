package dev.verdict.repops.exec.cpu;

/// What the tables of a program's convolutions may take on the heap. A fold may have thousands of steps over a few
/// elements, so that a few bytes of program would make kilobytes of table: those that there is no room for are computed
/// as any matrix product is.
final class TableRoom {
  /// Whatever the program: more than the models here take by far.
  private static final long LEAST_BYTES = 64L << 20;

  private long left;

  /// As much as the program's tensors take.
  TableRoom(long tensorBytes) {
    this.left = Math.max(LEAST_BYTES, tensorBytes);
  }

  /// Takes `bytes` if there is room for them.
  boolean take(long bytes) {
    boolean fits = bytes <= left;
    left -= fits ? bytes : 0;
    return fits;
  }
}
