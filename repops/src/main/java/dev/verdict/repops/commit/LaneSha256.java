package dev.verdict.repops.commit;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// SHA-256 (FIPS 180-4 §6.2.2) of sixteen messages at once, one in each lane of 512-bit vectors: leaves of full chunks,
/// and inner nodes. At that width faster than the instructions made for one message; narrower vectors aren't.
///
/// Not for two threads at once. Loaded only where [TreeHasher] has found the Vector API and the width.
final class LaneSha256 {
  static final int LANES = 16;

  private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_512;
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN).withInvokeExactBehavior();
  private static final int HASH = Digest.LENGTH_BYTES;
  private static final int BLOCK = 64;
  private static final int CHUNK = TensorCommitment.CHUNK_BYTES;
  private static final byte LEAF_TAG = 0x00;
  private static final byte NODE_TAG = 0x01;

  /// FIPS 180-4 §5.3.3: square roots of the first eight primes.
  private static final int[] START = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  /// FIPS 180-4 §4.2.2: cube roots of the first 64.
  private static final int[] K = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  };

  /// Sixteen messages with their padding, one after the other.
  private final byte[] leaves = padded(LEAF_TAG, CHUNK);
  private final byte[] pairs = padded(NODE_TAG, 2 * HASH);
  /// The schedule's last sixteen words, and the state's eight, each of all lanes.
  private final int[] words = new int[16 * LANES];
  private final int[] state = new int[8 * LANES];

  private static byte[] padded(byte tag, int length) {
    int size = paddedLength(length);
    byte[] messages = new byte[LANES * size];
    for (int lane = 0; lane < LANES; lane++) {
      messages[lane * size] = tag;
      messages[lane * size + 1 + length] = (byte) 0x80;
      WORD.set(messages, (lane + 1) * size - 4, 8 * (1 + length));
    }
    return messages;
  }

  /// Of a tag and `length` bytes with padding: 1 and at least 9 more, in blocks.
  private static int paddedLength(int length) {
    return (1 + length + 9 + BLOCK - 1) / BLOCK * BLOCK;
  }

  /// `H(0x00 ‖ chunk)` of the sixteen full chunks from byte `offset` on, into `into` from `at` on.
  void leaves(MemorySegment data, long offset, byte[] into, int at) {
    int size = paddedLength(CHUNK);
    for (int lane = 0; lane < LANES; lane++) {
      MemorySegment.copy(data, ValueLayout.JAVA_BYTE, offset + (long) lane * CHUNK, leaves, lane * size + 1, CHUNK);
    }
    hash(leaves, size, into, at);
  }

  /// `H(0x01 ‖ left ‖ right)` of the sixteen pairs of hashes from `below[from]` on, into `into` from `at` on; the
  /// two may be one array and overlap.
  void nodes(byte[] below, int from, byte[] into, int at) {
    int size = paddedLength(2 * HASH);
    for (int lane = 0; lane < LANES; lane++) {
      System.arraycopy(below, from + lane * 2 * HASH, pairs, lane * size + 1, 2 * HASH);
    }
    hash(pairs, size, into, at);
  }

  private void hash(byte[] messages, int size, byte[] into, int at) {
    for (int i = 0; i < state.length; i++) {
      state[i] = START[i / LANES];
    }
    for (int block = 0; block < size; block += BLOCK) {
      for (int lane = 0; lane < LANES; lane++) {
        int from = lane * size + block;
        for (int t = 0; t < 16; t++) {
          words[t * LANES + lane] = (int) WORD.get(messages, from + 4 * t);
        }
      }
      compress(words, state);
    }
    for (int lane = 0; lane < LANES; lane++) {
      for (int i = 0; i < 8; i++) {
        WORD.set(into, at + lane * HASH + 4 * i, state[i * LANES + lane]);
      }
    }
  }

  /// One block of every lane. Every variable is written out: vectors in arrays or passed to helpers would be boxed.
  private static void compress(int[] w, int[] h) {
    IntVector a = IntVector.fromArray(SPECIES, h, 0);
    IntVector b = IntVector.fromArray(SPECIES, h, LANES);
    IntVector c = IntVector.fromArray(SPECIES, h, 2 * LANES);
    IntVector d = IntVector.fromArray(SPECIES, h, 3 * LANES);
    IntVector e = IntVector.fromArray(SPECIES, h, 4 * LANES);
    IntVector f = IntVector.fromArray(SPECIES, h, 5 * LANES);
    IntVector g = IntVector.fromArray(SPECIES, h, 6 * LANES);
    IntVector x = IntVector.fromArray(SPECIES, h, 7 * LANES);
    for (int t = 0; t < 64; t++) {
      IntVector word = IntVector.fromArray(SPECIES, w, (t & 15) * LANES);
      if (t >= 16) {
        IntVector early = IntVector.fromArray(SPECIES, w, (t + 1 & 15) * LANES);
        IntVector late = IntVector.fromArray(SPECIES, w, (t + 14 & 15) * LANES);
        word = word.add(IntVector.fromArray(SPECIES, w, (t + 9 & 15) * LANES))
            .add(early.lanewise(ROR, 7).lanewise(XOR, early.lanewise(ROR, 18)).lanewise(XOR, early.lanewise(LSHR, 3)))
            .add(late.lanewise(ROR, 17).lanewise(XOR, late.lanewise(ROR, 19)).lanewise(XOR, late.lanewise(LSHR, 10)));
        word.intoArray(w, (t & 15) * LANES);
      }
      IntVector first = x.add(word).add(K[t])
          .add(e.lanewise(ROR, 6).lanewise(XOR, e.lanewise(ROR, 11)).lanewise(XOR, e.lanewise(ROR, 25)))
          .add(g.lanewise(XOR, e.and(f.lanewise(XOR, g))));
      IntVector second = a.lanewise(ROR, 2).lanewise(XOR, a.lanewise(ROR, 13)).lanewise(XOR, a.lanewise(ROR, 22))
          .add(a.and(b).or(c.and(a.or(b))));
      x = g;
      g = f;
      f = e;
      e = d.add(first);
      d = c;
      c = b;
      b = a;
      a = first.add(second);
    }
    a.add(IntVector.fromArray(SPECIES, h, 0)).intoArray(h, 0);
    b.add(IntVector.fromArray(SPECIES, h, LANES)).intoArray(h, LANES);
    c.add(IntVector.fromArray(SPECIES, h, 2 * LANES)).intoArray(h, 2 * LANES);
    d.add(IntVector.fromArray(SPECIES, h, 3 * LANES)).intoArray(h, 3 * LANES);
    e.add(IntVector.fromArray(SPECIES, h, 4 * LANES)).intoArray(h, 4 * LANES);
    f.add(IntVector.fromArray(SPECIES, h, 5 * LANES)).intoArray(h, 5 * LANES);
    g.add(IntVector.fromArray(SPECIES, h, 6 * LANES)).intoArray(h, 6 * LANES);
    x.add(IntVector.fromArray(SPECIES, h, 7 * LANES)).intoArray(h, 7 * LANES);
  }
}
