package dev.verdict.repops.commit;

import java.util.ArrayList;
import java.util.List;

/// RFC 9162 §2.1.1 and §2.1.3.1 as they are written down, recursive: what the tests compare with.
final class Rfc9162 {
  private Rfc9162() {}

  static Digest root(List<Digest> leaves) {
    if (leaves.isEmpty()) {
      return Digest.sha256();
    }
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int k = split(leaves.size());
    return Digest.sha256(
        new byte[] {1}, root(leaves.subList(0, k)).bytes(), root(leaves.subList(k, leaves.size())).bytes());
  }

  static List<Digest> path(int index, List<Digest> leaves) {
    if (leaves.size() == 1) {
      return new ArrayList<>();
    }
    int k = split(leaves.size());
    List<Digest> left = leaves.subList(0, k);
    List<Digest> right = leaves.subList(k, leaves.size());
    List<Digest> path = index < k ? path(index, left) : path(index - k, right);
    path.add(root(index < k ? right : left));
    return path;
  }

  /// Every subtree, as (from, count).
  static List<MerkleTree.Range> subtrees(int from, int count) {
    List<MerkleTree.Range> all = new ArrayList<>();
    all.add(new MerkleTree.Range(from, count));
    if (count > 1) {
      int k = split(count);
      all.addAll(subtrees(from, k));
      all.addAll(subtrees(from + k, count - k));
    }
    return all;
  }

  static List<Digest> descendants(int depth, List<Digest> leaves) {
    if (depth == 0 || leaves.size() == 1) {
      return List.of(root(leaves));
    }
    int k = split(leaves.size());
    List<Digest> all = new ArrayList<>(descendants(depth - 1, leaves.subList(0, k)));
    all.addAll(descendants(depth - 1, leaves.subList(k, leaves.size())));
    return all;
  }

  static int split(int n) {
    int k = 1;
    while (2 * k < n) {
      k *= 2;
    }
    return k;
  }
}
