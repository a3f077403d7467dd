// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Whose move it is, and which (SPEC §6.3.1).
enum Phase {
    NONE,
    SELECT_INTERVAL,
    COMMIT_STEPS,
    SELECT_STEP,
    COMMIT_TRACE,
    SELECT_NODE,
    OPEN_NODE,
    SELECT_POSITION,
    PROVE_SLOT,
    REVEAL,
    PROVE_POSITION
}

/// @notice What a demand may name next, or what a reveal owes (SPEC §6.2).
enum DemandKind {
    NONE,
    VECTOR,
    TRACE,
    TENSOR,
    DONE
}

/// @notice The whole of a game (SPEC §6.3). The chain stores keccak256 of its ABI encoding, 32 words in this order;
/// moves carry the encoding as calldata. Fields that a phase has not reached are 0.
struct GameState {
    uint64 gameId;
    uint64 claimId;
    address solver;
    address challenger;
    bytes32 programRoot;
    bytes32 checkpoints;
    uint64 steps;
    uint64 checkpointInterval;
    Phase phase;
    uint64 movedAt;
    uint64 solverClock;
    uint64 challengerClock;
    bytes32 opening;
    uint64 interval;
    uint64 step;
    bytes32 stepsRoot;
    bytes32 traceRoot;
    bytes32 slotsBefore;
    bytes32 slotsAfter;
    uint32 nodeCount;
    uint32 slotCount;
    uint32 target;
    uint64 element;
    bytes32 foldRoot;
    uint64 foldLength;
    uint8 foldDType;
    uint64 position;
    DemandKind demandKind;
    bytes32 demandHash;
    uint64 demandCount;
    uint64 solverGas;
    uint64 challengerGas;
}
