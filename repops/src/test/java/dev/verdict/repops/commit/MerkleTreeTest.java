package dev.verdict.repops.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {
  static List<Digest> leaves(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Digest.sha256(ByteBuffer.allocate(4).putInt(i).array()))
        .toList();
  }

  private static Digest mutated(Digest digest) {
    byte[] bytes = digest.bytes();
    bytes[17] ^= 4;
    return Digest.of(bytes);
  }

  private static void agreesWithTheRfc(int n) {
    List<Digest> leaves = leaves(n);
    MerkleTree tree = MerkleTree.of(leaves);
    Digest root = Rfc9162.root(leaves);
    assertThat(tree.root()).isEqualTo(root);
    assertThat(MerkleTree.root(leaves)).isEqualTo(root);
    assertThat(tree.length()).isEqualTo(n);
    assertThat(tree.leaves()).isEqualTo(leaves);
    for (int i = 0; i < n; i++) {
      List<Digest> path = tree.inclusionPath(i);
      assertThat(path).isEqualTo(Rfc9162.path(i, leaves));
      assertThat(MerkleTree.pathLength(i, n)).isEqualTo(path.size());
      assertThat(MerkleTree.rootFromPath(leaves.get(i), i, n, path)).contains(root);
    }
  }

  @Test
  void root_everySizeTo33_agreesWithTheRfc() {
    for (int n = 1; n <= 33; n++) {
      agreesWithTheRfc(n);
    }
  }

  @Test
  void root_randomLargerSizes_agreesWithTheRfc() {
    long seed = 20260101;
    System.out.println("MerkleTreeTest seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 6; round++) {
      agreesWithTheRfc(34 + random.nextInt(400));
    }
  }

  @Test
  void root_noLeaves_isSha256OfNothing() {
    assertThat(MerkleTree.of(List.of()).root().hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(MerkleTree.root(List.of())).isEqualTo(MerkleTree.EMPTY_ROOT);
    assertThat(MerkleTree.of(List.of()).length()).isZero();
  }

  @Test
  void rootFromPath_anyMutation_isRefusedOrAnotherRoot() {
    for (int n = 1; n <= 33; n++) {
      List<Digest> leaves = leaves(n);
      MerkleTree tree = MerkleTree.of(leaves);
      for (int i = 0; i < n; i++) {
        Digest leaf = leaves.get(i);
        List<Digest> path = tree.inclusionPath(i);
        assertThat(MerkleTree.rootFromPath(mutated(leaf), i, n, path).orElseThrow()).isNotEqualTo(tree.root());
        for (int p = 0; p < path.size(); p++) {
          List<Digest> other = new ArrayList<>(path);
          other.set(p, mutated(path.get(p)));
          assertThat(MerkleTree.rootFromPath(leaf, i, n, other).orElseThrow()).isNotEqualTo(tree.root());
        }
        for (int j = 0; j < n; j++) {
          if (j != i) {
            assertThat(MerkleTree.rootFromPath(leaf, j, n, path).filter(tree.root()::equals)).isEmpty();
          }
        }
        List<Digest> longer = new ArrayList<>(path);
        longer.add(leaf);
        assertThat(MerkleTree.rootFromPath(leaf, i, n, longer)).isEmpty();
        if (!path.isEmpty()) {
          assertThat(MerkleTree.rootFromPath(leaf, i, n, path.subList(1, path.size()))).isEmpty();
        }
      }
    }
  }

  @Test
  void rootFromPath_indexOutsideLength_isRefused() {
    Digest leaf = leaves(1).getFirst();
    for (long[] bad : new long[][] {
      {0, 0}, {1, 1}, {-1, 1}, {-1, -1}, {5, 4}, {Long.MAX_VALUE, Long.MAX_VALUE}, {0, -1}, {Long.MIN_VALUE, 3}
    }) {
      assertThat(MerkleTree.rootFromPath(leaf, bad[0], bad[1], List.of())).isEmpty();
    }
    // The longest there can be: nothing but a length that doesn't fit.
    assertThat(MerkleTree.pathLength(0, Long.MAX_VALUE)).isEqualTo(63);
    assertThat(MerkleTree.rootFromPath(leaf, 0, Long.MAX_VALUE, List.of(leaf))).isEmpty();
  }

  @Test
  void subtree_everyRange_agreesWithTheRfcOrIsRefused() {
    for (int n = 1; n <= 33; n++) {
      List<Digest> leaves = leaves(n);
      MerkleTree tree = MerkleTree.of(leaves);
      Set<MerkleTree.Range> subtrees = new HashSet<>(Rfc9162.subtrees(0, n));
      for (int from = -1; from <= n; from++) {
        for (int count = 0; count <= n + 1; count++) {
          int f = from;
          int c = count;
          if (subtrees.contains(new MerkleTree.Range(from, count))) {
            assertThat(tree.subtree(from, count)).isEqualTo(Rfc9162.root(leaves.subList(from, from + count)));
          } else {
            assertThatThrownBy(() -> tree.subtree(f, c)).isInstanceOf(IllegalArgumentException.class);
          }
        }
      }
    }
  }

  @Test
  void descendants_everySizeTo70_agreeWithTheRfcAndRecombine() {
    for (int n = 1; n <= 70; n++) {
      List<Digest> leaves = leaves(n);
      MerkleTree tree = MerkleTree.of(leaves);
      for (MerkleTree.Range range : Rfc9162.subtrees(0, n)) {
        int from = (int) range.offset();
        int count = (int) range.count();
        List<Digest> descendants = tree.descendants(from, count);
        assertThat(descendants)
            .isEqualTo(Rfc9162.descendants(4, leaves.subList(from, from + count)))
            .hasSizeBetween(1, MerkleTree.MAX_DESCENDANTS);
        assertThat(MerkleTree.recombine(count, descendants)).contains(tree.subtree(from, count));
      }
    }
  }

  @Test
  void recombine_anyMutation_isRefusedOrAnotherHash() {
    for (int n = 1; n <= 70; n++) {
      MerkleTree tree = MerkleTree.of(leaves(n));
      List<Digest> descendants = tree.descendants(0, n);
      for (int d = 0; d < descendants.size(); d++) {
        List<Digest> other = new ArrayList<>(descendants);
        other.set(d, mutated(other.get(d)));
        assertThat(MerkleTree.recombine(n, other).orElseThrow()).isNotEqualTo(tree.root());
      }
      List<Digest> more = new ArrayList<>(descendants);
      more.add(descendants.getFirst());
      assertThat(MerkleTree.recombine(n, more)).isEmpty();
      assertThat(MerkleTree.recombine(n, descendants.subList(1, descendants.size()))).isEmpty();
      assertThat(MerkleTree.recombine(-n, descendants)).isEmpty();
    }
    assertThat(MerkleTree.recombine(0, List.of())).isEmpty();
  }

  @Test
  void split_anyCount_tilesTheSubtree() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      long count = round < 100 ? round + 1 : 1 + (random.nextLong() >>> (1 + random.nextInt(62)));
      long at = 0;
      for (MerkleTree.Range range : MerkleTree.split(count)) {
        assertThat(range.offset()).isEqualTo(at);
        assertThat(range.count()).isPositive();
        at += range.count();
      }
      assertThat(at).isEqualTo(count);
    }
    assertThatThrownBy(() -> MerkleTree.split(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void split_seventeen_putsTheLastLeafFirstDown() {
    assertThat(MerkleTree.split(17))
        .containsExactly(
            new MerkleTree.Range(0, 2), new MerkleTree.Range(2, 2), new MerkleTree.Range(4, 2),
            new MerkleTree.Range(6, 2), new MerkleTree.Range(8, 2), new MerkleTree.Range(10, 2),
            new MerkleTree.Range(12, 2), new MerkleTree.Range(14, 2), new MerkleTree.Range(16, 1));
  }
}
