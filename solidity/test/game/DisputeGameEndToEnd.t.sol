// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IDisputeGame } from "../../src/interfaces/IDisputeGame.sol";
import { ClaimStatus } from "../../src/types/Claim.sol";
import { Reason, Verdict } from "../../src/types/Verdict.sol";
import { Vm } from "../Vm.sol";
import { RealRun } from "./RealRun.sol";

/// @notice Whole disputes under the real verifier: every kind of lie is refuted, and nothing true is.
contract DisputeGameEndToEndTest is RealRun {
    // ------------------------------------------------------------------ completeness

    /// forge-config: default.fuzz.runs = 24
    function testFuzz_trueClaim_holdsAtAnyElement(uint64 step, uint64 element) public {
        step = uint64(bound(step, 0, 63));
        uint64 gameId = gameAtStep(newClaim(), step);
        element = uint64(bound(element, 0, LENGTH - 1));
        selectElement(gameId, 0, element);
        proveAs(gameId, elementProof(step, element), Verdict.CHALLENGER_LOSES, Reason.PROVED);
    }

    /// forge-config: default.fuzz.runs = 24
    function testFuzz_trueClaim_holdsAtAnyPosition(uint64 step, uint64 k) public {
        step = uint64(bound(step, 0, 63));
        k = uint64(bound(k, 0, LENGTH - 1));
        provePosition(step, k, Verdict.CHALLENGER_LOSES);
    }

    function test_trueClaim_holdsAtTheEdgesOfTheFold() public {
        uint64[6] memory positions = [uint64(0), 1, 255, 256, 257, LENGTH - 1];
        for (uint256 n = 0; n < positions.length; n++) {
            provePosition(n == 0 ? 0 : 63, positions[n], Verdict.CHALLENGER_LOSES);
        }
    }

    function test_trueClaim_holdsAtEverySlot() public {
        uint64 claimId = newClaim();
        for (uint32 s = 0; s < slotCount; s++) {
            uint64 gameId = gameAtStep(claimId, 7);
            selectSlot(gameId, s);
            proveAs(gameId, slotProof(7, s), Verdict.CHALLENGER_LOSES, Reason.PROVED);
        }
    }

    function test_trueClaim_anElementThatIsNotThereLosesForTheChallenger() public {
        uint64 claimId = newClaim();
        uint64 gameId = gameAtStep(claimId, 3);
        selectElement(gameId, 0, LENGTH);
        proveAs(gameId, elementProof(3, LENGTH), Verdict.CHALLENGER_LOSES, Reason.OUT_OF_RANGE);

        gameId = gameAtStep(claimId, 3);
        selectElement(gameId, 1, 1);
        bytes memory proof = foldProof(3, 1);
        vm.expectEmit(address(game));
        emit IDisputeGame.Decided(gameId, claimId, Verdict.CHALLENGER_LOSES, Reason.OUT_OF_RANGE, 0, 0);
        vm.prank(solver);
        game.commitFold(gameId, states[gameId], proof);
    }

    // ------------------------------------------------------------------ soundness

    function test_falseElement_isRefuted() public {
        lie = Lie.ELEMENT;
        uint64 gameId = gameAtStep(newClaim(), LIE_STEP);
        selectElement(gameId, 0, 5);
        proveAs(gameId, elementProof(LIE_STEP, 5), Verdict.SOLVER_LOSES, Reason.PROVED);
    }

    function test_falseAccumulator_isRefuted() public {
        lie = Lie.FOLD;
        provePosition(LIE_STEP, LIE_POSITION, Verdict.SOLVER_LOSES);
    }

    function test_falseAccumulator_isNotFoundBesideIt() public {
        lie = Lie.FOLD;
        provePosition(LIE_STEP, LIE_POSITION + 1, Verdict.CHALLENGER_LOSES);
    }

    function test_falseSlot_isRefuted() public {
        lie = Lie.SLOT;
        uint64 gameId = gameAtStep(newClaim(), LIE_STEP);
        selectSlot(gameId, 0);
        proveAs(gameId, slotProof(LIE_STEP, 0), Verdict.SOLVER_LOSES, Reason.PROVED);
    }

    function test_falseKeptSlot_isRefuted() public {
        lie = Lie.KEPT_SLOT;
        uint64 gameId = gameAtStep(newClaim(), LIE_STEP);
        selectSlot(gameId, 3);
        proveAs(gameId, slotProof(LIE_STEP, 3), Verdict.SOLVER_LOSES, Reason.PROVED);
    }

    function test_falseType_isRefuted() public {
        lie = Lie.TYPE;
        uint64 gameId = gameAtStep(newClaim(), LIE_STEP);
        selectElement(gameId, 0, 9);
        proveAs(gameId, elementProof(LIE_STEP, 9), Verdict.SOLVER_LOSES, Reason.PROVED);
    }

    // ------------------------------------------------------------------ what doesn't hold decides nothing

    /// forge-config: default.fuzz.runs = 24
    function testFuzz_proof_withAFlippedBitDecidesNothing(uint256 bit) public {
        uint64 gameId = gameAtStep(newClaim(), 2);
        selectElement(gameId, 0, 280);
        bytes memory proof = elementProof(2, 280);
        bit = bound(bit, 0, proof.length * 8 - 1);
        proof[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        bytes memory state = states[gameId];
        vm.expectRevert();
        vm.prank(challenger);
        game.prove(gameId, state, proof);
        assertEq(game.stateHash(gameId), keccak256(state), "as it was");
    }

    function test_prove_aFoldHasToBeCommittedFirst() public {
        uint64 gameId = gameAtStep(newClaim(), 2);
        selectElement(gameId, 1, 0);
        bytes memory proof = positionProof(2, 0);
        vm.expectRevert();
        vm.prank(solver);
        game.prove(gameId, states[gameId], proof);
    }

    // ------------------------------------------------------------------ tools

    function provePosition(uint64 step, uint64 k, Verdict verdict) private {
        uint64 gameId = gameAtStep(newClaim(), step);
        selectElement(gameId, 1, 0);
        commitRealFold(gameId);
        selectPosition(gameId, k);
        proveAs(gameId, positionProof(step, k), verdict, Reason.PROVED);
    }

    function proveAs(uint64 gameId, bytes memory proof, Verdict verdict, Reason reason) private {
        uint64 claimId = current(gameId).claimId;
        vm.recordLogs();
        proveWith(gameId, proof);
        (bytes32 topic, Verdict found, Reason why) = decided();
        assertEq(uint256(topic), gameId, "Decided names the game");
        assertEq(uint256(found), uint256(verdict), "verdict");
        assertEq(uint256(why), uint256(reason), "reason");
        assertEq(
            uint256(registry.claim(claimId).status),
            uint256(verdict == Verdict.SOLVER_LOSES ? ClaimStatus.REFUTED : ClaimStatus.PENDING),
            "claim"
        );
    }

    function decided() private returns (bytes32 gameId, Verdict verdict, Reason reason) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] == IDisputeGame.Decided.selector) {
                (verdict, reason,,) = abi.decode(logs[i].data, (Verdict, Reason, bytes32, bytes32));
                return (logs[i].topics[1], verdict, reason);
            }
        }
        fail("no Decided event");
    }
}
