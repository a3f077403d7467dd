// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What has become of a claim.
enum ClaimStatus {
    /// No such claim.
    NONE,
    /// Neither refuted nor confirmed.
    PENDING,
    /// A game on it was lost by its solver.
    REFUTED,
    /// Its window passed, and every game on it was lost by the challenger.
    CONFIRMED
}

/// @notice A claim as the registry keeps it (SPEC §5.1).
/// @dev Storage, from the least significant bit:
///
///     slot 0  jobId 256
///     slot 1  checkpoints 256
///     slot 2  lastState 256
///     slot 3  solver 160 | windowEnd 48 | openGames 32 | status 8 | unused 8
///     slot 4  winner 160 | winningGame 64 | winnerGas 32
///
/// Opening a game reads slots 0, 1 and 3; slot 4 is touched only when a solver loses.
struct Claim {
    bytes32 jobId;
    /// C.
    bytes32 checkpoints;
    /// S_T, the last leaf of C.
    bytes32 lastState;
    address solver;
    /// The last second in which a game may be opened.
    uint48 windowEnd;
    uint32 openGames;
    ClaimStatus status;
    /// Challenger of the earliest-opened game that the solver has lost, while others are open; else 0.
    address winner;
    uint64 winningGame;
    /// Gas that the winner spent on that game.
    uint32 winnerGas;
}

/// @notice What a new game takes over from the claim and its job.
struct DisputedClaim {
    address solver;
    bytes32 programRoot;
    bytes32 checkpoints;
    uint64 steps;
    uint64 checkpointInterval;
}
