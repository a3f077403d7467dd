// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DemandKind, Phase } from "../types/GameState.sol";
import { Reason, Verdict } from "../types/Verdict.sol";

/// @title The dispute game (SPEC §6)
/// @notice The challenger points at one transition inside the solver's commitment; the solver proves it; one scalar
/// operation is recomputed. Of a game the chain keeps one word, keccak256 of its state; every move carries the state
/// (the ABI encoding of `GameState`), is checked against that word, and emits the next one.
///
/// A move is checked in this order: the game exists, the state is its present one, the phase admits the move, the
/// sender may move for the side whose turn it is, and that side's clock has not run out.
interface IDisputeGame {
    /// @notice A game began. Its first state follows in a `Moved`.
    event Challenged(
        uint64 indexed gameId,
        uint64 indexed claimId,
        address indexed challenger,
        address solver,
        uint64 interval,
        bytes32 opening
    );
    /// @notice A move was made.
    /// @param gameId the game
    /// @param move selector of the function
    /// @param state ABI encoding of the state it led to: what the next move has to carry
    event Moved(uint64 indexed gameId, bytes4 indexed move, bytes state);
    /// @notice The solver revealed what was demanded, or what a later move must name by its hash.
    event Revealed(uint64 indexed gameId, bytes data);
    /// @notice A game is over.
    /// @param gameId the game
    /// @param claimId its claim
    /// @param verdict who lost
    /// @param reason why
    /// @param result where proved: the recomputed bits, or the root that the slot should have; else 0
    /// @param claimed where proved: what the solver had committed in its place; else 0
    event Decided(
        uint64 indexed gameId,
        uint64 indexed claimId,
        Verdict verdict,
        Reason reason,
        bytes32 result,
        bytes32 claimed
    );

    /// @notice There is no such game, or it is over.
    error UnknownGame(uint64 gameId);
    /// @notice The state carried isn't the game's present one: the move was made for another.
    error StaleState(uint64 gameId, bytes32 expected, bytes32 actual);
    /// @notice The phase doesn't admit this move.
    error WrongPhase(uint64 gameId, Phase actual);
    /// @notice The sender may not move for `mover`, whose turn it is.
    error NotYourMove(uint64 gameId, address actual, address mover);
    /// @notice The mover's time ended with `lastInstant`.
    error ClockExpired(uint64 gameId, uint256 actualTime, uint256 lastInstant);
    /// @notice The mover's time ends with `lastInstant`.
    error ClockNotExpired(uint64 gameId, uint256 actualTime, uint256 lastInstant);
    /// @notice `selection` isn't in [low, high].
    error SelectionOutOfRange(uint256 selection, uint256 low, uint256 high);
    /// @notice An interval is given openly or hidden, not both.
    error OpenAndHidden(uint64 interval, bytes32 opening);
    /// @notice Interval and salt don't open what the challenge committed to.
    error OpeningDiffers(bytes32 expected, bytes32 actual);
    /// @notice The state after `step` steps, as opened, leads to another root than the one committed.
    error StateNotCommitted(uint64 step, bytes32 expected, bytes32 actual);
    /// @notice The node has no fold: prove it.
    error NoFold(uint32 node);
    /// @notice The cursor admits no demand (SPEC §6.2).
    error NothingToDemand(DemandKind cursor);
    /// @notice The entry is a single leaf of a vector of hashes: there is nothing below it.
    error NothingBelow(uint256 entry);
    /// @notice These hashes aren't the ones revealed last.
    error RevealedDiffer(bytes32 expected, bytes32 actual);
    /// @notice The data has another length than what was demanded.
    error RevealLength(uint256 actual, uint256 expected);
    /// @notice The data isn't the preimage of what was demanded.
    error RevealDiffers(bytes32 expected, bytes32 actual);
    /// @notice No tensor has this dtype and numel.
    error NoSuchTensor(uint8 dtype, uint64 numel);
    /// @notice The contracts were deployed with parameters that don't fit each other.
    error Misconfigured(string what, uint256 actual, uint256 expected);

    /// @notice Jobs and claims.
    function REGISTRY() external view returns (address);

    /// @notice Operator keys.
    function VAULT() external view returns (address);

    /// @notice One-step adjudication.
    function VERIFIER() external view returns (address);

    /// @notice Seconds on the solver's clock at the start.
    function SOLVER_CLOCK() external view returns (uint64);

