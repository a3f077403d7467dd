// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { TensorCommitment } from "../commitment/TensorCommitment.sol";
import { Float32 } from "../float/Float32.sol";

/// @title Between stored elements and registers (SPEC §2.1, §3.1)
/// @notice A register is a 256-bit word: an f32 as its 32 bits, an i64 sign-extended. Element bits are zero-extended.
library Elements {
    /// @notice The register that element bits load as: f32 with a canonical NaN, i32 sign-extended, u8 zero-extended.
    function load(uint8 dtype, uint256 bits) internal pure returns (uint256) {
        if (dtype == TensorCommitment.F32) return Float32.canonicalise(bits);
        if (dtype == TensorCommitment.I32) return uint256(int256(int32(uint32(bits))));
        return uint8(bits);
    }

    /// @notice The element bits that a register is stored as: f32 with a canonical NaN, i32 the low 32 bits, u8 the
    /// low 8.
    function store(uint8 dtype, uint256 register) internal pure returns (uint256) {
        if (dtype == TensorCommitment.F32) return Float32.canonicalise(uint32(register));
        if (dtype == TensorCommitment.I32) return uint32(register);
        return uint8(register);
    }
}
