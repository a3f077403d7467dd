package dev.verdict.contracts;

import java.net.URI;

/// Where a node answers, as it may be shown: providers put keys into user info, path and query.
final class RpcUrl {
  private RpcUrl() {}

  /// Scheme, host and port alone; what else there is becomes `…`.
  static String redacted(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String path = url.getRawPath();
    boolean more =
        (path != null && path.length() > 1)
            || url.getRawQuery() != null
            || url.getRawUserInfo() != null;
    return url.getScheme() + "://" + url.getHost() + port + (more ? "/…" : "");
  }
}
