// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Exp } from "./Exp.sol";
import { Float32 } from "./Float32.sol";

/// @title erf x = 2/√π · ∫₀ˣ e^(-t²) dt, correctly rounded to binary32 (SPEC §2.3)
/// @notice Special cases: erf(NaN) = NaN, erf(±inf) = ±1, erf(±0) = ±0; ±1 from `407ad445` on.
///
/// Method: below 1, the Taylor series to x^55. From 1 on, erf x = 1 - erfc x with the trapezoidal rule of step
/// h = 3/8 and nodes t_k = (k + 1/2)h, in
///
///     erfc x = x·e^(-x²)/π · ∫ e^(-t²)/(t² + x²) dt, over the whole line
///            = x·e^(-x²) · 2h/π · Σ_{k≥0} e^(-t_k²)/(t_k² + x²) + 2/(1 + e^(2πx/h)) + a small error.
///
/// Proof: by Poisson's summation formula the rule's error is Σ_{n≠0} (-1)^n F(2πn/h), where F is the integrand's
/// Fourier transform. F(w) is found by moving the path of integration by a = w/2 = πn/h off the real line, across the
/// pole at distance x < a: the poles' residues add up to the second term, and what is left of F is at most
/// √π·e^(-a²)/(a² - x²), as |t² + x²| ≥ (a - x)(a + x) on that path. For n = ±1, a² > 70.18, and the other n add
/// nothing to speak of (a² > 280): for x in [1, 4) the small error is below x·e^(-x²)/π · 2√π·e^(-70.18)/54.1 <
/// 2^-108. (Chiarella and Reichel, Mathematics of Computation 22, 1968; Hunter and Regan, ibid. 26, 1972.)
///
/// All in 128-bit fixed point, with one rounding at the end.
///
/// Accuracy: a relative error below 2^-103 (the steps below say how much comes from where). No float's value but
/// erf(0) lies within 2^-57 of a number halfway between two floats, relative to itself
/// (testdata/elementary/erf.hard.txt; the hardest is `3940ead6`), so the rounding is always to the right side.
library Erf {
    /// 1 in Q128: fixed point with 128 fractional bits.
    uint256 private constant ONE = 1 << 128;
    /// 2/√π = 1.1283791670955125738961589031215451716881… in Q127, to within 2^-128.
    uint256 private constant TWO_OVER_SQRT_PI = 0x906eba8214db688d71d48a7f6bfec344;
    /// 2π/h = 16π/3 = 16.7551608191455639384674313774906820490515… in Q128, to within 2^-129.
    uint256 private constant TWO_PI_OVER_STEP = 0x10c152382d73658465bb32e0f567ad116e;
    /// (h/2)² = 9/256 in Q46, exact.
    uint256 private constant NODE = 0x24000000000;

    /// 1.0
    uint256 private constant ONE_BITS = 0x3f800000;
    /// 4: erf(4) > 1 - 2^-25, the halfway point below 1.
    uint256 private constant HUGE = 0x40800000;

    /// @notice The binary32 nearest to erf x.
    /// @param x bit pattern of a binary32
    /// @return bit pattern of a binary32, canonical
    function erf(uint256 x) internal pure returns (uint256) {
        if (Float32.isNan(x)) return Float32.NAN;
        uint256 magnitude = x & ~Float32.SIGN;
        if (magnitude == 0) return x;
        uint256 sign = x & Float32.SIGN;
        if (magnitude >= HUGE) return sign | ONE_BITS;

        unchecked {
            (uint256 e, uint256 m) = Float32.unpack(magnitude);
            // The argument's last bit stands for what follows it, which is never nothing: erf x is irrational for
            // rational x ≠ 0.
            if (magnitude < ONE_BITS) {
                // m·2^(e - 150) times a ratio in (0.84, 1.13), with 68 fractional bits of 128: below 2^93. Of a
                // normal m the leading bit comes to place 90, 91 or 92, and the guess is right for the last two.
                return Float32.roundToNearestEven(sign, e - 68, ((m * _ratio(e, m)) >> 60) | 1, 91);
            }
            // In [0.84, 1), and so with 95 fractional bits between 2^94 and 2^95.
            return Float32.roundToNearestEven(sign, 55, ((ONE - _complement(e, m)) >> 33) | 1, 94);
        }
    }

    /// erf(x)/x in Q128, with a relative error below 2^-103, for x = m·2^(e - 150) in (0, 1).
    function _ratio(uint256 e, uint256 m) private pure returns (uint256) {
        // `unchecked`: w < 2^128 and p ≤ 2^128; and what is subtracted is the smaller: w·p/(n + 1) is below
        // ONE/(2n + 3), as the series alternate with terms that decrease.
        unchecked {
            // w = x² in Q128, below 1: m²·2^(2e - 172), e ≤ 126. Error: below 2^-128, and none from 2^-41 on.
            uint256 w = e < 86 ? (m * m) >> (172 - 2 * e) : (m * m) << (2 * e - 172);
            // Σ (-w)^n/(n!·(2n + 1)), n ≤ 27, as 1 - w(1/3 - w/2·(1/5 - w/3·(1/7 - …))). What is left out is below
            // 1/(28!·57) < 2^-103.7; each step rounds down twice, adding less than 2·2^-128, of which w/n lets less
            // than 5.5·2^-128 through to the end; the error of w adds less than 0.4·2^-128.
            uint256 p = ONE / 55;
            p = ONE / 53 - (w * p) / (27 * ONE);
            p = ONE / 51 - (w * p) / (26 * ONE);
            p = ONE / 49 - (w * p) / (25 * ONE);
            p = ONE / 47 - (w * p) / (24 * ONE);
            p = ONE / 45 - (w * p) / (23 * ONE);
            p = ONE / 43 - (w * p) / (22 * ONE);
            p = ONE / 41 - (w * p) / (21 * ONE);
            p = ONE / 39 - (w * p) / (20 * ONE);
            p = ONE / 37 - (w * p) / (19 * ONE);
            p = ONE / 35 - (w * p) / (18 * ONE);
            p = ONE / 33 - (w * p) / (17 * ONE);
            p = ONE / 31 - (w * p) / (16 * ONE);
            p = ONE / 29 - (w * p) / (15 * ONE);
            p = ONE / 27 - (w * p) / (14 * ONE);
            p = ONE / 25 - (w * p) / (13 * ONE);
            p = ONE / 23 - (w * p) / (12 * ONE);
            p = ONE / 21 - (w * p) / (11 * ONE);
            p = ONE / 19 - (w * p) / (10 * ONE);
            p = ONE / 17 - (w * p) / (9 * ONE);
            p = ONE / 15 - (w * p) / (8 * ONE);
            p = ONE / 13 - (w * p) / (7 * ONE);
            p = ONE / 11 - (w * p) / (6 * ONE);
            p = ONE / 9 - (w * p) / (5 * ONE);
            p = ONE / 7 - (w * p) / (4 * ONE);
            p = ONE / 5 - (w * p) / (3 * ONE);
            p = ONE / 3 - (w * p) / (2 * ONE);
            p = ONE - ((w * p) >> 128);
            // In all, against a sum of at least 0.7468, below 2^-103.2. The constant and the shift add less than
            // 2·2^-128.
            return (p * TWO_OVER_SQRT_PI) >> 127;
        }
    }

    /// erfc(x) in Q128, with an error below 2^-104, for x = m·2^(e - 150) in [1, 4).
    function _complement(uint256 e, uint256 m) private pure returns (uint256) {
        // `unchecked`: the shifts' arguments stay positive (e is 127 or 128), and the bounds stand beside.
        unchecked {
            // x² in Q46, exact. In [1, 16).
            uint256 square = (m * m) << (2 * e - 254);
            // Σ (2h/π)·e^(-t_k²)/(t_k² + x²), k ≤ 21, the constants in Q174, each to within 2^-175. What is left out
            // is below 2h/π·e^(-71.19)/72 < 2^-110; 22 divisions by at least 1 add less than 2^-123. The sum is at
            // most erfc(1)·e < 0.43.
            uint256 sum;
            // In assembly the sum takes half of the gas: the divisors need no check that they are not zero.
            assembly ("memory-safe") {
                sum := div(0x0ec04566a2d851a927ef2ab256b949e707bb05ead246, add(square, NODE))
                sum := add(
                    sum,
                    div(0x0b227a9deadb1800d258b75eec4bab3d7fa396e016d8, add(square, mul(9, NODE)))
                )
                sum := add(
                    sum,
                    div(0x06582769f5d43f39c1aec8466984aad0bcd775cfd143, add(square, mul(25, NODE)))
                )
                sum := add(
                    sum,
                    div(0x02ba8a37ce192945a51317e7412145705eeaa18355d7, add(square, mul(49, NODE)))
                )
                sum := add(
                    sum,
                    div(0x00e2c85f7644223d2ed7d41380131759380a6e9a0996, add(square, mul(81, NODE)))
                )
                sum := add(
                    sum,
                    div(0x0037935377f4521731256f531802a622893982a0f204, add(square, mul(121, NODE)))
                )
                sum := add(
                    sum,
                    div(0x000a47ca6aa08f5456a367e9687c1e25e3c835a3142f, add(square, mul(169, NODE)))
                )
                sum := add(
                    sum,
                    div(0x00016f7af632f15ebf231d57fee80c66e8b0d250a1a2, add(square, mul(225, NODE)))
                )
                sum := add(
                    sum,
                    div(0x000026bb6d926b5100d7ef73a4340db6542fc3f04590, add(square, mul(289, NODE)))
                )
                sum := add(
                    sum,
                    div(0x00000314ddd84b54db37a04fa3e02d726a0ff8dc9d2d, add(square, mul(361, NODE)))
                )
                sum := add(
                    sum,
                    div(0x0000002f6007e6e56d7cb8bc867c4f65c4f4e780ec95, add(square, mul(441, NODE)))
                )
                sum := add(
                    sum,
                    div(0x0000000225c896a60d06d01a436016a958a93eeb3e10, add(square, mul(529, NODE)))
                )
                sum := add(
                    sum,
                    div(0x0000000012d003d5bb4a7c45b7f6e1fd4b2c3f20bd53, add(square, mul(625, NODE)))
                )
                sum := add(
                    sum,
                    div(0x00000000007c64ce19d24ac0401e950de2fbbc776003, add(square, mul(729, NODE)))
                )
                sum := add(
                    sum,
                    div(0x0000000000026cdff694a7af7069920b9d34ff088800, add(square, mul(841, NODE)))
                )
                sum := add(
                    sum,
                    div(0x00000000000009232ed6af7d714b500aa18d15c17bcf, add(square, mul(961, NODE)))
                )
                sum := add(
                    sum,
                    div(0x0000000000000019fc68e2f658ac792bd550151a8393, add(square, mul(1089, NODE)))
                )
                sum := add(
                    sum,
                    div(0x000000000000000037c8aa80c434e36e19d2d3f0d542, add(square, mul(1225, NODE)))
                )
                sum := add(
                    sum,
                    div(0x0000000000000000005a647e4ad5993bd31bde629c6c, add(square, mul(1369, NODE)))
                )
                sum := add(
                    sum,
                    div(0x000000000000000000006e903c7ce7eb5f23db452be9, add(square, mul(1521, NODE)))
                )
                sum := add(
                    sum,
                    div(0x00000000000000000000006614bd68e71751920ab103, add(square, mul(1681, NODE)))
                )
                sum := add(
                    sum,
                    div(0x0000000000000000000000004724a63eadf53e8557fc, add(square, mul(1849, NODE)))
                )
            }
            // x² in Q128 is below 2^132. Error: relatively 2^-102.
            (int256 power, int256 k) = Exp.expFixed(-int256(square << 82));
            // x·e^(-x²)·sum, with k ≤ -1. It is below 0.158: error below 2^-104.6 (power), and, as x·e^(-x²) is
            // below 0.37, 2^-111 (sum); the shifts add less than 2·2^-128.
            uint256 product = (uint256(power) * sum) >> 128;
            product = (product * m) >> (150 - e - uint256(k));
            // 2πx/h in Q128, x being m·2^(e - 127) in Q23; below 68 < 2^7, and at least 16.7, so that k ≥ 24. Error:
            // below 2^-125.
            (power, k) = Exp.expFixed(int256((TWO_PI_OVER_STEP * (m << (e - 127))) >> 23));
            // 2/(1 + power·2^k) = 2·2^-k/(2^-k + power) < 2^-23. Error: below 2^-124.
            uint256 poles = (2 * ONE << (128 - uint256(k))) / ((ONE >> uint256(k)) + uint256(power));
            // With the rule's own 2^-108: below 2^-104.4, and 2^-104 of erf(x) ≥ 0.84.
            return product + poles;
        }
    }
}
