package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.GameState;
import dev.verdict.bisection.game.Reason;
import dev.verdict.bisection.game.Verdict;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;

/// What the contracts tell. An event is a hint: after a reorganisation it may never have happened, so whoever acts on
/// it looks at the contract first (SPEC §9).
public sealed interface ChainEvent {
  /// Where it stands.
  EventPosition position();

  /// Of the vault.
  sealed interface OfVault extends ChainEvent {}

  /// Of the registry.
  sealed interface OfRegistry extends ChainEvent {}

  /// Of the game.
  sealed interface OfGame extends ChainEvent {
    long gameId();
  }

  /// `from` paid into `account`.
  record Deposited(EventPosition position, Account account, Account from, BigInteger amountWei)
      implements OfVault {}

  /// `key` may, or may no longer, move for `account`.
  record OperatorSet(EventPosition position, Account account, Account key, boolean allowed)
      implements OfVault {}

  /// Free wei began to unbond.
  record WithdrawalRequested(
      EventPosition position, Account account, BigInteger amountWei, long availableAt)
      implements OfVault {}

  /// Unbonded wei was paid out.
  record Withdrawn(EventPosition position, Account account, BigInteger amountWei)
      implements OfVault {}

  /// Free wei was locked.
  record Locked(EventPosition position, Account account, BigInteger amountWei) implements OfVault {}

  /// Locked wei was freed.
  record Unlocked(EventPosition position, Account account, BigInteger amountWei)
      implements OfVault {}

  /// Locked wei of `from` was given away, part of it to the jackpot pool.
  record Distributed(
      EventPosition position, Account from, Account to, BigInteger paidWei, BigInteger pooledWei)
      implements OfVault {}

  /// A job was submitted.
  record JobSubmitted(
      EventPosition position, Digest jobId, Account submitter, Digest programRoot, String location)
      implements OfRegistry {}

  /// The submitter took the job back.
  record JobCancelled(EventPosition position, Digest jobId, Account submitter)
      implements OfRegistry {}

  /// A solver holds the job.
  record JobAccepted(EventPosition position, Digest jobId, Account solver, long workDeadline)
      implements OfRegistry {}

  /// The solver posted nothing in time.
  record JobExpired(EventPosition position, Digest jobId, Account solver) implements OfRegistry {}

  /// A claim was posted.
  record ClaimPosted(
      EventPosition position,
      long claimId,
      Digest jobId,
      Account solver,
      Digest checkpoints,
      Digest lastState,
      long windowEnd,
      String location)
      implements OfRegistry {}

  /// The solver lost a game on the claim.
  record ClaimRefuted(EventPosition position, long claimId, Digest jobId, long gameId)
      implements OfRegistry {}

  /// The last game on a refuted claim is over, and its stake given away.
  record ClaimSettled(
      EventPosition position,
      long claimId,
      long gameId,
      Account winner,
      BigInteger rewardWei,
      BigInteger pooledWei)
      implements OfRegistry {}

  /// The claim stands; its solver is paid.
  record ClaimConfirmed(
      EventPosition position, long claimId, Digest jobId, Account solver, BigInteger paymentWei)
      implements OfRegistry {}

  /// A challenger lost a game and its bond.
  record BondForfeited(
      EventPosition position,
      long claimId,
      long gameId,
      Account challenger,
      BigInteger rewardWei,
      BigInteger pooledWei)
      implements OfRegistry {}

  /// A game began; its first state follows in a [Moved].
  record Challenged(
      EventPosition position,
      long gameId,
      long claimId,
      Account challenger,
      Account solver,
      long interval,
      Digest opening)
      implements OfGame {}

  /// A move was made.
  ///
  /// @param move name of the contract's function
  /// @param state what it led to, and what the next move has to carry
  record Moved(EventPosition position, long gameId, String move, GameState state)
      implements OfGame {}

  /// The solver revealed what was demanded, or what a later move must name by its hash.
  record Revealed(EventPosition position, long gameId, Bytes data) implements OfGame {}

  /// A game is over.
  ///
  /// @param result where proved: the recomputed bits, or the root that the slot should have; else 0
  /// @param claimed where proved: what the solver had committed in its place; else 0
  record Decided(
      EventPosition position,
      long gameId,
      long claimId,
      Verdict verdict,
      Reason reason,
      Digest result,
      Digest claimed)
      implements OfGame {}
}
