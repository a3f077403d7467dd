package dev.verdict.repops.commit;

import dev.verdict.repops.DType;
import dev.verdict.repops.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/// The commitment to a tensor: `H(0x02 ‖ dtype u8 ‖ numel u64 ‖ treeRoot)` over leaves `H(0x00 ‖ chunk)` of 1 KiB each,
/// the last with its true length (SPEC §4). Of the shape it binds only the number of elements.
public final class TensorCommitment {
  /// Bytes of every chunk but the last, which may be shorter.
  public static final int CHUNK_BYTES = 1024;

  private static final int LEAF_TAG = 0x00;
  private static final int ROOT_TAG = 0x02;

  /// Chunks that are hashed as one piece of work, 1 MiB; a power of two, so that a full block is a subtree.
  private static final int BLOCK_CHUNKS = 1024;

  /// Never started: asks a memory segment whether a thread that isn't its owner may read it.
  private static final Thread ANOTHER_THREAD = Thread.ofVirtual().unstarted(() -> {});

  private final Tensor tensor;
  private final MerkleTree tree;
  private final Digest root;

  private TensorCommitment(Tensor tensor, MerkleTree tree) {
    this.tensor = tensor;
    this.tree = tree;
    this.root = root(tensor.dtype(), tensor.numel(), tree.root());
  }

  /// Hashes `tensor` and keeps the tree, for openings. Aliases the tensor, which must not change from here on.
  public static TensorCommitment of(Tensor tensor) {
    return of(tensor, Integer.MAX_VALUE);
  }

  /// On at most `threads` threads.
  static TensorCommitment of(Tensor tensor, int threads) {
    byte[] leaves = MerkleTree.allocateLeaves(leafCount(tensor.dtype(), tensor.numel()));
    forEachBlock(tensor, threads, (block, first, end) -> {
      new TreeHasher().leaves(
          tensor.segment(), first * CHUNK_BYTES, (int) (end - first), leaves, (int) first * Digest.LENGTH_BYTES);
    });
    return new TensorCommitment(tensor, MerkleTree.ofPacked(leaves, threads));
  }

  /// The root of `tensor`, read from its memory segment once, without keeping the tree.
  public static Digest root(Tensor tensor) {
    return root(tensor, Integer.MAX_VALUE);
  }

  /// On at most `threads` threads.
  static Digest root(Tensor tensor, int threads) {
    byte[] blockRoots = MerkleTree.allocateLeaves(blockCount(leafCount(tensor.dtype(), tensor.numel())));
    forEachBlock(tensor, threads, (block, first, end) -> {
      TreeHasher hasher = new TreeHasher();
      int count = (int) (end - first);
      byte[] hashes = new byte[count * Digest.LENGTH_BYTES];
      hasher.leaves(tensor.segment(), first * CHUNK_BYTES, count, hashes, 0);
      hasher.rootInPlace(hashes, count).copyTo(blockRoots, block * Digest.LENGTH_BYTES);
    });
    // A block is a perfect subtree, or the last and incomplete one, so the tree over blocks is the tree over chunks.
    Digest tree = new TreeHasher().rootInPlace(blockRoots, blockRoots.length / Digest.LENGTH_BYTES);
    return root(tensor.dtype(), tensor.numel(), tree);
  }

  /// Hashes chunks [first, end), which are those of block `block`, into places of its own.
  @FunctionalInterface
  private interface BlockTask {
    void hash(int block, long first, long end);
  }

  private static long blockCount(long chunks) {
    return (chunks - 1) / BLOCK_CHUNKS + 1;
  }

  /// In parallel where there is more than one block and other threads may read the tensor. Blocks write to different
  /// places, so neither their order nor their number of threads can be seen in the result.
  private static void forEachBlock(Tensor tensor, int threads, BlockTask task) {
    long chunks = leafCount(tensor.dtype(), tensor.numel());
    IntStream blocks = IntStream.range(0, (int) blockCount(chunks));
    if (threads > 1 && chunks > BLOCK_CHUNKS && tensor.segment().isAccessibleBy(ANOTHER_THREAD)) {
      blocks = blocks.parallel();
    }
    blocks.forEach(block -> {
      long first = (long) block * BLOCK_CHUNKS;
      task.hash(block, first, Math.min(first + BLOCK_CHUNKS, chunks));
    });
  }

