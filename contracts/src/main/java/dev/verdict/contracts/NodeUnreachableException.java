package dev.verdict.contracts;

import java.net.URI;

/// No answer from the node. Trying again may help.
public final class NodeUnreachableException extends ChainException {
  private final transient URI url;

  NodeUnreachableException(URI url, String operation, Throwable cause) {
    super(
        "%s: no answer from %s (%s): check the URL, and that the node is running"
            .formatted(operation, RpcUrl.redacted(url), reason(cause)),
        cause);
    this.url = url;
  }

  /// Where the node was sought.
  public URI url() {
    return url;
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage();
    String first =
        message == null ? cause.getClass().getSimpleName() : message.lines().findFirst().orElse("");
    return first.length() > 160 ? first.substring(0, 160) + "…" : first;
  }
}
