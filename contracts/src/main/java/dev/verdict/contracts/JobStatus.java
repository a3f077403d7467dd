package dev.verdict.contracts;

/// What has become of a job; in the contract's order.
public enum JobStatus {
  /// No such job.
  NONE,
  /// Any solver may accept it; its submitter may cancel it.
  OPEN,
  /// One solver holds it, until its work deadline.
  ACCEPTED,
  /// A claim on it is pending.
  CLAIMED,
  /// A claim on it was confirmed, and paid.
  DONE,
  /// Its submitter took it back.
  CANCELLED
}
