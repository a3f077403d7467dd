// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Angle } from "./Angle.sol";
import { Float32 } from "./Float32.sol";

/// @title sin x, x in radians, correctly rounded to binary32 (SPEC §2.3)
/// @notice Special cases: sin(NaN) = NaN, sin(±inf) = NaN, sin(±0) = ±0; sin(x) = x below 2^-12. Method and accuracy:
/// `Angle`.
library Sin {
    /// 2^-12: for a smaller |x|, sin(x) is x but for less than x³/6 < 2^-26.5·x, and the halfway points next to x are
    /// no nearer than 2^-25·x.
    uint256 private constant TINY = 0x39800000;

    /// @notice The binary32 nearest to sin x.
    /// @param x bit pattern of a binary32
    /// @return bit pattern of a binary32, canonical
    function sin(uint256 x) internal pure returns (uint256) {
        uint256 magnitude = x & ~Float32.SIGN;
        if (magnitude >= Float32.INFINITY) return Float32.NAN;
        if (magnitude < TINY) return x;
        (uint256 q, int256 t) = Angle.reduce(magnitude);
        return Angle.sine(x & Float32.SIGN, q, t);
    }
}
