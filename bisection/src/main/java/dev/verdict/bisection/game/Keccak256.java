package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;
import java.util.List;
import org.bouncycastle.crypto.digests.KeccakDigest;

/// keccak256, with which the contract binds a game's state and the hashes revealed last (SPEC §6.2, §6.3).
public final class Keccak256 {
  private Keccak256() {}

  /// Of `bytes`.
  public static Digest of(byte[] bytes) {
    KeccakDigest keccak = new KeccakDigest(256);
    keccak.update(bytes, 0, bytes.length);
    return finish(keccak);
  }

  /// Of the concatenated `hashes`.
  public static Digest of(List<Digest> hashes) {
    KeccakDigest keccak = new KeccakDigest(256);
    for (Digest hash : hashes) {
      keccak.update(hash.bytes(), 0, Digest.LENGTH_BYTES);
    }
    return finish(keccak);
  }

  private static Digest finish(KeccakDigest keccak) {
    byte[] hash = new byte[Digest.LENGTH_BYTES];
    keccak.doFinal(hash, 0);
    return Digest.of(hash);
  }
}
