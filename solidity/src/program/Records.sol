// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Proof, ProofReader } from "../commitment/ProofReader.sol";
import { TaggedHash } from "../commitment/TaggedHash.sol";
import { Limits } from "./Limits.sol";

/// @title The records of slots, data sets and constants (SPEC §3.2.1)
/// @notice Only what a step proof needs of them. Their dtype and shape are the validator's concern: the tensor that
/// is opened says its own, and is held against what the node declares.
library Records {
    /// `next` of a slot that no node updates.
    uint32 internal constant NEVER_CHANGES = 0xffffffff;

    /// @notice Reads a slot's record.
    /// @return next the node that gives the slot's next value, or NEVER_CHANGES
    /// @return recordHash H(0x13 ‖ slot)
    function readSlot(Proof memory proof) internal view returns (uint32 next, bytes32 recordHash) {
        uint256 start = proof.offset;
        _skipTensorType(proof);
        next = proof.readU32();
        _skipName(proof);
        recordHash = TaggedHash.ofSlice(TaggedHash.SLOT, ProofReader.slice(start, proof.offset - start));
    }

    /// @notice Reads the record of a data set (tag DATA) or a constant (tag CONSTANT).
    /// @return tensorRoot the root of its tensor
    /// @return recordHash H(tag ‖ record)
    function readTensorRecord(Proof memory proof, uint8 tag)
        internal
        view
        returns (bytes32 tensorRoot, bytes32 recordHash)
    {
        uint256 start = proof.offset;
        _skipTensorType(proof);
        tensorRoot = proof.readBytes32();
        _skipName(proof);
        recordHash = TaggedHash.ofSlice(tag, ProofReader.slice(start, proof.offset - start));
    }

    function _skipTensorType(Proof memory proof) private pure {
        Limits.requireDType(proof.readU8());
        proof.skip(8 * Limits.requireRank(proof.readU8()));
    }

    function _skipName(Proof memory proof) private pure {
        proof.skip(Limits.requireNameLength(proof.readU8()));
    }
}
