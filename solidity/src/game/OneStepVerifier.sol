// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { OpenedTensor, OpenedTensors, TensorReads } from "../commitment/OpenedTensors.sol";
import { Proof, ProofReader } from "../commitment/ProofReader.sol";
import { TaggedHash } from "../commitment/TaggedHash.sol";
import { TensorCommitment } from "../commitment/TensorCommitment.sol";
import { VectorCommitment } from "../commitment/VectorCommitment.sol";
import { Finding, IOneStepVerifier } from "../interfaces/IOneStepVerifier.sol";
import { Elements } from "../program/Elements.sol";
import { Execution, Executions } from "../program/Execution.sol";
import { Input, Node, Nodes, Source } from "../program/Node.sol";
import { ProgramHeader, ProgramHeaders } from "../program/ProgramHeader.sol";
import { Records } from "../program/Records.sol";
import { GameState, Phase } from "../types/GameState.sol";

/// @title One-step adjudication (SPEC §7, §7.1)
/// @notice Stateless: what it says follows from the game's state and the proof. The state is the caller's to vouch
/// for (the game holds its hash); everything in the proof is hostile until a committed root has been reached.
contract OneStepVerifier is IOneStepVerifier {
    /// What the fold tensor is known by among the tensors that a proof opens; no input has this kind.
    uint256 private constant FOLD_TENSOR = type(uint256).max;

    /// The game is in no phase that a step proof ends.
    error NothingToProve(Phase phase);
    /// The game and the opened header disagree on the number of nodes.
    error WrongNodeCount(uint32 opened, uint32 expected);
    /// A root in the proof isn't the one that the game holds.
    error WrongVectorRoot(bytes32 opened, bytes32 expected);
    /// The node folds more than one element: its accumulators have to be committed first (`commitFold`).
    error FoldNotCommitted(uint64 foldLength);
    /// The fold has no such position.
    error PositionOutOfRange(uint64 position, uint64 foldLength);
    /// A node reads one that doesn't come before it.
    error NodeReadsForward(uint32 node, uint32 source);
    /// A tensor is of another dtype or numel than the node declares.
    error WrongTensorType(uint8 dtype, uint64 numel, uint8 expectedDType, uint64 expectedNumel);

    /// An element's step proof while it is read.
    struct Step {
        GameState game;
        ProgramHeader header;
        Node node;
        OpenedTensors opened;
        Proof proof;
    }

    /// @inheritdoc IOneStepVerifier
    function openFold(bytes32 programRoot, uint32 nodeCount, uint32 node, bytes calldata proof)
        external
        view
        returns (uint64 numel, uint64 foldLength, uint8 dtype, bytes32 foldRoot)
    {
        Proof memory reader = ProofReader.over(proof);
        (ProgramHeader memory header, Node memory opened) = _openNode(reader, programRoot, node);
        if (header.nodeCount != nodeCount) revert WrongNodeCount(header.nodeCount, nodeCount);
        bytes32 foldTree = reader.readBytes32();
        reader.requireEnd();

        numel = opened.numel;
        foldLength = opened.foldLength;
        dtype = opened.dtype;
        if (foldLength > 1) foldRoot = TensorCommitment.root(dtype, foldLength - 1, foldTree);
    }

    /// @inheritdoc IOneStepVerifier
    /// @dev Where a tensor is of another dtype or numel than its node, `result` and `claimed` are the two types, as
    /// dtype · 2^64 + numel. Where the element is out of range, they are the node's numel and the element. In both
    /// cases the rest of the proof isn't read.
    function adjudicate(bytes calldata state, bytes calldata proof)
        external
        view
        returns (Finding finding, bytes32 result, bytes32 claimed)
    {
        GameState memory game = abi.decode(state, (GameState));
        Proof memory reader = ProofReader.over(proof);
        if (game.phase == Phase.PROVE_SLOT) return _adjudicateSlot(game, reader);
        if (game.phase == Phase.OPEN_NODE || game.phase == Phase.PROVE_POSITION) {
            return _adjudicateElement(game, reader);
        }
        revert NothingToProve(game.phase);
    }

    /// A slot's root after the step is that of the node that gives its next value, or its own before the step.
    function _adjudicateSlot(GameState memory game, Proof memory proof)
        private
        view
        returns (Finding finding, bytes32 result, bytes32 claimed)
    {
        ProgramHeader memory header = ProgramHeaders.read(proof);
        ProgramHeaders.requireProgram(header, proof.readBytes32(), game.programRoot);

        uint32 slot = game.target;
        (uint32 next, bytes32 recordHash) = Records.readSlot(proof);
        _requireRoot(
            VectorCommitment.rootFromPath(proof, recordHash, slot, header.slotCount), header.slotsRoot
        );

        claimed = _openLeaf(proof, slot, header.slotCount, game.slotsAfter);
        result = next == Records.NEVER_CHANGES
            ? _openLeaf(proof, slot, header.slotCount, game.slotsBefore)
            : _openLeaf(proof, next, header.nodeCount, game.traceRoot);
        proof.requireEnd();
        finding = result == claimed ? Finding.EQUAL : Finding.DIFFERENT;
    }

    /// acc[k+1] is what the body gives of acc[k] and the operands at position k.
    function _adjudicateElement(GameState memory game, Proof memory proof)
        private
        view
        returns (Finding finding, bytes32 result, bytes32 claimed)
    {
        (ProgramHeader memory header, Node memory node) = _openNode(proof, game.programRoot, game.target);
        if (game.element >= node.numel) {
            return
                (Finding.ELEMENT_OUT_OF_RANGE, bytes32(uint256(node.numel)), bytes32(uint256(game.element)));
        }
        uint64 position = _position(game, node);

        // Each tensor is opened once: the fold, the output, and at most one for each input.
        OpenedTensors memory opened = TensorReads.none(node.inputs.length + 2, node.bodyLength + 2);
        Step memory step = Step(game, header, node, opened, proof);

        uint256 before = position == 0 ? node.init : _readFold(step, position - 1);
        uint256 afterwards;
        if (position + 1 < node.foldLength) {
            afterwards = _readFold(step, position);
        } else {
            uint256 number = _openSource(step, Source.NODE, game.target);
            OpenedTensor memory output = opened.tensors[number];
            if (output.dtype != node.dtype || output.numel != node.numel) {
                return (Finding.DIFFERENT, _type(node.dtype, node.numel), _type(output.dtype, output.numel));
            }
            afterwards = opened.elementBits(number, game.element, proof);
        }

        uint256 recomputed = _recompute(step, position, before);
        proof.requireEnd();
        finding = recomputed == afterwards ? Finding.EQUAL : Finding.DIFFERENT;
        return (finding, bytes32(recomputed), bytes32(afterwards));
    }

    /// The element bits that the body gives at `position`, from the element bits of the accumulator before it.
    function _recompute(Step memory step, uint64 position, uint256 before) private view returns (uint256) {
        Node memory node = step.node;
        Execution memory execution = Executions.start(
            node, step.game.element, position, step.game.step, Elements.load(node.dtype, before)
        );
        while (execution.wantsOperand()) {
            execution.supply(_readOperand(step, node.inputs[execution.input], execution.element));
        }
        return Elements.store(node.dtype, execution.result());
    }

    /// K = 1 needs no fold tensor and is proved at once; a longer fold at the position that was selected.
    function _position(GameState memory game, Node memory node) private pure returns (uint64 position) {
        if (game.phase == Phase.OPEN_NODE) {
            if (node.foldLength != 1) revert FoldNotCommitted(node.foldLength);
            return 0;
        }
        position = game.position;
        // INVARIANT: k < K. The game has refused others; the subtractions and reads here stand on it.
        if (position >= node.foldLength) revert PositionOutOfRange(position, node.foldLength);
    }

    // ------------------------------------------------------------------ reads

    /// acc[position + 1], for an inner position.
    function _readFold(Step memory step, uint64 position) private view returns (uint256) {
        OpenedTensors memory opened = step.opened;
        uint256 number = opened.find(FOLD_TENSOR);
        if (number == opened.tensorCount) opened.open(FOLD_TENSOR, step.game.foldRoot, step.proof);
        _requireType(opened.tensors[number], step.node.dtype, step.node.foldLength - 1);
        return opened.elementBits(number, position, step.proof);
    }

    function _readOperand(Step memory step, Input memory input, uint64 element)
        private
        view
        returns (uint256)
    {
        // INVARIANT: references point backwards (SPEC §3.2.1), so that what a node reads is settled before it.
        if (input.source == Source.NODE && input.index >= step.game.target) {
            revert NodeReadsForward(step.game.target, input.index);
        }
        uint256 number = _openSource(step, input.source, input.index);
        _requireType(step.opened.tensors[number], input.dtype, input.numel);
        return step.opened.elementBits(number, element, step.proof);
    }

    /// The number of a source's tensor among the opened ones; opens it where it is read for the first time.
    function _openSource(Step memory step, Source source, uint32 index)
        private
        view
        returns (uint256 number)
    {
        uint256 name = uint256(source) << 32 | index;
        number = step.opened.find(name);
        if (number == step.opened.tensorCount) {
            step.opened.open(name, _sourceRoot(step, source, index), step.proof);
        }
    }

    /// Reads the opening of a source's tensor root.
    function _sourceRoot(Step memory step, Source source, uint32 index) private view returns (bytes32 root) {
        Proof memory proof = step.proof;
        ProgramHeader memory header = step.header;
        if (source == Source.NODE) return _openLeaf(proof, index, header.nodeCount, step.game.traceRoot);
        if (source == Source.STATE) return _openLeaf(proof, index, header.slotCount, step.game.slotsBefore);

        (uint8 tag, uint32 count, bytes32 records) = source == Source.DATA
            ? (TaggedHash.DATA, header.dataCount, header.dataRoot)
            : (TaggedHash.CONSTANT, header.constCount, header.constsRoot);
        bytes32 recordHash;
        (root, recordHash) = Records.readTensorRecord(proof, tag);
        _requireRoot(VectorCommitment.rootFromPath(proof, recordHash, index, count), records);
    }

    /// Reads `header ‖ node ‖ path`, and holds it against the program's root.
    function _openNode(Proof memory proof, bytes32 programRoot, uint32 index)
        private
        view
        returns (ProgramHeader memory header, Node memory node)
    {
        header = ProgramHeaders.read(proof);
        node = Nodes.read(proof);
        bytes32 nodesRoot = VectorCommitment.rootFromPath(proof, node.nodeHash, index, header.nodeCount);
        ProgramHeaders.requireProgram(header, nodesRoot, programRoot);
    }

    /// Reads a vector opening and holds it against the vector's root.
    function _openLeaf(Proof memory proof, uint32 index, uint32 length, bytes32 expected)
        private
        view
        returns (bytes32 leaf)
    {
        bytes32 root;
        (leaf, root) = VectorCommitment.open(proof, index, length);
        _requireRoot(root, expected);
    }

    // ------------------------------------------------------------------ guards

    function _requireRoot(bytes32 opened, bytes32 expected) private pure {
        // INVARIANT: an opening counts where it leads to a root that is known.
        if (opened != expected) revert WrongVectorRoot(opened, expected);
    }

    function _requireType(OpenedTensor memory tensor, uint8 dtype, uint64 numel) private pure {
        // INVARIANT: an element is read as what the node says it is.
        if (tensor.dtype != dtype || tensor.numel != numel) {
            revert WrongTensorType(tensor.dtype, tensor.numel, dtype, numel);
        }
    }

    function _type(uint8 dtype, uint64 numel) private pure returns (bytes32) {
        return bytes32(uint256(dtype) << 64 | numel);
    }
}
