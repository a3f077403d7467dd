package dev.verdict.contracts;

import dev.verdict.repops.commit.Digest;

/// Where on the chain a log stands. After a reorganisation the same log may stand elsewhere: `blockHash` with
/// `logIndex` tells them apart.
public record EventPosition(long blockNumber, Digest blockHash, long logIndex, Digest txHash)
    implements Comparable<EventPosition> {
  /// By block number, then log index.
  @Override
  public int compareTo(EventPosition other) {
    int byBlock = Long.compare(blockNumber, other.blockNumber);
    return byBlock != 0 ? byBlock : Long.compare(logIndex, other.logIndex);
  }
}
