package dev.verdict.repops.commit;

import jdk.incubator.vector.IntVector;

/// Whether [LaneSha256] hashes: where the machine has 512-bit vectors, `verdict.vectorBits` doesn't say otherwise, and
/// it has been seen to be faster than the JDK's SHA-256.
///
/// Until the JVM has compiled it, vector code is a hundred times slower than after. So of large tensors one batch in
/// [#TRIAL_INTERVAL] is a trial, until one has been faster, or so many haven't that none will. Both ways give the same
/// hashes.
final class Lanes {
  /// Batches of sixteen leaves to a trial.
  static final int TRIAL_INTERVAL = 16;

  private static final boolean AVAILABLE = available();
  private static final int MAX_TRIALS = 4_000;

  private static volatile boolean faster;
  private static volatile int trials;

  private Lanes() {}

  private static boolean available() {
    int asked = Integer.getInteger("verdict.vectorBits", 512);
    return asked == 512 && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() && Width.isPreferred();
  }

  /// Apart, so that the Vector API is touched only where it is there.
  private static final class Width {
    static boolean isPreferred() {
      return IntVector.SPECIES_PREFERRED.vectorBitSize() == 512;
    }
  }

  /// Whether to use them for all batches.
  static boolean areFaster() {
    return faster;
  }

  /// Whether to use them for batch `number` and [#tried(long, long)] what it took.
  static boolean isTrial(long number) {
    return AVAILABLE && !faster && trials < MAX_TRIALS && number % TRIAL_INTERVAL == 1;
  }

  /// What a batch took in lanes, and what the one before took otherwise. Counts are lost where threads meet; it doesn't
  /// matter.
  static void tried(long lanesNanos, long otherNanos) {
    trials = trials + 1;
    faster |= lanesNanos < otherNanos;
  }
}
