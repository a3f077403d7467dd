// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleTree } from "./MerkleTree.sol";
import { Proof } from "./ProofReader.sol";
import { TaggedHash } from "./TaggedHash.sol";

/// @title The commitment to a tensor's bytes (SPEC §4): chunks of 1 KiB, the last of its true length
/// @notice Chunk counts and lengths follow from dtype and numel, so the commitment and the bytes determine each other.
library TensorCommitment {
    uint8 internal constant F32 = 0;
    uint8 internal constant I32 = 1;
    uint8 internal constant U8 = 2;

    uint256 internal constant CHUNK_BYTES = 1024;

    /// SPEC §4 knows f32 0, i32 1 and u8 2.
    error UnknownDType(uint8 dtype);
    /// The tensor has no such element; an empty tensor has none at all.
    error ElementOutOfRange(uint256 element, uint256 numel);
    /// The chunk isn't the one that the tree has in its place.
    error ChunkNotInTree(bytes32 opened, bytes32 tree);

    /// @notice H(0x02 ‖ dtype ‖ numel ‖ treeRoot).
    function root(uint8 dtype, uint64 numel, bytes32 tree) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(TaggedHash.TENSOR, dtype, numel, tree));
    }

    /// @notice Bytes of one element.
    function widthBytes(uint8 dtype) internal pure returns (uint256) {
        if (dtype > U8) revert UnknownDType(dtype);
        return dtype == U8 ? 1 : 4;
    }

    /// @notice Number of chunks, the leaves of the tensor's tree.
    function chunkCount(uint8 dtype, uint64 numel) internal pure returns (uint256) {
        return (numel * widthBytes(dtype) + CHUNK_BYTES - 1) / CHUNK_BYTES;
    }

    /// @notice The chunk that holds element `element`.
    function chunkOf(uint8 dtype, uint64 element) internal pure returns (uint256) {
        return element * widthBytes(dtype) / CHUNK_BYTES;
    }

    /// @notice Bytes of chunk `chunk`: 1 KiB, or what is left for the last.
    function chunkLength(uint8 dtype, uint64 numel, uint256 chunk) internal pure returns (uint256) {
        uint256 left = numel * widthBytes(dtype) - chunk * CHUNK_BYTES;
        return left < CHUNK_BYTES ? left : CHUNK_BYTES;
    }

    /// @notice H(0x00 ‖ chunk), a leaf of the tensor's tree.
    function leafHash(bytes calldata chunk) internal view returns (bytes32) {
        return TaggedHash.ofSlice(TaggedHash.CHUNK, chunk);
    }

    /// @notice Reads `chunk ‖ path` for the chunk that holds element `element`.
    /// @return chunk its bytes
    /// @return tree the root of the tree that has it there: to be compared with the one that is known
    function openChunk(Proof memory proof, uint8 dtype, uint64 numel, uint64 element)
        internal
        view
        returns (bytes calldata chunk, bytes32 tree)
    {
        // INVARIANT: index ≥ length is refused (SPEC §4).
        if (element >= numel) revert ElementOutOfRange(element, numel);
        uint256 index = chunkOf(dtype, element);
        chunk = proof.readSlice(chunkLength(dtype, numel, index));
        tree = MerkleTree.rootFromPath(proof, leafHash(chunk), index, chunkCount(dtype, numel));
    }

    /// @notice Reads a tensor opening, `dtype ‖ numel ‖ treeRoot ‖ chunk ‖ path` (SPEC §4.1), of element `element`.
    /// @dev The tree is part of the opening; a chunk that leads to another one reverts.
    /// @return dtype the tensor's dtype
    /// @return numel its number of elements
    /// @return bits the element as it is stored, zero-extended
    /// @return tensorRoot the root of the tensor that has it: to be compared with the one that is known
    function open(Proof memory proof, uint64 element)
        internal
        view
        returns (uint8 dtype, uint64 numel, uint256 bits, bytes32 tensorRoot)
    {
        dtype = proof.readU8();
        numel = proof.readU64();
        bytes32 tree = proof.readBytes32();
        (bytes calldata chunk, bytes32 opened) = openChunk(proof, dtype, numel, element);
        requireTree(opened, tree);
        bits = elementBits(chunk, dtype, element);
        tensorRoot = root(dtype, numel, tree);
    }

    /// @notice Reverts unless a chunk's path led to the tensor's tree.
    function requireTree(bytes32 opened, bytes32 tree) internal pure {
        // INVARIANT: every chunk that counts lies in the tensor's tree.
        if (opened != tree) revert ChunkNotInTree(opened, tree);
    }

    /// @notice The bits of element `element`, zero-extended, from the chunk that holds it. Little-endian (SPEC §2.1).
    function elementBits(bytes calldata chunk, uint8 dtype, uint64 element) internal pure returns (uint256) {
        uint256 start = element * widthBytes(dtype) % CHUNK_BYTES;
        uint256 first = uint8(chunk[start]);
        if (dtype == U8) return first;
        return first | uint256(uint8(chunk[start + 1])) << 8 | uint256(uint8(chunk[start + 2])) << 16
            | uint256(uint8(chunk[start + 3])) << 24;
    }
}
