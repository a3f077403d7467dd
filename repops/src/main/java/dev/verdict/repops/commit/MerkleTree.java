package dev.verdict.repops.commit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/// The Merkle tree of RFC 9162 §2.1 over given leaf hashes, all its levels in memory (SPEC §4).
///
/// A tree of n > 1 leaves is `H(0x01 ‖ left ‖ right)`, split at the largest power of two below n. Seen from below that
/// is: level k has ⌈n / 2^k⌉ nodes, node i of level k covers the leaves [i·2^k, min((i+1)·2^k, n)), and a last node
/// without a neighbour moves up unchanged. So a level is one array, and a subtree is an index into it.
///
///     level 3   0 ─────────────┐            n = 5
///     level 2   0 ─────┐       1
///     level 1   0 ─┐   1 ─┐    2
///     level 0   0  1   2  3    4
public final class MerkleTree {
  /// How deep the descendants of a subtree lie below it (SPEC §6.2).
  public static final int DESCENDANT_DEPTH = 4;

  /// The most descendants a subtree has.
  public static final int MAX_DESCENDANTS = 1 << DESCENDANT_DEPTH;

  /// The root over no leaves: SHA-256 of nothing.
  public static final Digest EMPTY_ROOT = Digest.sha256();

  private static final int HASH = Digest.LENGTH_BYTES;
  /// Pairs that are hashed as one piece of work.
  private static final int PAIRS_AT_ONCE = 4096;
  private static final int MAX_LEAVES = (Integer.MAX_VALUE - 8) / HASH;

  /// Hashes of level k, one after the other. Only a tree without leaves has an empty level.
  private final byte[][] levels;

  private MerkleTree(byte[][] levels) {
    this.levels = levels;
  }

  /// The tree over these leaf hashes, of which there may be none. Copies.
  public static MerkleTree of(List<Digest> leaves) {
    byte[] packed = new byte[Math.multiplyExact(leaves.size(), HASH)];
    int at = 0;
    for (Digest leaf : leaves) {
      leaf.copyTo(packed, at);
      at += HASH;
    }
    return ofPacked(packed, 1);
  }

  /// The tree over leaf hashes that lie one after the other; keeps `packed`. On at most `threads` threads.
  static MerkleTree ofPacked(byte[] packed, int threads) {
    TreeHasher hasher = new TreeHasher();
    List<byte[]> levels = new ArrayList<>();
    levels.add(packed);
    for (byte[] below = packed; below.length > HASH; ) {
      int count = below.length / HASH;
      byte[] level = new byte[(count + 1) / 2 * HASH];
      pairs(below, count / 2, level, hasher, threads);
      if (count % 2 == 1) {
        System.arraycopy(below, below.length - HASH, level, level.length - HASH, HASH);
      }
      levels.add(level);
      below = level;
    }
    return new MerkleTree(levels.toArray(byte[][]::new));
  }

  private static void pairs(byte[] below, int count, byte[] level, TreeHasher hasher, int threads) {
    if (threads == 1 || count <= PAIRS_AT_ONCE) {
      hasher.nodes(below, 0, count, level, 0);
      return;
    }
    IntStream.rangeClosed(0, (count - 1) / PAIRS_AT_ONCE).parallel().forEach(part -> {
      int first = part * PAIRS_AT_ONCE;
      new TreeHasher().nodes(
          below, first * 2 * HASH, Math.min(PAIRS_AT_ONCE, count - first), level, first * HASH);
    });
  }

  /// Room for `count` leaf hashes. Throws [IllegalArgumentException] where a tree in memory can't hold as many.
  static byte[] allocateLeaves(long count) {
    if (count < 0 || count > MAX_LEAVES) {
      throw new IllegalArgumentException("a tree in memory holds at most " + MAX_LEAVES + " leaves, not " + count);
    }
    return new byte[(int) count * HASH];
  }

  /// The root over `leaves`, without keeping the tree.
  public static Digest root(List<Digest> leaves) {
    RunningRoot running = new RunningRoot(new TreeHasher());
    byte[] bytes = new byte[HASH];
    for (Digest leaf : leaves) {
      leaf.copyTo(bytes, 0);
      running.add(bytes, 0);
    }
    return running.finish();
  }

  /// How many leaves there are.
  public long length() {
    return levels[0].length / HASH;
  }

  /// The Merkle Tree Hash of all leaves.
  public Digest root() {
    return length() == 0 ? EMPTY_ROOT : Digest.of(levels[levels.length - 1], 0);
  }

  /// Leaf hash `index`. Throws [IndexOutOfBoundsException].
  public Digest leaf(long index) {
    return node(0, Objects.checkIndex(index, length()));
  }

  /// All leaf hashes in order; copies.
  public List<Digest> leaves() {
    List<Digest> leaves = new ArrayList<>();
    for (long i = 0; i < length(); i++) {
      leaves.add(leaf(i));
    }
    return List.copyOf(leaves);
  }

  /// The inclusion path of leaf `index` (RFC 9162 §2.1.3), nearest to the leaf first. Throws
  /// [IndexOutOfBoundsException].
  public List<Digest> inclusionPath(long index) {
    Objects.checkIndex(index, length());
    List<Digest> path = new ArrayList<>(levels.length);
    long at = index;
    for (int level = 0; level < levels.length - 1; level++, at >>= 1) {
      long neighbour = at ^ 1;
      if (neighbour < levels[level].length / HASH) {
        path.add(node(level, neighbour));
      }
    }
    return List.copyOf(path);
  }