    /// @notice Seconds on the challenger's clock at the start.
    function CHALLENGER_CLOCK() external view returns (uint64);

    /// @notice Seconds that a move leaves its mover at least.
    function EXTENSION() external view returns (uint64);

    /// @notice Moves of the longest game (SPEC §6.4).
    function MAX_MOVES() external view returns (uint64);

    /// @notice No game lasts longer, from challenge to the first instant at which it is over or can be ended by
    /// anyone (SPEC §6.4).
    function delayBound() external view returns (uint64 lengthSeconds);

    /// @notice Games begun so far, and the id of the last.
    function gameCount() external view returns (uint64);

    /// @notice keccak256 of the game's state; 0 where there is no such game or it is over.
    function stateHash(uint64 gameId) external view returns (bytes32);

    /// @notice Starts a game and locks the challenger's bond. By the challenger or its operator.
    /// @param claimId the claim
    /// @param challenger whose bond and whose game
    /// @param interval from 1, to select at once; 0 to select later
    /// @param opening with interval 0: `H(0x30 ‖ claimId ‖ challenger ‖ interval ‖ salt)`, which hides the interval; or 0,
    /// and the challenge is at once the demand for C
    /// until it is selected (SPEC §6.5), or 0
    /// @return gameId from 1, one after another
    function challenge(uint64 claimId, address challenger, uint64 interval, bytes32 opening)
        external
        returns (uint64 gameId);

    /// @notice SELECT_INTERVAL, challenger: the transition from leaf `interval` − 1 to leaf `interval` is invalid.
    /// @param gameId the game
    /// @param state its state
    /// @param interval from 1
    /// @param salt of the opening; any, where there was none
    function selectInterval(uint64 gameId, bytes calldata state, uint64 interval, bytes32 salt) external;

    /// @notice COMMIT_STEPS, solver: the Merkle tree of the interval's inner states.
    function commitSteps(uint64 gameId, bytes calldata state, bytes32 stepsTree) external;

    /// @notice SELECT_STEP, challenger: the transition from S_step to S_{step+1} is invalid.
    function selectStep(uint64 gameId, bytes calldata state, uint64 step) external;

    /// @notice COMMIT_TRACE, solver: opens the step's two states and commits to its trace.
    function commitTrace(uint64 gameId, bytes calldata state, bytes calldata proof) external;

    /// @notice SELECT_NODE, challenger: element `element` of node `node`'s output is wrong.
    function selectElement(uint64 gameId, bytes calldata state, uint32 node, uint64 element) external;

    /// @notice SELECT_NODE, challenger: slot `slot` of S_{t+1} isn't its node's output, or without one not S_t's.
    function selectSlot(uint64 gameId, bytes calldata state, uint32 slot) external;

    /// @notice OPEN_NODE, solver: opens the node and commits to the element's inner accumulators.
    function commitFold(uint64 gameId, bytes calldata state, bytes calldata proof) external;

    /// @notice SELECT_POSITION, challenger: the fold's step from acc_position to acc_{position+1} is wrong.
    function selectPosition(uint64 gameId, bytes calldata state, uint64 position) external;

    /// @notice A selecting phase, challenger: obliges the solver to reveal (SPEC §6.2).
    /// @param gameId the game
    /// @param state its state
    /// @param target where nothing is revealed on this level: 0, or in SELECT_NODE 1 for the slots of S_{t+1}; else
    /// the index of an entry of `revealed`
    /// @param revealed where nothing is revealed: empty; else the hashes revealed last
    function demand(uint64 gameId, bytes calldata state, uint32 target, bytes32[] calldata revealed) external;

    /// @notice REVEAL, solver: the descendants, or the chunk, that were demanded.
    /// @param gameId the game
    /// @param state its state
    /// @param data descendants, 32 bytes each, after dtype and numel where a trace's tensor is opened; or the chunk
    function reveal(uint64 gameId, bytes calldata state, bytes calldata data) external;

    /// @notice OPEN_NODE, PROVE_SLOT or PROVE_POSITION, anyone, while the solver's clock runs: the step proof of
    /// SPEC §7.1. Decides by what it shows; reverts where an opening doesn't hold.
    function prove(uint64 gameId, bytes calldata state, bytes calldata proof) external;

    /// @notice Ends a game whose mover has let its clock run out: the mover loses. By anyone.
    function timeout(uint64 gameId, bytes calldata state) external;
}
