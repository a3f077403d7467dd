// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ProofReader } from "../../src/commitment/ProofReader.sol";
import { DisputeGame } from "../../src/game/DisputeGame.sol";
import { IDisputeGame } from "../../src/interfaces/IDisputeGame.sol";
import { IJobRegistry } from "../../src/interfaces/IJobRegistry.sol";
import { Finding } from "../../src/interfaces/IOneStepVerifier.sol";
import { ProgramHeaders } from "../../src/program/ProgramHeader.sol";
import { Claim, ClaimStatus } from "../../src/types/Claim.sol";
import { DemandKind, GameState, Phase } from "../../src/types/GameState.sol";
import { Reason, Verdict } from "../../src/types/Verdict.sol";
import { PlainTree } from "../commitment/PlainTree.sol";
import { Arena } from "./Arena.sol";
import { ScriptedVerifier } from "./ScriptedVerifier.sol";

/// @notice Every move: what it changes, all it changes, and what it refuses.
contract DisputeGameMovesTest is Arena {
    // ------------------------------------------------------------------ challenge

    function test_challenge_openIntervalStartsAtTheSteps() public {
        uint64 claimId = newClaim();
        uint64 gameId = challenge(claimId, challenger, 2, 0);
        GameState memory expected;
        expected.gameId = gameId;
        expected.claimId = claimId;
        expected.solver = solver;
        expected.challenger = challenger;
        expected.programRoot = programRoot();
        expected.checkpoints = vectorRoot(checkpoints());
        expected.steps = 20;
        expected.checkpointInterval = 8;
        expected.phase = Phase.COMMIT_STEPS;
        expected.movedAt = uint64(block.timestamp);
        expected.solverClock = SOLVER_CLOCK;
        expected.challengerClock = CHALLENGER_CLOCK;
        expected.interval = 2;
        assertState(gameId, expected);
        assertEq(gameId, 1, "from 1");
        assertEq(lockedOf(challenger), BOND, "bond");
        assertEq(registry.claim(claimId).openGames, 1, "counted");
    }

    function test_challenge_intervalOfOneStepStartsAtTheTrace() public {
        steps = 17;
        uint64 gameId = challenge(newClaim(), challenger, 3, 0);
        assertEq(uint256(phaseOf(gameId)), uint256(Phase.COMMIT_TRACE), "phase");
        assertEq(current(gameId).step, 16, "step = a");
        assertEq(current(gameId).stepsRoot, 0, "no level 1");
    }

    function test_challenge_emitsChallenged() public {
        uint64 claimId = newClaim();
        vm.expectEmit(address(game));
        emit IDisputeGame.Challenged(1, claimId, challenger, solver, 3, 0);
        vm.prank(challenger);
        game.challenge(claimId, challenger, 3, 0);
    }

    function test_challenge_refusesAnIntervalThatIsNotThere() public {
        uint64 claimId = newClaim();
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.SelectionOutOfRange.selector, 4, 1, 3));
        vm.prank(challenger);
        game.challenge(claimId, challenger, 4, 0);
    }

    function test_challenge_refusesOpenAndHidden() public {
        uint64 claimId = newClaim();
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.OpenAndHidden.selector, 1, bytes32(uint256(1))));
        vm.prank(challenger);
        game.challenge(claimId, challenger, 1, bytes32(uint256(1)));
    }

    function test_challenge_refusesToLockAnothersBond() public {
        uint64 claimId = newClaim();
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NotYourMove.selector, 1, stranger, challenger));
        vm.prank(stranger);
        game.challenge(claimId, challenger, 1, 0);
    }

    function test_challenge_refusesAClaimThatIsNotPending() public {
        vm.expectRevert(
            abi.encodeWithSelector(
                IJobRegistry.WrongClaimStatus.selector, 9, ClaimStatus.NONE, ClaimStatus.PENDING
            )
        );
        vm.prank(challenger);
        game.challenge(9, challenger, 1, 0);
    }

    function test_challenge_refusesAfterTheWindow() public {
        uint64 claimId = newClaim();
        uint64 end = registry.claim(claimId).windowEnd;
        vm.warp(end);
        challenge(claimId, challenger, 1, 0);
        vm.warp(end + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobRegistry.WindowOver.selector, claimId, end + 1, end));
        vm.prank(challenger);
        game.challenge(claimId, challenger, 1, 0);
    }

    // ------------------------------------------------------------------ selectInterval

    function test_selectInterval_withoutOpeningTakesAnySalt() public {
        uint64 gameId = challengeLooking(newClaim(), challenger);
        GameState memory expected = current(gameId);
        expected.demandKind = DemandKind.NONE;
        expected.demandHash = 0;
        expected.demandCount = 0;
        skip(100);
        expected.interval = 3;
        expected.phase = Phase.COMMIT_STEPS;
        expected.challengerClock -= 100;
        expected.movedAt += 100;
        selectInterval(gameId, 3, bytes32(uint256(77)));
        assertState(gameId, expected);
    }

    function test_selectInterval_opensWhatWasHidden() public {
        uint64 claimId = newClaim();
        bytes32 hidden = opening(claimId, challenger, 2, "salt");
        uint64 gameId = challenge(claimId, challenger, 0, hidden);
        assertEq(current(gameId).opening, hidden, "opening");

        bytes32 other = opening(claimId, challenger, 3, "salt");
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.OpeningDiffers.selector, hidden, other));
        vm.prank(challenger);
        game.selectInterval(gameId, states[gameId], 3, "salt");

        other = opening(claimId, challenger, 2, "sugar");
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.OpeningDiffers.selector, hidden, other));
        vm.prank(challenger);
        game.selectInterval(gameId, states[gameId], 2, "sugar");

        selectInterval(gameId, 2, "salt");
        assertEq(current(gameId).interval, 2, "interval");
    }

    function test_selectInterval_aCopiedOpeningCannotBeOpened() public {
        uint64 claimId = newClaim();
        bytes32 hidden = opening(claimId, challenger, 2, "salt");
        challenge(claimId, challenger, 0, hidden);
        uint64 copied = challenge(claimId, copier, 0, hidden);
        // The copier sees interval and salt when the challenger opens them; its address is another.
        bytes32 its = opening(claimId, copier, 2, "salt");
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.OpeningDiffers.selector, hidden, its));
        vm.prank(copier);
        game.selectInterval(copied, states[copied], 2, "salt");
    }

    function test_selectInterval_anOpeningIsBoundToItsClaim() public {
        uint64 first = newClaim();
        uint64 second = newClaim();
        bytes32 hidden = opening(first, challenger, 2, "salt");
        uint64 gameId = challenge(second, challenger, 0, hidden);
        vm.expectPartialRevert(IDisputeGame.OpeningDiffers.selector);
        vm.prank(challenger);
        game.selectInterval(gameId, states[gameId], 2, "salt");
    }

    function test_selectInterval_refusesAnIntervalThatIsNotThere() public {
        uint64 gameId = challengeLooking(newClaim(), challenger);
        bytes memory state = states[gameId];
        vm.startPrank(challenger);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.SelectionOutOfRange.selector, 0, 1, 3));
        game.selectInterval(gameId, state, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.SelectionOutOfRange.selector, 4, 1, 3));
        game.selectInterval(gameId, state, 4, 0);
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ steps

    function test_commitSteps_formsTheVectorRoot() public {
        uint64 gameId = gameIn(Phase.COMMIT_STEPS);
        GameState memory expected = current(gameId);
        skip(5000);
        commitSteps(gameId);
        expected.phase = Phase.SELECT_STEP;
        expected.stepsRoot = vectorRoot(innerStates(2));
        expected.movedAt += 5000;
        expected.solverClock -= 5000;
        assertState(gameId, expected);
    }

    function test_selectStep_takesEveryStepOfTheIntervalAndNoOther() public {
        uint64 gameId = gameIn(Phase.SELECT_STEP);
        bytes memory state = states[gameId];
        vm.startPrank(challenger);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.SelectionOutOfRange.selector, 7, 8, 15));
        game.selectStep(gameId, state, 7);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.SelectionOutOfRange.selector, 16, 8, 15));
        game.selectStep(gameId, state, 16);
        vm.stopPrank();
        for (uint64 step = 8; step < 16; step++) {
            uint256 snapshot = vm.snapshotState();
            GameState memory expected = current(gameId);
            expected.phase = Phase.COMMIT_TRACE;
            expected.step = step;
            selectStep(gameId, step);
            assertState(gameId, expected);
            vm.revertToState(snapshot);
        }
    }

    // ------------------------------------------------------------------ the trace

    function test_commitTrace_opensTheStatesAtEveryStepOfEveryInterval() public {
        uint64[4] memory lengths = [uint64(20), 17, 18, 16];
        for (uint256 n = 0; n < lengths.length; n++) {
            steps = lengths[n];
            uint64 claimId = newClaim();
            for (uint64 i = 1; i <= intervals(); i++) {
                (uint64 a, uint64 b) = bounds(i);
                for (uint64 t = a; t < b; t++) {
                    uint64 gameId = challenge(claimId, challenger, i, 0);
                    if (b - a > 1) {
                        commitSteps(gameId);
                        selectStep(gameId, t);
                    }
                    GameState memory expected = current(gameId);
                    commitTrace(gameId);
                    expected.phase = Phase.SELECT_NODE;
                    expected.traceRoot = vectorRoot(trace(t));
                    expected.slotsBefore = vectorRoot(slots(t));
                    expected.slotsAfter = vectorRoot(slots(t + 1));
                    expected.nodeCount = nodeCount;
                    expected.slotCount = slotCount;
                    assertState(gameId, expected);
                }
            }
        }
    }

    function test_commitTrace_refusesAnotherStepsStates() public {
        uint64 gameId = gameIn(Phase.COMMIT_TRACE);
        bytes memory state = states[gameId];
        for (uint64 t = 8; t < 16; t++) {
            if (t == 11) continue;
            bytes memory proof = traceProof(2, t);
            vm.expectRevert();
            vm.prank(solver);
            game.commitTrace(gameId, state, proof);
        }
    }

    function testFuzz_commitTrace_refusesAFlippedBit(uint256 bit) public {
        uint64 gameId = gameIn(Phase.COMMIT_TRACE);
        bytes memory state = states[gameId];
        bytes memory proof = traceProof(2, 11);
        bit = bound(bit, 0, proof.length * 8 - 1);
        // The trace's tree is what the solver commits to here; nothing known yet can contradict it.
        uint256 traceTree = 114 + 32;
        if (bit / 8 >= traceTree && bit / 8 < traceTree + 32) return;
        proof[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        vm.expectRevert();
        vm.prank(solver);
        game.commitTrace(gameId, state, proof);
    }

    function test_commitTrace_refusesBytesTooFewOrTooMany() public {
        uint64 gameId = gameIn(Phase.COMMIT_TRACE);
        bytes memory state = states[gameId];
        bytes memory proof = traceProof(2, 11);
        vm.expectRevert(abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 1));
        vm.prank(solver);
        game.commitTrace(gameId, state, bytes.concat(proof, hex"00"));
        assembly {
            mstore(proof, sub(mload(proof), 1))
        }
        vm.expectPartialRevert(ProofReader.ProofTooShort.selector);
        vm.prank(solver);
        game.commitTrace(gameId, state, proof);
    }

    function test_commitTrace_refusesAnotherProgram() public {
        uint64 gameId = gameIn(Phase.COMMIT_TRACE);
        bytes memory state = states[gameId];
        bytes32 expected = programRoot();
        nodeCount = 6;
        bytes memory proof = traceProof(2, 11);
        bytes32 actual = programRoot();
        vm.expectRevert(abi.encodeWithSelector(ProgramHeaders.WrongProgramRoot.selector, actual, expected));
        vm.prank(solver);
        game.commitTrace(gameId, state, proof);
    }

    function test_commitTrace_refusesProgramsOutsideTheLimits() public {
        uint32[4] memory nodes = [uint32(0), (1 << 20) + 1, 5, 5];
        uint32[4] memory slotCounts = [uint32(2), 2, 0, (1 << 16) + 1];
        for (uint256 n = 0; n < 4; n++) {
            bytes memory rest = new bytes(96);
            (nodeCount, slotCount) = (nodes[n], slotCounts[n]);
            GameState memory state = bareState(Phase.COMMIT_TRACE);
            state.programRoot = programRoot();
            force(state);
            bytes memory proof = bytes.concat(header(), nodesRoot(), rest);
            vm.expectPartialRevert(IDisputeGame.SelectionOutOfRange.selector);
            vm.prank(solver);
            game.commitTrace(1, states[1], proof);
        }
    }

    // ------------------------------------------------------------------ nodes and slots

    function test_selectElement_takesEveryNodeAndAnyElement() public {
        uint64 gameId = gameIn(Phase.SELECT_NODE);
        GameState memory expected = current(gameId);
        expected.phase = Phase.OPEN_NODE;
        expected.target = 4;
        expected.element = type(uint64).max;
        uint256 snapshot = vm.snapshotState();
        selectElement(gameId, 4, type(uint64).max);
        assertState(gameId, expected);
        vm.revertToState(snapshot);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.SelectionOutOfRange.selector, 5, 0, 4));
        vm.prank(challenger);
        game.selectElement(gameId, states[gameId], 5, 0);
    }

    function test_selectSlot_takesEverySlotAndNoOther() public {
        uint64 gameId = gameIn(Phase.SELECT_NODE);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.SelectionOutOfRange.selector, 2, 0, 1));
        vm.prank(challenger);
        game.selectSlot(gameId, states[gameId], 2);
        GameState memory expected = current(gameId);
        expected.phase = Phase.PROVE_SLOT;
        expected.target = 1;
        selectSlot(gameId, 1);
        assertState(gameId, expected);
    }

    // ------------------------------------------------------------------ the fold

    function test_commitFold_takesOverWhatTheVerifierOpened() public {
        uint64 gameId = gameIn(Phase.OPEN_NODE);
        GameState memory expected = current(gameId);
        verifier.setFold(78, 1 << 32, 2, "fold");
        vm.expectCall(address(verifier), abi.encodeCall(verifier.openFold, (programRoot(), 5, 3, hex"f01d")));
        commitFold(gameId);
        expected.phase = Phase.SELECT_POSITION;
        expected.foldRoot = "fold";
        expected.foldLength = 1 << 32;
        expected.foldDType = 2;
        assertState(gameId, expected);
    }

    function test_commitFold_anElementBeyondTheNodeLosesForTheChallenger() public {
        uint64 gameId = gameIn(Phase.OPEN_NODE);
        verifier.setFold(77, 1, 0, 0);
        vm.expectEmit(address(game));
        emit IDisputeGame.Decided(
            gameId, current(gameId).claimId, Verdict.CHALLENGER_LOSES, Reason.OUT_OF_RANGE, 0, 0
        );
        vm.prank(solver);
        game.commitFold(gameId, states[gameId], "");
        assertEq(game.stateHash(gameId), 0, "over");
    }

    function test_commitFold_refusesANodeWithoutFold() public {
        uint64 gameId = gameIn(Phase.OPEN_NODE);
        verifier.setFold(78, 1, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NoFold.selector, 3));
        vm.prank(solver);
        game.commitFold(gameId, states[gameId], "");
    }

    function test_commitFold_refusesAFoldBeyondTheLimit() public {
        uint64 gameId = gameIn(Phase.OPEN_NODE);
        verifier.setFold(78, (1 << 32) + 1, 0, "fold");
        vm.expectPartialRevert(IDisputeGame.SelectionOutOfRange.selector);
        vm.prank(solver);
        game.commitFold(gameId, states[gameId], "");
    }

    function test_commitFold_aRevertingOpeningDecidesNothing() public {
        uint64 gameId = gameIn(Phase.OPEN_NODE);
        verifier.setBroken(true);
        vm.expectRevert(ScriptedVerifier.OpeningDoesNotHold.selector);
        vm.prank(solver);
        game.commitFold(gameId, states[gameId], "");
        verifier.setBroken(false);
        commitFold(gameId);
    }

    function test_selectPosition_takesEveryPositionAndNoOther() public {
        uint64 gameId = gameIn(Phase.SELECT_POSITION);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.SelectionOutOfRange.selector, 1000, 0, 999));
        vm.prank(challenger);
        game.selectPosition(gameId, states[gameId], 1000);
        GameState memory expected = current(gameId);
        expected.phase = Phase.PROVE_POSITION;
        expected.position = 999;
        selectPosition(gameId, 999);
        assertState(gameId, expected);
    }

    // ------------------------------------------------------------------ prove

    function test_prove_decidesByWhatItShowsWhoeverSendsIt() public {
        Phase[3] memory phases = [Phase.OPEN_NODE, Phase.PROVE_SLOT, Phase.PROVE_POSITION];
        address[3] memory senders = [solver, challenger, stranger];
        Finding[3] memory findings = [Finding.EQUAL, Finding.DIFFERENT, Finding.ELEMENT_OUT_OF_RANGE];
        for (uint256 n = 0; n < 27; n++) {
            uint256 snapshot = vm.snapshotState();
            uint64 gameId = gameIn(phases[n % 3]);
            Finding finding = findings[n / 9];
            verifier.setFinding(finding, "result", "claimed");
            bool refuted = finding == Finding.DIFFERENT;
            vm.expectEmit(address(game));
            emit IDisputeGame.Decided(
                gameId,
                current(gameId).claimId,
                refuted ? Verdict.SOLVER_LOSES : Verdict.CHALLENGER_LOSES,
                finding == Finding.ELEMENT_OUT_OF_RANGE ? Reason.OUT_OF_RANGE : Reason.PROVED,
                "result",
                "claimed"
            );
            prove(gameId, senders[n / 3 % 3]);
            Claim memory claim_ = registry.claim(current(gameId).claimId);
            assertEq(
                uint256(claim_.status), uint256(refuted ? ClaimStatus.REFUTED : ClaimStatus.PENDING), "claim"
            );
            assertEq(game.stateHash(gameId), 0, "over");
            vm.revertToState(snapshot);
        }
    }

    function test_prove_aRevertingOpeningDecidesNothing() public {
        uint64 gameId = gameIn(Phase.PROVE_POSITION);
        verifier.setBroken(true);
        vm.expectRevert(ScriptedVerifier.OpeningDoesNotHold.selector);
        vm.prank(stranger);
        game.prove(gameId, states[gameId], "");
        assertEq(game.stateHash(gameId), keccak256(states[gameId]), "as it was");
    }

    function test_prove_givesTheVerifierTheStateAsItIs() public {
        uint64 gameId = gameIn(Phase.PROVE_POSITION);
        vm.expectCall(address(verifier), abi.encodeCall(verifier.adjudicate, (states[gameId], hex"900f")));
        prove(gameId, solver);
    }

    // ------------------------------------------------------------------ over, stale, unknown

    function test_everyMove_refusesAGameThatIsOver() public {
        uint64 gameId = gameIn(Phase.PROVE_POSITION);
        prove(gameId, solver);
        bytes[] memory calls = allMoves(gameId, states[gameId]);
        for (uint256 m = 0; m < calls.length; m++) {
            assertReverts(calls[m], abi.encodeWithSelector(IDisputeGame.UnknownGame.selector, gameId));
        }
    }

    function test_everyMove_refusesAGameThatNeverWas() public {
        bytes[] memory calls = allMoves(5, new bytes(1024));
        for (uint256 m = 0; m < calls.length; m++) {
            assertReverts(calls[m], abi.encodeWithSelector(IDisputeGame.UnknownGame.selector, 5));
        }
    }

    function test_everyMove_refusesAnotherState() public {
        uint64 gameId = gameIn(Phase.COMMIT_STEPS);
        bytes memory old = states[gameId];
        bytes32 oldHash = keccak256(old);
        commitSteps(gameId);
        bytes[] memory calls = allMoves(gameId, old);
        for (uint256 m = 0; m < calls.length; m++) {
            assertReverts(
                calls[m],
                abi.encodeWithSelector(
                    IDisputeGame.StaleState.selector, gameId, game.stateHash(gameId), oldHash
                )
            );
        }
    }

    function test_everyMove_refusesTheStateWithBytesAfterIt() public {
        uint64 gameId = gameIn(Phase.COMMIT_STEPS);
        bytes[] memory calls = allMoves(gameId, bytes.concat(states[gameId], bytes32(0)));
        for (uint256 m = 0; m < calls.length; m++) {
            (bool ok, bytes memory why) = address(game).call(calls[m]);
            assertFalse(ok, "reverts");
            assertEq(bytes32(bytes4(why)), bytes32(IDisputeGame.StaleState.selector), "stale");
        }
    }

    function test_everyMove_refusesAnotherGamesState() public {
        uint64 claimId = newClaim();
        uint64 first = challenge(claimId, challenger, 2, 0);
        uint64 second = challenge(claimId, copier, 2, 0);
        vm.expectPartialRevert(IDisputeGame.StaleState.selector);
        vm.prank(solver);
        game.commitSteps(first, states[second], 0);
    }

    function testFuzz_anyMove_refusesAChangedState(uint256 bit) public {
        uint64 gameId = gameIn(Phase.COMMIT_STEPS);
        bytes memory state = states[gameId];
        bit = bound(bit, 0, 8191);
        state[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        vm.expectPartialRevert(IDisputeGame.StaleState.selector);
        vm.prank(solver);
        game.commitSteps(gameId, state, 0);
    }

    // ------------------------------------------------------------------ every move in every phase

    /// SPEC §6.3.1's table: each move in each phase, by the side to move; all but the listed ones are refused.
    function test_everyMove_inEveryWrongPhaseIsRefused() public {
        uint256 refused;
        uint256 admitted;
        for (uint256 p = 1; p <= 10; p++) {
            Phase phase = Phase(p);
            for (uint256 m = 0; m < 11; m++) {
                uint256 snapshot = vm.snapshotState();
                uint64 gameId = gameIn(phase);
                bytes memory call = allMoves(gameId, states[gameId])[m];
                vm.prank(_challengerMoves(phase) ? challenger : solver);
                (bool ok, bytes memory why) = address(game).call(call);
                if (_admits(phase, m)) {
                    admitted++;
                    if (!ok) {
                        assertNotEq(
                            bytes32(bytes4(why)), bytes32(IDisputeGame.WrongPhase.selector), "admitted"
                        );
                    }
                } else {
                    refused++;
                    assertFalse(ok, "refused");
                    assertEq(
                        why, abi.encodeWithSelector(IDisputeGame.WrongPhase.selector, gameId, phase), "why"
                    );
                }
                vm.revertToState(snapshot);
            }
        }
        assertEq(admitted, 16, "moves in the table");
        assertEq(refused, 94, "moves outside it");
    }

    /// Index in `allMoves` against SPEC §6.3.1.
    function _admits(Phase phase, uint256 move) private pure returns (bool) {
        if (move == 8) return _challengerMoves(phase);
        if (move == 0) return phase == Phase.SELECT_INTERVAL;
        if (move == 1) return phase == Phase.COMMIT_STEPS;
        if (move == 2) return phase == Phase.SELECT_STEP;
        if (move == 3) return phase == Phase.COMMIT_TRACE;
        if (move == 4 || move == 5) return phase == Phase.SELECT_NODE;
        if (move == 6) return phase == Phase.OPEN_NODE;
        if (move == 7) return phase == Phase.SELECT_POSITION;
        if (move == 9) return phase == Phase.REVEAL;
        return phase == Phase.OPEN_NODE || phase == Phase.PROVE_SLOT || phase == Phase.PROVE_POSITION;
    }

    function _challengerMoves(Phase phase) private pure returns (bool) {
        return phase == Phase.SELECT_INTERVAL || phase == Phase.SELECT_STEP || phase == Phase.SELECT_NODE
            || phase == Phase.SELECT_POSITION;
    }

    /// Moves are the mover's or its operator's, in every phase; the other side and strangers are refused.
    function test_everyMove_byTheWrongSideIsRefused() public {
        uint8[9] memory moveIn = [0, 1, 2, 3, 4, 6, 7, 255, 9];
        for (uint256 p = 1; p <= 9; p++) {
            Phase phase = Phase(p);
            uint256 m = moveIn[p - 1];
            if (m == 255) continue;
            uint64 gameId = gameIn(phase);
            (address mover, address other) =
                _challengerMoves(phase) ? (challenger, solver) : (solver, challenger);
            bytes memory call = allMoves(gameId, states[gameId])[m];
            address[3] memory wrong = [other, stranger, submitter];
            for (uint256 w = 0; w < 3; w++) {
                vm.prank(wrong[w]);
                assertReverts(
                    call, abi.encodeWithSelector(IDisputeGame.NotYourMove.selector, gameId, wrong[w], mover)
                );
            }
        }
    }

    // ------------------------------------------------------------------ operators

    function test_operators_playAWholeGameForBothSides() public {
        vm.prank(solver);
        vault.setOperator(solverKey, true);
        vm.prank(challenger);
        vault.setOperator(challengerKey, true);
        uint64 claimId = newClaim();

        vm.recordLogs();
        vm.prank(challengerKey);
        uint64 gameId = game.challenge(claimId, challenger, 2, 0);
        track(gameId);
        vm.prank(solverKey);
        game.commitSteps(gameId, states[gameId], 0);
        track(gameId);
        vm.prank(challengerKey);
        game.selectStep(gameId, states[gameId], 9);
        track(gameId);
        assertEq(current(gameId).challenger, challenger, "for the account");
        assertEq(lockedOf(challenger), BOND, "with its bond");

        vm.prank(solver);
        vault.setOperator(solverKey, false);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NotYourMove.selector, gameId, solverKey, solver));
        vm.prank(solverKey);
        game.commitTrace(gameId, states[gameId], "");
    }

    // ------------------------------------------------------------------ tools

    function bareState(Phase phase) private view returns (GameState memory state) {
        state.gameId = 1;
        state.solver = solver;
        state.challenger = challenger;
        state.phase = phase;
        state.movedAt = uint64(block.timestamp);
        state.solverClock = SOLVER_CLOCK;
        state.challengerClock = CHALLENGER_CLOCK;
        state.steps = 20;
        state.checkpointInterval = 8;
        state.interval = 1;
    }

    function allMoves(uint64 gameId, bytes memory state) private view returns (bytes[] memory calls) {
        calls = new bytes[](12);
        calls[0] = abi.encodeCall(game.selectInterval, (gameId, state, 1, 0));
        calls[1] = abi.encodeCall(game.commitSteps, (gameId, state, 0));
        calls[2] = abi.encodeCall(game.selectStep, (gameId, state, 8));
        calls[3] = abi.encodeCall(game.commitTrace, (gameId, state, ""));
        calls[4] = abi.encodeCall(game.selectElement, (gameId, state, 0, 0));
        calls[5] = abi.encodeCall(game.selectSlot, (gameId, state, 0));
        calls[6] = abi.encodeCall(game.commitFold, (gameId, state, ""));
        calls[7] = abi.encodeCall(game.selectPosition, (gameId, state, 0));
        calls[8] = abi.encodeCall(game.demand, (gameId, state, 0, new bytes32[](0)));
        calls[9] = abi.encodeCall(game.reveal, (gameId, state, ""));
        calls[10] = abi.encodeCall(game.prove, (gameId, state, ""));
        calls[11] = abi.encodeCall(game.timeout, (gameId, state));
    }

    function assertReverts(bytes memory call, bytes memory expected) private {
        (bool ok, bytes memory why) = address(game).call(call);
        assertFalse(ok, "reverts");
        assertEq(why, expected, "why");
    }

    function skip(uint64 seconds_) private {
        vm.warp(block.timestamp + seconds_);
    }

    /// Every field, but for the gas tallies.
    function assertState(uint64 gameId, GameState memory expected) private view {
        GameState memory actual = current(gameId);
        expected.solverGas = actual.solverGas;
        expected.challengerGas = actual.challengerGas;
        assertEq(abi.encode(actual), abi.encode(expected), "state");
    }
}
