// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Proof, ProofReader } from "../commitment/ProofReader.sol";
import { TaggedHash } from "../commitment/TaggedHash.sol";
import { Limits } from "./Limits.sol";

/// @notice Where an input's tensor comes from (SPEC §3.1), with the codes of §3.2.1.
enum Source {
    NODE,
    STATE,
    DATA,
    CONST
}

/// @notice One input of a node: a tensor, and the affine map from the node's indices to a flat index in it.
struct Input {
    Source source;
    /// Which node, slot, data set or constant.
    uint32 index;
    uint8 dtype;
    /// Elements of the whole source tensor.
    uint64 numel;
    int64 offset;
    /// One stride for each output dimension, then one for each reduction dimension.
    int64[] strides;
}

/// @notice A node (SPEC §3.1). The body stays in calldata.
struct Node {
    uint8 dtype;
    uint64[] outShape;
    uint64[] redShape;
    /// Elements of the output.
    uint64 numel;
    /// K, the length of the fold.
    uint64 foldLength;
    /// The bits of acc[0].
    uint32 init;
    Input[] inputs;
    /// Offset in calldata of the first instruction.
    uint256 bodyStart;
    uint256 bodyLength;
    /// H(0x12 ‖ node)
    bytes32 nodeHash;
}

/// @title Node decoding (SPEC §3.2.1)
/// @notice Takes hostile bytes: every limit that the cost or the safety of a step depends on is checked.
library Nodes {
    uint256 internal constant INSTRUCTION_BYTES = 8;

    uint8 private constant LAST_SOURCE = uint8(type(Source).max);

    error UnknownSource(uint8 kind);

    /// @notice Reads a node.
    function read(Proof memory proof) internal view returns (Node memory node) {
        uint256 start = proof.offset;
        node.dtype = Limits.requireDType(proof.readU8());
        proof.skip(Limits.requireLabelLength(proof.readU8()));
        node.outShape = _readShape(proof);
        node.redShape = _readShape(proof);
        node.numel = Limits.requireElements(node.outShape, Limits.MAX_ELEMENTS);
        node.foldLength = Limits.requireElements(node.redShape, Limits.MAX_FOLD);
        node.init = proof.readU32();

        node.inputs = new Input[](Limits.requireInputCount(proof.readU8()));
        uint256 rank = node.outShape.length + node.redShape.length;
        for (uint256 i = 0; i < node.inputs.length; i++) {
            _readInput(proof, node.inputs[i], rank);
        }

        node.bodyLength = Limits.requireBodyLength(proof.readU8());
        node.bodyStart = proof.offset;
        proof.skip(node.bodyLength * INSTRUCTION_BYTES);
        node.nodeHash = TaggedHash.ofSlice(TaggedHash.NODE, ProofReader.slice(start, proof.offset - start));
    }

    function _readInput(Proof memory proof, Input memory input, uint256 rank) private pure {
        uint8 kind = proof.readU8();
        if (kind > LAST_SOURCE) revert UnknownSource(kind);
        input.source = Source(kind);
        input.index = proof.readU32();
        input.dtype = Limits.requireDType(proof.readU8());
        input.numel = proof.readU64();
        input.offset = proof.readI64();
        int64[] memory strides = new int64[](rank);
        for (uint256 d = 0; d < rank; d++) {
            strides[d] = proof.readI64();
        }
        input.strides = strides;
    }

    function _readShape(Proof memory proof) private pure returns (uint64[] memory shape) {
        shape = new uint64[](Limits.requireRank(proof.readU8()));
        for (uint256 d = 0; d < shape.length; d++) {
            shape[d] = proof.readU64();
        }
    }
}
