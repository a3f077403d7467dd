// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { PlainTree } from "./PlainTree.sol";

/// @title A tensor's bytes, committed to and opened in the plainest way (SPEC §4, §4.1)
library PlainTensor {
    function slice(bytes memory data, uint256 from, uint256 to) internal pure returns (bytes memory part) {
        part = new bytes(to - from);
        // Copied whole: byte by byte, the tests of large tensors take minutes.
        assembly ("memory-safe") {
            mcopy(add(part, 32), add(add(data, 32), from), sub(to, from))
        }
    }

    function width(uint8 dtype) internal pure returns (uint256) {
        return dtype == 2 ? 1 : 4;
    }

    function numel(uint8 dtype, bytes memory data) internal pure returns (uint64) {
        return uint64(data.length / width(dtype));
    }

    function leaves(bytes memory data) internal pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[]((data.length + 1023) / 1024);
        for (uint256 i = 0; i < hashes.length; i++) {
            hashes[i] = sha256(bytes.concat(hex"00", chunk(data, i)));
        }
    }

    function chunk(bytes memory data, uint256 index) internal pure returns (bytes memory) {
        uint256 to = (index + 1) * 1024;
        return slice(data, index * 1024, to < data.length ? to : data.length);
    }

    function tree(bytes memory data) internal pure returns (bytes32) {
        return PlainTree.root(leaves(data));
    }

    function root(uint8 dtype, bytes memory data) internal pure returns (bytes32) {
        return root(dtype, numel(dtype, data), tree(data));
    }

    function root(uint8 dtype, uint64 count, bytes32 tree_) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"02", dtype, count, tree_));
    }

    /// dtype ‖ numel ‖ treeRoot
    function preimage(uint8 dtype, bytes memory data) internal pure returns (bytes memory) {
        return abi.encodePacked(dtype, numel(dtype, data), tree(data));
    }

    /// chunk ‖ path
    function chunkOpening(bytes memory data, uint256 index) internal pure returns (bytes memory) {
        return bytes.concat(chunk(data, index), PlainTree.path(leaves(data), index));
    }

    function vectorRoot(bytes32[] memory hashes) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(hex"03", uint64(hashes.length), PlainTree.root(hashes)));
    }
}
