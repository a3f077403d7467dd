package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;
import java.io.ByteArrayOutputStream;
import java.util.List;

/// Puts proof bytes together, field by field (SPEC §4.1). Integers are big-endian.
public final class ProofWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  public ProofWriter bytes(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public ProofWriter u8(int value) {
    out.write(value);
    return this;
  }

  public ProofWriter u64(long value) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      out.write((int) (value >>> shift));
    }
    return this;
  }

  public ProofWriter digest(Digest digest) {
    return bytes(digest.bytes());
  }

  public ProofWriter path(List<Digest> path) {
    path.forEach(this::digest);
    return this;
  }

  public Bytes toBytes() {
    return Bytes.of(out.toByteArray());
  }
}
