// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title RFC 9162 §2.1 as its text has it: recursive, over leaves in memory
/// @notice What the contracts are tested against; it shares no code with them.
library PlainTree {
    /// MTH, §2.1.1, of leaf hashes [from, to).
    function root(bytes32[] memory leaves, uint256 from, uint256 to) internal pure returns (bytes32) {
        if (from == to) return sha256("");
        if (to - from == 1) return leaves[from];
        uint256 k = largestPowerBelow(to - from);
        return sha256(abi.encodePacked(hex"01", root(leaves, from, from + k), root(leaves, from + k, to)));
    }

    function root(bytes32[] memory leaves) internal pure returns (bytes32) {
        return root(leaves, 0, leaves.length);
    }

    /// PATH, §2.1.3.1: the inclusion path of leaf `index`, leaf side first.
    function path(bytes32[] memory leaves, uint256 index) internal pure returns (bytes memory) {
        return path(leaves, index, 0, leaves.length);
    }

    function path(bytes32[] memory leaves, uint256 index, uint256 from, uint256 to)
        internal
        pure
        returns (bytes memory)
    {
        if (to - from == 1) return "";
        uint256 k = largestPowerBelow(to - from);
        if (index < from + k) {
            return bytes.concat(path(leaves, index, from, from + k), root(leaves, from + k, to));
        }
        return bytes.concat(path(leaves, index, from + k, to), root(leaves, from, from + k));
    }

    /// The hashes `splits` splits below the root of leaves [from, to), left to right (SPEC §6.2).
    function descendants(bytes32[] memory leaves, uint256 from, uint256 to, uint256 splits)
        internal
        pure
        returns (bytes memory)
    {
        if (splits == 0 || to - from == 1) return bytes.concat(root(leaves, from, to));
        uint256 k = largestPowerBelow(to - from);
        return bytes.concat(
            descendants(leaves, from, from + k, splits - 1), descendants(leaves, from + k, to, splits - 1)
        );
    }

    function largestPowerBelow(uint256 n) internal pure returns (uint256 k) {
        k = 1;
        while (k * 2 < n) k *= 2;
    }
}
