// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

using ProofReader for Proof global;

/// @notice A place in proof bytes that lie in calldata, from which fields are taken in order.
/// @dev `offset` and `end` count from the start of calldata, so that a field costs one calldataload and no copy.
struct Proof {
    uint256 offset;
    uint256 end;
}

/// @title The cursor that every proof is read with (SPEC §4.1, §6.3.1, §7.1)
/// @notice Integers are big-endian. A read past the end reverts; so do bytes left over, through `requireEnd`.
library ProofReader {
    /// The proof ends inside a field.
    error ProofTooShort(uint256 wantedBytes, uint256 leftBytes);
    /// The proof goes on after its last field.
    error TrailingBytes(uint256 leftBytes);

    /// @notice A cursor at the start of `data`.
    function over(bytes calldata data) internal pure returns (Proof memory proof) {
        uint256 start;
        assembly ("memory-safe") {
            start := data.offset
        }
        proof.offset = start;
        proof.end = start + data.length;
    }

    function readU8(Proof memory proof) internal pure returns (uint8) {
        return uint8(_readUint(proof, 1));
    }

    function readU16(Proof memory proof) internal pure returns (uint16) {
        return uint16(_readUint(proof, 2));
    }

    function readU32(Proof memory proof) internal pure returns (uint32) {
        return uint32(_readUint(proof, 4));
    }

    function readU64(Proof memory proof) internal pure returns (uint64) {
        return uint64(_readUint(proof, 8));
    }

    function readI64(Proof memory proof) internal pure returns (int64) {
        return int64(uint64(_readUint(proof, 8)));
    }

    function readBytes32(Proof memory proof) internal pure returns (bytes32) {
        return bytes32(_readUint(proof, 32));
    }

    /// @notice The next `length` bytes, left in calldata.
    function readSlice(Proof memory proof, uint256 length) internal pure returns (bytes calldata) {
        uint256 start = proof.offset;
        skip(proof, length);
        return slice(start, length);
    }

    /// @notice Passes over the next `length` bytes.
    function skip(Proof memory proof, uint256 length) internal pure {
        uint256 start = proof.offset;
        uint256 left = proof.end - start;
        // INVARIANT: offset never passes end; compared with what is left, so that no length can overflow the sum.
        if (length > left) revert ProofTooShort(length, left);
        unchecked {
            proof.offset = start + length;
        }
    }

    /// @notice The `length` bytes of calldata from `start`: bytes that this cursor has already passed.
    function slice(uint256 start, uint256 length) internal pure returns (bytes calldata data) {
        assembly ("memory-safe") {
            data.offset := start
            data.length := length
        }
    }

    /// @notice Reverts unless every byte has been read.
    function requireEnd(Proof memory proof) internal pure {
        // INVARIANT: a proof has one form: nothing follows its last field.
        if (proof.offset != proof.end) revert TrailingBytes(proof.end - proof.offset);
    }

    function _readUint(Proof memory proof, uint256 width) private pure returns (uint256 value) {
        uint256 start = proof.offset;
        skip(proof, width);
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, width)), calldataload(start))
        }
    }
}