  /// The hash of the subtree over leaves [from, from + count), which must be a subtree of this tree: `from` a multiple
  /// of the smallest 2^k ≥ count, and either count = 2^k or the range ends with the tree. Throws
  /// [IllegalArgumentException] for any other range.
  public Digest subtree(long from, long count) {
    if (from < 0 || count < 1 || count > length() || from > length() - count) {
      throw new IllegalArgumentException(
          "leaves from " + from + ", " + count + " of them, aren't all among " + length());
    }
    int level = ceilLog2(count);
    boolean aligned = (from & ((1L << level) - 1)) == 0;
    boolean whole = count == 1L << level || from + count == length();
    if (!aligned || !whole) {
      throw new IllegalArgumentException(
          "leaves from " + from + ", " + count + " of them, are no subtree of a tree of " + length());
    }
    return node(level, from >> level);
  }

  /// The descendants of the subtree over leaves [from, from + count): its nodes four splits down, or its leaves where
  /// they come sooner; 1 to 16, left to right (SPEC §6.2). Throws as [#subtree(long, long)].
  public List<Digest> descendants(long from, long count) {
    subtree(from, count);
    return split(count).stream().map(range -> subtree(from + range.offset(), range.count())).toList();
  }

  private Digest node(int level, long index) {
    return Digest.of(levels[level], Math.toIntExact(index) * HASH);
  }

  /// Leaves [offset, offset + count) of the subtree that was split.
  public record Range(long offset, long count) {}

  /// How a subtree over `count` leaves divides into its descendants (SPEC §6.2): split four deep, or until single
  /// leaves, left to right. Throws [IllegalArgumentException] where `count` is below 1.
  public static List<Range> split(long count) {
    if (count < 1) {
      throw new IllegalArgumentException("a subtree has at least one leaf, not " + count);
    }
    List<Range> ranges = new ArrayList<>(MAX_DESCENDANTS);
    split(0, count, DESCENDANT_DEPTH, ranges);
    return List.copyOf(ranges);
  }

  private static void split(long offset, long count, int depth, List<Range> into) {
    if (count == 1 || depth == 0) {
      into.add(new Range(offset, count));
    } else {
      long left = Long.highestOneBit(count - 1);
      split(offset, left, depth - 1, into);
      split(offset + left, count - left, depth - 1, into);
    }
  }

  /// The hash of the subtree over `count` leaves whose descendants these are. Empty where `count` is below 1 or their
  /// number isn't what [#split(long)] gives.
  public static Optional<Digest> recombine(long count, List<Digest> descendants) {
    if (count < 1 || descendants.size() != split(count).size()) {
      return Optional.empty();
    }
    return Optional.of(join(count, DESCENDANT_DEPTH, descendants, new int[1], new TreeHasher()));
  }

  private static Digest join(long count, int depth, List<Digest> descendants, int[] next, TreeHasher hasher) {
    if (count == 1 || depth == 0) {
      return descendants.get(next[0]++);
    }
    long left = Long.highestOneBit(count - 1);
    Digest l = join(left, depth - 1, descendants, next, hasher);
    return hasher.node(l, join(count - left, depth - 1, descendants, next, hasher));
  }

  /// The number of hashes in the inclusion path of leaf `index` in a tree of `length` leaves. Throws
  /// [IndexOutOfBoundsException] unless 0 ≤ index < length.
  public static int pathLength(long index, long length) {
    Objects.checkIndex(index, length);
    // Below the level where the leaf's branch leaves that of the last leaf, every node has a neighbour; above it, the
    // branch is the tree's right edge, where a node has one exactly if it is itself the right child.
    int inner = 64 - Long.numberOfLeadingZeros(index ^ (length - 1));
    return inner + Long.bitCount(index >>> inner);
  }

  /// The root that `path` leads to from `leaf` at `index` in a tree of `length` leaves (RFC 9162 §2.1.3.2). Empty
  /// unless 0 ≤ index < length and the path has exactly [#pathLength(long, long)] hashes. Never throws.
  public static Optional<Digest> rootFromPath(Digest leaf, long index, long length, List<Digest> path) {
    if (index < 0 || index >= length || path.size() != pathLength(index, length)) {
      return Optional.empty();
    }
    TreeHasher hasher = new TreeHasher();
    Digest hash = leaf;
    long at = index;
    long last = length - 1;
    for (Digest neighbour : path) {
      while (at == last && (at & 1) == 0) {
        // The last node of its level, a left child: moves up unchanged.
        at >>= 1;
        last >>= 1;
      }
      hash = (at & 1) == 1 ? hasher.node(neighbour, hash) : hasher.node(hash, neighbour);
      at >>= 1;
      last >>= 1;
    }
    return Optional.of(hash);
  }

  private static int ceilLog2(long count) {
    return 64 - Long.numberOfLeadingZeros(count - 1);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof MerkleTree t && Arrays.equals(levels[0], t.levels[0]);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(levels[0]);
  }

  @Override
  public String toString() {
    return "MerkleTree(" + length() + " leaves, root " + root() + ")";
  }
}
