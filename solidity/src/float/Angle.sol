// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Float32 } from "./Float32.sol";

/// @title Angles in quarter turns, and the sines of them (SPEC §2.3)
/// @notice What `Sin` and `Cos` share.
///
/// Method: x = 2πn + q·π/2 + t with q in 0..4 and |t| ≤ π/4, by one multiplication modulo 2π; then the sine or the
/// cosine of t, as q says, by its Taylor series to t^27 or t^26 in 128-bit fixed point; one rounding at the end.
///
/// Accuracy: a relative error below 2^-100, at the zeros too. It is the reduction's, and only for floats that lie
/// near a multiple of π/2 and are as large as floats become (the steps below say how much comes from where): no
/// float but 0 comes nearer to one than 2^-29.207, as `6f79be45` does, near 2^96. No float's sine but that of 0
/// lies within 2^-55 of a number halfway between two floats, relative to itself, and no float's cosine but cos(0)
/// within 2^-56 (testdata/elementary/sin.hard.txt, cos.hard.txt; the hardest are `73243f06` and `6115cb11`), so the
/// rounding is always to the right side.
library Angle {
    /// 1 in Q128: fixed point with 128 fractional bits.
    uint256 private constant ONE = 1 << 128;
    /// 2π = 6.2831853071795864769252867665590057683943… in Q253, too great by 0.32·2^-253.
    uint256 private constant TURN = 0xc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22;

    /// @notice x = q·π/2 + t, up to whole turns.
    /// @param magnitude the bit pattern of a finite x ≥ 2^-12
    /// @return q in 0..4
    /// @return t Q253, |t| ≤ π/4, with a relative error below 2^-100
    function reduce(uint256 magnitude) internal pure returns (uint256 q, int256 t) {
        // `unchecked`: r + TURN/8 is below 0.89·2^256; r - q·(TURN/4) is right modulo 2^256, and so as a word.
        unchecked {
            (uint256 e, uint256 m) = Float32.unpack(magnitude);
            // x in Q253 is m·2^(e + 103), and 115 ≤ e ≤ 254: the first factor is exact and below 2^168. Modulo
            // TURN it is x less n turns, n < 2^128/2π, each too great by 0.32·2^-253. Error: below 2^-129.3.
            uint256 r = mulmod(m << (e - 110), 1 << 213, TURN);
            q = (r + TURN / 8) / (TURN / 4);
            // TURN/4, an integer, is within 0.6·2^-253 of π/2. Error: below 2^-251.
            //
            // Below 2π, n is 0: x < π/4 is exact, and else q·π/2 is no nearer than 2^-27, and the relative error
            // below 2^-224. Above, |t| > 2^-29.207, and it is below 2^-100.09.
            t = int256(r - q * (TURN / 4));
        }
    }

    /// @notice The binary32 nearest to sin(q·π/2 + t), with the sign of `sign` times its own.
    /// @dev cos(x) is this with one quarter more.
    /// @param sign 0 or Float32.SIGN
    /// @param q a number of quarter turns
    /// @param t Q253, as reduce gives it; not 0
    function sine(uint256 sign, uint256 q, int256 t) internal pure returns (uint256) {
        unchecked {
            // sin(π + t) = -sin(t), cos(π + t) = -cos(t).
            if (q & 2 != 0) sign ^= Float32.SIGN;
            // The last of 95 fractional bits stands for what follows it, which is never nothing: sin and cos of a
            // rational x ≠ 0 are irrational. Both are below 1, and so the argument below 2^95; and a sine is
            // at least 2^-29.21, which leaves 65 bits. The guess is right from 1/4 on.
            if (q & 1 != 0) {
                return Float32.roundToNearestEven(sign, 55, (_cosine(t < 0 ? -t : t) >> 33) | 1, 93);
            }
            if (t < 0) {
                sign ^= Float32.SIGN;
                t = -t;
            }
            return Float32.roundToNearestEven(sign, 55, (_sine(t) >> 65) | 1, 93);
        }
    }

    /// sin(t) in Q160, for t in (2^-29.21, π/4] in Q253.
    function _sine(int256 t) private pure returns (uint256) {
        // `unchecked`: w·p and u·s are below 0.79·2^256.
        unchecked {
            // u = t in Q128, below 0.7854. Error: below 2^-128.
            uint256 u = uint256(t) >> 125;
            // w = t² < 0.6169. Error: below 2.6·2^-128.
            uint256 w = (u * u) >> 128;
            // s = 1 - sin(t)/t as w/(2·3)·(1 - w/(4·5)·(1 - w/(6·7)·(…))). What is left out is below
            // w^14/29! < 2^-112; each division adds less than 2^-128, of which w/20 lets less than 0.04·2^-128
            // through to the end; the error of w adds less than 0.5·2^-128.
            uint256 p = ONE - w / (26 * 27);
            p = ONE - (w * p) / (24 * 25 * ONE);
            p = ONE - (w * p) / (22 * 23 * ONE);
            p = ONE - (w * p) / (20 * 21 * ONE);
            p = ONE - (w * p) / (18 * 19 * ONE);
            p = ONE - (w * p) / (16 * 17 * ONE);
            p = ONE - (w * p) / (14 * 15 * ONE);
            p = ONE - (w * p) / (12 * 13 * ONE);
            p = ONE - (w * p) / (10 * 11 * ONE);
            p = ONE - (w * p) / (8 * 9 * ONE);
            p = ONE - (w * p) / (6 * 7 * ONE);
            p = ONE - (w * p) / (4 * 5 * ONE);
            uint256 s = (w * p) / (2 * 3 * ONE);
            // t - t·s: the error of s, below 2^-112 + 1.6·2^-128, and that of u, 2^-128·s < 2^-129·t, are relative to
            // t, and the shifts' 2·2^-160 are below 2^-129 of it, with sin(t) ≥ 0.9·t: together below 2^-111.
            return (uint256(t) >> 93) - ((u * s) >> 96);
        }
    }

    /// cos(t) in Q128, for t in (0, π/4] in Q253.
    function _cosine(int256 t) private pure returns (uint256) {
        // `unchecked`: w·p is below 0.62·2^256.
        unchecked {
            // w = t² < 0.6169. Error: below 2.6·2^-128.
            uint256 w = uint256(t) >> 125;
            w = (w * w) >> 128;
            // cos(t) as 1 - w/(1·2)·(1 - w/(3·4)·(1 - w/(5·6)·(…))). What is left out is below w^14/28! < 2^-107;
            // each division adds less than 2^-128, of which w/12 lets less than 0.06·2^-128 through to the end; the
            // error of w adds less than 1.3·2^-128. In all, against at least 0.7071, below 2^-106.
            uint256 p = ONE - w / (25 * 26);
            p = ONE - (w * p) / (23 * 24 * ONE);
            p = ONE - (w * p) / (21 * 22 * ONE);
            p = ONE - (w * p) / (19 * 20 * ONE);
            p = ONE - (w * p) / (17 * 18 * ONE);
            p = ONE - (w * p) / (15 * 16 * ONE);
            p = ONE - (w * p) / (13 * 14 * ONE);
            p = ONE - (w * p) / (11 * 12 * ONE);
            p = ONE - (w * p) / (9 * 10 * ONE);
            p = ONE - (w * p) / (7 * 8 * ONE);
            p = ONE - (w * p) / (5 * 6 * ONE);
            p = ONE - (w * p) / (3 * 4 * ONE);
            return ONE - (w * p) / (1 * 2 * ONE);
        }
    }
}
