// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title From an element to its indices, and from indices to an input's element (SPEC §3.1)
library IndexMap {
    /// @notice The indices of output element `element` and of fold position `position`, both row-major, in one list:
    /// the output's first, as strides and INDEX count them.
    /// @dev Both lie inside their shapes, whose dimensions are at least 1.
    function indicesOf(uint64[] memory outShape, uint64 element, uint64[] memory redShape, uint64 position)
        internal
        pure
        returns (uint64[] memory indices)
    {
        indices = new uint64[](outShape.length + redShape.length);
        _unravel(indices, 0, outShape, element);
        _unravel(indices, outShape.length, redShape, position);
    }

    /// @notice offset + Σ stride·index, exactly.
    function flatIndex(int64 offset, int64[] memory strides, uint64[] memory indices)
        internal
        pure
        returns (int256 flat)
    {
        flat = offset;
        unchecked {
            // At most 16 products below 2^63 · 2^64 and an offset: far inside 256 bits.
            for (uint256 d = 0; d < strides.length; d++) {
                flat += int256(strides[d]) * int256(uint256(indices[d]));
            }
        }
    }

    function _unravel(uint64[] memory indices, uint256 from, uint64[] memory shape, uint64 flat)
        private
        pure
    {
        for (uint256 d = shape.length; d > 0; d--) {
            uint64 size = shape[d - 1];
            indices[from + d - 1] = flat % size;
            flat /= size;
        }
    }
}
