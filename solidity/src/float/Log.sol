// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Float32 } from "./Float32.sol";

/// @title ln x, correctly rounded to binary32 (SPEC §2.3)
/// @notice Special cases: log(NaN) = NaN, log(±0) = -inf, log(x) = NaN for x < 0, log(+inf) = +inf, log(1) = +0.
///
/// Method: x = 2^k · f with f in (√½, √2); ln f = 2 artanh z with z = (f - 1)/(f + 1), by the series of artanh to
/// z^39 in 128-bit fixed point; ln x = k ln 2 + ln f; one rounding at the end.
///
/// Accuracy: a relative error below 2^-100, near 1 too, where k = 0 and ln x is as small as 2^-24 (the steps below
/// say how much comes from where). No float's logarithm but log(1) lies within 2^-59 of a number halfway between
/// two floats, relative to itself (testdata/elementary/log.hard.txt; the hardest is `65d890d3`), so the rounding
/// is always to the right side.
library Log {
    /// 1 in Q128: fixed point with 128 fractional bits.
    uint256 private constant ONE = 1 << 128;
    /// ln 2 = 0.6931471805599453094172321214581765680755… in Q128, to within 2^-129.
    int256 private constant LN2 = 0xb17217f7d1cf79abc9e3b39803f2f6af;
    /// ⌊√2·2^23⌋: the last 24-bit significand below √2.
    uint256 private constant SQRT2 = 11_863_283;

    /// 1.0
    uint256 private constant ONE_BITS = 0x3f800000;

    /// @notice The binary32 nearest to ln x.
    /// @param x bit pattern of a binary32
    /// @return bit pattern of a binary32, canonical
    function log(uint256 x) internal pure returns (uint256) {
        if (x >= Float32.INFINITY) {
            // +inf; or NaN, -0 and the negative numbers, whose sign bit puts them above.
            if (x == Float32.INFINITY) return x;
            return x == Float32.SIGN ? Float32.SIGN | Float32.INFINITY : Float32.NAN;
        }
        if (x == 0) return Float32.SIGN | Float32.INFINITY;
        if (x == ONE_BITS) return 0;

        unchecked {
            (uint256 e, uint256 m) = Float32.unpackNormalised(x);
            int256 logarithm = logFixed(m, int256(e) - 127);
            uint256 sign = 0;
            if (logarithm < 0) {
                sign = Float32.SIGN;
                logarithm = -logarithm;
            }
            // The last of 88 fractional bits stands for what follows it, which is never nothing: ln x is
            // irrational for rational x ≠ 1. |ln x| is below 104 < 2^7, and so the argument below 2^95; and it
            // is at least 2^-25, which leaves 63 bits. The guess is right for 1 ≤ |ln x| < 4.
            return Float32.roundToNearestEven(sign, 62, (uint256(logarithm) >> 40) | 1, 88);
        }
    }

    /// @notice ln(m·2^(k - 23)) in Q128.
    /// @param m in [2^23, 2^24)
    /// @param k |k| < 150
    /// @return logarithm with a relative error below 2^-100; 0 for m = 2^23 and k = 0
    function logFixed(uint256 m, int256 k) internal pure returns (int256 logarithm) {
        // `unchecked`: z² and w·s are below 2^252, z·s is below 0.18·2^128 · 1.02·2^128, in magnitude.
        unchecked {
            // f = m/one in (√½, √2): near 1 from either side k is 0, and nothing cancels.
            uint256 one = 1 << 23;
            if (m > SQRT2) {
                one = 1 << 24;
                ++k;
            }
            // |z| < 0.17158. Error: below 2^-128; and |z| > 2^-25, so below 2^-103 of it.
            int256 z = (int256(m) - int256(one)) * int256(ONE) / int256(m + one);
            // w = z² < 0.02944 = 2^-5.08. Error: below 1.4·2^-128.
            uint256 w = uint256(z * z) >> 128;
            // s = artanh(z)/z = Σ w^i/(2i + 1), i ≤ 19. What is left out is below 1.04·w^20/41 < 2^-106.8; each
            // step rounds down twice, adding less than 2·2^-128, of which w lets less than 2.1·2^-128 through to
            // the end; the error of w adds less than 0.5·2^-128.
            uint256 s = ONE / 39;
            s = ONE / 37 + ((w * s) >> 128);
            s = ONE / 35 + ((w * s) >> 128);
            s = ONE / 33 + ((w * s) >> 128);
            s = ONE / 31 + ((w * s) >> 128);
            s = ONE / 29 + ((w * s) >> 128);
            s = ONE / 27 + ((w * s) >> 128);
            s = ONE / 25 + ((w * s) >> 128);
            s = ONE / 23 + ((w * s) >> 128);
            s = ONE / 21 + ((w * s) >> 128);
            s = ONE / 19 + ((w * s) >> 128);
            s = ONE / 17 + ((w * s) >> 128);
            s = ONE / 15 + ((w * s) >> 128);
            s = ONE / 13 + ((w * s) >> 128);
            s = ONE / 11 + ((w * s) >> 128);
            s = ONE / 9 + ((w * s) >> 128);
            s = ONE / 7 + ((w * s) >> 128);
            s = ONE / 5 + ((w * s) >> 128);
            s = ONE / 3 + ((w * s) >> 128);
            s = ONE + ((w * s) >> 128);
            // ln f = 2zs: relative error below 2^-103 (z) + 2^-106.7 (s), and less than 2^-128 from the shift,
            // which is 2^-103 of the least |ln f|: together below 2^-101.8. For k = 0 that is all.
            //
            // For k ≠ 0, |ln x| ≥ ln 2 / 2, and k·LN2 adds an error below 150·2^-129 < 2^-121; that of ln f is
            // below 2^-103.3, as |ln f| < 0.35. In all below 2^-101 of ln x.
            logarithm = k * LN2 + ((z * int256(s)) >> 127);
        }
    }
}
