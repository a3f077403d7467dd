package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.MerkleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A cursor over hostile proof bytes, from which fields are taken in order (SPEC §4.1). Integers are big-endian.
/// Every method throws [Broken], which is checked, instead of reading past the end.
public final class ProofReader {
  /// The bytes are no proof. Has no stack trace: it is a value on its way to whoever began to read.
  public static final class Broken extends Exception {
    private final transient NotAProof why;

    public Broken(String place, String problem) {
      super(place + ": " + problem, null, false, false);
      this.why = new NotAProof(place, problem);
    }

    public NotAProof why() {
      return why;
    }
  }

  private final byte[] bytes;
  private int at;

  /// At the start of `proof`.
  public ProofReader(Bytes proof) {
    this.bytes = proof.toArray();
  }

  /// The next `length` bytes, copied; `place` is what they are, for the error.
  public byte[] bytes(String place, int length) throws Broken {
    require(place, length);
    at += length;
    return Arrays.copyOfRange(bytes, at - length, at);
  }

  /// The bytes from here on, without moving; at most `limit`.
  public byte[] peek(int limit) {
    return Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + limit));
  }

  public int u8(String place) throws Broken {
    require(place, 1);
    return bytes[at++] & 0xff;
  }

  /// Unsigned.
  public long u64(String place) throws Broken {
    require(place, 8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | bytes[at++] & 0xff;
    }
    return value;
  }

  public Digest digest(String place) throws Broken {
    return Digest.of(bytes(place, Digest.LENGTH_BYTES));
  }

  /// An inclusion path of leaf `index` among `length`; their number follows from both.
  public List<Digest> path(String place, long index, long length) throws Broken {
    if (index < 0 || index >= length) {
      throw new Broken(place, "there is no leaf " + Long.toUnsignedString(index) + " among " + length);
    }
    int count = MerkleTree.pathLength(index, length);
    List<Digest> path = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      path.add(digest(place));
    }
    return path;
  }

  /// Throws unless every byte has been read.
  public void end() throws Broken {
    if (at != bytes.length) {
      throw new Broken("end", (bytes.length - at) + " bytes follow the last field");
    }
  }

  private void require(String place, int length) throws Broken {
    if (length > bytes.length - at) {
      throw new Broken(place, "takes " + length + " bytes, " + (bytes.length - at) + " are left");
    }
  }
}
