package dev.verdict.repops.math;

import java.util.Objects;

/// The checksum of a function's results over one block of 2^20 inputs: those whose bit patterns run
/// from `block << 20` to `(block << 20) + 0xfffff`. 4,096 blocks cover binary32, so that comparing
/// them with a [ChecksumTable] checks a function over every input there is.
///
/// - `fnv` depends on the order: h = 0xcbf29ce484222325, then for each result's bits w,
///   h = (h ^ w)·0x100000001b3 mod 2^64.
/// - `mix` doesn't, for devices that work in any order: the sum mod 2^64 of fin(x·2^32 + w) over the
///   inputs' bits x, where fin is SplitMix64's step and finaliser.
///
/// Result bits are taken as they are: a NaN other than `0x7fc00000` is a wrong result.
///
/// @param block which block, in \[0, 4096)
/// @param fnv the checksum in order
/// @param mix the checksum in any order
public record BlockChecksum(int block, long fnv, long mix) {
  /// How many blocks cover all inputs.
  public static final int BLOCKS = 1 << 12;

  /// How many inputs a block has.
  public static final int BLOCK_SIZE = 1 << 20;

  static final long FNV_OFFSET = 0xcbf29ce484222325L;
  static final long FNV_PRIME = 0x100000001b3L;

  /// Throws [IllegalArgumentException] where `block` is not in \[0, 4096).
  public BlockChecksum {
    requireBlock(block);
  }

  /// The checksum of `function` over a block. Throws [IllegalArgumentException] where `block` is not
  /// in \[0, 4096).
  public static BlockChecksum of(int block, FloatUnaryFunction function) {
    requireBlock(block);
    Objects.requireNonNull(function, "function");
    int first = firstInput(block);
    long fnv = FNV_OFFSET;
    long mix = 0;
    for (int i = 0; i < BLOCK_SIZE; i++) {
      int input = first + i;
      int result = Float.floatToRawIntBits(function.apply(Float.intBitsToFloat(input)));
      fnv = (fnv ^ Integer.toUnsignedLong(result)) * FNV_PRIME;
      mix += finish(pair(input, result));
    }
    return new BlockChecksum(block, fnv, mix);
  }

  /// The checksum of results that were computed elsewhere, `results[i]` being the value at the
  /// block's i-th input. Throws [IllegalArgumentException] where `block` is not in \[0, 4096) or
  /// `results` doesn't have 2^20 elements.
  public static BlockChecksum ofResults(int block, float[] results) {
    requireBlock(block);
    if (results.length != BLOCK_SIZE) {
      throw new IllegalArgumentException(
          "block " + block + ": expected " + BLOCK_SIZE + " results, got " + results.length);
    }
    int first = firstInput(block);
    long fnv = FNV_OFFSET;
    long mix = 0;
    for (int i = 0; i < BLOCK_SIZE; i++) {
      int result = Float.floatToRawIntBits(results[i]);
      fnv = (fnv ^ Integer.toUnsignedLong(result)) * FNV_PRIME;
      mix += finish(pair(first + i, result));
    }
    return new BlockChecksum(block, fnv, mix);
  }

  /// The bits of a block's first input; the others follow in steps of one. Throws
  /// [IllegalArgumentException] where `block` is not in \[0, 4096).
  public static int firstInput(int block) {
    requireBlock(block);
    return block << 20;
  }

  /// The block that holds the input with these bits.
  public static int blockOf(int inputBits) {
    return inputBits >>> 20;
  }

  private static long pair(int input, int result) {
    return Integer.toUnsignedLong(input) << 32 | Integer.toUnsignedLong(result);
  }

  static long finish(long z) {
    z += 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static void requireBlock(int block) {
    if (block < 0 || block >= BLOCKS) {
      throw new IllegalArgumentException("block must be in [0, " + BLOCKS + "), not " + block);
    }
  }

  @Override
  public String toString() {
    return String.format("block %04d fnv %016x mix %016x", block, fnv, mix);
  }
}
