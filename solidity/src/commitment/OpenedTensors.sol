// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Proof, ProofReader } from "./ProofReader.sol";
import { TensorCommitment } from "./TensorCommitment.sol";

using TensorReads for OpenedTensors global;

/// @notice A tensor whose root a proof has opened.
struct OpenedTensor {
    /// What the caller knows the tensor by.
    uint256 source;
    uint8 dtype;
    uint64 numel;
    bytes32 tree;
}

/// @notice What a proof has shown so far of the tensors that it reads.
struct OpenedTensors {
    OpenedTensor[] tensors;
    uint256 tensorCount;
    /// tensor number ‖ chunk index, for each chunk, and the place in calldata where its bytes are.
    uint256[] chunkKeys;
    uint256[] chunkStarts;
    uint256 chunkCount;
}

/// @title Reads of tensor elements that repeat nothing the proof has already shown (SPEC §7.1)
library TensorReads {
    /// The dtype, numel and tree in the proof aren't what the root was made of.
    error WrongTensorRoot(bytes32 opened, bytes32 tensorRoot);

    /// @notice Nothing shown yet, with room for so many tensors and chunks.
    function none(uint256 maxTensors, uint256 maxChunks) internal pure returns (OpenedTensors memory opened) {
        opened.tensors = new OpenedTensor[](maxTensors);
        opened.chunkKeys = new uint256[](maxChunks);
        opened.chunkStarts = new uint256[](maxChunks);
    }

    /// @notice The number of the tensor of `source`; `tensorCount` where it has not been opened.
    function find(OpenedTensors memory opened, uint256 source) internal pure returns (uint256 number) {
        uint256 count = opened.tensorCount;
        while (number < count && opened.tensors[number].source != source) number++;
    }

    /// @notice Reads `dtype ‖ numel ‖ treeRoot` as the preimage of `tensorRoot`, and remembers it as tensor
    /// `tensorCount`.
    function open(OpenedTensors memory opened, uint256 source, bytes32 tensorRoot, Proof memory proof)
        internal
        pure
    {
        OpenedTensor memory tensor = opened.tensors[opened.tensorCount++];
        tensor.source = source;
        tensor.dtype = proof.readU8();
        tensor.numel = proof.readU64();
        tensor.tree = proof.readBytes32();
        bytes32 root = TensorCommitment.root(tensor.dtype, tensor.numel, tensor.tree);
        // INVARIANT: dtype and numel are the committed ones, so that a right tree under a wrong length can't be used.
        if (root != tensorRoot) revert WrongTensorRoot(root, tensorRoot);
    }

    /// @notice The bits of element `element` of tensor `number`; reads `chunk ‖ path` where the chunk is new.
    function elementBits(OpenedTensors memory opened, uint256 number, uint64 element, Proof memory proof)
        internal
        view
        returns (uint256)
    {
        OpenedTensor memory tensor = opened.tensors[number];
        uint256 index = TensorCommitment.chunkOf(tensor.dtype, element);
        uint256 key = number << 128 | index;
        for (uint256 i = 0; i < opened.chunkCount; i++) {
            if (opened.chunkKeys[i] == key) {
                uint256 length = TensorCommitment.chunkLength(tensor.dtype, tensor.numel, index);
                bytes calldata shown = ProofReader.slice(opened.chunkStarts[i], length);
                return TensorCommitment.elementBits(shown, tensor.dtype, element);
            }
        }

        uint256 start = proof.offset;
        (bytes calldata chunk, bytes32 tree) =
            TensorCommitment.openChunk(proof, tensor.dtype, tensor.numel, element);
        TensorCommitment.requireTree(tree, tensor.tree);
        uint256 count = opened.chunkCount++;
        opened.chunkKeys[count] = key;
        opened.chunkStarts[count] = start;
        return TensorCommitment.elementBits(chunk, tensor.dtype, element);
    }
}
