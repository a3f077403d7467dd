package dev.verdict.repops.commit;

/// The Merkle Tree Hash of leaves that come one after the other, in memory logarithmic in their number.
///
/// Holds the roots of the perfect trees that the leaves so far divide into, largest first: one for each 1 bit of their
/// number. The next leaf carries through the trailing 1 bits, as in a binary counter.
final class RunningRoot {
  private static final int HASH = Digest.LENGTH_BYTES;

  private final TreeHasher hasher;
  private final byte[] roots = new byte[64 * HASH];
  private int height;
  private long count;

  RunningRoot(TreeHasher hasher) {
    this.hasher = hasher;
  }

  /// Adds the leaf hash at `leaf[at…]`.
  void add(byte[] leaf, int at) {
    System.arraycopy(leaf, at, roots, height * HASH, HASH);
    height++;
    for (long carry = count; (carry & 1) != 0; carry >>= 1) {
      joinLastTwo();
    }
    count++;
  }

  /// The root over all leaves so far; the tree of none is SHA-256 of nothing. Ends the run.
  Digest finish() {
    if (count == 0) {
      return MerkleTree.EMPTY_ROOT;
    }
    while (height > 1) {
      joinLastTwo();
    }
    return Digest.of(roots, 0);
  }

  private void joinLastTwo() {
    int left = (height - 2) * HASH;
    hasher.node(roots, left, roots, left + HASH, roots, left);
    height--;
  }
}
