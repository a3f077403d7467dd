package dev.verdict.contracts;

/// Is told of each version of a transaction *before* it goes out: the place to write a journal. Where it throws,
/// nothing goes out.
@FunctionalInterface
public interface BroadcastObserver {
  /// Keeps no record.
  BroadcastObserver NONE = broadcast -> {};

  void aboutToBroadcast(Broadcast broadcast);
}
