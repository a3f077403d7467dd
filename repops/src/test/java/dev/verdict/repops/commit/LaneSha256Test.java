package dev.verdict.repops.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Sixteen hashes at once are those of one after the other. Vectors of 512 bits are emulated where the machine has
/// none.
class LaneSha256Test {
  @Test
  void leaves_anyChunks_areTheJdksSha256() {
    LaneSha256 lanes = new LaneSha256();
    Random random = new Random(3);
    for (int round = 0; round < 20; round++) {
      byte[] bytes = new byte[5 + 16 * 1024 + 7];
      if (round > 0) {
        random.nextBytes(bytes);
      }
      MemorySegment data = Arena.ofAuto().allocate(bytes.length);
      MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
      byte[] hashes = new byte[3 + 16 * 32];
      lanes.leaves(data, 5, hashes, 3);
      for (int i = 0; i < 16; i++) {
        assertThat(Digest.of(hashes, 3 + 32 * i)).as("round %s lane %s", round, i)
            .isEqualTo(TensorCommitment.leaf(Arrays.copyOfRange(bytes, 5 + 1024 * i, 5 + 1024 * (i + 1))));
      }
    }
  }

  @Test
  void nodes_anyPairs_areTheJdksSha256() {
    LaneSha256 lanes = new LaneSha256();
    TreeHasher one = new TreeHasher();
    Random random = new Random(4);
    for (int round = 0; round < 20; round++) {
      byte[] below = new byte[32 + 16 * 64];
      random.nextBytes(below);
      byte[] expected = new byte[16 * 32];
      for (int i = 0; i < 16; i++) {
        one.node(below, 32 + 64 * i, below, 64 + 64 * i, expected, 32 * i);
      }
      byte[] actual = new byte[16 * 32];
      lanes.nodes(below, 32, actual, 0);
      assertThat(actual).isEqualTo(expected);
      lanes.nodes(below, 32, below, 0);
      assertThat(Arrays.copyOf(below, actual.length)).as("over what it reads").isEqualTo(expected);
    }
  }

  /// Root and tree of tensors around every boundary, whichever way the leaves are hashed by then.
  @Test
  void root_anySize_isThatOfTheTree() {
    Random random = new Random(5);
    for (int bytes : new int[] {1, 1023, 1024, 1025, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 33 * 1024,
        (1 << 20) - 5, 1 << 20, (1 << 20) + 1, (5 << 20) + 12_345}) {
      byte[] values = new byte[bytes];
      random.nextBytes(values);
      Tensor tensor = Tensor.ofBytes(Shape.of(bytes), values);
      RunningRoot running = new RunningRoot(new TreeHasher());
      for (int at = 0; at < bytes; at += 1024) {
        byte[] leaf = TensorCommitment.leaf(Arrays.copyOfRange(values, at, Math.min(bytes, at + 1024))).bytes();
        running.add(leaf, 0);
      }
      Digest expected = TensorCommitment.root(DType.U8, bytes, running.finish());
      for (int threads : new int[] {1, 4}) {
        assertThat(TensorCommitment.root(tensor, threads)).as("%s bytes", bytes).isEqualTo(expected);
        assertThat(TensorCommitment.of(tensor, threads).root()).as("%s bytes", bytes).isEqualTo(expected);
      }
    }
  }
}
