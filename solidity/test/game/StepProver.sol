// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { GameState, Phase } from "../../src/types/GameState.sol";
import { PlainTensor } from "../commitment/PlainTensor.sol";
import { PlainTree } from "../commitment/PlainTree.sol";
import { Encode } from "../program/Encode.sol";
import { TestBase } from "../TestBase.sol";

/// @notice A solver's side of a step proof, written from SPEC §7.1: it holds a program's records and one step's
/// tensors, commits to them, and lays out proofs. It shares no code with the contracts.
abstract contract StepProver is TestBase {
    struct Tensor {
        uint8 dtype;
        bytes data;
    }

    /// One read of a proof: element `element` of a source (SPEC §3.2.1's codes), or of the fold.
    struct Read {
        uint8 kind;
        uint32 index;
        uint64 element;
    }

    uint8 internal constant F32 = 0;
    uint8 internal constant I32 = 1;
    uint8 internal constant U8 = 2;

    uint8 internal constant NODE = 0;
    uint8 internal constant STATE = 1;
    uint8 internal constant DATA = 2;
    uint8 internal constant CONST = 3;
    uint8 internal constant FOLD = 4;

    bytes[] internal slotRecords;
    bytes[] internal nodes;
    Tensor[] internal statesBefore;
    Tensor[] internal statesAfter;
    Tensor[] internal dataSets;
    Tensor[] internal constants;
    Tensor[] internal outputs;
    Tensor internal fold;

    /// Keys of the roots and chunks that the proof in the making has shown.
    mapping(bytes32 key => uint256 proofNumber) private _shownIn;
    uint256 private _proofNumber;

    // ------------------------------------------------------------------ commitments

    function header() internal view returns (bytes memory) {
        return abi.encodePacked(
            uint16(1),
            uint32(slotRecords.length),
            uint32(dataSets.length),
            uint32(constants.length),
            uint32(nodes.length),
            PlainTensor.vectorRoot(_hashes(hex"13", slotRecords)),
            PlainTensor.vectorRoot(_hashes(hex"14", _tensorRecords(dataSets))),
            PlainTensor.vectorRoot(_hashes(hex"15", _tensorRecords(constants)))
        );
    }

    function nodesRoot() internal view returns (bytes32) {
        return PlainTensor.vectorRoot(_hashes(hex"12", nodes));
    }

    function programRoot() internal view returns (bytes32) {
        return sha256(bytes.concat(hex"10", sha256(bytes.concat(hex"11", header())), nodesRoot()));
    }

    /// The game as it stands when element `element` of node `node` is to be proved at fold position `position`, the
    /// fold being of length `foldLength`.
    function elementGame(uint32 node, uint64 element, uint64 position, uint64 foldLength)
        internal
        view
        returns (GameState memory game)
    {
        game = _game();
        game.target = node;
        game.element = element;
        if (foldLength == 1) {
            game.phase = Phase.OPEN_NODE;
        } else {
            game.phase = Phase.PROVE_POSITION;
            game.foldRoot = PlainTensor.root(fold.dtype, fold.data);
            game.foldLength = foldLength;
            game.foldDType = fold.dtype;
            game.position = position;
        }
    }

    function slotGame(uint32 slot) internal view returns (GameState memory game) {
        game = _game();
        game.phase = Phase.PROVE_SLOT;
        game.target = slot;
    }

    function _game() private view returns (GameState memory game) {
        game.gameId = 1;
        game.claimId = 2;
        game.solver = address(3);
        game.challenger = address(4);
        game.programRoot = programRoot();
        game.steps = 10;
        game.checkpointInterval = 5;
        game.step = 6;
        game.traceRoot = PlainTensor.vectorRoot(_roots(outputs));
        game.slotsBefore = PlainTensor.vectorRoot(_roots(statesBefore));
        game.slotsAfter = PlainTensor.vectorRoot(_roots(statesAfter));
        game.nodeCount = uint32(nodes.length);
        game.slotCount = uint32(slotRecords.length);
    }

    // ------------------------------------------------------------------ proofs

    function slotProof(uint32 slot, uint32 next) internal view returns (bytes memory) {
        bytes memory record =
            bytes.concat(slotRecords[slot], PlainTree.path(_hashes(hex"13", slotRecords), slot));
        bytes memory expected =
            next == type(uint32).max ? _leaf(_roots(statesBefore), slot) : _leaf(_roots(outputs), next);
        return bytes.concat(header(), nodesRoot(), record, _leaf(_roots(statesAfter), slot), expected);
    }

    function nodeProof(uint32 node) internal view returns (bytes memory) {
        return bytes.concat(header(), nodes[node], PlainTree.path(_hashes(hex"12", nodes), node));
    }

    /// header ‖ node ‖ path ‖ acc_k ‖ acc_{k+1} ‖ operands
    function elementProof(
        uint32 node,
        uint64 element,
        uint64 position,
        uint64 foldLength,
        Read[] memory operands
    ) internal returns (bytes memory proof) {
        _proofNumber++;
        proof = nodeProof(node);
        if (position > 0) proof = bytes.concat(proof, _read(Read(FOLD, 0, position - 1)));
        proof = bytes.concat(
            proof, _read(position + 1 < foldLength ? Read(FOLD, 0, position) : Read(NODE, node, element))
        );
        for (uint256 i = 0; i < operands.length; i++) {
            proof = bytes.concat(proof, _read(operands[i]));
        }
    }

    function _read(Read memory read) private returns (bytes memory part) {
        Tensor memory source = tensorOf(read.kind, read.index);
        if (_firstTime(abi.encode(read.kind, read.index))) {
            part = bytes.concat(_root(read), PlainTensor.preimage(source.dtype, source.data));
        }
        uint256 chunk = read.element * PlainTensor.width(source.dtype) / 1024;
        if (_firstTime(abi.encode(read.kind, read.index, chunk))) {
            part = bytes.concat(part, PlainTensor.chunkOpening(source.data, chunk));
        }
    }

    function _root(Read memory read) private view returns (bytes memory) {
        if (read.kind == FOLD) return "";
        if (read.kind == NODE) return _leaf(_roots(outputs), read.index);
        if (read.kind == STATE) return _leaf(_roots(statesBefore), read.index);
        bytes[] memory records = _tensorRecords(read.kind == DATA ? dataSets : constants);
        bytes32[] memory hashes = _hashes(read.kind == DATA ? bytes1(0x14) : bytes1(0x15), records);
        return bytes.concat(records[read.index], PlainTree.path(hashes, read.index));
    }

    function tensorOf(uint8 kind, uint32 index) internal view returns (Tensor memory) {
        if (kind == NODE) return outputs[index];
        if (kind == STATE) return statesBefore[index];
        if (kind == DATA) return dataSets[index];
        if (kind == CONST) return constants[index];
        return fold;
    }

    function _firstTime(bytes memory name) private returns (bool first) {
        bytes32 key = keccak256(name);
        first = _shownIn[key] != _proofNumber;
        _shownIn[key] = _proofNumber;
    }

    // ------------------------------------------------------------------ parts

    function _leaf(bytes32[] memory leaves, uint32 index) private pure returns (bytes memory) {
        return bytes.concat(leaves[index], PlainTree.path(leaves, index));
    }

    function _hashes(bytes1 tag, bytes[] memory records) private pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](records.length);
        for (uint256 i = 0; i < records.length; i++) {
            hashes[i] = sha256(bytes.concat(tag, records[i]));
        }
    }

    function _roots(Tensor[] memory tensors) private pure returns (bytes32[] memory roots) {
        roots = new bytes32[](tensors.length);
        for (uint256 i = 0; i < tensors.length; i++) {
            roots[i] = PlainTensor.root(tensors[i].dtype, tensors[i].data);
        }
    }

    function _tensorRecords(Tensor[] memory tensors) private pure returns (bytes[] memory records) {
        records = new bytes[](tensors.length);
        for (uint256 i = 0; i < tensors.length; i++) {
            Tensor memory t = tensors[i];
            records[i] = Encode.tensorRecord(
                t.dtype, PlainTensor.numel(t.dtype, t.data), PlainTensor.root(t.dtype, t.data)
            );
        }
    }

    // ------------------------------------------------------------------ tensors

    function tensor(uint8 dtype, uint256[] memory elements) internal pure returns (Tensor memory t) {
        t.dtype = dtype;
        t.data = new bytes(elements.length * PlainTensor.width(dtype));
        for (uint256 i = 0; i < elements.length; i++) {
            _put(t, i, elements[i]);
        }
    }

    function setElement(Tensor storage stored, uint256 i, uint256 bits) internal {
        Tensor memory t = stored;
        _put(t, i, bits);
        stored.data = t.data;
    }

    function elementOf(Tensor memory t, uint256 i) internal pure returns (uint256 bits) {
        uint256 width = PlainTensor.width(t.dtype);
        for (uint256 b = width; b > 0; b--) {
            bits = bits << 8 | uint8(t.data[i * width + b - 1]);
        }
    }

    function _put(Tensor memory t, uint256 i, uint256 bits) private pure {
        uint256 width = PlainTensor.width(t.dtype);
        for (uint256 b = 0; b < width; b++) {
            t.data[i * width + b] = bytes1(uint8(bits >> (8 * b)));
        }
    }
}
