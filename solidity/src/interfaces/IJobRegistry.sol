// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Claim, ClaimStatus, DisputedClaim } from "../types/Claim.sol";
import { Job, JobStatus } from "../types/Job.sol";
import { JobTerms } from "../types/JobTerms.sol";

/// @title Jobs and claims (SPEC §5.1, §6.5, §8)
/// @notice A job is open, then held by one solver, then claimed; a claim is pending, then refuted by the first game
/// that its solver loses, or confirmed when its window is over and no game on it is open. A refuted claim opens the
/// job again. Who loses, loses the stake: gas repaid and a share to the winner, the rest to the jackpot pool.
interface IJobRegistry {
    /// @notice A job was submitted, and its payment locked. `location` says where program and data are.
    event JobSubmitted(
        bytes32 indexed jobId, address indexed submitter, bytes32 indexed programRoot, string location
    );
    /// @notice The submitter took the job back.
    event JobCancelled(bytes32 indexed jobId, address indexed submitter);
    /// @notice A solver holds the job, until `workDeadline`.
    event JobAccepted(bytes32 indexed jobId, address indexed solver, uint64 workDeadline);
    /// @notice The solver posted nothing in time; its stake is forfeit and the job open again.
    event JobExpired(bytes32 indexed jobId, address indexed solver);
    /// @notice A claim was posted. `location` says where its checkpoints are.
    event ClaimPosted(
        uint64 indexed claimId,
        bytes32 indexed jobId,
        address indexed solver,
        bytes32 checkpoints,
        bytes32 lastState,
        uint64 windowEnd,
        string location
    );
    /// @notice The solver lost game `gameId`; the job is open again.
    event ClaimRefuted(uint64 indexed claimId, bytes32 indexed jobId, uint64 indexed gameId);
    /// @notice The last game on a refuted claim is over, and its stake given away.
    event ClaimSettled(
        uint64 indexed claimId,
        uint64 indexed gameId,
        address indexed winner,
        uint256 rewardWei,
        uint256 pooledWei
    );
    /// @notice The claim stands; its solver is paid and has its stake back.
    event ClaimConfirmed(
        uint64 indexed claimId, bytes32 indexed jobId, address indexed solver, uint256 paymentWei
    );
    /// @notice A challenger lost game `gameId`, and its bond was given away.
    event BondForfeited(
        uint64 indexed claimId,
        uint64 indexed gameId,
        address indexed challenger,
        uint256 rewardWei,
        uint256 pooledWei
    );

    /// @notice Only the game at `expected` may call this.
    error NotGame(address actual, address expected);
    /// @notice The caller is neither `account` nor one of its operators.
    error NotOperator(address actual, address account);
    /// @notice `name` is outside [low, high].
    error TermOutOfRange(string name, uint256 actual, uint256 low, uint256 high);
    /// @notice A constructor parameter is outside [low, high].
    error ParameterOutOfRange(string name, uint256 actual, uint256 low, uint256 high);
    /// @notice The same terms, salt included, were submitted before.
    error JobExists(bytes32 jobId);
    /// @notice The job is in another status than the move needs.
    error WrongJobStatus(bytes32 jobId, JobStatus actual, JobStatus expected);
    /// @notice The claim is in another status than the move needs.
    error WrongClaimStatus(uint64 claimId, ClaimStatus actual, ClaimStatus expected);
    /// @notice The holder's time for a claim is over.
    error WorkTimeOver(bytes32 jobId, uint256 actualTime, uint64 workDeadline);
    /// @notice The holder's time for a claim is not over.
    error WorkTimeNotOver(bytes32 jobId, uint256 actualTime, uint64 workDeadline);
    /// @notice The challenge window is over.
    error WindowOver(uint64 claimId, uint256 actualTime, uint64 windowEnd);
    /// @notice The challenge window is not over.
    error WindowNotOver(uint64 claimId, uint256 actualTime, uint64 windowEnd);
    /// @notice Games on the claim are open.
    error GamesOpen(uint64 claimId, uint32 openGames);
    /// @notice The vector that holds S_0 first isn't the one that holds `lastState` last.
    error CheckpointsDiffer(bytes32 fromFirst, bytes32 fromLast);

