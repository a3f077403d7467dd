package dev.verdict.staking.watch;

import dev.verdict.contracts.Block;
import dev.verdict.contracts.ChainEvent;

/// A party that acts on what it reads from the chain. All that a role knows of the chain it has from [#hear], so that
/// forgetting and hearing everything again leaves it as it was.
public interface Role {
  /// The chain has been reorganised, or is being read from the start: forget what was heard.
  void forget();

  /// An event, in the chain's order.
  void hear(ChainEvent event);

  /// Everything up to the confirmation depth has been heard: do what is due.
  ///
  /// @return whether anything was sent
  boolean act(Block head);

  /// Whether nothing is left to do, ever.
  boolean done();
}
