// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title H of SPEC §4: SHA-256 of a one-byte domain tag and the bytes it belongs to
/// @notice The tags, and the hash of bytes that lie in calldata. Hashes of a few words are written out where they are
/// used, as `sha256(abi.encodePacked(tag, …))`.
library TaggedHash {
    uint8 internal constant CHUNK = 0x00;
    uint8 internal constant INNER = 0x01;
    uint8 internal constant TENSOR = 0x02;
    uint8 internal constant VECTOR = 0x03;
    uint8 internal constant STATE = 0x04;
    uint8 internal constant PROGRAM = 0x10;
    uint8 internal constant HEADER = 0x11;
    uint8 internal constant NODE = 0x12;
    uint8 internal constant SLOT = 0x13;
    uint8 internal constant DATA = 0x14;
    uint8 internal constant CONSTANT = 0x15;

    /// The SHA-256 precompile didn't answer: the gas ran out in it.
    error Sha256Failed();

    /// @notice H(tag ‖ data).
    /// @dev In assembly, because `sha256(abi.encodePacked(tag, data))` copies the chunk twice and keeps both copies:
    /// 887 gas for a chunk of 1 KiB against 1,136, and memory that doesn't grow with the proof.
    function ofSlice(uint8 tag, bytes calldata data) internal view returns (bytes32 digest) {
        bool ok;
        assembly ("memory-safe") {
            // Past the free memory pointer, which stays where it is.
            let buffer := mload(0x40)
            mstore8(buffer, tag)
            calldatacopy(add(buffer, 1), data.offset, data.length)
            ok := staticcall(gas(), 0x02, buffer, add(data.length, 1), 0x00, 0x20)
            digest := mload(0x00)
        }
        // INVARIANT: a digest is what the precompile wrote, never what the scratch space held before.
        if (!ok) revert Sha256Failed();
    }
}
