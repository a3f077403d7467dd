package dev.verdict.contracts;

import java.util.Locale;

/// Why a node didn't take a transaction. There is no standard for it: nodes are told apart by their words.
enum NodeRefusal {
  /// A transaction of that nonce is mined already.
  NONCE_TOO_LOW,
  /// It holds this very transaction already: as good as taken.
  ALREADY_KNOWN,
  /// It holds another one of that nonce, and this one offers too little more.
  REPLACEMENT_UNDERPRICED,
  /// The account can't pay.
  INSUFFICIENT_FUNDS,
  /// It offers less for gas than the node asks.
  UNDERPRICED,
  /// Anything else.
  OTHER;

  static NodeRefusal of(String message) {
    String words = message.toLowerCase(Locale.ROOT);
    if (words.contains("nonce too low") || words.contains("nonce below")) {
      return NONCE_TOO_LOW;
    }
    if (words.contains("already known")
        || words.contains("known transaction")
        || words.contains("already imported")
        || words.contains("already in")) {
      return ALREADY_KNOWN;
    }
    if (words.contains("replacement") && words.contains("underpriced")) {
      return REPLACEMENT_UNDERPRICED;
    }
    if (words.contains("insufficient funds") || words.contains("upfront cost")) {
      return INSUFFICIENT_FUNDS;
    }
    if (words.contains("underpriced")
        || words.contains("gas price below")
        || words.contains("max fee per gas less than")
        || words.contains("fee too low")) {
      return UNDERPRICED;
    }
    return OTHER;
  }
}