  /// `H(0x02 ‖ dtype u8 ‖ numel u64 ‖ treeRoot)`.
  public static Digest root(DType dtype, long numel, Digest treeRoot) {
    return Digest.sha256(
        Encoding.tag(ROOT_TAG), Encoding.tag(dtype.code()), Encoding.u64(numel), treeRoot.bytes());
  }

  /// `H(0x00 ‖ chunk)`.
  public static Digest leaf(byte[] chunk) {
    return Digest.sha256(Encoding.tag(LEAF_TAG), chunk);
  }

  /// ⌈numel · width / 1024⌉. Throws [IllegalArgumentException] where numel is below 1 or the size leaves i64.
  public static long leafCount(DType dtype, long numel) {
    return (sizeBytes(dtype, numel) - 1) / CHUNK_BYTES + 1;
  }

  /// Bytes of chunk `chunk`: 1024, or for the last what is left. Throws as [#leafCount(DType, long)], and
  /// [IndexOutOfBoundsException] where there is no such chunk.
  public static int chunkLength(DType dtype, long numel, long chunk) {
    Objects.checkIndex(chunk, leafCount(dtype, numel));
    return (int) Math.min(CHUNK_BYTES, sizeBytes(dtype, numel) - chunk * CHUNK_BYTES);
  }

  /// The chunk that holds element `element`: ⌊element · width / 1024⌋.
  public static long chunkOf(DType dtype, long element) {
    return element / elementsPerChunk(dtype);
  }

  /// Where in its chunk element `element` begins, in bytes.
  public static int offsetInChunk(DType dtype, long element) {
    return (int) (element % elementsPerChunk(dtype)) * dtype.widthBytes();
  }

  private static int elementsPerChunk(DType dtype) {
    return CHUNK_BYTES / dtype.widthBytes();
  }

  /// The root of the tensor that has `chunk` in place `index`, by `path` (SPEC §4.1). Empty where numel or index is out
  /// of range, or chunk or path has another length than its place implies. Never throws.
  public static Optional<Digest> rootFromChunk(
      DType dtype, long numel, long index, byte[] chunk, List<Digest> path) {
    return treeRootFromChunk(dtype, numel, index, chunk, path).map(tree -> root(dtype, numel, tree));
  }

  /// As [#rootFromChunk(DType, long, long, byte[], List)], up to the root of the tree alone.
  public static Optional<Digest> treeRootFromChunk(
      DType dtype, long numel, long index, byte[] chunk, List<Digest> path) {
    if (numel < 1 || numel > Long.MAX_VALUE / dtype.widthBytes()) {
      return Optional.empty();
    }
    long count = leafCount(dtype, numel);
    if (index < 0 || index >= count || chunk.length != chunkLength(dtype, numel, index)) {
      return Optional.empty();
    }
    return MerkleTree.rootFromPath(leaf(chunk), index, count, path);
  }

  public Digest root() {
    return root;
  }

  public MerkleTree tree() {
    return tree;
  }

  /// The tensor; aliases.
  public Tensor tensor() {
    return tensor;
  }

  /// How many chunks there are.
  public long chunkCount() {
    return tree.length();
  }

  /// The bytes of chunk `index`; copies. Throws [IndexOutOfBoundsException].
  public byte[] chunk(long index) {
    int length = chunkLength(tensor.dtype(), tensor.numel(), index);
    return tensor.segment().asSlice(index * CHUNK_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /// The chunk that holds element `element`. Throws [IndexOutOfBoundsException] where the tensor has no such element.
  public long chunkOf(long element) {
    return chunkOf(tensor.dtype(), Objects.checkIndex(element, tensor.numel()));
  }

  /// The inclusion path of chunk `index`. Throws [IndexOutOfBoundsException].
  public List<Digest> path(long index) {
    return tree.inclusionPath(index);
  }

  @Override
  public String toString() {
    return "TensorCommitment(" + tensor + ", root " + root + ")";
  }

  private static long sizeBytes(DType dtype, long numel) {
    if (numel < 1 || numel > Long.MAX_VALUE / dtype.widthBytes()) {
      throw new IllegalArgumentException("a tensor has 1 or more elements and less than 2^63 bytes, not " + numel
          + " elements of " + dtype);
    }
    return numel * dtype.widthBytes();
  }
}
