package dev.verdict.contracts;

import java.net.URI;

/// The node answered a request with an error that isn't a contract's revert.
public final class NodeErrorException extends ChainException {
  private final int code;
  private final String reason;

  NodeErrorException(URI url, String operation, int code, String reason) {
    super(
        "%s: %s answered with error %d: %s"
            .formatted(operation, RpcUrl.redacted(url), code, reason.replace('\n', ' ')));
    this.code = code;
    this.reason = reason;
  }

  /// JSON-RPC's code; nodes differ in theirs.
  public int code() {
    return code;
  }

  /// The node's own words.
  public String reason() {
    return reason;
  }
}