    /// @notice The vault.
    function VAULT() external view returns (address);

    /// @notice The dispute game.
    function GAME() external view returns (address);

    /// @notice The least stake a job may ask of its solver.
    function MIN_SOLVER_STAKE() external view returns (uint256);

    /// @notice The least bond a job may ask of a challenger.
    function MIN_CHALLENGER_BOND() external view returns (uint256);

    /// @notice The shortest challenge window.
    function MIN_CHALLENGE_SECONDS() external view returns (uint64);

    /// @notice The longest challenge window.
    function MAX_CHALLENGE_SECONDS() external view returns (uint64);

    /// @notice α, the winner's share of what the loser forfeits after gas, in 1/10,000; at most 5,000.
    function REWARD_BPS() external view returns (uint256);

    /// @notice The most that is repaid for one gas.
    function GAS_PRICE_CAP() external view returns (uint256);

    /// @notice Submits a job and locks its payment. What is sent along is first deposited for the caller.
    /// @param terms the job
    /// @param location where its program and data are; not interpreted
    /// @return jobId of SPEC §4
    function submitJob(JobTerms calldata terms, string calldata location)
        external
        payable
        returns (bytes32 jobId);

    /// @notice Takes back a job that no solver holds. By the submitter or its operator.
    function cancelJob(bytes32 jobId) external;

    /// @notice Locks `solver`'s stake and reserves the job to it for `workSeconds`, so that nobody else can copy its
    /// claim. By the solver or its operator.
    function acceptJob(bytes32 jobId, address solver) external;

    /// @notice Posts the holder's claim and opens its challenge window. By the solver or its operator.
    /// @param jobId the job it holds
    /// @param lastState S_T
    /// @param firstPath from leaf 0, the job's S_0, to the root of the n + 1 checkpoints, n = ⌈T/c⌉
    /// @param lastPath from leaf n, `lastState`, to the same root
    /// @param location where the checkpoints are; not interpreted
    /// @return claimId from 1, one after another
    function postClaim(
        bytes32 jobId,
        bytes32 lastState,
        bytes32[] calldata firstPath,
        bytes32[] calldata lastPath,
        string calldata location
    ) external returns (uint64 claimId);

    /// @notice Takes the job from a holder whose time is over, and its stake: α to the submitter, the rest to the
    /// pool. By anyone.
    function expireJob(bytes32 jobId) external;

    /// @notice Confirms a claim whose window is over and on which no game is open: pays the solver and frees its
    /// stake. By anyone.
    function finalize(uint64 claimId) external;

    /// @notice Locks the challenger's bond and counts a game. The game only, inside the window.
    /// @return disputed what the game takes over
    function gameOpened(uint64 claimId, address challenger) external returns (DisputedClaim memory disputed);

    /// @notice Counts a game as over, moves the loser's money, and settles a refuted claim with its last game. The
    /// game only.
    /// @param claimId the claim
    /// @param gameId the game
    /// @param challenger its challenger
    /// @param solverLost who lost
    /// @param winnerGas gas that the winner spent on the game
    function gameClosed(uint64 claimId, uint64 gameId, address challenger, bool solverLost, uint64 winnerGas)
        external;

    /// @notice The id that `terms` get when `submitter` submits them here.
    function jobIdOf(JobTerms calldata terms, address submitter) external view returns (bytes32 jobId);

    /// @notice A job; all zero where there is none.
    function job(bytes32 jobId) external view returns (Job memory);

    /// @notice A claim; all zero where there is none.
    function claim(uint64 claimId) external view returns (Claim memory);

    /// @notice Claims posted so far, and the id of the last.
    function claimCount() external view returns (uint64);
}
