// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleTree } from "./MerkleTree.sol";
import { Proof } from "./ProofReader.sol";

/// @title What a forced reveal shows of a tree (SPEC §6.2)
/// @notice The *descendants* of a subtree over n leaves: the subtree is split as RFC 9162 does, each part again, four
/// splits deep or until single leaves. That is 1 to 16 hashes, left to right; their number and the leaves under each
/// follow from n. Up to 2^64 leaves, by recursion of depth four.
library Subtree {
    uint256 internal constant SPLITS = 4;

    /// No tree that is revealed is empty.
    error EmptySubtree();
    /// The subtree has no such descendant.
    error DescendantOutOfRange(uint256 entry, uint256 count);

    /// @notice How many descendants a subtree over `leaves` leaves has, 1 to 16.
    function descendantCount(uint256 leaves) internal pure returns (uint256) {
        _requireLeaves(leaves);
        return _count(leaves, SPLITS);
    }

    /// @notice How many leaves lie under descendant `entry` of a subtree over `leaves` leaves. Where it is 1, the
    /// descendant is a leaf.
    function leavesUnder(uint256 leaves, uint256 entry) internal pure returns (uint256) {
        uint256 count = descendantCount(leaves);
        if (entry >= count) revert DescendantOutOfRange(entry, count);

        for (uint256 splits = SPLITS; splits > 0 && leaves > 1; splits--) {
            uint256 left = MerkleTree.split(leaves);
            uint256 leftCount = _count(left, splits - 1);
            if (entry < leftCount) {
                leaves = left;
            } else {
                entry -= leftCount;
                leaves -= left;
            }
        }
        return leaves;
    }

    /// @notice Reads the descendants of a subtree over `leaves` leaves and puts them together again.
    /// @return hash the subtree's hash: to be compared with the one that is known
    function hashFromDescendants(Proof memory proof, uint256 leaves) internal pure returns (bytes32 hash) {
        _requireLeaves(leaves);
        return _hash(proof, leaves, SPLITS);
    }

    function _hash(Proof memory proof, uint256 leaves, uint256 splits) private pure returns (bytes32) {
        if (splits == 0 || leaves == 1) return proof.readBytes32();
        uint256 left = MerkleTree.split(leaves);
        bytes32 leftHash = _hash(proof, left, splits - 1);
        return MerkleTree.parent(leftHash, _hash(proof, leaves - left, splits - 1));
    }

    function _count(uint256 leaves, uint256 splits) private pure returns (uint256) {
        if (splits == 0 || leaves == 1) return 1;
        uint256 left = MerkleTree.split(leaves);
        return _count(left, splits - 1) + _count(leaves - left, splits - 1);
    }

    function _requireLeaves(uint256 leaves) private pure {
        // INVARIANT: splitting ends, because each part has at least one leaf.
        if (leaves == 0) revert EmptySubtree();
    }
}
