// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ProofReader } from "../../src/commitment/ProofReader.sol";
import { IJobRegistry } from "../../src/interfaces/IJobRegistry.sol";
import { IStakeVault } from "../../src/interfaces/IStakeVault.sol";
import { JobRegistry } from "../../src/stake/JobRegistry.sol";
import { Claim, ClaimStatus } from "../../src/types/Claim.sol";
import { Job, JobStatus } from "../../src/types/Job.sol";
import { JobTerms } from "../../src/types/JobTerms.sol";
import { PlainTree } from "../commitment/PlainTree.sol";
import { Arena } from "../game/Arena.sol";

contract JobRegistryTest is Arena {
    // ------------------------------------------------------------------ submitting

    function test_submitJob_keepsTheTermsAndLocksThePayment() public {
        JobTerms memory asked = terms();
        bytes32 expected = sha256(
            bytes.concat(
                abi.encodePacked(
                    hex"20", block.chainid, address(registry), asked.programRoot, asked.initialState
                ),
                abi.encodePacked(asked.steps, asked.checkpointInterval, PAYMENT, STAKE, BOND),
                abi.encodePacked(WORK_SECONDS, CHALLENGE_SECONDS, submitter, asked.salt)
            )
        );
        vm.expectEmit(address(registry));
        emit IJobRegistry.JobSubmitted(expected, submitter, asked.programRoot, "file:job");
        vm.prank(submitter);
        bytes32 jobId = registry.submitJob(asked, "file:job");
        assertEq(jobId, expected, "jobId");
        assertEq(registry.jobIdOf(asked, submitter), expected, "jobIdOf");
        Job memory job = registry.job(jobId);
        assertEq(job.programRoot, asked.programRoot, "programRoot");
        assertEq(job.initialState, asked.initialState, "initialState");
        assertEq(job.steps, 20, "steps");
        assertEq(job.checkpointInterval, 8, "checkpointInterval");
        assertEq(job.workSeconds, WORK_SECONDS, "workSeconds");
        assertEq(job.challengeSeconds, CHALLENGE_SECONDS, "challengeSeconds");
        assertEq(job.submitter, submitter, "submitter");
        assertEq(job.challengerBondWei, BOND, "bond");
        assertEq(job.solverStakeWei, STAKE, "stake");
        assertEq(job.paymentWei, PAYMENT, "payment");
        assertEq(uint256(job.status), uint256(JobStatus.OPEN), "status");
        assertEq(lockedOf(submitter), PAYMENT, "locked");
    }

    /// SPEC §4's layout against bytes written out by hand, 342 of them.
    function test_jobIdOf_hashesSpecsLayout() public {
        vm.chainId(0x1234);
        JobTerms memory asked = JobTerms({
            programRoot: bytes32(uint256(1)),
            initialState: bytes32(uint256(2)),
            steps: 3,
            checkpointInterval: 4,
            paymentWei: 5,
            solverStakeWei: 6,
            challengerBondWei: 7,
            workSeconds: 8,
            challengeSeconds: 9,
            salt: bytes32(uint256(10))
        });
        bytes memory preimage = bytes.concat(
            hex"20",
            hex"0000000000000000000000000000000000000000000000000000000000001234",
            bytes20(address(registry)),
            hex"0000000000000000000000000000000000000000000000000000000000000001",
            hex"0000000000000000000000000000000000000000000000000000000000000002",
            hex"00000000000000030000000000000004",
            hex"0000000000000000000000000000000000000000000000000000000000000005",
            hex"0000000000000000000000000000000000000000000000000000000000000006",
            hex"0000000000000000000000000000000000000000000000000000000000000007",
            hex"00000000000000080000000000000009"
        );
        preimage = bytes.concat(
            preimage,
            hex"00000000000000000000000000000000000a11ce",
            hex"000000000000000000000000000000000000000000000000000000000000000a"
        );
        assertEq(preimage.length, 1 + 32 + 20 + 64 + 16 + 96 + 16 + 20 + 32, "length");
        assertEq(registry.jobIdOf(asked, address(0xa11ce)), sha256(preimage), "jobId");
    }

    function test_submitJob_depositsWhatIsSentAlong() public {
        vm.deal(stranger, 10 ether);
        JobTerms memory asked = terms();
        vm.prank(stranger);
        registry.submitJob{ value: 5 ether }(asked, "");
        assertEq(freeOf(stranger), 5 ether - PAYMENT, "free");
        assertEq(lockedOf(stranger), PAYMENT, "locked");
    }

    function test_submitJob_withoutTheMoneyIsRefused() public {
        JobTerms memory asked = terms();
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientFree.selector, stranger, 0, PAYMENT));
        vm.prank(stranger);
        registry.submitJob(asked, "");
    }

    function test_submitJob_refusesTheSameTermsTwice() public {
        JobTerms memory asked = terms();
        vm.prank(submitter);
        bytes32 jobId = registry.submitJob(asked, "");
        vm.expectRevert(abi.encodeWithSelector(IJobRegistry.JobExists.selector, jobId));
        vm.prank(submitter);
        registry.submitJob(asked, "elsewhere");
        vm.prank(submitter);
        registry.cancelJob(jobId);
        vm.expectRevert(abi.encodeWithSelector(IJobRegistry.JobExists.selector, jobId));
        vm.prank(submitter);
        registry.submitJob(asked, "");
        // Another submitter's is another job.
        vm.prank(solver);
        registry.submitJob(asked, "");
    }

    function test_submitJob_checksEveryTermAtItsLimits() public {
        uint256 most = type(uint96).max;
        _limits("steps", 0, 1, 1 << 32);
        _limits("checkpointInterval", 1, 1, 1 << 32);
        _limits("solverStakeWei", 2, 1 ether, most);
        _limits("challengerBondWei", 3, 1 ether, most);
        _limits("workSeconds", 4, 1, type(uint40).max);
        _limits("challengeSeconds", 5, 1 days, CHALLENGE_SECONDS);
        JobTerms memory asked = terms();
        asked.paymentWei = most + 1;
        _refusesTerms(asked, "paymentWei", most + 1, 0, most);
        asked.paymentWei = 0;
        vm.prank(stranger);
        registry.submitJob(asked, "");
    }

    function _limits(string memory name, uint256 term, uint256 low, uint256 high) private {
        _refusesTerms(_with(term, low - 1), name, low - 1, low, high);
        _refusesTerms(_with(term, high + 1), name, high + 1, low, high);
        JobTerms memory least = _with(term, low);
        JobTerms memory most = _with(term, high);
        vm.startPrank(submitter);
        registry.submitJob(least, "");
        registry.submitJob(most, "");
        vm.stopPrank();
    }

    function _with(uint256 term, uint256 value) private view returns (JobTerms memory asked) {
        asked = terms();
        asked.salt = bytes32(term + 100);
        if (term == 0) asked.steps = uint64(value);
        if (term == 1) asked.checkpointInterval = uint64(value);
        if (term == 2) asked.solverStakeWei = value;
        if (term == 3) asked.challengerBondWei = value;
        if (term == 4) asked.workSeconds = uint64(value);
        if (term == 5) asked.challengeSeconds = uint64(value);
    }

    function _refusesTerms(
        JobTerms memory asked,
        string memory name,
        uint256 actual,
        uint256 low,
        uint256 high
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IJobRegistry.TermOutOfRange.selector, name, actual, low, high));
        vm.prank(submitter);
        registry.submitJob(asked, "");
    }

    // ------------------------------------------------------------------ cancelling

    function test_cancelJob_freesThePayment() public {
        bytes32 jobId = submit();
        uint256 before = freeOf(submitter);
        vm.expectEmit(address(registry));
        emit IJobRegistry.JobCancelled(jobId, submitter);
        vm.prank(submitter);
        registry.cancelJob(jobId);
        assertEq(freeOf(submitter), before + PAYMENT, "free");
        assertEq(uint256(registry.job(jobId).status), uint256(JobStatus.CANCELLED), "status");
        _refusesStatus(jobId, JobStatus.CANCELLED, JobStatus.OPEN);
        vm.prank(solver);
        registry.acceptJob(jobId, solver);
    }

    function test_cancelJob_isTheSubmittersOrItsOperators() public {
        bytes32 jobId = submit();
        vm.expectRevert(abi.encodeWithSelector(IJobRegistry.NotOperator.selector, stranger, submitter));
        vm.prank(stranger);
        registry.cancelJob(jobId);
        vm.prank(submitter);
        vault.setOperator(stranger, true);
        vm.prank(stranger);
        registry.cancelJob(jobId);
    }

    function test_cancelJob_refusesWhileASolverHoldsIt() public {
        bytes32 jobId = submit();
        accept(jobId);
        _refusesStatus(jobId, JobStatus.ACCEPTED, JobStatus.OPEN);
        vm.prank(submitter);
        registry.cancelJob(jobId);
        post(jobId);
        _refusesStatus(jobId, JobStatus.CLAIMED, JobStatus.OPEN);
        vm.prank(submitter);
        registry.cancelJob(jobId);
    }

    // ------------------------------------------------------------------ accepting

    function test_acceptJob_locksTheStakeAndReservesTheJob() public {
        bytes32 jobId = submit();
        vm.expectEmit(address(registry));
        emit IJobRegistry.JobAccepted(jobId, solver, uint64(block.timestamp) + WORK_SECONDS);
        accept(jobId);
        assertEq(lockedOf(solver), STAKE, "stake");
        assertEq(registry.job(jobId).solver, solver, "solver");
        _refusesStatus(jobId, JobStatus.ACCEPTED, JobStatus.OPEN);
        vm.prank(copier);
        registry.acceptJob(jobId, copier);
    }

    function test_acceptJob_isTheSolversOrItsOperators() public {
        bytes32 jobId = submit();
        vm.expectRevert(abi.encodeWithSelector(IJobRegistry.NotOperator.selector, solverKey, solver));
        vm.prank(solverKey);
        registry.acceptJob(jobId, solver);
        vm.prank(solver);
        vault.setOperator(solverKey, true);
        vm.prank(solverKey);
        registry.acceptJob(jobId, solver);
        assertEq(lockedOf(solver), STAKE, "the solver's stake");
    }

    function test_acceptJob_withoutTheStakeOrTheJobIsRefused() public {
        bytes32 jobId = submit();
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientFree.selector, stranger, 0, STAKE));
        vm.prank(stranger);
        registry.acceptJob(jobId, stranger);
        _refusesStatus("none", JobStatus.NONE, JobStatus.OPEN);
        vm.prank(solver);
        registry.acceptJob("none", solver);
    }

    // ------------------------------------------------------------------ expiry

    function test_expireJob_takesTheStakeAndOpensTheJob() public {
        bytes32 jobId = submit();
        accept(jobId);
        uint64 deadline = registry.job(jobId).workDeadline;
        vm.warp(deadline);
        vm.expectRevert(
            abi.encodeWithSelector(IJobRegistry.WorkTimeNotOver.selector, jobId, deadline, deadline)
        );
        registry.expireJob(jobId);
        vm.warp(deadline + 1);
        uint256 before = freeOf(submitter);
        vm.expectEmit(address(registry));
        emit IJobRegistry.JobExpired(jobId, solver);
        vm.prank(stranger);
        registry.expireJob(jobId);
        uint256 share = STAKE * REWARD_BPS / 10_000;
        assertEq(freeOf(submitter), before + share, "submitter's share");
        assertEq(vault.jackpotPool(), STAKE - share, "pool");
        assertEq(lockedOf(solver), 0, "stake");
        vm.prank(copier);
        registry.acceptJob(jobId, copier);
    }

    function test_expireJob_aClaimedOrOpenJobDoesNotExpire() public {
        bytes32 jobId = submit();
        vm.warp(block.timestamp + 365 days);
        _refusesStatus(jobId, JobStatus.OPEN, JobStatus.ACCEPTED);
        registry.expireJob(jobId);
        accept(jobId);
        post(jobId);
        vm.warp(block.timestamp + 365 days);
        _refusesStatus(jobId, JobStatus.CLAIMED, JobStatus.ACCEPTED);
        registry.expireJob(jobId);
    }

    // ------------------------------------------------------------------ claims

    function test_postClaim_keepsTheCommitmentAndOpensTheWindow() public {
        bytes32 jobId = submit();
        accept(jobId);
        vm.warp(registry.job(jobId).workDeadline);
        bytes32 expected = vectorRoot(checkpoints());
        bytes32 lastState = stateRoot(20);
        uint64 end = uint64(block.timestamp) + CHALLENGE_SECONDS;
        vm.expectEmit(address(registry));
        emit IJobRegistry.ClaimPosted(1, jobId, solver, expected, lastState, end, "file:run");
        assertEq(post(jobId), 1, "from 1");
        assertEq(registry.claimCount(), 1, "claimCount");
        Claim memory claim = registry.claim(1);
        assertEq(claim.jobId, jobId, "jobId");
        assertEq(claim.checkpoints, expected, "checkpoints");
        assertEq(claim.lastState, lastState, "lastState");
        assertEq(claim.solver, solver, "solver");
        assertEq(claim.windowEnd, end, "windowEnd");
        assertEq(uint256(claim.status), uint256(ClaimStatus.PENDING), "status");
        assertEq(uint256(registry.job(jobId).status), uint256(JobStatus.CLAIMED), "job");
        assertEq(newClaim(), 2, "one after another");
    }

    function test_postClaim_holdsForEveryNumberOfCheckpoints() public {
        interval = 3;
        for (steps = 1; steps <= 100; steps += 2) {
            uint64 claimId = newClaim();
            assertEq(registry.claim(claimId).checkpoints, vectorRoot(checkpoints()), "C");
        }
    }

    function test_postClaim_refusesAfterTheWorkTime() public {
        bytes32 jobId = submit();
        accept(jobId);
        uint64 deadline = registry.job(jobId).workDeadline;
        vm.warp(deadline + 1);
        _refusesClaim(
            jobId,
            solver,
            stateRoot(20),
            3,
            0,
            abi.encodeWithSelector(IJobRegistry.WorkTimeOver.selector, jobId, deadline + 1, deadline)
        );
    }

    function test_postClaim_isTheHoldersOrItsOperators() public {
        bytes32 jobId = submit();
        accept(jobId);
        _refusesClaim(
            jobId,
            copier,
            stateRoot(20),
            3,
            0,
            abi.encodeWithSelector(IJobRegistry.NotOperator.selector, copier, solver)
        );
        vm.prank(solver);
        vault.setOperator(copier, true);
        bytes32[] memory leaves = checkpoints();
        bytes32[] memory first = hashes(PlainTree.path(leaves, 0));
        bytes32[] memory last = hashes(PlainTree.path(leaves, 3));
        vm.prank(copier);
        registry.postClaim(jobId, leaves[3], first, last, "");
        assertEq(registry.claim(1).solver, solver, "the holder's claim");
    }

    function test_postClaim_refusesWhatDoesNotBeginAndEndAsItMust() public {
        bytes32 jobId = submit();
        accept(jobId);
        // Another last state.
        _refusesClaim(jobId, solver, stateRoot(19), 3, 0, "");
        // Another leaf's path.
        _refusesClaim(jobId, solver, stateRoot(16), 2, 0, "");
        // Paths too long and too short.
        _refusesClaim(
            jobId, solver, stateRoot(20), 3, 1, abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 32)
        );
        _refusesClaim(
            jobId,
            solver,
            stateRoot(20),
            3,
            -1,
            abi.encodeWithSelector(ProofReader.ProofTooShort.selector, 64, 32)
        );
        // Another first state: the same paths, for a job that starts elsewhere.
        JobTerms memory other = terms();
        other.initialState = stateRoot(1);
        vm.prank(submitter);
        bytes32 otherId = registry.submitJob(other, "");
        vm.prank(solver);
        registry.acceptJob(otherId, solver);
        _refusesClaim(otherId, solver, stateRoot(20), 3, 0, "");
        post(jobId);
    }

    function test_postClaim_refusesASecondWhileOneIsPending() public {
        bytes32 jobId = submit();
        accept(jobId);
        post(jobId);
        _refusesClaim(
            jobId,
            solver,
            stateRoot(20),
            3,
            0,
            abi.encodeWithSelector(
                IJobRegistry.WrongJobStatus.selector, jobId, JobStatus.CLAIMED, JobStatus.ACCEPTED
            )
        );
    }

    function _refusesClaim(
        bytes32 jobId,
        address sender,
        bytes32 lastState,
        uint256 lastIndex,
        int256 extra,
        bytes memory why
    ) private {
        bytes32[] memory leaves = checkpoints();
        bytes32[] memory first = hashes(PlainTree.path(leaves, 0));
        bytes32[] memory path = hashes(PlainTree.path(leaves, lastIndex));
        bytes32[] memory last = new bytes32[](uint256(int256(path.length) + extra));
        for (uint256 i = 0; i < last.length && i < path.length; i++) {
            last[i] = path[i];
        }
        vm.prank(sender);
        (bool ok, bytes memory actual) =
            address(registry).call(abi.encodeCall(registry.postClaim, (jobId, lastState, first, last, "")));
        assertFalse(ok, "refused");
        if (why.length == 0) {
            assertEq(bytes32(bytes4(actual)), bytes32(IJobRegistry.CheckpointsDiffer.selector), "why");
        } else {
            assertEq(bytes32(bytes4(actual)), bytes32(bytes4(why)), "why");
        }
    }

    // ------------------------------------------------------------------ finality

    function test_finalize_withoutGamesPaysAfterTheWindow() public {
        uint64 claimId = newClaim();
        uint256 solverBefore = freeOf(solver);
        vm.warp(registry.claim(claimId).windowEnd + 1);
        vm.prank(stranger);
        registry.finalize(claimId);
        assertEq(freeOf(solver), solverBefore + STAKE + PAYMENT, "solver");
        assertEq(lockedOf(submitter), 0, "submitter");
        assertEq(uint256(registry.claim(claimId).status), uint256(ClaimStatus.CONFIRMED), "claim");
        assertEq(uint256(registry.job(registry.claim(claimId).jobId).status), uint256(JobStatus.DONE), "job");
        vm.expectRevert(
            abi.encodeWithSelector(
                IJobRegistry.WrongClaimStatus.selector, claimId, ClaimStatus.CONFIRMED, ClaimStatus.PENDING
            )
        );
        registry.finalize(claimId);
    }

    function test_finalize_refusesNoClaim() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IJobRegistry.WrongClaimStatus.selector, 7, ClaimStatus.NONE, ClaimStatus.PENDING
            )
        );
        registry.finalize(7);
    }

    // ------------------------------------------------------------------ the game's

    function test_gameOpenedAndClosed_areTheGamesAlone() public {
        uint64 claimId = newClaim();
        bytes memory why = abi.encodeWithSelector(IJobRegistry.NotGame.selector, challenger, address(game));
        vm.startPrank(challenger);
        vm.expectRevert(why);
        registry.gameOpened(claimId, challenger);
        vm.expectRevert(why);
        registry.gameClosed(claimId, 1, challenger, true, 0);
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ parameters

    function test_constructor_checksItsParameters() public {
        uint256 most = type(uint96).max;
        _refusesParameter("minSolverStakeWei", 0, 1, most, [uint256(0), 1, 1, 1, 0, 0]);
        _refusesParameter("minChallengerBondWei", 0, 1, most, [uint256(1), 0, 1, 1, 0, 0]);
        _refusesParameter("maxChallengeSeconds", 0, 1, type(uint40).max, [uint256(1), 1, 1, 0, 0, 0]);
        _refusesParameter("minChallengeSeconds", 3, 1, 2, [uint256(1), 1, 3, 2, 0, 0]);
        _refusesParameter("rewardBps", 5001, 0, 5000, [uint256(1), 1, 1, 1, 5001, 0]);
        _refusesParameter("gasPriceCapWei", most + 1, 0, most, [uint256(1), 1, 1, 1, 0, most + 1]);
        new JobRegistry(address(vault), address(game), 1, 1, 1, 1, 5000, most);
    }

    function _refusesParameter(
        string memory name,
        uint256 actual,
        uint256 low,
        uint256 high,
        uint256[6] memory p
    ) private {
        vm.expectRevert(
            abi.encodeWithSelector(IJobRegistry.ParameterOutOfRange.selector, name, actual, low, high)
        );
        new JobRegistry(address(vault), address(game), p[0], p[1], uint64(p[2]), uint64(p[3]), p[4], p[5]);
    }

    function _refusesStatus(bytes32 jobId, JobStatus actual, JobStatus expected) private {
        vm.expectRevert(abi.encodeWithSelector(IJobRegistry.WrongJobStatus.selector, jobId, actual, expected));
    }
}
