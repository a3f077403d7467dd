package dev.verdict.staking.role;

import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Move;
import dev.verdict.contracts.Receipt;
import dev.verdict.learning.audit.Auditor;
import dev.verdict.learning.train.Trainer;

/// Hears what a role does. Every method does nothing unless overridden.
public interface RoleObserver {
  /// Hears nothing.
  RoleObserver NONE = new RoleObserver() {};

  /// A transaction of this role was mined.
  ///
  /// @param name of the contract's function
  default void mined(String name, Receipt receipt) {}

  /// A step of training is done.
  default void trained(long stepsDone, long steps, float loss) {}

  /// Training is done and its trail stored.
  default void trained(Trainer.Run run) {}

  /// A step of an audit has been replayed.
  default void replayed(long claimId, long stepsDone) {}

  /// An audit is over.
  default void audited(long claimId, Auditor.Result result) {}

  /// A claim can't be audited now, and why; it will be tried again while its window is open.
  default void postponed(long claimId, String why) {}

  /// A move of this role's was mined.
  ///
  /// @param before the state that it was made in
  default void moved(GameState before, Move move, Receipt receipt) {}
}
