// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleTree } from "./MerkleTree.sol";
import { Proof } from "./ProofReader.sol";
import { TaggedHash } from "./TaggedHash.sol";

/// @title The commitment to a list of hashes (SPEC §4), one and the same on every level of the game
library VectorCommitment {
    /// @notice H(0x03 ‖ length ‖ treeRoot).
    function root(uint64 length, bytes32 tree) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(TaggedHash.VECTOR, length, tree));
    }

    /// @notice Reads a vector opening, `leaf ‖ path` (SPEC §4.1), of leaf `index` of `length`.
    /// @return leaf the leaf
    /// @return vectorRoot the root of a vector that has it there: to be compared with the one that is known
    function open(Proof memory proof, uint64 index, uint64 length)
        internal
        view
        returns (bytes32 leaf, bytes32 vectorRoot)
    {
        leaf = proof.readBytes32();
        vectorRoot = rootFromPath(proof, leaf, index, length);
    }

    /// @notice The root of the vector of `length` hashes that has `leaf` at `index`, by the path that comes next.
    function rootFromPath(Proof memory proof, bytes32 leaf, uint64 index, uint64 length)
        internal
        view
        returns (bytes32)
    {
        return root(length, MerkleTree.rootFromPath(proof, leaf, index, length));
    }
}
