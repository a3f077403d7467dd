// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Proof, ProofReader } from "./ProofReader.sol";
import { TaggedHash } from "./TaggedHash.sol";

/// @title The Merkle Tree Hash of RFC 9162 §2.1 over SHA-256 (SPEC §4)
/// @notice Inner nodes are H(0x01 ‖ left ‖ right), split at the largest power of two below the number of leaves.
library MerkleTree {
    /// The tree has no such leaf.
    error LeafOutOfRange(uint256 index, uint256 length);

    /// @notice The root that `leaf`, at `index` of `length`, has by the path that comes next in the proof
    /// (RFC 9162 §2.1.3.2). The path's length follows from index and length, so a path has one form.
    /// @dev Let `last` be the tree's last index. Where index and last differ, at some bit and below it, the subtree
    /// has a sibling: on its left where index's bit is 1, else on its right. Above, the subtree is the last of its
    /// level: it has a sibling, on its left, where the bit is 1, and goes up as it is where the bit is 0.
    /// Assembly: a path of 25 costs 8,693 gas, twice as much in plain Solidity.
    function rootFromPath(Proof memory proof, bytes32 leaf, uint256 index, uint256 length)
        internal
        view
        returns (bytes32 root)
    {
        // INVARIANT: a path is bound to its index; an index outside the tree has none.
        if (index >= length) revert LeafOutOfRange(index, length);

        uint256 start = proof.offset;
        uint256 offset = start;
        bool ok = true;
        assembly ("memory-safe") {
            // H(0x01 ‖ left ‖ right) is hashed from the 65 bytes at 0x00, left being at 1 and right at 33, and its
            // digest goes to where the next level wants it. The last byte falls on the free memory pointer, which is
            // put back. A sibling past the proof's end gives bytes that don't count: the bounds are checked below,
            // once for the path.
            let freeMemory := mload(0x40)
            mstore8(0x00, 0x01)

            let slot := add(1, shl(5, and(index, 1)))
            mstore(slot, leaf)
            for { let differs := xor(index, sub(length, 1)) } differs { differs := shr(1, differs) } {
                mstore(sub(34, slot), calldataload(offset))
                offset := add(offset, 32)
                index := shr(1, index)
                slot := add(1, shl(5, and(index, 1)))
                ok := and(ok, staticcall(gas(), 0x02, 0x00, 65, slot, 32))
            }

            mstore(33, mload(slot))
            for { } index { index := shr(1, index) } {
                if and(index, 1) {
                    mstore(1, calldataload(offset))
                    offset := add(offset, 32)
                    ok := and(ok, staticcall(gas(), 0x02, 0x00, 65, 33, 32))
                }
            }
            root := mload(33)
            mstore(0x40, freeMemory)
        }
        // INVARIANT: every digest on the way is what the precompile wrote.
        if (!ok) revert TaggedHash.Sha256Failed();
        // INVARIANT: the path lies in the proof.
        ProofReader.skip(proof, offset - start);
    }

    /// @notice H(0x01 ‖ left ‖ right).
    function parent(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(TaggedHash.INNER, left, right));
    }

    /// @notice The number of leaves in the left part of a tree of `length` ≥ 2 leaves: the largest power of two below
    /// `length`.
    function split(uint256 length) internal pure returns (uint256) {
        // The largest power of two in length − 1: copy its highest one into every place below, and keep that alone.
        uint256 ones = length - 1;
        ones |= ones >> 1;
        ones |= ones >> 2;
        ones |= ones >> 4;
        ones |= ones >> 8;
        ones |= ones >> 16;
        ones |= ones >> 32;
        ones |= ones >> 64;
        ones |= ones >> 128;
        return ones - (ones >> 1);
    }
}
