// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ProofReader } from "../../src/commitment/ProofReader.sol";
import { Subtree } from "../../src/commitment/Subtree.sol";
import { IDisputeGame } from "../../src/interfaces/IDisputeGame.sol";
import { DemandKind, GameState, Phase } from "../../src/types/GameState.sol";
import { PlainTensor } from "../commitment/PlainTensor.sol";
import { PlainTree } from "../commitment/PlainTree.sol";
import { Arena } from "./Arena.sol";

/// @notice Forced reveal (SPEC §6.2): descents to every leaf of vectors of every size, row by row of the table, and
/// what isn't the preimage.
contract DisputeGameRevealTest is Arena {
    bytes32[] private _none;

    // ------------------------------------------------------------------ walks

    /// C of 2 … 40 leaves: a walk to each leaf; the last reveal of each holds it.
    function test_demand_walksToEveryCheckpointOfEverySize() public {
        interval = 1;
        for (uint64 size = 2; size <= 40; size++) {
            steps = size - 1;
            uint64 gameId = _gameAtStart();
            bytes32[] memory leaves = checkpoints();
            uint256 start = vm.snapshotState();
            for (uint256 leaf = 0; leaf < size; leaf += size > 20 ? 3 : 1) {
                uint256 demands = _walk(gameId, leaves, leaf, Phase.SELECT_INTERVAL, 0, "");
                assertLe(demands, size <= 16 ? 1 : 2, "demands");
                vm.revertToState(start);
            }
        }
    }

    function test_demand_walksToEveryInnerStep() public {
        steps = 45;
        for (interval = 2; interval <= 41; interval += 3) {
            uint64 gameId = challenge(newClaim(), challenger, 1, 0);
            commitSteps(gameId);
            bytes32[] memory leaves = innerStates(1);
            uint256 start = vm.snapshotState();
            for (uint256 leaf = 0; leaf < leaves.length; leaf++) {
                _walk(gameId, leaves, leaf, Phase.SELECT_STEP, 0, "");
                vm.revertToState(start);
            }
        }
    }

    function test_demand_walksToEverySlot() public {
        for (slotCount = 1; slotCount <= 40; slotCount += 3) {
            uint64 gameId = gameIn(Phase.SELECT_NODE);
            bytes32[] memory leaves = slots(12);
            uint256 start = vm.snapshotState();
            for (uint256 leaf = 0; leaf < leaves.length; leaf += 2) {
                _walk(gameId, leaves, leaf, Phase.SELECT_NODE, 1, "");
                vm.revertToState(start);
            }
        }
    }

    /// To a node's root, then into the tensor, then to the chunk.
    function test_demand_walksThroughTheTraceIntoATensorToItsChunk() public {
        uint256[5] memory lengths = [uint256(4), 1024, 1028, 20_000, 40_400];
        uint32[4] memory counts = [uint32(1), 2, 17, 33];
        for (uint256 c = 0; c < counts.length; c++) {
            nodeCount = counts[c];
            uint64 gameId = gameIn(Phase.COMMIT_TRACE);
            for (uint256 n = 0; n < lengths.length; n++) {
                uint256 start = vm.snapshotState();
                bytes memory tensor = _bytes(lengths[n]);
                uint32 node = nodeCount - 1;
                _setTensor(gameId, node, tensor);

                bytes32[] memory roots = trace(11);
                (uint256 from, uint256 to) = _descend(gameId, roots, node, Phase.SELECT_NODE, 0);
                uint32 entry = _entryOf(roots.length, from, to, node);
                bytes32[] memory shown = _shown(roots, from, to);
                demand(gameId, entry, shown);
                _assertOwed(gameId, DemandKind.TRACE, roots[node], 1);

                bytes32[] memory chunks = PlainTensor.leaves(tensor);
                bytes memory data = bytes.concat(
                    abi.encodePacked(uint8(0), PlainTensor.numel(0, tensor)),
                    PlainTree.descendants(chunks, 0, chunks.length, 4)
                );
                reveal(gameId, data);
                _assertCursor(
                    gameId,
                    Phase.SELECT_NODE,
                    DemandKind.TENSOR,
                    keccak256(PlainTree.descendants(chunks, 0, chunks.length, 4)),
                    uint64(chunks.length)
                );
                uint256 leaf = chunks.length - 1;
                _walkOn(gameId, chunks, leaf, Phase.SELECT_NODE);
                _toChunk(gameId, chunks, leaf, PlainTensor.chunk(tensor, leaf), Phase.SELECT_NODE);
                vm.revertToState(start);
            }
        }
    }

    function test_demand_walksIntoTheFoldToItsChunk() public {
        // Inner accumulators: K − 1 of them. f32 and u8.
        uint64[6] memory numels = [uint64(1), 256, 257, 5000, 8193, 10_500];
        for (uint256 n = 0; n < numels.length; n++) {
            for (uint8 dtype = 0; dtype < 3; dtype++) {
                bytes memory tensor = _bytes(numels[n] * PlainTensor.width(dtype));
                verifier.setFold(1 << 20, numels[n] + 1, dtype, PlainTensor.root(dtype, tensor));
                uint64 gameId = gameIn(Phase.SELECT_POSITION);
                bytes32[] memory chunks = PlainTensor.leaves(tensor);
                uint256 start = vm.snapshotState();
                for (uint256 leaf = 0; leaf < chunks.length; leaf++) {
                    _walk(gameId, chunks, leaf, Phase.SELECT_POSITION, 0, PlainTensor.chunk(tensor, leaf));
                    vm.revertToState(start);
                }
            }
        }
    }

    /// The largest C, steps and trace that §3.1 admits, with made-up hashes: one path down, the number of demands
    /// that SPEC §6.4 counts on.
    function test_demand_numberOnTheLargestVectorsStaysWithinTheMovesCounted() public view {
        assertLe(_descentLength((1 << 32) + 1), 9, "C");
        assertLe(_descentLength((1 << 32) - 1), 9, "steps");
        // Into the trace, one into the tensor, down it, the chunk.
        assertLe(_descentLength(1 << 20) + _descentLength(1 << 32) + 1, 15, "trace and tensor");
        assertLe(_descentLength(1 << 24) + 1, 8, "fold");
        assertEq(uint256(game.MAX_MOVES()), 8 + 2 * (9 + 9 + 15 + 8), "maxMoves");
    }

    // ------------------------------------------------------------------ after a descent

    function test_demand_aSelectionClearsTheCursor() public {
        uint64 gameId = gameIn(Phase.SELECT_NODE);
        demand(gameId, 0, _none);
        reveal(gameId, PlainTree.descendants(trace(11), 0, nodeCount, 4));
        assertEq(uint256(current(gameId).demandKind), uint256(DemandKind.TRACE), "cursor");
        selectElement(gameId, 1, 2);
        _assertCursor(gameId, Phase.OPEN_NODE, DemandKind.NONE, 0, 0);
    }

    function test_demand_aHiddenIntervalStaysHidden() public {
        uint64 claimId = newClaim();
        uint64 gameId = challenge(claimId, challenger, 0, opening(claimId, challenger, 2, "salt"));
        demand(gameId, 0, _none);
        reveal(gameId, PlainTree.descendants(checkpoints(), 0, 4, 4));
        assertEq(uint256(phaseOf(gameId)), uint256(Phase.SELECT_INTERVAL), "back");
        selectInterval(gameId, 2, "salt");
    }

    function test_reveal_emitsTheData() public {
        uint64 gameId = gameIn(Phase.REVEAL);
        bytes memory data = PlainTree.descendants(checkpoints(), 0, 4, 4);
        vm.expectEmit(address(game));
        emit IDisputeGame.Revealed(gameId, data);
        vm.prank(solver);
        game.reveal(gameId, states[gameId], data);
    }

    // ------------------------------------------------------------------ refused demands

    function test_demand_refusesTargetsThatAreNotThere() public {
        Phase[4] memory phases =
            [Phase.SELECT_INTERVAL, Phase.SELECT_STEP, Phase.SELECT_NODE, Phase.SELECT_POSITION];
        for (uint256 p = 0; p < 4; p++) {
            uint64 gameId = gameIn(phases[p]);
            uint32 most = phases[p] == Phase.SELECT_NODE ? 1 : 0;
            _refusesDemand(
                gameId,
                most + 1,
                _none,
                abi.encodeWithSelector(IDisputeGame.SelectionOutOfRange.selector, most + 1, 0, most)
            );
        }
    }

    function test_demand_refusesHashesWhereNothingIsRevealed() public {
        uint64 gameId = gameIn(Phase.SELECT_NODE);
        bytes32[] memory one = new bytes32[](1);
        _refusesDemand(
            gameId,
            0,
            one,
            abi.encodeWithSelector(IDisputeGame.RevealedDiffer.selector, 0, keccak256(abi.encode(bytes32(0))))
        );
    }

    function test_demand_refusesOtherHashesThanTheLastRevealed() public {
        uint64 gameId = gameIn(Phase.REVEAL);
        bytes memory data = PlainTree.descendants(checkpoints(), 0, 4, 4);
        reveal(gameId, data);
        bytes32[] memory shown = hashes(data);
        shown[2] ^= bytes32(uint256(1));
        _refusesDemand(
            gameId,
            0,
            shown,
            abi.encodeWithSelector(
                IDisputeGame.RevealedDiffer.selector, keccak256(data), keccak256(abi.encodePacked(shown))
            )
        );
        _refusesDemand(
            gameId,
            0,
            _none,
            abi.encodeWithSelector(IDisputeGame.RevealedDiffer.selector, keccak256(data), keccak256(""))
        );
    }

    function test_demand_refusesAnEntryThatIsNotThereOrHasNothingBelow() public {
        steps = 17;
        interval = 1;
        uint64 gameId = gameIn(Phase.REVEAL);
        // 18 leaves: 16 descendants of one leaf each, and one over two leaves.
        bytes memory data = PlainTree.descendants(checkpoints(), 0, 18, 4);
        reveal(gameId, data);
        bytes32[] memory shown = hashes(data);
        uint32 count = uint32(shown.length);
        _refusesDemand(
            gameId,
            count,
            shown,
            abi.encodeWithSelector(IDisputeGame.SelectionOutOfRange.selector, count, 0, count - 1)
        );
        uint256 refused;
        for (uint32 x = 0; x < count; x++) {
            uint256 snapshot = vm.snapshotState();
            vm.prank(challenger);
            try game.demand(gameId, states[gameId], x, shown) { }
            catch (bytes memory why) {
                refused++;
                assertEq(why, abi.encodeWithSelector(IDisputeGame.NothingBelow.selector, x), "leaf");
            }
            vm.revertToState(snapshot);
        }
        assertGt(refused, 0, "some entries are leaves");
        assertLt(refused, count, "some aren't");
    }

    function test_demand_refusesAfterTheChunk() public {
        bytes memory tensor = _bytes(40);
        verifier.setFold(1 << 20, 11, 0, PlainTensor.root(0, tensor));
        uint64 gameId = gameIn(Phase.SELECT_POSITION);
        _walk(gameId, PlainTensor.leaves(tensor), 0, Phase.SELECT_POSITION, 0, tensor);
        _assertCursor(gameId, Phase.SELECT_POSITION, DemandKind.DONE, 0, 0);
        _refusesDemand(
            gameId, 0, _none, abi.encodeWithSelector(IDisputeGame.NothingToDemand.selector, DemandKind.DONE)
        );
        selectPosition(gameId, 0);
    }

    // ------------------------------------------------------------------ refused reveals

    function testFuzz_reveal_refusesAFlippedBit(uint256 bit) public {
        uint64 gameId = gameIn(Phase.REVEAL);
        bytes memory data = PlainTree.descendants(checkpoints(), 0, 4, 4);
        bit = bound(bit, 0, data.length * 8 - 1);
        data[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        bytes memory state = states[gameId];
        vm.expectPartialRevert(IDisputeGame.RevealDiffers.selector);
        vm.prank(solver);
        game.reveal(gameId, state, data);
    }

    function test_reveal_refusesHashesTooFewOrTooMany() public {
        uint64 gameId = gameIn(Phase.REVEAL);
        bytes memory state = states[gameId];
        bytes memory data = PlainTree.descendants(checkpoints(), 0, 4, 4);
        vm.startPrank(solver);
        vm.expectRevert(abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 32));
        game.reveal(gameId, state, bytes.concat(data, bytes32(0)));
        vm.expectRevert(abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 1));
        game.reveal(gameId, state, bytes.concat(data, hex"00"));
        vm.expectRevert(abi.encodeWithSelector(ProofReader.ProofTooShort.selector, 32, 0));
        game.reveal(gameId, state, PlainTensor.slice(data, 0, 96));
        vm.expectRevert(abi.encodeWithSelector(ProofReader.ProofTooShort.selector, 32, 0));
        game.reveal(gameId, state, "");
        vm.stopPrank();
    }

    /// A vector of the right leaves under a length of its own is not the committed one.
    function test_reveal_aTreeOfAnotherLengthIsRefused() public {
        uint64 gameId = gameIn(Phase.REVEAL);
        bytes memory state = states[gameId];
        bytes memory data = PlainTree.descendants(checkpoints(), 0, 3, 4);
        vm.expectPartialRevert(ProofReader.ProofTooShort.selector);
        vm.prank(solver);
        game.reveal(gameId, state, data);
    }

    function test_reveal_refusesTensorsThatCannotBe() public {
        nodeCount = 1;
        uint8[4] memory dtypes = [3, 0, 0, 255];
        uint64[4] memory numels = [uint64(1), 0, (1 << 40) + 1, 5];
        for (uint256 n = 0; n < 4; n++) {
            bytes memory data = abi.encodePacked(dtypes[n], numels[n], new bytes(512));
            uint64 gameId = gameIn(Phase.SELECT_NODE);
            demand(gameId, 0, _none);
            bytes memory roots = PlainTree.descendants(trace(11), 0, 1, 4);
            reveal(gameId, roots);
            demand(gameId, 0, hashes(roots));
            bytes memory state = states[gameId];
            vm.expectRevert(abi.encodeWithSelector(IDisputeGame.NoSuchTensor.selector, dtypes[n], numels[n]));
            vm.prank(solver);
            game.reveal(gameId, state, data);
        }
    }

    function test_reveal_refusesChunksOfNoLengthOrTooMuch() public {
        bytes memory tensor = _bytes(40);
        verifier.setFold(1 << 20, 11, 0, PlainTensor.root(0, tensor));
        uint64 gameId = gameIn(Phase.SELECT_POSITION);
        demand(gameId, 0, _none);
        bytes memory data = abi.encodePacked(PlainTensor.leaves(tensor));
        reveal(gameId, data);
        demand(gameId, 0, hashes(data));
        bytes memory state = states[gameId];
        vm.startPrank(solver);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.RevealLength.selector, 0, 1024));
        game.reveal(gameId, state, "");
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.RevealLength.selector, 1025, 1024));
        game.reveal(gameId, state, new bytes(1025));
        vm.expectPartialRevert(IDisputeGame.RevealDiffers.selector);
        game.reveal(gameId, state, new bytes(40));
        vm.stopPrank();
        reveal(gameId, tensor);
    }

    /// Who names no interval demands C by challenging: one transaction, not two.
    function test_challenge_withoutIntervalIsADemandForTheCheckpoints() public {
        uint64 gameId = challenge(newClaim(), challenger, 0, 0);
        GameState memory state = current(gameId);
        assertEq(uint8(state.phase), uint8(Phase.REVEAL), "phase");
        assertEq(uint8(state.demandKind), uint8(DemandKind.VECTOR), "kind");
        assertEq(state.demandHash, state.checkpoints, "hash");
        assertEq(state.demandCount, intervals() + 1, "count");
        reveal(gameId, PlainTree.descendants(checkpoints(), 0, intervals() + 1, 4));
        assertEq(uint8(current(gameId).phase), uint8(Phase.SELECT_INTERVAL), "then it selects");
        selectInterval(gameId, 3, bytes32(uint256(7)));
        assertEq(current(gameId).interval, 3, "interval");
    }

    /// Whole vectors and subtrees are told apart by the hash: the descendants of a subtree don't pass for a vector.
    function test_reveal_aTreeInPlaceOfItsVectorIsRefused() public {
        uint64 claimId = newClaim();
        uint64 gameId = challengeLater(claimId, challenger);
        GameState memory state = current(gameId);
        // A malformed claim: C is the tree's root itself, without its length.
        state.checkpoints = PlainTree.root(checkpoints());
        force(state);
        demand(gameId, 0, _none);
        bytes memory data = PlainTree.descendants(checkpoints(), 0, 4, 4);
        bytes memory encoded = states[gameId];
        vm.expectPartialRevert(IDisputeGame.RevealDiffers.selector);
        vm.prank(solver);
        game.reveal(gameId, encoded, data);
    }

    // ------------------------------------------------------------------ tools

    function _gameAtStart() private returns (uint64) {
        return challengeLater(newClaim(), challenger);
    }

    /// Makes `tensor` the output of node `node` in the game's trace, and commits the trace.
    mapping(uint32 node => bytes32) private _outputs;

    function trace(uint64 step) internal view override returns (bytes32[] memory roots) {
        roots = super.trace(step);
        for (uint32 j = 0; j < nodeCount; j++) {
            if (_outputs[j] != 0) roots[j] = _outputs[j];
        }
    }

    function _setTensor(uint64 gameId, uint32 node, bytes memory tensor) private {
        _outputs[node] = PlainTensor.root(0, tensor);
        commitTrace(gameId);
    }

    /// A whole walk from the first demand; where `chunk` isn't empty, to the chunk. Returns the number of demands.
    function _walk(
        uint64 gameId,
        bytes32[] memory leaves,
        uint256 leaf,
        Phase phase,
        uint32 target,
        bytes memory chunk
    ) private returns (uint256 demands) {
        (uint256 from, uint256 to) = _descend(gameId, leaves, leaf, phase, target);
        bytes32[] memory shown = _shown(leaves, from, to);
        uint32 entry = _entryOf(leaves.length, from, to, leaf);
        assertEq(shown[entry], leaves[leaf], "the leaf is revealed");
        if (chunk.length != 0) _toChunk(gameId, leaves, leaf, chunk, phase);
        return _demands;
    }

    uint256 private _demands;
    uint256 private _from;
    uint256 private _to;

    /// Demands the whole and then descends to the reveal that shows `leaf`.
    function _descend(uint64 gameId, bytes32[] memory leaves, uint256 leaf, Phase phase, uint32 target)
        private
        returns (uint256 from, uint256 to)
    {
        GameState memory before = current(gameId);
        demand(gameId, target, _none);
        GameState memory owed = current(gameId);
        assertEq(uint256(owed.phase), uint256(Phase.REVEAL), "owed");
        assertEq(owed.demandCount, leaves.length, "length known");
        bytes memory data = PlainTree.descendants(leaves, 0, leaves.length, 4);
        reveal(gameId, data);
        _demands = 1;
        _walkOn(gameId, leaves, leaf, phase);
        GameState memory next = current(gameId);
        assertEq(uint256(next.phase), uint256(before.phase), "back in the phase that demanded");
        return (_from, _to);
    }

    /// Descends from the whole tree, just revealed, to the reveal that shows `leaf`.
    function _walkOn(uint64 gameId, bytes32[] memory leaves, uint256 leaf, Phase phase) private {
        (uint256 from, uint256 to) = (0, leaves.length);
        DemandKind kind = current(gameId).demandKind;
        for (;;) {
            bytes memory data = PlainTree.descendants(leaves, from, to, 4);
            _assertCursor(gameId, phase, kind, keccak256(data), uint64(to - from));
            (uint256 entry, uint256 below, uint256 above) = _locate(from, to, leaf);
            if (above - below == 1) break;
            demand(gameId, uint32(entry), hashes(data));
            (from, to) = (below, above);
            _assertOwed(gameId, kind, PlainTree.root(leaves, from, to), uint64(to - from));
            reveal(gameId, PlainTree.descendants(leaves, from, to, 4));
            _demands++;
        }
        (_from, _to) = (from, to);
    }

    function _toChunk(uint64 gameId, bytes32[] memory leaves, uint256 leaf, bytes memory chunk, Phase phase)
        private
    {
        bytes32[] memory shown = _shown(leaves, _from, _to);
        (uint256 entry,,) = _locate(_from, _to, leaf);
        demand(gameId, uint32(entry), shown);
        _assertOwed(gameId, DemandKind.TENSOR, leaves[leaf], 1);
        reveal(gameId, chunk);
        _assertCursor(gameId, phase, DemandKind.DONE, 0, 0);
    }

    function _shown(bytes32[] memory leaves, uint256 from, uint256 to)
        private
        pure
        returns (bytes32[] memory)
    {
        return hashes(PlainTree.descendants(leaves, from, to, 4));
    }

    function _entryOf(uint256, uint256 from, uint256 to, uint256 leaf) private pure returns (uint32) {
        (uint256 entry,,) = _locate(from, to, leaf);
        return uint32(entry);
    }

    /// Which of the descendants of leaves [from, to) holds `leaf`, and its range.
    function _locate(uint256 from, uint256 to, uint256 leaf)
        private
        pure
        returns (uint256 entry, uint256 below, uint256 above)
    {
        (below, above) = (from, to);
        for (uint256 splits = 4; splits > 0 && above - below > 1; splits--) {
            uint256 middle = below + PlainTree.largestPowerBelow(above - below);
            if (leaf < middle) {
                above = middle;
            } else {
                entry += _width(middle - below, splits - 1);
                below = middle;
            }
        }
    }

    function _width(uint256 leaves, uint256 splits) private pure returns (uint256) {
        if (splits == 0 || leaves == 1) return 1;
        uint256 left = PlainTree.largestPowerBelow(leaves);
        return _width(left, splits - 1) + _width(leaves - left, splits - 1);
    }

    /// Demands until a single leaf is shown, always taking the first entry, the deepest.
    function _descentLength(uint256 leaves) private pure returns (uint256 demands) {
        demands = 1;
        for (uint256 under = Subtree.leavesUnder(leaves, 0); under > 1; demands++) {
            under = Subtree.leavesUnder(under, 0);
        }
    }

    function _bytes(uint256 length) private pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i = 0; i < length; i += 7) {
            data[i] = bytes1(uint8(i));
        }
    }

    function _assertCursor(uint64 gameId, Phase phase, DemandKind kind, bytes32 hash, uint64 count)
        private
        view
    {
        GameState memory s = current(gameId);
        assertEq(uint256(s.phase), uint256(phase), "phase");
        assertEq(uint256(s.demandKind), uint256(kind), "demandKind");
        assertEq(s.demandHash, hash, "demandHash");
        assertEq(s.demandCount, count, "demandCount");
    }

    function _assertOwed(uint64 gameId, DemandKind kind, bytes32 hash, uint64 count) private view {
        _assertCursor(gameId, Phase.REVEAL, kind, hash, count);
    }

    function _refusesDemand(uint64 gameId, uint32 target, bytes32[] memory revealed, bytes memory why)
        private
    {
        vm.prank(challenger);
        (bool ok, bytes memory actual) =
            address(game).call(abi.encodeCall(game.demand, (gameId, states[gameId], target, revealed)));
        assertFalse(ok, "refused");
        assertEq(actual, why, "why");
    }
}
