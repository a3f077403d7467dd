package dev.verdict.repops.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.testing.GoldenFiles;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// SPEC §4 against roots and paths of an independent implementation, each with twins that must fail.
class CommitmentVectorsTest {
  private static final JsonNode VECTORS =
      JsonMapper.shared().readTree(GoldenFiles.path("commitments.json").toFile());

  private static Tensor tensor(DType dtype, int seed, int numel) {
    Tensor t = Tensor.zeros(dtype, Shape.of(numel));
    int x = seed;
    for (int i = 0; i < numel; i++) {
      x = x * 1664525 + 1013904223;
      t.setRegister(i, dtype == DType.U8 ? x >>> 24 : x);
    }
    return t;
  }

  private static List<Digest> path(JsonNode node) {
    List<Digest> path = new ArrayList<>();
    node.get("path").forEach(hash -> path.add(Digest.ofHex(hash.asString())));
    return path;
  }

  private static Digest mutated(Digest digest) {
    byte[] bytes = digest.bytes();
    bytes[31] ^= 1;
    return Digest.of(bytes);
  }

  @Test
  void tensors_all36_agree() {
    int cases = 0;
    for (JsonNode c : VECTORS.get("tensors")) {
      DType dtype = DType.valueOf(c.get("dtype").asString().toUpperCase(Locale.ROOT));
      int numel = c.get("numel").asInt();
      Digest root = Digest.ofHex(c.get("root").asString());
      int chunk = c.get("chunk").asInt();
      List<Digest> path = path(c);
      Tensor tensor = tensor(dtype, c.get("seed").asInt(), numel);

      TensorCommitment commitment = TensorCommitment.of(tensor);
      assertThat(commitment.root()).isEqualTo(root);
      assertThat(TensorCommitment.root(tensor)).isEqualTo(root);
      assertThat(commitment.path(chunk)).isEqualTo(path);
      assertThat(commitment.chunk(chunk)).hasSize(c.get("chunkLength").asInt());
      assertThat(TensorCommitment.chunkLength(dtype, numel, chunk)).isEqualTo(c.get("chunkLength").asInt());
      assertThat(commitment.chunkCount()).isEqualTo(TensorCommitment.leafCount(dtype, numel));
      byte[] bytes = commitment.chunk(chunk);
      assertThat(TensorCommitment.rootFromChunk(dtype, numel, chunk, bytes, path)).contains(root);

      // Each with one thing changed.
      byte[] flipped = bytes.clone();
      flipped[bytes.length - 1] ^= 1;
      assertThat(TensorCommitment.rootFromChunk(dtype, numel, chunk, flipped, path).orElseThrow()).isNotEqualTo(root);
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
      assertThat(TensorCommitment.rootFromChunk(dtype, numel, chunk, longer, path)).isEmpty();
      byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
      assertThat(TensorCommitment.rootFromChunk(dtype, numel, chunk, shorter, path)).isEmpty();
      for (long other : new long[] {chunk + 1, commitment.chunkCount(), -1, Long.MAX_VALUE}) {
        assertThat(TensorCommitment.rootFromChunk(dtype, numel, other, bytes, path).filter(root::equals)).isEmpty();
      }
      for (long other : new long[] {numel + 1, numel - 1, 0, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
        assertThat(TensorCommitment.rootFromChunk(dtype, other, chunk, bytes, path).filter(root::equals)).isEmpty();
      }
      for (DType other : DType.values()) {
        if (other != dtype) {
          assertThat(TensorCommitment.rootFromChunk(other, numel, chunk, bytes, path).filter(root::equals)).isEmpty();
        }
      }
      for (int p = 0; p < path.size(); p++) {
        List<Digest> others = new ArrayList<>(path);
        others.set(p, mutated(path.get(p)));
        assertThat(TensorCommitment.rootFromChunk(dtype, numel, chunk, bytes, others).orElseThrow())
            .isNotEqualTo(root);
      }
      tensor.setRegister(numel / 2, tensor.getRegister(numel / 2) ^ 1);
      assertThat(TensorCommitment.root(tensor)).isNotEqualTo(root);
      cases++;
    }
    assertThat(cases).isEqualTo(36);
  }

  @Test
  void vectors_all34_agree() {
    int cases = 0;
    for (JsonNode c : VECTORS.get("vectors")) {
      int length = c.get("length").asInt();
      int index = c.get("index").asInt();
      int step = c.get("step").asInt();
      Digest root = Digest.ofHex(c.get("root").asString());
      Digest state = Digest.ofHex(c.get("state").asString());
      List<Digest> path = path(c);
      VectorCommitment vector = VectorCommitment.of(MerkleTreeTest.leaves(length));

      assertThat(vector.root()).isEqualTo(root);
      assertThat(VectorCommitment.root(MerkleTreeTest.leaves(length))).isEqualTo(root);
      assertThat(vector.path(index)).isEqualTo(path);
      assertThat(new StateCommitment(step, vector).root()).isEqualTo(state);
      Digest leaf = vector.leaf(index);
      assertThat(VectorCommitment.verify(root, leaf, index, length, path)).isTrue();

      assertThat(StateCommitment.root(step + 1, root)).isNotEqualTo(state);
      assertThat(VectorCommitment.verify(mutated(root), leaf, index, length, path)).isFalse();
      assertThat(VectorCommitment.verify(root, mutated(leaf), index, length, path)).isFalse();
      assertThat(VectorCommitment.verify(root, leaf, index, length + 1, path)).isFalse();
      assertThat(VectorCommitment.verify(root, leaf, index, length - 1, path)).isFalse();
      assertThat(VectorCommitment.verify(root, leaf, index + 1, length, path)).isFalse();
      assertThat(VectorCommitment.verify(root, leaf, -1, length, path)).isFalse();
      for (int p = 0; p < path.size(); p++) {
        List<Digest> others = new ArrayList<>(path);
        others.set(p, mutated(path.get(p)));
        assertThat(VectorCommitment.verify(root, leaf, index, length, others)).isFalse();
      }
      cases++;
    }
    assertThat(cases).isEqualTo(34);
  }

  @Test
  void stateCommitment_ofTensors_takesTheirRootsInOrder() {
    Tensor a = tensor(DType.F32, 1, 300);
    Tensor b = tensor(DType.U8, 2, 5);
    Digest slots = VectorCommitment.root(List.of(TensorCommitment.root(a), TensorCommitment.root(b)));
    assertThat(StateCommitment.of(9, List.of(a, b)).root()).isEqualTo(StateCommitment.root(9, slots));
    assertThat(StateCommitment.of(9, List.of(b, a)).root()).isNotEqualTo(StateCommitment.root(9, slots));
    assertThatThrownBy(() -> StateCommitment.of(-1, List.of(a))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void chunkOf_everyElement_liesInItsChunk() {
    for (DType dtype : DType.values()) {
      Tensor t = tensor(dtype, 5, 3000);
      TensorCommitment commitment = TensorCommitment.of(t);
      for (int e = 0; e < 3000; e++) {
        byte[] chunk = commitment.chunk(commitment.chunkOf(e));
        int at = TensorCommitment.offsetInChunk(dtype, e);
        assertThat(chunk[at]).isEqualTo(t.segment().get(ValueLayout.JAVA_BYTE,
            (long) e * dtype.widthBytes()));
      }
    }
  }

  @Test
  void root_sizesAroundBlocks_agreesWithTheRfc() {
    int block = 1 << 20;
    for (int size : new int[] {block - 1, block, block + 1, 2 * block, 3 * block + 1025, 5 * block}) {
      Tensor tensor = tensor(DType.U8, size, size);
      TensorCommitment commitment = TensorCommitment.of(tensor);
      List<Digest> leaves = new ArrayList<>();
      for (long i = 0; i < commitment.chunkCount(); i++) {
        leaves.add(TensorCommitment.leaf(commitment.chunk(i)));
      }
      Digest root = TensorCommitment.root(DType.U8, size, Rfc9162.root(leaves));
      assertThat(commitment.root()).isEqualTo(root);
      assertThat(TensorCommitment.root(tensor)).isEqualTo(root);
      // Memory that only this thread may read.
      try (Arena arena = Arena.ofConfined()) {
        Tensor confined = Tensor.allocate(arena, DType.U8, Shape.of(size));
        confined.copyFrom(tensor);
        assertThat(TensorCommitment.root(confined)).isEqualTo(root);
        assertThat(TensorCommitment.of(confined).root()).isEqualTo(root);
      }
    }
  }

  @Test
  void leafCount_noElementsOrTooMany_throws() {
    assertThatThrownBy(() -> TensorCommitment.leafCount(DType.U8, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TensorCommitment.leafCount(DType.F32, Long.MAX_VALUE / 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(TensorCommitment.leafCount(DType.F32, 256)).isEqualTo(1);
    assertThat(TensorCommitment.leafCount(DType.F32, 257)).isEqualTo(2);
  }
}
