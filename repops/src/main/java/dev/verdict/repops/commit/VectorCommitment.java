package dev.verdict.repops.commit;

import java.util.List;
import java.util.Optional;

/// The commitment to a list of hashes: `H(0x03 ‖ length u64 ‖ treeRoot)`, the hashes being the tree's leaves (SPEC §4).
/// The one vector commitment of all four levels of the game.
public final class VectorCommitment {
  private static final int TAG = 0x03;

  private final MerkleTree tree;
  private final Digest root;

  private VectorCommitment(MerkleTree tree) {
    this.tree = tree;
    this.root = root(tree.length(), tree.root());
  }

  /// Of `leaves`, of which there may be none; copies.
  public static VectorCommitment of(List<Digest> leaves) {
    return new VectorCommitment(MerkleTree.of(leaves));
  }

  /// Of the leaves of `tree`.
  public static VectorCommitment of(MerkleTree tree) {
    return new VectorCommitment(tree);
  }

  /// `H(0x03 ‖ length u64 ‖ treeRoot)`.
  public static Digest root(long length, Digest treeRoot) {
    return Digest.sha256(Encoding.tag(TAG), Encoding.u64(length), treeRoot.bytes());
  }

  /// The root of the vector of `leaves`, without keeping the tree.
  public static Digest root(List<Digest> leaves) {
    return root(leaves.size(), MerkleTree.root(leaves));
  }

  public Digest root() {
    return root;
  }

  public MerkleTree tree() {
    return tree;
  }

  public long length() {
    return tree.length();
  }

  /// Hash `index`. Throws [IndexOutOfBoundsException].
  public Digest leaf(long index) {
    return tree.leaf(index);
  }

  /// The inclusion path of hash `index`. Throws [IndexOutOfBoundsException].
  public List<Digest> path(long index) {
    return tree.inclusionPath(index);
  }

  /// The root of the vector of `length` hashes that has `leaf` at `index`, by `path` (SPEC §4.1). Empty where index or
  /// the path's length doesn't fit. Never throws.
  public static Optional<Digest> rootFromPath(Digest leaf, long index, long length, List<Digest> path) {
    return MerkleTree.rootFromPath(leaf, index, length, path).map(tree -> root(length, tree));
  }

  /// Whether `path` proves that the vector with this root has `length` hashes and `leaf` at `index`. Never throws.
  public static boolean verify(Digest root, Digest leaf, long index, long length, List<Digest> path) {
    return rootFromPath(leaf, index, length, path).filter(root::equals).isPresent();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof VectorCommitment v && root.equals(v.root);
  }

  @Override
  public int hashCode() {
    return root.hashCode();
  }

  @Override
  public String toString() {
    return "VectorCommitment(" + length() + " hashes, root " + root + ")";
  }
}
