// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Finding } from "../../src/interfaces/IOneStepVerifier.sol";
import { Claim, ClaimStatus } from "../../src/types/Claim.sol";
import { GameState, Phase } from "../../src/types/GameState.sol";
import { Job, JobStatus } from "../../src/types/Job.sol";
import { JobTerms } from "../../src/types/JobTerms.sol";
import { PlainTree } from "../commitment/PlainTree.sol";
import { Arena } from "../game/Arena.sol";

/// @notice Everybody's moves, in whatever order a fuzzer likes: deposits and withdrawals, jobs, claims, whole games
/// with any outcome. Keeps its own books of what must be locked.
contract LedgerHandler is Arena {
    address[4] private _people;
    bytes32[] private _jobs;
    uint64[] private _games;

    uint256 public verdicts;
    uint256 public finals;

    constructor() {
        setUp();
        steps = 6;
        interval = 3;
        nodeCount = 2;
        slotCount = 1;
        _people = [submitter, solver, challenger, copier];
    }

    // ------------------------------------------------------------------ moves

    function deposit(uint256 who, uint256 amountWei) external {
        address person = _people[who % 4];
        vm.deal(person, 100 ether);
        vm.prank(person);
        vault.deposit{ value: bound(amountWei, 1, 100 ether) }();
    }

    function requestWithdrawal(uint256 who, uint256 amountWei) external {
        address person = _people[who % 4];
        uint256 free = freeOf(person);
        if (free == 0) return;
        vm.prank(person);
        vault.requestWithdrawal(bound(amountWei, 1, free));
    }

    function withdraw(uint256 who) external {
        address person = _people[who % 4];
        uint256 before = person.balance;
        (,, uint256 unbonding, uint256 availableAt) = vault.balanceOf(person);
        vm.prank(person);
        try vault.withdraw() returns (uint256 paid) {
            assertEq(paid, unbonding, "all that was unbonding");
            assertEq(person.balance, before + paid, "paid");
            assertGe(block.timestamp, availableAt, "in its time");
        } catch {
            assertTrue(unbonding == 0 || block.timestamp < availableAt, "refused only where it must be");
        }
    }

    function submitJob(uint256 who, uint256 paymentWei) external {
        address person = _people[who % 4];
        JobTerms memory asked = terms();
        asked.paymentWei = bound(paymentWei, 0, freeOf(person));
        asked.salt = bytes32(_jobs.length);
        vm.prank(person);
        _jobs.push(registry.submitJob(asked, ""));
    }

    function acceptJob(uint256 which, uint256 who) external {
        if (_jobs.length == 0) return;
        bytes32 jobId = _jobs[which % _jobs.length];
        address person = _people[who % 4];
        if (registry.job(jobId).status != JobStatus.OPEN || freeOf(person) < STAKE) return;
        vm.prank(person);
        registry.acceptJob(jobId, person);
    }

    function cancelJob(uint256 which) external {
        if (_jobs.length == 0) return;
        bytes32 jobId = _jobs[which % _jobs.length];
        Job memory job = registry.job(jobId);
        if (job.status != JobStatus.OPEN) return;
        vm.prank(job.submitter);
        registry.cancelJob(jobId);
    }

    function postOrExpire(uint256 which) external {
        if (_jobs.length == 0) return;
        bytes32 jobId = _jobs[which % _jobs.length];
        Job memory job = registry.job(jobId);
        if (job.status != JobStatus.ACCEPTED) return;
        if (block.timestamp > job.workDeadline) {
            registry.expireJob(jobId);
            return;
        }
        bytes32[] memory leaves = checkpoints();
        bytes32[] memory first = hashes(PlainTree.path(leaves, 0));
        bytes32[] memory last = hashes(PlainTree.path(leaves, leaves.length - 1));
        vm.prank(job.solver);
        registry.postClaim(jobId, leaves[leaves.length - 1], first, last, "");
    }

    function challengeClaim(uint256 which, uint256 who, bool hidden) external {
        uint64 count = registry.claimCount();
        if (count == 0) return;
        // The latest claims, mostly: the others are decided.
        uint64 claimId = count - uint64(which % (count < 3 ? count : 3));
        Claim memory claim = registry.claim(claimId);
        address person = _people[who % 4];
        if (claim.status != ClaimStatus.PENDING || block.timestamp > claim.windowEnd) return;
        if (freeOf(person) < BOND) return;
        _games.push(
            challenge(
                claimId, person, hidden ? 0 : 2, hidden ? opening(claimId, person, 2, bytes32(0)) : bytes32(0)
            )
        );
    }

    /// The next move of some open game, up to its verdict.
    function play(uint256 which, uint256 outcome) external {
        uint256 index = _openGame(which);
        if (index == type(uint256).max) return;
        uint64 gameId = _games[index];
        GameState memory s = current(gameId);
        bool challengerMoves =
            s.phase == Phase.SELECT_INTERVAL || s.phase == Phase.SELECT_STEP || s.phase == Phase.SELECT_NODE;
        uint64 last = s.movedAt + (challengerMoves ? s.challengerClock : s.solverClock);
        if (block.timestamp > last) {
            timeout(gameId, _people[outcome % 4]);
            _close(index);
        } else if (s.phase == Phase.SELECT_INTERVAL) {
            selectInterval(gameId, 2, 0);
        } else if (s.phase == Phase.SELECT_STEP) {
            selectStep(gameId, 4);
        } else if (s.phase == Phase.SELECT_NODE) {
            selectSlot(gameId, 0);
        } else if (s.phase == Phase.PROVE_SLOT) {
            verifier.setFinding(Finding(outcome % 3), 0, 0);
            prove(gameId, _people[outcome / 3 % 4]);
            _close(index);
        } else {
            vm.recordLogs();
            bytes memory state = states[gameId];
            if (s.phase == Phase.COMMIT_STEPS) {
                bytes32 tree = PlainTree.root(innerStates(2));
                vm.prank(s.solver);
                game.commitSteps(gameId, state, tree);
            } else {
                bytes memory proof = traceProof(2, 4);
                vm.prank(s.solver);
                game.commitTrace(gameId, state, proof);
            }
            track(gameId);
        }
    }

    function finalize(uint256 which) external {
        uint64 count = registry.claimCount();
        if (count == 0) return;
        uint64 claimId = count - uint64(which % (count < 3 ? count : 3));
        Claim memory claim = registry.claim(claimId);
        bool due =
            claim.status == ClaimStatus.PENDING && block.timestamp > claim.windowEnd && claim.openGames == 0;
        try registry.finalize(claimId) {
            finals++;
            assertTrue(due, "confirmed only when due");
        } catch {
            assertFalse(due, "and always when due");
        }
    }

    function sleep(uint256 seconds_) external {
        vm.warp(block.timestamp + bound(seconds_, 1, 3 days));
        vm.fee(bound(seconds_, 0, 1000 gwei));
    }

    // ------------------------------------------------------------------ the books

    function sumOfAccounts() external view returns (uint256 sum) {
        for (uint256 p = 0; p < 4; p++) {
            (uint256 free, uint256 locked, uint256 unbonding,) = vault.balanceOf(_people[p]);
            sum += free + locked + unbonding;
        }
    }

    function pool() external view returns (uint256) {
        return vault.jackpotPool();
    }

    function vaultBalance() external view returns (uint256) {
        return address(vault).balance;
    }

    /// What each person must have locked: payments of unfinished jobs, stakes of held jobs and undecided or unsettled
    /// claims, bonds of open games.
    function assertLocked() external view {
        uint256[4] memory expected;
        for (uint256 j = 0; j < _jobs.length; j++) {
            Job memory job = registry.job(_jobs[j]);
            if (job.status != JobStatus.CANCELLED && job.status != JobStatus.DONE) {
                expected[_index(job.submitter)] += job.paymentWei;
            }
            if (job.status == JobStatus.ACCEPTED) expected[_index(job.solver)] += job.solverStakeWei;
        }
        for (uint64 c = 1; c <= registry.claimCount(); c++) {
            Claim memory claim = registry.claim(c);
            if (
                claim.status == ClaimStatus.PENDING
                    || (claim.status == ClaimStatus.REFUTED && claim.openGames != 0)
            ) expected[_index(claim.solver)] += STAKE;
        }
        for (uint256 g = 0; g < _games.length; g++) {
            expected[_index(current(_games[g]).challenger)] += BOND;
        }
        for (uint256 p = 0; p < 4; p++) {
            assertEq(lockedOf(_people[p]), expected[p], "locked is what is at stake");
        }
    }

    function _index(address person) private view returns (uint256) {
        for (uint256 p = 0; p < 4; p++) {
            if (_people[p] == person) return p;
        }
        revert("nobody");
    }

    function _openGame(uint256 which) private view returns (uint256) {
        return _games.length == 0 ? type(uint256).max : which % _games.length;
    }

    function _close(uint256 index) private {
        verdicts++;
        assertEq(game.stateHash(_games[index]), 0, "over");
        _games[index] = _games[_games.length - 1];
        _games.pop();
    }
}
