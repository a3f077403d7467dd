package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.MerkleTree;
import dev.verdict.repops.ir.MalformedProgramException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

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

  private final ByteBuffer in;

  /// At the start of `proof`.
  public ProofReader(Bytes proof) {
    this.in = ByteBuffer.wrap(proof.toArray());
  }

  /// How many bytes have been read.
  public int position() {
    return in.position();
  }

  /// The bytes read since `position`; copies.
  public byte[] since(int position) {
    return Arrays.copyOfRange(in.array(), position, in.position());
  }

  /// The next record in an encoding of SPEC §3.2.1; `decoder` moves the buffer's position to its end.
  public <T> T record(String place, Function<ByteBuffer, T> decoder) throws Broken {
    try {
      return decoder.apply(in);
    } catch (MalformedProgramException e) {
      throw new Broken(place, e.getMessage());
    }
  }

  /// The next `length` bytes, copied; `place` is what they are, for the error.
  public byte[] bytes(String place, int length) throws Broken {
    require(place, length);
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  public int u8(String place) throws Broken {
    require(place, 1);
    return in.get() & 0xff;
  }

  /// Unsigned.
  public long u64(String place) throws Broken {
    require(place, 8);
    return in.getLong();
  }

  public Digest digest(String place) throws Broken {
    return Digest.of(bytes(place, Digest.LENGTH_BYTES));
  }

  /// An inclusion path of leaf `index` among `length`; the number of its hashes follows from both.
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
    if (in.hasRemaining()) {
      throw new Broken("end", in.remaining() + " bytes follow the last field");
    }
  }

  private void require(String place, int length) throws Broken {
    if (length > in.remaining()) {
      throw new Broken(place, "takes " + length + " bytes, " + in.remaining() + " are left");
    }
  }
}
