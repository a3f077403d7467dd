package dev.verdict.repops.commit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.DigestException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// One SHA-256 and its message, reused: hashing a tree allocates nothing for each node. Not for two threads at once.
final class TreeHasher {
  private static final int HASH = Digest.LENGTH_BYTES;
  private static final byte NODE_TAG = 0x01;
  /// As many as [LaneSha256#LANES], which isn't to be loaded for it.
  private static final int LANES = 16;

  private static final int CHUNK = TensorCommitment.CHUNK_BYTES;

  private final MessageDigest sha = Digest.newSha256();
  private final byte[] leaf = new byte[1 + CHUNK];
  private @Nullable LaneSha256 lanes;
  private final byte[] pair = new byte[1 + 2 * HASH];

  TreeHasher() {
    pair[0] = NODE_TAG;
  }

  /// `H(0x01 ‖ left ‖ right)` into `into`; the three may be one array, and may overlap.
  void node(byte[] left, int leftAt, byte[] right, int rightAt, byte[] into, int at) {
    System.arraycopy(left, leftAt, pair, 1, HASH);
    System.arraycopy(right, rightAt, pair, 1 + HASH, HASH);
    hash(pair, pair.length, into, at);
  }

  /// `H(0x01 ‖ left ‖ right)`.
  Digest node(Digest left, Digest right) {
    left.copyTo(pair, 1);
    right.copyTo(pair, 1 + HASH);
    sha.update(pair, 0, pair.length);
    return Digest.of(sha.digest());
  }

  /// `H(0x00 ‖ chunk)` of the `count` chunks of `data` from byte `offset` on, of which the last may be shorter, into
  /// `into` from `at` on.
  void leaves(MemorySegment data, long offset, int count, byte[] into, int at) {
    int whole = (int) Math.min(count, (data.byteSize() - offset) / CHUNK);
    long before = 0;
    int i = 0;
    for (int batch = 0; i + LANES <= whole; batch++, i += LANES) {
      boolean trial = Lanes.isTrial(batch);
      long start = System.nanoTime();
      if (trial || Lanes.areFaster()) {
        lanes().leaves(data, offset + (long) i * CHUNK, into, at + i * HASH);
      } else {
        for (int lane = 0; lane < LANES; lane++) {
          leaf(data, offset + (long) (i + lane) * CHUNK, into, at + (i + lane) * HASH);
        }
      }
      if (trial) {
        Lanes.tried(System.nanoTime() - start, before);
      }
      before = System.nanoTime() - start;
    }
    for (; i < count; i++) {
      leaf(data, offset + (long) i * CHUNK, into, at + i * HASH);
    }
  }

  private void leaf(MemorySegment data, long offset, byte[] into, int at) {
    int length = (int) Math.min(CHUNK, data.byteSize() - offset);
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset, leaf, 1, length);
    hash(leaf, 1 + length, into, at);
  }

  /// `H(0x01 ‖ left ‖ right)` of `count` pairs of hashes from `below[from]` on, into `into` from `at` on; the two
  /// may be one array where `at` ≤ `from`.
  void nodes(byte[] below, int from, int count, byte[] into, int at) {
    int i = 0;
    for (; Lanes.areFaster() && i + LANES <= count; i += LANES) {
      lanes().nodes(below, from + i * 2 * HASH, into, at + i * HASH);
    }
    for (; i < count; i++) {
      int pairAt = from + i * 2 * HASH;
      node(below, pairAt, below, pairAt + HASH, into, at + i * HASH);
    }
  }

  /// The Merkle Tree Hash of the first `count` ≥ 1 hashes in `hashes`, which are overwritten.
  Digest rootInPlace(byte[] hashes, int count) {
    for (int n = count; n > 1; n = (n + 1) / 2) {
      nodes(hashes, 0, n / 2, hashes, 0);
      if (n % 2 == 1) {
        System.arraycopy(hashes, (n - 1) * HASH, hashes, n / 2 * HASH, HASH);
      }
    }
    return Digest.of(hashes, 0);
  }

  private LaneSha256 lanes() {
    LaneSha256 made = lanes;
    if (made == null) {
      made = new LaneSha256();
      lanes = made;
    }
    return made;
  }

  /// SHA-256 of the first `length` bytes of `message`, tag included, into `into`.
  void hash(byte[] message, int length, byte[] into, int at) {
    sha.update(message, 0, length);
    try {
      sha.digest(into, at, HASH);
    } catch (DigestException e) {
      throw new AssertionError("there is room for a SHA-256", e);
    }
  }
}
