// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { OneStepVerifier } from "../../src/game/OneStepVerifier.sol";
import { GameState } from "../../src/types/GameState.sol";
import { PlainTensor } from "../commitment/PlainTensor.sol";
import { PlainTree } from "../commitment/PlainTree.sol";
import { Encode } from "../program/Encode.sol";
import { Arena } from "./Arena.sol";

/// @notice A run that adds up, under the real verifier. The program: slot 0 is w, i32[300]; slot 1 is i32[1];
///
///     node 0   next w[i] = w[i] + 1
///     node 1   next sum  = fold over k of acc + node0[k]
///
/// and further slots and nodes that are hashes only, to make the trees deep. Until `lie` says otherwise all is true.
abstract contract RealRun is Arena {
    enum Lie {
        NONE,
        /// Element 5 of node 0's output is one too many, in trace and state.
        ELEMENT,
        /// acc_101 and what follows is one too many, and so is the sum.
        FOLD,
        /// Slot 0 after the step isn't node 0's output.
        SLOT,
        /// Slot 3, which no node updates, changes.
        KEPT_SLOT,
        /// Node 0's output has an element too many.
        TYPE
    }

    uint64 internal constant LENGTH = 300;
    uint8 internal constant I32 = 1;
    uint64 internal constant LIE_STEP = 6;
    uint64 internal constant LIE_POSITION = 100;

    Lie internal lie;

    function setUp() public virtual override {
        super.setUp();
        deploy(address(new OneStepVerifier()));
        fund(submitter);
        fund(solver);
        fund(challenger);
        steps = 64;
        interval = 4;
        nodeCount = 9;
        slotCount = 5;
    }

    // ------------------------------------------------------------------ the program

    function nodes(uint32 j) internal pure returns (bytes memory) {
        bytes[] memory inputs = new bytes[](1);
        if (j == 0) {
            inputs[0] = Encode.input(1, 0, I32, LENGTH, 0, Encode.perDimension(1));
            return Encode.node(
                I32,
                Encode.shape(LENGTH),
                Encode.shape(),
                0,
                inputs,
                bytes.concat(Encode.op(0x00, 0), Encode.imm(0x04, 1), Encode.op(0x30, 0, 1))
            );
        }
        inputs[0] = Encode.input(0, 0, I32, LENGTH, 0, Encode.perDimension(0, 1));
        return Encode.node(
            I32,
            Encode.shape(1),
            Encode.shape(LENGTH),
            0,
            inputs,
            bytes.concat(Encode.op(0x00, 0), Encode.op(0x02), Encode.op(0x30, 1, 0))
        );
    }

    function nodeHashes() internal view returns (bytes32[] memory list) {
        list = new bytes32[](nodeCount);
        for (uint32 j = 0; j < nodeCount; j++) {
            list[j] = j < 2 ? sha256(bytes.concat(hex"12", nodes(j))) : sha256(abi.encode("node", j));
        }
    }

    function slotRecord(uint32 s) internal pure returns (bytes memory) {
        return Encode.slot(I32, s == 0 ? LENGTH : 1, s < 2 ? s : 0xffffffff);
    }

    function slotHashes() internal view returns (bytes32[] memory list) {
        list = new bytes32[](slotCount);
        for (uint32 s = 0; s < slotCount; s++) {
            list[s] = sha256(bytes.concat(hex"13", slotRecord(s)));
        }
    }

    function header() internal view override returns (bytes memory) {
        return abi.encodePacked(
            uint16(1),
            slotCount,
            uint32(0),
            uint32(0),
            nodeCount,
            vectorRoot(slotHashes()),
            PlainTensor.vectorRoot(new bytes32[](0)),
            PlainTensor.vectorRoot(new bytes32[](0))
        );
    }

    function nodesRoot() internal view override returns (bytes32) {
        return vectorRoot(nodeHashes());
    }

    // ------------------------------------------------------------------ the run

    function little(uint32 value) internal pure returns (bytes4) {
        return
            bytes4((value & 0xff) << 24 | (value >> 8 & 0xff) << 16 | (value >> 16 & 0xff) << 8 | value >> 24);
    }

    /// Writes element `i`.
    function put(bytes memory data, uint256 i, uint32 value) internal pure {
        bytes4 bits = little(value);
        assembly ("memory-safe") {
            let word := add(add(data, 0x20), mul(i, 4))
            mstore(word, or(bits, and(mload(word), not(shl(224, 0xffffffff)))))
        }
    }

    /// w after `step` steps.
    function weights(uint64 step) internal pure returns (bytes memory data) {
        data = new bytes(LENGTH * 4);
        for (uint32 i = 0; i < LENGTH; i++) {
            put(data, i, i * 7 + uint32(step));
        }
    }

    /// Node 0's output in step `step`, as the solver has it.
    function output(uint64 step) internal view returns (bytes memory data) {
        data = weights(step + 1);
        if (step != LIE_STEP) return data;
        if (lie == Lie.ELEMENT) data[20] = bytes1(uint8(data[20]) + 1);
        if (lie == Lie.TYPE) data = bytes.concat(data, little(7));
    }

    /// acc_k of node 1 in step `step`, as the solver has it; acc_300 is its output.
    function accumulator(uint64 step, uint64 k) internal view returns (uint32 value) {
        uint32 n = uint32(k);
        if (n > 0) value = 7 * (n * (n - 1) / 2) + n * (uint32(step) + 1);
        if (step == LIE_STEP && lie == Lie.ELEMENT && k > 5) value++;
        if (step == LIE_STEP && lie == Lie.FOLD && k > LIE_POSITION) value++;
    }

    function foldTensor(uint64 step) internal view returns (bytes memory data) {
        data = new bytes((LENGTH - 1) * 4);
        for (uint64 k = 1; k < LENGTH; k++) {
            put(data, k - 1, accumulator(step, k));
        }
    }

    function trace(uint64 step) internal view override returns (bytes32[] memory roots) {
        roots = super.trace(step);
        roots[0] = PlainTensor.root(I32, output(step));
        roots[1] = PlainTensor.root(I32, bytes.concat(little(accumulator(step, LENGTH))));
    }

    function slots(uint64 step) internal view override returns (bytes32[] memory roots) {
        roots = new bytes32[](slotCount);
        for (uint256 s = 2; s < slotCount; s++) {
            roots[s] = sha256(abi.encodePacked("kept", s));
        }
        roots[0] = PlainTensor.root(I32, step == 0 ? weights(0) : output(step - 1));
        roots[1] = PlainTensor.root(I32, bytes.concat(little(step == 0 ? 0 : accumulator(step - 1, LENGTH))));
        if (step == LIE_STEP + 1 && lie == Lie.SLOT) roots[0] = PlainTensor.root(I32, weights(0));
        if (step == LIE_STEP + 1 && lie == Lie.KEPT_SLOT) roots[3] = sha256("another");
    }

    // ------------------------------------------------------------------ proofs

    function openedNode(uint32 j) internal view returns (bytes memory) {
        return bytes.concat(header(), nodes(j), PlainTree.path(nodeHashes(), j));
    }

    function foldProof(uint64 step, uint32 j) internal view returns (bytes memory) {
        return bytes.concat(openedNode(j), PlainTensor.tree(foldTensor(step)));
    }

    function leafOpening(bytes32[] memory leaves, uint256 index) internal pure returns (bytes memory) {
        return bytes.concat(leaves[index], PlainTree.path(leaves, index));
    }

    /// Root, preimage and chunk of element `e`.
    function read(bytes32[] memory roots, uint256 index, bytes memory data, uint64 e)
        internal
        pure
        returns (bytes memory)
    {
        return bytes.concat(
            leafOpening(roots, index),
            PlainTensor.preimage(I32, data),
            PlainTensor.chunkOpening(data, e * 4 / 1024)
        );
    }

    function elementProof(uint64 step, uint64 e) internal view returns (bytes memory) {
        bytes memory claimed = e < LENGTH ? read(trace(step), 0, output(step), e) : bytes("");
        if (lie == Lie.TYPE && step == LIE_STEP) {
            return bytes.concat(
                openedNode(0), leafOpening(trace(step), 0), PlainTensor.preimage(I32, output(step))
            );
        }
        if (e >= LENGTH) return openedNode(0);
        bytes memory before = step == 0 ? weights(0) : output(step - 1);
        return bytes.concat(openedNode(0), claimed, read(slots(step), 0, before, e));
    }

    function positionProof(uint64 step, uint64 k) internal view returns (bytes memory proof) {
        bytes memory fold = foldTensor(step);
        proof = openedNode(1);
        if (k > 0) {
            proof = bytes.concat(
                proof, PlainTensor.preimage(I32, fold), PlainTensor.chunkOpening(fold, (k - 1) * 4 / 1024)
            );
        }
        if (k + 1 == LENGTH) {
            bytes memory sum = bytes.concat(little(accumulator(step, LENGTH)));
            proof = bytes.concat(proof, read(trace(step), 1, sum, 0));
        } else if (k == 0) {
            proof = bytes.concat(proof, PlainTensor.preimage(I32, fold), PlainTensor.chunkOpening(fold, 0));
        } else if (k * 4 / 1024 != (k - 1) * 4 / 1024) {
            proof = bytes.concat(proof, PlainTensor.chunkOpening(fold, k * 4 / 1024));
        }
        return bytes.concat(proof, read(trace(step), 0, output(step), k));
    }

    function slotProof(uint64 step, uint32 s) internal view returns (bytes memory) {
        return bytes.concat(
            header(),
            nodesRoot(),
            slotRecord(s),
            PlainTree.path(slotHashes(), s),
            leafOpening(slots(step + 1), s),
            s < 2 ? leafOpening(trace(step), s) : leafOpening(slots(step), s)
        );
    }

    // ------------------------------------------------------------------ play

    /// To SELECT_NODE in step `step`.
    function gameAtStep(uint64 claimId, uint64 step) internal returns (uint64 gameId) {
        gameId = challenge(claimId, challenger, step / interval + 1, 0);
        if (interval > 1) {
            commitSteps(gameId);
            selectStep(gameId, step);
        }
        commitTrace(gameId);
    }

    function commitRealFold(uint64 gameId) internal {
        GameState memory s = current(gameId);
        bytes memory proof = foldProof(s.step, s.target);
        vm.recordLogs();
        vm.prank(solver);
        game.commitFold(gameId, states[gameId], proof);
        track(gameId);
    }

    function proveWith(uint64 gameId, bytes memory proof) internal {
        vm.prank(stranger);
        game.prove(gameId, states[gameId], proof);
    }
}
