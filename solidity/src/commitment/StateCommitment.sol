// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { TaggedHash } from "./TaggedHash.sol";

/// @title The commitment to everything that decides the next step (SPEC §4)
library StateCommitment {
    /// @notice S_t = H(0x04 ‖ t ‖ slotsRoot), slotsRoot being the vector root of the slots' tensor roots.
    function root(uint64 step, bytes32 slotsRoot) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(TaggedHash.STATE, step, slotsRoot));
    }
}
