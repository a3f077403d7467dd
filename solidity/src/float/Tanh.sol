// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Exp } from "./Exp.sol";
import { Float32 } from "./Float32.sol";

/// @title tanh x, correctly rounded to binary32 (SPEC §2.3)
/// @notice Special cases: tanh(NaN) = NaN, tanh(±inf) = ±1, tanh(±0) = ±0; tanh(x) = x below 2^-12, and ±1 from
/// `41102cb4` on.
///
/// Method: tanh|x| = (E - 1)/(E + 1) with E = e^(2|x|) = (1 + s)·2^k. Multiplied by 2^-k, above and below, that is
/// (s + (1 - 2^-k))/(s + (1 + 2^-k)): for small |x|, where k = 0, the numerator is s itself and nothing cancels. One
/// rounding at the end.
///
/// Accuracy: a relative error below 2^-101 (the steps below say how much comes from where). No float's hyperbolic
/// tangent but tanh(0) lies within 2^-51 of a number halfway between two floats, relative to itself
/// (testdata/elementary/tanh.hard.txt; the hardest is `3ac37de2`), so the rounding is always to the right side.
library Tanh {
    /// 1 in Q128: fixed point with 128 fractional bits.
    uint256 private constant ONE = 1 << 128;

    /// 1.0
    uint256 private constant ONE_BITS = 0x3f800000;
    /// 2^-12: for a smaller |x|, tanh(x) is x but for less than x³/3 < 2^-25.5·x, and the halfway points next to x
    /// are no nearer than 2^-25·x.
    uint256 private constant TINY = 0x39800000;
    /// 16: tanh(16) > 1 - 2^-45.
    uint256 private constant HUGE = 0x41800000;

    /// @notice The binary32 nearest to tanh x.
    /// @param x bit pattern of a binary32
    /// @return bit pattern of a binary32, canonical
    function tanh(uint256 x) internal pure returns (uint256) {
        if (Float32.isNan(x)) return Float32.NAN;
        uint256 magnitude = x & ~Float32.SIGN;
        if (magnitude < TINY) return x;
        uint256 sign = x & Float32.SIGN;
        if (magnitude >= HUGE) return sign | ONE_BITS;

        // `unchecked`: both sums lie between 0 and 2.5·2^128, and the numerator is below 1.42·2^128.
        unchecked {
            (uint256 e, uint256 m) = Float32.unpack(magnitude);
            // 2|x| in Q128, exact: 115 ≤ e. Below 2^5; and so 0 ≤ k ≤ 46.
            (int256 s, int256 k) = Exp.excessFixed(int256(m << (e - 21)));
            uint256 inverse = ONE >> uint256(k); // 2^-k, exact
            uint256 numerator = uint256(s) + (ONE - inverse);
            uint256 denominator = uint256(s) + (ONE + inverse);
            // k = 0: the relative error of s, below 2^-102, is an even smaller one of s/(s + 2).
            // k ≥ 1: an error d of s is relatively d·2·2^-k/(numerator·denominator), which is greatest for E = √2 and
            // k = 1: 4·d, and d < 2^-103.4.
            // The quotient is rounded down, by less than 2^-127, or 2^-114 of the least tanh|x|, just below 2^-12.
            // Together below 2^-101.
            uint256 quotient = (numerator << 127) / denominator; // Q127
            // The last of 95 fractional bits stands for what follows it, which is never nothing: tanh x is
            // irrational for rational x ≠ 0. It is below 1, and so the argument below 2^95; at least 2^-12.1, which
            // leaves 82 bits. The guess is right from 1/4 on.
            return Float32.roundToNearestEven(sign, 55, (quotient >> 32) | 1, 93);
        }
    }
}
