// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What has become of a job.
enum JobStatus {
    /// No such job.
    NONE,
    /// Any solver may accept it; its submitter may cancel it.
    OPEN,
    /// One solver holds it, until `workDeadline`.
    ACCEPTED,
    /// A claim on it is pending.
    CLAIMED,
    /// A claim on it was confirmed, and paid.
    DONE,
    /// Its submitter took it back.
    CANCELLED
}

/// @notice A job as the registry keeps it.
/// @dev Storage, from the least significant bit:
///
///     slot 0  programRoot 256
///     slot 1  initialState 256
///     slot 2  steps 64 | checkpointInterval 64 | workSeconds 64 | challengeSeconds 64
///     slot 3  submitter 160 | challengerBondWei 96
///     slot 4  solver 160 | solverStakeWei 96
///     slot 5  paymentWei 96 | workDeadline 64 | status 8 | unused 88
///
/// Opening a game reads slots 0, 2 and 3. 96 bits hold 79 billion ether.
struct Job {
    bytes32 programRoot;
    bytes32 initialState;
    uint64 steps;
    uint64 checkpointInterval;
    uint64 workSeconds;
    uint64 challengeSeconds;
    address submitter;
    uint96 challengerBondWei;
    /// Who holds the job, or held it last; 0 where nobody has.
    address solver;
    uint96 solverStakeWei;
    uint96 paymentWei;
    /// The last second for the holder's claim.
    uint64 workDeadline;
    JobStatus status;
}
