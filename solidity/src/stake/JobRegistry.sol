// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ProofReader, Proof } from "../commitment/ProofReader.sol";
import { VectorCommitment } from "../commitment/VectorCommitment.sol";
import { Interval } from "../game/Interval.sol";
import { IJobRegistry } from "../interfaces/IJobRegistry.sol";
import { IStakeVault } from "../interfaces/IStakeVault.sol";
import { Claim, ClaimStatus, DisputedClaim } from "../types/Claim.sol";
import { Job, JobStatus } from "../types/Job.sol";
import { JobTerms } from "../types/JobTerms.sol";
import { Settlement } from "./Settlement.sol";

/// @title JobRegistry
/// @notice See {IJobRegistry}.
/// @dev Calls nobody but the vault, which calls nobody back: there is nothing to re-enter.
contract JobRegistry is IJobRegistry {
    /// Tag of a job's hash (SPEC §4).
    uint8 private constant JOB_TAG = 0x20;
    /// Limits of SPEC §3.1 and of the storage fields.
    uint256 private constant MAX_STEPS = 1 << 32;
    uint256 private constant MAX_AMOUNT_WEI = type(uint96).max;
    uint256 private constant MAX_DURATION_SECONDS = type(uint40).max;

    IStakeVault private immutable _VAULT;
    /// @inheritdoc IJobRegistry
    address public immutable GAME;
    /// @inheritdoc IJobRegistry
    uint256 public immutable MIN_SOLVER_STAKE;
    /// @inheritdoc IJobRegistry
    uint256 public immutable MIN_CHALLENGER_BOND;
    /// @inheritdoc IJobRegistry
    uint64 public immutable MIN_CHALLENGE_SECONDS;
    /// @inheritdoc IJobRegistry
    uint64 public immutable MAX_CHALLENGE_SECONDS;
    /// @inheritdoc IJobRegistry
    uint256 public immutable REWARD_BPS;
    /// @inheritdoc IJobRegistry
    uint256 public immutable GAS_PRICE_CAP;

    mapping(bytes32 jobId => Job) private _jobs;
    mapping(uint64 claimId => Claim) private _claims;

    /// @inheritdoc IJobRegistry
    uint64 public claimCount;

    /// @param vault holds the money
    /// @param game the dispute game; may be deployed later
    /// @param minSolverStakeWei the least stake a job may ask
    /// @param minChallengerBondWei the least bond a job may ask
    /// @param minChallengeSeconds the shortest challenge window
    /// @param maxChallengeSeconds the longest
    /// @param rewardBps α in 1/10,000
    /// @param gasPriceCapWei the most that is repaid for one gas
    constructor(
        address vault,
        address game,
        uint256 minSolverStakeWei,
        uint256 minChallengerBondWei,
        uint64 minChallengeSeconds,
        uint64 maxChallengeSeconds,
        uint256 rewardBps,
        uint256 gasPriceCapWei
    ) {
        // INVARIANT: a stake and a bond are never nothing, and fit their fields.
        _checkParameter("minSolverStakeWei", minSolverStakeWei, 1, MAX_AMOUNT_WEI);
        _checkParameter("minChallengerBondWei", minChallengerBondWei, 1, MAX_AMOUNT_WEI);
        _checkParameter("maxChallengeSeconds", maxChallengeSeconds, 1, MAX_DURATION_SECONDS);
        _checkParameter("minChallengeSeconds", minChallengeSeconds, 1, maxChallengeSeconds);
        // INVARIANT: α ≤ 1/2, so that challenging oneself loses money.
        _checkParameter("rewardBps", rewardBps, 0, Settlement.MAX_REWARD_BPS);
        // INVARIANT: gas times price doesn't overflow.
        _checkParameter("gasPriceCapWei", gasPriceCapWei, 0, MAX_AMOUNT_WEI);
        _VAULT = IStakeVault(vault);
        GAME = game;
        MIN_SOLVER_STAKE = minSolverStakeWei;
        MIN_CHALLENGER_BOND = minChallengerBondWei;
        MIN_CHALLENGE_SECONDS = minChallengeSeconds;
        MAX_CHALLENGE_SECONDS = maxChallengeSeconds;
        REWARD_BPS = rewardBps;
        GAS_PRICE_CAP = gasPriceCapWei;
    }

    modifier onlyGame() {
        // INVARIANT: games are counted, and claims refuted, by the game alone.
        if (msg.sender != GAME) revert NotGame(msg.sender, GAME);
        _;
    }

    // ------------------------------------------------------------------ jobs

    /// @inheritdoc IJobRegistry
    function submitJob(JobTerms calldata terms, string calldata location)
        external
        payable
        returns (bytes32 jobId)
    {
        _checkTerms(terms);
        jobId = jobIdOf(terms, msg.sender);
        Job storage job_ = _jobs[jobId];
        // INVARIANT: an id names one job for ever.
        if (job_.status != JobStatus.NONE) revert JobExists(jobId);

        job_.programRoot = terms.programRoot;
        job_.initialState = terms.initialState;
        job_.steps = terms.steps;
        job_.checkpointInterval = terms.checkpointInterval;
        job_.workSeconds = terms.workSeconds;
        job_.challengeSeconds = terms.challengeSeconds;
        job_.submitter = msg.sender;
        // _checkTerms has found the amounts to fit.
        job_.challengerBondWei = uint96(terms.challengerBondWei);
        job_.solverStakeWei = uint96(terms.solverStakeWei);
        job_.paymentWei = uint96(terms.paymentWei);
        job_.status = JobStatus.OPEN;
        emit JobSubmitted(jobId, msg.sender, terms.programRoot, location);

        if (msg.value != 0) _VAULT.depositFor{ value: msg.value }(msg.sender);
        if (terms.paymentWei != 0) _VAULT.lock(msg.sender, terms.paymentWei);
    }

    /// @inheritdoc IJobRegistry
    function cancelJob(bytes32 jobId) external {
        Job storage job_ = _jobs[jobId];
        // INVARIANT: a job that a solver holds stays paid for.
        _requireStatus(jobId, job_.status, JobStatus.OPEN);
        address submitter = job_.submitter;
        _requireOperator(submitter);
        job_.status = JobStatus.CANCELLED;
        emit JobCancelled(jobId, submitter);
        if (job_.paymentWei != 0) _VAULT.unlock(submitter, job_.paymentWei);
    }

    /// @inheritdoc IJobRegistry
    function acceptJob(bytes32 jobId, address solver) external {
        Job storage job_ = _jobs[jobId];
        // INVARIANT: at most one solver holds a job.
        _requireStatus(jobId, job_.status, JobStatus.OPEN);
        _requireOperator(solver);
        // Durations are below 2^40 (_checkTerms), and so is the time.
        uint64 workDeadline = uint64(block.timestamp) + job_.workSeconds;
        job_.solver = solver;
        job_.workDeadline = workDeadline;
        job_.status = JobStatus.ACCEPTED;
        emit JobAccepted(jobId, solver, workDeadline);
        _VAULT.lock(solver, job_.solverStakeWei);
    }

    /// @inheritdoc IJobRegistry
    function expireJob(bytes32 jobId) external {
        Job storage job_ = _jobs[jobId];
        _requireStatus(jobId, job_.status, JobStatus.ACCEPTED);
        // INVARIANT: at no instant can a job be both claimed and expired.
        if (block.timestamp <= job_.workDeadline) {
            revert WorkTimeNotOver(jobId, block.timestamp, job_.workDeadline);
        }
        job_.status = JobStatus.OPEN;
        address solver = job_.solver;
        emit JobExpired(jobId, solver);
        uint256 stakeWei = job_.solverStakeWei;
        _VAULT.distribute(solver, stakeWei, job_.submitter, Settlement.reward(stakeWei, 0, REWARD_BPS));
    }

    // ------------------------------------------------------------------ claims

    /// @inheritdoc IJobRegistry
    function postClaim(
        bytes32 jobId,
        bytes32 lastState,
        bytes32[] calldata firstPath,
        bytes32[] calldata lastPath,
        string calldata location
    ) external returns (uint64 claimId) {
        Job storage job_ = _jobs[jobId];
        _requireStatus(jobId, job_.status, JobStatus.ACCEPTED);
        address solver = job_.solver;
        // INVARIANT: only who holds the job claims it, so that a claim can't be copied.
        _requireOperator(solver);
        if (block.timestamp > job_.workDeadline) {
            revert WorkTimeOver(jobId, block.timestamp, job_.workDeadline);
        }

        uint64 n = Interval.count(job_.steps, job_.checkpointInterval);
        bytes32 checkpoints = _rootFromPath(job_.initialState, 0, n, firstPath);
        bytes32 fromLast = _rootFromPath(lastState, n, n, lastPath);
        // INVARIANT: C begins with the job's S_0 and ends with the S_T that is paid for (SPEC §5.1).
        if (checkpoints != fromLast) revert CheckpointsDiffer(checkpoints, fromLast);

        // Durations are below 2^40, and so is the time.
        uint48 windowEnd = uint48(block.timestamp + job_.challengeSeconds);
        job_.status = JobStatus.CLAIMED;
        claimId = ++claimCount;
        Claim storage claim_ = _claims[claimId];
        claim_.jobId = jobId;
        claim_.checkpoints = checkpoints;
        claim_.lastState = lastState;
        claim_.solver = solver;
        claim_.windowEnd = windowEnd;
        claim_.status = ClaimStatus.PENDING;
        emit ClaimPosted(claimId, jobId, solver, checkpoints, lastState, windowEnd, location);
    }

    /// @inheritdoc IJobRegistry
    function finalize(uint64 claimId) external {
        Claim storage claim_ = _claims[claimId];
        if (claim_.status != ClaimStatus.PENDING) {
            revert WrongClaimStatus(claimId, claim_.status, ClaimStatus.PENDING);
        }
        // INVARIANT: at no instant can a claim be both challenged and confirmed.
        if (block.timestamp <= claim_.windowEnd) {
            revert WindowNotOver(claimId, block.timestamp, claim_.windowEnd);
        }
        // INVARIANT: a claim stands only after every game on it (SPEC §6.5).
        if (claim_.openGames != 0) revert GamesOpen(claimId, claim_.openGames);

        bytes32 jobId = claim_.jobId;
        Job storage job_ = _jobs[jobId];
        address solver = claim_.solver;
        uint256 paymentWei = job_.paymentWei;
        claim_.status = ClaimStatus.CONFIRMED;
        job_.status = JobStatus.DONE;
        emit ClaimConfirmed(claimId, jobId, solver, paymentWei);
        if (paymentWei != 0) _VAULT.distribute(job_.submitter, paymentWei, solver, paymentWei);
        _VAULT.unlock(solver, job_.solverStakeWei);
    }

    // ------------------------------------------------------------------ the game

    /// @inheritdoc IJobRegistry
    function gameOpened(uint64 claimId, address challenger)
        external
        onlyGame
        returns (DisputedClaim memory disputed)
    {
        Claim storage claim_ = _claims[claimId];
        if (claim_.status != ClaimStatus.PENDING) {
            revert WrongClaimStatus(claimId, claim_.status, ClaimStatus.PENDING);
        }
        // INVARIANT: no game begins after the window, so the claim is decided within the delay bound of its end.
        if (block.timestamp > claim_.windowEnd) {
            revert WindowOver(claimId, block.timestamp, claim_.windowEnd);
        }
        claim_.openGames += 1;

        Job storage job_ = _jobs[claim_.jobId];
        disputed = DisputedClaim({
            solver: claim_.solver,
            programRoot: job_.programRoot,
            checkpoints: claim_.checkpoints,
            steps: job_.steps,
            checkpointInterval: job_.checkpointInterval
        });
        _VAULT.lock(challenger, job_.challengerBondWei);
    }

    /// @inheritdoc IJobRegistry
    function gameClosed(uint64 claimId, uint64 gameId, address challenger, bool solverLost, uint64 winnerGas)
        external
        onlyGame
    {
        Claim storage claim_ = _claims[claimId];
        Job storage job_ = _jobs[claim_.jobId];
        uint32 openGames = claim_.openGames - 1;
        claim_.openGames = openGames;

        if (solverLost) {
            if (claim_.status == ClaimStatus.PENDING) {
                // INVARIANT: one lost game refutes (SPEC §6.5); the job waits for another solver.
                claim_.status = ClaimStatus.REFUTED;
                job_.status = JobStatus.OPEN;
                emit ClaimRefuted(claimId, claim_.jobId, gameId);
            }
            _VAULT.unlock(challenger, job_.challengerBondWei);
        } else {
            _forfeitBond(claimId, gameId, challenger, claim_.solver, job_.challengerBondWei, winnerGas);
        }

        if (claim_.status == ClaimStatus.REFUTED) {
            _settle(claim_, job_, claimId, gameId, solverLost ? challenger : address(0), winnerGas);
        }
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IJobRegistry
    function VAULT() external view returns (address) {
        return address(_VAULT);
    }

    /// @inheritdoc IJobRegistry
    function jobIdOf(JobTerms calldata terms, address submitter) public view returns (bytes32) {
        return sha256(
            abi.encodePacked(
                JOB_TAG,
                block.chainid,
                address(this),
                terms.programRoot,
                terms.initialState,
                terms.steps,
                terms.checkpointInterval,
                terms.paymentWei,
                terms.solverStakeWei,
                terms.challengerBondWei,
                terms.workSeconds,
                terms.challengeSeconds,
                submitter,
                terms.salt
            )
        );
    }

    /// @inheritdoc IJobRegistry
    function job(bytes32 jobId) external view returns (Job memory) {
        return _jobs[jobId];
    }

    /// @inheritdoc IJobRegistry
    function claim(uint64 claimId) external view returns (Claim memory) {
        return _claims[claimId];
    }

    // ------------------------------------------------------------------ steps

    function _forfeitBond(
        uint64 claimId,
        uint64 gameId,
        address challenger,
        address solver,
        uint256 bondWei,
        uint64 solverGas
    ) private {
        uint256 rewardWei = _reward(bondWei, solverGas);
        emit BondForfeited(claimId, gameId, challenger, rewardWei, bondWei - rewardWei);
        _VAULT.distribute(challenger, bondWei, solver, rewardWei);
    }

    /// @dev Keeps the earliest-opened winner while games are open, and pays it when none is. With one game, the
    /// usual case, the winner is never written down: 22,000 gas.
    /// @param winner challenger of `gameId` where its solver has lost it, else 0
    function _settle(
        Claim storage claim_,
        Job storage job_,
        uint64 claimId,
        uint64 gameId,
        address winner,
        uint64 winnerGas
    ) private {
        uint64 earlier = claim_.winningGame;
        // INVARIANT: the reward is the earliest-opened winner's, in whatever order the games end (SPEC §6.5).
        bool first = winner != address(0) && (earlier == 0 || gameId < earlier);
        // Fewer than 2^7 moves of fewer than 2^25 gas: a game's gas fits; saturated all the same.
        uint32 gas32 = winnerGas > type(uint32).max ? type(uint32).max : uint32(winnerGas);

        if (claim_.openGames != 0) {
            if (first) {
                claim_.winner = winner;
                claim_.winningGame = gameId;
                claim_.winnerGas = gas32;
            }
            return;
        }
        if (!first) {
            winner = claim_.winner;
            gameId = earlier;
            gas32 = claim_.winnerGas;
        }
        if (earlier != 0) {
            claim_.winner = address(0);
            claim_.winningGame = 0;
            claim_.winnerGas = 0;
        }
        uint256 stakeWei = job_.solverStakeWei;
        uint256 rewardWei = _reward(stakeWei, gas32);
        emit ClaimSettled(claimId, gameId, winner, rewardWei, stakeWei - rewardWei);
        _VAULT.distribute(claim_.solver, stakeWei, winner, rewardWei);
    }

    function _reward(uint256 forfeitWei, uint256 gasUsed) private view returns (uint256) {
        uint256 gasWei = Settlement.gasCost(gasUsed, block.basefee, GAS_PRICE_CAP);
        return Settlement.reward(forfeitWei, gasWei, REWARD_BPS);
    }

    /// @dev Root of the n + 1 checkpoints by `path` from `leaf` at `index`.
    function _rootFromPath(bytes32 leaf, uint64 index, uint64 n, bytes32[] calldata path)
        private
        view
        returns (bytes32 root)
    {
        uint256 start;
        assembly ("memory-safe") {
            start := path.offset
        }
        Proof memory proof = Proof({ offset: start, end: start + 32 * path.length });
        root = VectorCommitment.rootFromPath(proof, leaf, index, n + 1);
        // INVARIANT: a path has one form.
        proof.requireEnd();
    }

    function _checkTerms(JobTerms calldata terms) private view {
        // INVARIANT: SPEC §3.1's limits, on which the delay bound rests.
        _checkTerm("steps", terms.steps, 1, MAX_STEPS);
        _checkTerm("checkpointInterval", terms.checkpointInterval, 1, MAX_STEPS);
        // INVARIANT: amounts fit their fields.
        _checkTerm("paymentWei", terms.paymentWei, 0, MAX_AMOUNT_WEI);
        // INVARIANT: what is at stake is worth a dispute (SPEC §8).
        _checkTerm("solverStakeWei", terms.solverStakeWei, MIN_SOLVER_STAKE, MAX_AMOUNT_WEI);
        _checkTerm("challengerBondWei", terms.challengerBondWei, MIN_CHALLENGER_BOND, MAX_AMOUNT_WEI);
        _checkTerm("workSeconds", terms.workSeconds, 1, MAX_DURATION_SECONDS);
        // INVARIANT: verifiers have time to look, and nobody waits for ever.
        _checkTerm("challengeSeconds", terms.challengeSeconds, MIN_CHALLENGE_SECONDS, MAX_CHALLENGE_SECONDS);
    }

    function _checkTerm(string memory name, uint256 actual, uint256 low, uint256 high) private pure {
        if (actual < low || actual > high) revert TermOutOfRange(name, actual, low, high);
    }

    function _checkParameter(string memory name, uint256 actual, uint256 low, uint256 high) private pure {
        if (actual < low || actual > high) revert ParameterOutOfRange(name, actual, low, high);
    }

    function _requireStatus(bytes32 jobId, JobStatus actual, JobStatus expected) private pure {
        if (actual != expected) revert WrongJobStatus(jobId, actual, expected);
    }

    function _requireOperator(address account) private view {
        // The account itself needs no look into the vault.
        if (msg.sender != account && !_VAULT.isOperatorFor(account, msg.sender)) {
            revert NotOperator(msg.sender, account);
        }
    }
}
