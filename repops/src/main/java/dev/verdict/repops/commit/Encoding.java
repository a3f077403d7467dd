package dev.verdict.repops.commit;

import java.nio.ByteBuffer;

/// Big-endian integers, as every preimage has them.
final class Encoding {
  private Encoding() {}

  static byte[] tag(int tag) {
    return new byte[] {(byte) tag};
  }

  static byte[] u64(long value) {
    return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
  }
}
