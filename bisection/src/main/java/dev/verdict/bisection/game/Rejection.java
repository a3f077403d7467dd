package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;

/// Why the rules refuse a move; each is an error of the contract by the same name.
public sealed interface Rejection {
  /// The phase doesn't admit this move.
  record WrongPhase(Phase actual) implements Rejection {}

  /// `actual` may not move for `mover`, whose turn it is.
  record NotYourMove(Party actual, Party mover) implements Rejection {}

  /// The mover's time ended with `lastInstant`; seconds.
  record ClockExpired(long actual, long lastInstant) implements Rejection {}

  /// The mover's time ends with `lastInstant`; seconds.
  record ClockNotExpired(long actual, long lastInstant) implements Rejection {}

  /// The move is older than the one before it, which no chain would say; seconds.
  record BeforeLastMove(long actual, long movedAt) implements Rejection {}

  /// `selection` isn't in [low, high]; unsigned.
  record SelectionOutOfRange(long selection, long low, long high) implements Rejection {}

  /// An interval is given openly or hidden, not both.
  record OpenAndHidden(long interval, Digest opening) implements Rejection {}

  /// Interval and salt don't open what the challenge committed to.
  record OpeningDiffers(Digest expected, Digest actual) implements Rejection {}

  /// Header and nodes aren't those of the job's program.
  record ProgramDiffers(Digest expected, Digest actual) implements Rejection {}

  /// The state after `step` steps, as opened, leads to another root than the one committed.
  record StateNotCommitted(long step, Digest expected, Digest actual) implements Rejection {}

  /// The node has no fold: prove it.
  record NoFold(long node) implements Rejection {}

  /// The cursor admits no demand (SPEC §6.2).
  record NothingToDemand(DemandKind cursor) implements Rejection {}

  /// The entry is a single leaf of a vector of hashes: there is nothing below it.
  record NothingBelow(long entry) implements Rejection {}

  /// These hashes aren't the ones revealed last.
  record RevealedDiffer(Digest expected, Digest actual) implements Rejection {}

  /// The data has another length than what was demanded.
  record RevealLength(long actual, long expected) implements Rejection {}

  /// The data isn't the preimage of what was demanded.
  record RevealDiffers(Digest expected, Digest actual) implements Rejection {}

  /// No tensor has this dtype and numel.
  record NoSuchTensor(int dtype, long numel) implements Rejection {}

  /// A proof has another length than its parts.
  record ProofLength(long actual, long expected) implements Rejection {}

  /// An opening in a proof doesn't hold: it decides nothing (SPEC §6.6).
  record ProofDoesNotHold(NotAProof why) implements Rejection {}
}
