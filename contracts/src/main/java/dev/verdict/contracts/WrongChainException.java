package dev.verdict.contracts;

import java.net.URI;

/// The node is on another chain than the one meant.
public final class WrongChainException extends ChainException {
  private final long expected;
  private final long actual;

  WrongChainException(URI url, long expected, long actual) {
    super(
        "%s is on chain %d, expected chain %d: give the URL of a node on chain %d, or the deployment file of chain %d"
            .formatted(RpcUrl.redacted(url), actual, expected, expected, actual));
    this.expected = expected;
    this.actual = actual;
  }

  public long expected() {
    return expected;
  }

  public long actual() {
    return actual;
  }
}
