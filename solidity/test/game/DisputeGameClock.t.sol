// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Subtree } from "../../src/commitment/Subtree.sol";
import { IDisputeGame } from "../../src/interfaces/IDisputeGame.sol";
import { Claim, ClaimStatus } from "../../src/types/Claim.sol";
import { GameState, Phase } from "../../src/types/GameState.sol";
import { Reason, Verdict } from "../../src/types/Verdict.sol";
import { PlainTensor } from "../commitment/PlainTensor.sol";
import { PlainTree } from "../commitment/PlainTree.sol";
import { Arena } from "./Arena.sol";

/// @notice Clocks (SPEC §6.4): a move or its timeout, never both, never neither; and the delay bound.
contract DisputeGameClockTest is Arena {
    /// Leaf of the chunk aa bb cc dd.
    bytes32 private constant CHUNK_HASH = sha256(hex"00aabbccdd");

    /// In every phase, at every instant around the boundary, exactly one of {move, timeout} is valid.
    function test_clock_atEveryInstantExactlyOneOfMoveAndTimeoutIsValid() public {
        for (uint256 p = 1; p <= 10; p++) {
            uint64 gameId = gameIn(Phase(p));
            GameState memory s = current(gameId);
            bool challengerMoves = _challengerMoves(s.phase);
            uint64 clock = challengerMoves ? s.challengerClock : s.solverClock;
            uint64 last = s.movedAt + clock;
            bytes memory move = _move(gameId);
            uint256 start = vm.snapshotState();
            for (uint64 instant = last - 4; instant <= last + 4; instant++) {
                vm.warp(instant);
                vm.prank(challengerMoves ? challenger : solver);
                (bool moved, bytes memory whyNot) = address(game).call(move);
                vm.revertToState(start);
                vm.warp(instant);
                vm.prank(stranger);
                (bool timedOut, bytes memory whyNotOut) =
                    address(game).call(abi.encodeCall(game.timeout, (gameId, states[gameId])));
                vm.revertToState(start);
                assertTrue(moved != timedOut, "exactly one");
                assertEq(moved, instant <= last, "a move up to the last instant");
                if (!moved) {
                    assertEq(
                        whyNot,
                        abi.encodeWithSelector(IDisputeGame.ClockExpired.selector, gameId, instant, last),
                        "expired"
                    );
                } else {
                    assertEq(
                        whyNotOut,
                        abi.encodeWithSelector(IDisputeGame.ClockNotExpired.selector, gameId, instant, last),
                        "not expired"
                    );
                }
            }
        }
    }

    /// Whoever lets the clock run out loses, whoever claims it.
    function test_timeout_inEveryPhaseTheMoverLoses() public {
        address[3] memory claimants = [solver, challenger, stranger];
        for (uint256 n = 3; n < 33; n++) {
            uint64 gameId = gameIn(Phase(n / 3));
            bool challengerMoves = _challengerMoves(Phase(n / 3));
            vm.warp(block.timestamp + 2 days + 1);
            uint64 claimId = current(gameId).claimId;
            vm.expectEmit(address(game));
            emit IDisputeGame.Decided(
                gameId,
                claimId,
                challengerMoves ? Verdict.CHALLENGER_LOSES : Verdict.SOLVER_LOSES,
                Reason.TIMED_OUT,
                0,
                0
            );
            timeout(gameId, claimants[n % 3]);
            assertEq(
                uint256(registry.claim(claimId).status),
                uint256(challengerMoves ? ClaimStatus.PENDING : ClaimStatus.REFUTED),
                "claim"
            );
            vm.expectRevert(abi.encodeWithSelector(IDisputeGame.UnknownGame.selector, gameId));
            game.timeout(gameId, states[gameId]);
        }
    }

    function test_clock_aMoveAtTheLastInstantLeavesTheExtension() public {
        uint64 gameId = gameIn(Phase.COMMIT_STEPS);
        vm.warp(block.timestamp + SOLVER_CLOCK);
        commitSteps(gameId);
        assertEq(current(gameId).solverClock, EXTENSION, "solver");
        assertEq(current(gameId).challengerClock, CHALLENGER_CLOCK, "the other clock stands");
        vm.warp(block.timestamp + CHALLENGER_CLOCK - EXTENSION - 1);
        selectStep(gameId, 9);
        assertEq(current(gameId).challengerClock, EXTENSION + 1, "challenger");
    }

    function test_clock_provingOutOfTheSolversTimeIsRefusedToAll() public {
        uint64 gameId = gameIn(Phase.PROVE_POSITION);
        uint64 last = uint64(block.timestamp) + SOLVER_CLOCK;
        vm.warp(last + 1);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.ClockExpired.selector, gameId, last + 1, last));
        prove(gameId, stranger);
    }

    /// A timeout costs the same, however long the game was.
    function test_timeout_costIsIndependentOfTheGamesLength() public {
        uint64 short = gameIn(Phase.COMMIT_STEPS);
        uint64 long = gameIn(Phase.PROVE_POSITION);
        vm.warp(block.timestamp + SOLVER_CLOCK + 1);
        uint256 gasBefore = gasleft();
        timeout(short, stranger);
        uint256 first = gasBefore - gasleft();
        gasBefore = gasleft();
        timeout(long, stranger);
        uint256 second = gasBefore - gasleft();
        assertLt(second, first + 5000, "no dearer");
    }

    // ------------------------------------------------------------------ the delay bound

    function test_delayBound_isComputedFromTheParameters() public view {
        assertEq(game.delayBound(), SOLVER_CLOCK + CHALLENGER_CLOCK + 90 * EXTENSION);
        assertGt(vault.UNBONDING_SECONDS(), registry.MAX_CHALLENGE_SECONDS() + game.delayBound(), "unbonding");
    }

    /// The slowest game there is: the largest run and tensors, every demand made, every move in its last second, and
    /// the last one not made at all.
    function test_delayBound_holdsForTheSlowestGame() public {
        uint64 claimId = newClaim();
        uint64 opened = uint64(block.timestamp);
        uint64 gameId = challenge(claimId, challenger, 0, opening(claimId, challenger, 1, "salt"));
        uint256 moves;

        GameState memory s = current(gameId);
        s.steps = 1 << 32;
        s.checkpointInterval = 1 << 16;
        uint256 n = (1 << 16) + 1;
        s.checkpoints = sha256(abi.encodePacked(hex"03", uint64(n), _deep(n, 0)));
        force(s);
        moves += _slowWalk(gameId, 0, n, 0);
        _wait(gameId);
        selectInterval(gameId, 1, "salt");

        uint256 inner = (1 << 16) - 1;
        bytes32 tree = _deep(inner, 0);
        _wait(gameId);
        vm.recordLogs();
        vm.prank(solver);
        game.commitSteps(gameId, states[gameId], tree);
        track(gameId);
        moves += _slowWalk(gameId, 0, inner, 0);
        _wait(gameId);
        selectStep(gameId, 5);

        // commitTrace, at the last second: its states can't be opened in a made-up tree, so the move is made by hand.
        _wait(gameId);
        s = current(gameId);
        s.movedAt = uint64(block.timestamp);
        s.solverClock = EXTENSION;
        s.phase = Phase.SELECT_NODE;
        s.nodeCount = 1 << 20;
        s.slotCount = 1;
        bytes32 tensor =
            sha256(abi.encodePacked(hex"02", uint8(0), uint64(1 << 40), _deep(uint256(1) << 32, CHUNK_HASH)));
        s.traceRoot = sha256(abi.encodePacked(hex"03", uint64(1 << 20), _deep(1 << 20, tensor)));
        force(s);
        moves += _slowWalk(gameId, 0, 1 << 20, tensor);
        moves += _slowTensor(gameId, tensor);
        _wait(gameId);
        selectElement(gameId, 0, 0);

        verifier.setFold(
            1,
            1 << 32,
            0,
            sha256(abi.encodePacked(hex"02", uint8(0), uint64((1 << 32) - 1), _deep(1 << 24, 0)))
        );
        _wait(gameId);
        commitFold(gameId);
        moves += _slowWalk(gameId, 0, 1 << 24, 0);
        _wait(gameId);
        selectPosition(gameId, 0);
        moves += 7;
        _wait(gameId);
        vm.warp(block.timestamp + 1);
        timeout(gameId, stranger);

        assertGt(moves, 60, "a long game");
        assertLe(moves, game.MAX_MOVES(), "moves");
        assertLe(block.timestamp - opened, game.delayBound(), "bound");
    }

    /// Frivolous challengers can't hold a claim up beyond the bound, however many they are.
    function test_delayBound_manyChallengersDontAddToTheDelay() public {
        uint64 claimId = newClaim();
        uint64 end = registry.claim(claimId).windowEnd;
        uint64[] memory games = new uint64[](40);
        for (uint256 g = 0; g < games.length; g++) {
            vm.warp(end - uint64(games.length - 1 - g));
            games[g] = challengeLater(claimId, g % 2 == 0 ? challenger : copier);
        }
        for (uint256 g = 0; g < games.length; g++) {
            // As slow as it goes: a demand in its last second, answered in the solver's last.
            _wait(games[g]);
        }
        vm.warp(end + CHALLENGER_CLOCK + 1);
        for (uint256 g = 0; g < games.length; g++) {
            timeout(games[games.length - 1 - g], stranger);
        }
        assertEq(registry.claim(claimId).openGames, 0, "all over");
        assertLe(block.timestamp, end + game.delayBound(), "bound");
        uint256 before = freeOf(solver);
        registry.finalize(claimId);
        assertEq(freeOf(solver), before + STAKE + PAYMENT, "paid");
        assertEq(lockedOf(challenger) + lockedOf(copier), 0, "every bond is forfeit");
    }

    // ------------------------------------------------------------------ tools

    /// To the mover's last second.
    function _wait(uint64 gameId) private {
        GameState memory s = current(gameId);
        vm.warp(s.movedAt + (_challengerMoves(s.phase) ? s.challengerClock : s.solverClock));
    }

    /// The sizes met on the way down to the first leaf of a tree over `leaves`.
    function _sizes(uint256 leaves) private pure returns (uint256[] memory sizes) {
        uint256 count = 1;
        for (uint256 m = leaves; (m = Subtree.leavesUnder(m, 0)) > 1;) {
            count++;
        }
        sizes = new uint256[](count);
        sizes[0] = leaves;
        for (uint256 i = 1; i < count; i++) {
            sizes[i] = Subtree.leavesUnder(sizes[i - 1], 0);
        }
    }

    /// The descendants on level `level` of that way down: the first is the next level's tree, or `leaf`; the others
    /// are made up.
    function _level(uint256 leaves, bytes32 leaf, uint256 level)
        private
        pure
        returns (bytes32[] memory hashes_)
    {
        uint256[] memory sizes = _sizes(leaves);
        bytes32 first = leaf;
        for (uint256 i = sizes.length; i > level; i--) {
            uint256 size = sizes[i - 1];
            hashes_ = new bytes32[](Subtree.descendantCount(size));
            for (uint256 x = 1; x < hashes_.length; x++) {
                hashes_[x] = keccak256(abi.encode(leaves, i, x));
            }
            hashes_[0] = first;
            (first,) = _combine(hashes_, 0, size, 4);
        }
    }

    /// Root of such a tree.
    function _deep(uint256 leaves, bytes32 leaf) private pure returns (bytes32 root) {
        (root,) = _combine(_level(leaves, leaf, 0), 0, leaves, 4);
    }

    function _combine(bytes32[] memory list, uint256 next, uint256 leaves, uint256 splits)
        private
        pure
        returns (bytes32, uint256)
    {
        if (splits == 0 || leaves == 1) return (list[next], next + 1);
        uint256 k = PlainTree.largestPowerBelow(leaves);
        (bytes32 left, uint256 middle) = _combine(list, next, k, splits - 1);
        (bytes32 right, uint256 end) = _combine(list, middle, leaves - k, splits - 1);
        return (sha256(abi.encodePacked(hex"01", left, right)), end);
    }

    /// Every demand down to the first leaf, each move in its last second. Returns the moves made.
    function _slowWalk(uint64 gameId, uint32 target, uint256 leaves, bytes32 leaf)
        private
        returns (uint256 moves)
    {
        uint256 levels = _sizes(leaves).length;
        bytes32[] memory shown = new bytes32[](0);
        for (uint256 i = 0; i < levels; i++) {
            _wait(gameId);
            demand(gameId, target, shown);
            shown = _level(leaves, leaf, i);
            _wait(gameId);
            reveal(gameId, abi.encodePacked(shown));
            moves += 2;
            target = 0;
        }
    }

    /// From the trace's first leaf into its tensor, and down to a chunk.
    function _slowTensor(uint64 gameId, bytes32 tensor) private returns (uint256 moves) {
        bytes32 leaf = CHUNK_HASH;
        uint256 chunks = uint256(1) << 32;
        bytes32[] memory shown = _level(1 << 20, tensor, _sizes(1 << 20).length - 1);
        uint256 levels = _sizes(chunks).length;
        for (uint256 i = 0; i <= levels; i++) {
            _wait(gameId);
            demand(gameId, 0, shown);
            _wait(gameId);
            if (i == levels) {
                reveal(gameId, hex"aabbccdd");
            } else {
                shown = _level(chunks, leaf, i);
                bytes memory data = abi.encodePacked(shown);
                reveal(
                    gameId, i == 0 ? bytes.concat(abi.encodePacked(uint8(0), uint64(1 << 40)), data) : data
                );
            }
            moves += 2;
        }
    }

    function _challengerMoves(Phase phase) private pure returns (bool) {
        return phase == Phase.SELECT_INTERVAL || phase == Phase.SELECT_STEP || phase == Phase.SELECT_NODE
            || phase == Phase.SELECT_POSITION;
    }

    /// A move that the game's phase admits, with good arguments.
    function _move(uint64 gameId) private view returns (bytes memory) {
        bytes memory state = states[gameId];
        GameState memory s = current(gameId);
        if (s.phase == Phase.SELECT_INTERVAL) {
            return abi.encodeCall(game.selectInterval, (gameId, state, 2, 0));
        }
        if (s.phase == Phase.COMMIT_STEPS) return abi.encodeCall(game.commitSteps, (gameId, state, 0));
        if (s.phase == Phase.SELECT_STEP) return abi.encodeCall(game.selectStep, (gameId, state, 8));
        if (s.phase == Phase.COMMIT_TRACE) {
            return abi.encodeCall(game.commitTrace, (gameId, state, traceProof(s.interval, s.step)));
        }
        if (s.phase == Phase.SELECT_NODE) {
            return abi.encodeCall(game.demand, (gameId, state, 0, new bytes32[](0)));
        }
        if (s.phase == Phase.SELECT_POSITION) {
            return abi.encodeCall(game.selectPosition, (gameId, state, 0));
        }
        if (s.phase == Phase.OPEN_NODE) return abi.encodeCall(game.commitFold, (gameId, state, ""));
        if (s.phase == Phase.REVEAL) {
            bytes memory data = PlainTree.descendants(checkpoints(), 0, intervals() + 1, 4);
            return abi.encodeCall(game.reveal, (gameId, state, data));
        }
        return abi.encodeCall(game.prove, (gameId, state, ""));
    }
}
