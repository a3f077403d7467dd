// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { PlainTree } from "../commitment/PlainTree.sol";
import { RealRun } from "./RealRun.sol";

/// @notice What a dispute costs: eight transactions, each measured as one, intrinsic and calldata gas included, on a
/// run of 1,024 steps with 200 nodes and 20 slots.
contract DisputeGameGasTest is RealRun {
    uint256 private total;
    uint256 private solverTotal;
    uint256 private challengerTotal;

    function setUp() public override {
        super.setUp();
        steps = 1024;
        interval = 16;
        nodeCount = 200;
        slotCount = 20;
    }

    /// forge-config: default.isolate = true
    function test_gas_ofAWholeDisputeStaysWithinItsBudget() public {
        // Not the first dispute ever: the jackpot pool's first wei would cost 17,000 more.
        bytes32 expired = submit();
        accept(expired);
        vm.warp(block.timestamp + WORK_SECONDS + 1);
        registry.expireJob(expired);

        lie = Lie.FOLD;
        uint64 claimId = newClaim();
        bytes32 stepsTree = PlainTree.root(innerStates(1));
        bytes memory trace_ = traceProof(1, LIE_STEP);
        bytes memory fold = foldProof(LIE_STEP, 1);
        bytes memory proof = positionProof(LIE_STEP, LIE_POSITION);

        vm.recordLogs();
        vm.prank(challenger);
        uint64 gameId = game.challenge(claimId, challenger, 1, 0);
        _spent("1 challenge", true);
        track(gameId);
        vm.prank(solver);
        game.commitSteps(gameId, states[gameId], stepsTree);
        _spent("2 commitSteps", false);
        track(gameId);
        vm.prank(challenger);
        game.selectStep(gameId, states[gameId], LIE_STEP);
        _spent("3 selectStep", true);
        track(gameId);
        vm.prank(solver);
        game.commitTrace(gameId, states[gameId], trace_);
        _spent("4 commitTrace", false);
        track(gameId);
        vm.prank(challenger);
        game.selectElement(gameId, states[gameId], 1, 0);
        _spent("5 selectElement", true);
        track(gameId);
        vm.prank(solver);
        game.commitFold(gameId, states[gameId], fold);
        _spent("6 commitFold", false);
        track(gameId);
        vm.prank(challenger);
        game.selectPosition(gameId, states[gameId], LIE_POSITION);
        _spent("7 selectPosition", true);
        track(gameId);
        _near(current(gameId).challengerGas, challengerTotal, "challenger's tally");
        _near(current(gameId).solverGas, solverTotal, "solver's tally");
        vm.prank(solver);
        game.prove(gameId, states[gameId], proof);
        _spent("8 prove", false);
        vm.snapshotValue("Game", "whole dispute", total);
        assertEq(game.stateHash(gameId), 0, "over");
        assertLe(total, 650_000, "whole dispute");
    }

    /// forge-config: default.isolate = true
    function test_gas_ofForcedRevealStaysWithinItsBudget() public {
        uint64 claimId = newClaim();
        uint64 gameId = challengeLater(claimId, challenger);
        bytes memory data = PlainTree.descendants(checkpoints(), 0, intervals() + 1, 4);
        vm.recordLogs();
        vm.prank(challenger);
        game.demand(gameId, states[gameId], 0, new bytes32[](0));
        _spent("demand of a root", true);
        track(gameId);
        vm.prank(solver);
        game.reveal(gameId, states[gameId], data);
        _spent("reveal of 16 hashes", false);
        track(gameId);
        bytes32[] memory revealed = hashes(data);
        vm.prank(challenger);
        game.demand(gameId, states[gameId], 0, revealed);
        _spent("demand of an entry", true);
        track(gameId);
        vm.warp(block.timestamp + SOLVER_CLOCK + 1);
        vm.prank(challenger);
        game.timeout(gameId, states[gameId]);
        _spent("timeout", true);
    }

    /// forge-config: default.isolate = true
    function test_gas_ofJobAndClaim() public {
        bytes32 jobId = submit();
        vm.snapshotGasLastCall("Game", "submitJob");
        accept(jobId);
        vm.snapshotGasLastCall("Game", "acceptJob");
        uint64 claimId = post(jobId);
        vm.snapshotGasLastCall("Game", "postClaim");
        vm.warp(block.timestamp + CHALLENGE_SECONDS + 1);
        registry.finalize(claimId);
        vm.snapshotGasLastCall("Game", "finalize");
    }

    function _spent(string memory name, bool byChallenger) private {
        uint256 used = vm.snapshotGasLastCall("Game", name);
        assertGt(used, 21_000, "measured as a transaction");
        assertLe(used, 300_000, name);
        total += used;
        if (byChallenger) {
            challengerTotal += used;
        } else {
            solverTotal += used;
        }
    }

    /// Within a tenth.
    function _near(uint256 tally, uint256 spent, string memory what) private pure {
        assertLe(tally * 10, spent * 11, what);
        assertGe(tally * 10, spent * 9, what);
    }
}
