package dev.verdict.repops.commit;

import java.security.DigestException;
import java.security.MessageDigest;

/// One SHA-256 and its message, reused: hashing a tree allocates nothing for each node. Not for two threads at once.
final class TreeHasher {
  private static final int HASH = Digest.LENGTH_BYTES;
  private static final byte NODE_TAG = 0x01;

  private final MessageDigest sha = Digest.newSha256();
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
