// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Angle } from "./Angle.sol";
import { Float32 } from "./Float32.sol";

/// @title cos x, x in radians, correctly rounded to binary32 (SPEC §2.3)
/// @notice Special cases: cos(NaN) = NaN, cos(±inf) = NaN, cos(±0) = 1; cos(x) = 1 below 2^-12. Method and accuracy:
/// `Angle`; cos(x) = sin(|x| + π/2).
library Cos {
    /// 1.0
    uint256 private constant ONE_BITS = 0x3f800000;
    /// 2^-12: for a smaller |x|, cos(x) > 1 - x²/2 > 1 - 2^-25, the halfway point below 1.
    uint256 private constant TINY = 0x39800000;

    /// @notice The binary32 nearest to cos x.
    /// @param x bit pattern of a binary32
    /// @return bit pattern of a binary32, canonical
    function cos(uint256 x) internal pure returns (uint256) {
        uint256 magnitude = x & ~Float32.SIGN;
        if (magnitude >= Float32.INFINITY) return Float32.NAN;
        if (magnitude < TINY) return ONE_BITS;
        (uint256 q, int256 t) = Angle.reduce(magnitude);
        unchecked {
            return Angle.sine(0, q + 1, t); // q ≤ 4
        }
    }
}
