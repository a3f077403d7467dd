// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Float32 } from "./Float32.sol";

/// @title e^x, correctly rounded to binary32 (SPEC §2.3)
/// @notice Special cases: exp(NaN) = NaN, exp(+inf) = +inf, exp(-inf) = +0, exp(±0) = 1. Overflow gives +inf, from
/// `42b17218` on; underflow goes through the subnormals to +0, from `c2cff1b5` on.
///
/// Method: e^x = 2^k · e^r with k the integer nearest to x/ln 2 and |r| ≤ ln 2 / 2; e^r by its Taylor series to
/// degree 21 in 128-bit fixed point; one rounding at the end.
///
/// Accuracy: e^r has a relative error below 2^-100 (the steps below say how much comes from where). No float's
/// exponential but exp(0) lies within 2^-53 of a number halfway between two floats, relative to itself
/// (testdata/elementary/exp.hard.txt; the hardest is `c16912cd`), so the rounding is always to the right side.
library Exp {
    /// 1 in Q128: fixed point with 128 fractional bits.
    int256 private constant ONE = 1 << 128;
    /// ln 2 = 0.6931471805599453094172321214581765680755… in Q128, to within 2^-129.
    int256 private constant LN2 = 0xb17217f7d1cf79abc9e3b39803f2f6af;
    /// 1/ln 2 = 1.4426950408889634073599246810018921374266… in Q64, to within 2^-65.
    int256 private constant INVERSE_LN2 = 0x171547652b82fe177;

    /// 1.0
    uint256 private constant ONE_BITS = 0x3f800000;
    /// 2^-26: for a smaller |x|, e^x lies between 1 - 2^-25 and 1 + 2^-24, the halfway points around 1.
    uint256 private constant TINY = 0x32800000;
    /// 128: e^128 > 2^129 overflows and e^-128 < 2^-150 vanishes.
    uint256 private constant HUGE = 0x43000000;

    /// @notice The binary32 nearest to e^x.
    /// @param x bit pattern of a binary32
    /// @return bit pattern of a binary32, canonical
    function exp(uint256 x) internal pure returns (uint256) {
        if (Float32.isNan(x)) return Float32.NAN;
        bool negative = x & Float32.SIGN != 0;
        uint256 magnitude = x & ~Float32.SIGN;
        if (magnitude >= HUGE) return negative ? 0 : Float32.INFINITY;
        if (magnitude < TINY) return ONE_BITS;

        unchecked {
            (uint256 e, uint256 m) = Float32.unpack(magnitude);
            // Exact: m·2^(e - 150) with e ≥ 101, times 2^128. Below 2^135 in magnitude.
            int256 fixedX = int256(m << (e - 22));
            if (negative) fixedX = -fixedX;
            (int256 power, int256 k) = expFixed(fixedX);
            // The last of 92 fractional bits stands for what follows it, which is never nothing: e^x is
            // irrational for rational x ≠ 0. power·2^k = (power >> 36)·2^(k - 92).
            return Float32.roundToNearestEven(0, uint256(k + 58), (uint256(power) >> 36) | 1, 91);
        }
    }

    /// @notice e^x = power·2^k, with power in (0.70, 1.42).
    /// @dev What is made of e^x starts here, or, where e^x - 1 counts, from `excessFixed`.
    /// @param x Q128, |x| < 2^7
    /// @return power Q128, with a relative error below 2^-100
    /// @return k the exponent
    function expFixed(int256 x) internal pure returns (int256 power, int256 k) {
        unchecked {
            (power, k) = excessFixed(x);
            // An error below 2^-103.4, against at least 0.70: below 2^-102 of it.
            power += ONE;
        }
    }

    /// @notice e^x = (1 + excess)·2^k, with excess in (-0.30, 0.42).
    /// @dev tanh starts here: where k = 0, e^x - 1 is `excess`, and nothing has cancelled.
    /// @param x Q128, |x| < 2^7
    /// @return excess Q128, with an error below 2^-103.4; for k = 0, moreover, with a relative error below 2^-101.7,
    /// or 2^-102 for x > 0, to which the last rounding adds 2^-127/|x|
    /// @return k the exponent
    function excessFixed(int256 x) internal pure returns (int256 excess, int256 k) {
        // `unchecked`: x·INVERSE_LN2 is below 2^135 · 2^65, and r·p below 0.35·2^128 · 1.2·2^128, in magnitude.
        unchecked {
            // x/ln 2 in Q192, and half of one, rounded down: |k| ≤ 185. Rounding INVERSE_LN2 can move the point
            // where k changes by 2^-58 and so |r| beyond ln 2 / 2 by as little.
            k = (x * INVERSE_LN2 + (1 << 191)) >> 192;
            // |r| < 0.3466. Error: |k|·2^-129 < 2^-121. The branch keeps the optimiser from copying this function to
            // where it is called: for some 40 gas, 2 KiB of code less.
            int256 r = x;
            if (k != 0) r -= k * LN2;
            // Σ r^i/i! as 1 + r(1 + r/2(1 + r/3(…))). What is left out is below 1.03·0.3466^22/22! < 2^-103.5;
            // each division adds less than 2^-128, of which r/i lets less than 1.4·2^-128 through to the end.
            int256 p = ONE + r / 21;
            p = ONE + (r * p) / (20 * ONE);
            p = ONE + (r * p) / (19 * ONE);
            p = ONE + (r * p) / (18 * ONE);
            p = ONE + (r * p) / (17 * ONE);
            p = ONE + (r * p) / (16 * ONE);
            p = ONE + (r * p) / (15 * ONE);
            p = ONE + (r * p) / (14 * ONE);
            p = ONE + (r * p) / (13 * ONE);
            p = ONE + (r * p) / (12 * ONE);
            p = ONE + (r * p) / (11 * ONE);
            p = ONE + (r * p) / (10 * ONE);
            p = ONE + (r * p) / (9 * ONE);
            p = ONE + (r * p) / (8 * ONE);
            p = ONE + (r * p) / (7 * ONE);
            p = ONE + (r * p) / (6 * ONE);
            p = ONE + (r * p) / (5 * ONE);
            p = ONE + (r * p) / (4 * ONE);
            p = ONE + (r * p) / (3 * ONE);
            p = ONE + (r * p) / (2 * ONE);
            // In all 2^-103.5 + 2^-121 + 1.4·2^-128: below 2^-103.4. For k = 0, r is x itself, and what is left out
            // is at most 2^-101.9 of p, or 2^-102.2 where r and with it all of p's terms are positive.
            excess = (r * p) / ONE;
        }
    }
}
