package dev.verdict.repops.math;

/// The random sample of each elementary function that Java and Solidity both evaluate: 100,000 inputs that either makes
/// for itself from the seed (`testdata/README.md`), so that only checksums of the results are kept.
final class RandomSample {
  static final long SEED = 0x5eed;
  static final int INPUTS = 100_000;
  /// Consecutive inputs to a checksum: a wrong result is told to within so many.
  static final int INPUTS_PER_CHECKSUM = 500;
  static final int CHECKSUMS = INPUTS / INPUTS_PER_CHECKSUM;

  private static final int STRATIFIED = 51_200;
  private static final int SIGNS_AND_EXPONENTS = 512;
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private RandomSample() {}

  static String header(String function) {
    return "# chunk fnv: %d inputs of %s, seed %x, %d to a chunk\n".formatted(INPUTS, function, SEED, INPUTS_PER_CHECKSUM);
  }

  /// The bits of input i: 100 for each sign and exponent, then by turns any bits, and a magnitude from 2^-27 to 2^9,
  /// where the functions have something to do.
  static int input(int i) {
    long z = BlockChecksum.finish(SEED + i * GOLDEN);
    int fraction = (int) z & 0x7fffff;
    if (i < STRATIFIED) {
      return (i % SIGNS_AND_EXPONENTS) << 23 | fraction;
    }
    if (i % 2 == 0) {
      return (int) z;
    }
    int exponent = 100 + (int) ((z >>> 32) % 36);
    return ((int) z & 0x80000000) | exponent << 23 | fraction;
  }

  /// FNV over the results' bits of the inputs of chunk c, in order.
  static long checksum(int c, FloatUnaryFunction function) {
    long h = BlockChecksum.FNV_OFFSET;
    for (int i = c * INPUTS_PER_CHECKSUM; i < (c + 1) * INPUTS_PER_CHECKSUM; i++) {
      int result = Float.floatToRawIntBits(function.apply(Float.intBitsToFloat(input(i))));
      h = (h ^ Integer.toUnsignedLong(result)) * BlockChecksum.FNV_PRIME;
    }
    return h;
  }
}
