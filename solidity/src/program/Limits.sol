// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The limits of SPEC §3.1 that the chain depends on
/// @notice They keep the cost of a step proof bounded, whatever bytes it is made of. The other rules of §3 (types
/// agree, sizes are the sources') are the validator's: solver and verifier refuse a program that breaks them, so a
/// claim on one is nobody's, and here it needs only to stay harmless.
library Limits {
    uint256 internal constant MAX_RANK = 8;
    uint256 internal constant MAX_INPUTS = 16;
    uint256 internal constant MAX_INSTRUCTIONS = 64;
    uint256 internal constant MAX_LABEL_BYTES = 32;
    uint256 internal constant MAX_NAME_BYTES = 64;
    uint256 internal constant MAX_ELEMENTS = 1 << 40;
    uint256 internal constant MAX_FOLD = 1 << 32;

    uint8 private constant LAST_DTYPE = 2;

    error UnknownDType(uint8 dtype);
    error RankTooHigh(uint256 rank, uint256 limit);
    error TooManyInputs(uint256 count, uint256 limit);
    error BodyLengthOutOfRange(uint256 instructions, uint256 limit);
    error LabelTooLong(uint256 lengthBytes, uint256 limit);
    error NameTooLong(uint256 lengthBytes, uint256 limit);
    error EmptyDimension(uint256 dimension);
    error TooManyElements(uint256 elements, uint256 limit);

    function requireDType(uint8 dtype) internal pure returns (uint8) {
        if (dtype > LAST_DTYPE) revert UnknownDType(dtype);
        return dtype;
    }

    function requireRank(uint256 rank) internal pure returns (uint256) {
        if (rank > MAX_RANK) revert RankTooHigh(rank, MAX_RANK);
        return rank;
    }

    function requireInputCount(uint256 count) internal pure returns (uint256) {
        if (count > MAX_INPUTS) revert TooManyInputs(count, MAX_INPUTS);
        return count;
    }

    function requireBodyLength(uint256 count) internal pure returns (uint256) {
        if (count == 0 || count > MAX_INSTRUCTIONS) revert BodyLengthOutOfRange(count, MAX_INSTRUCTIONS);
        return count;
    }

    function requireLabelLength(uint256 lengthBytes) internal pure returns (uint256) {
        if (lengthBytes > MAX_LABEL_BYTES) revert LabelTooLong(lengthBytes, MAX_LABEL_BYTES);
        return lengthBytes;
    }

    function requireNameLength(uint256 lengthBytes) internal pure returns (uint256) {
        if (lengthBytes > MAX_NAME_BYTES) revert NameTooLong(lengthBytes, MAX_NAME_BYTES);
        return lengthBytes;
    }

    /// @notice The product of a shape's dimensions, each at least 1, the product at most `limit`.
    function requireElements(uint64[] memory shape, uint256 limit) internal pure returns (uint64) {
        uint256 elements = 1;
        for (uint256 d = 0; d < shape.length; d++) {
            if (shape[d] == 0) revert EmptyDimension(d);
            // Below 2^40 · 2^64: checked after every factor.
            elements *= shape[d];
            if (elements > limit) revert TooManyElements(elements, limit);
        }
        return uint64(elements);
    }
}
