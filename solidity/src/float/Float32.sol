// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IEEE 754 binary32 on bit patterns (SPEC §2.2)
/// @notice Every operation is rounded once, to nearest, ties to even. Subnormals are exact, -0 is kept, and every
/// result that is a NaN is `0x7fc00000`.
/// @dev A value is a word below 2^32: sign (bit 31), exponent field (bits 30..23), fraction (bits 22..0). Callers
/// pass clean words; an operand that is a NaN may have any payload.
///
/// Inside, a finite value is ±m·2^(e - 150) with a significand m < 2^24 and an exponent e in [1, 254]: e is the
/// exponent field, but 1 for subnormals, which so need no case of their own. `roundToNearestEven` takes any
/// m·2^(e - 150) back, be the result normal, subnormal or too large, and is an operation's only rounding.
///
/// `unchecked` throughout: significands stay below 2^96 (the bounds stand where they are made), and exponents
/// are two's complement words of a few hundred at most, for which wrapping addition is signed addition.
library Float32 {
    /// The one NaN that results have.
    uint256 internal constant NAN = 0x7fc00000;
    /// Positive infinity.
    uint256 internal constant INFINITY = 0x7f800000;
    /// The sign bit, which is also -0.
    uint256 internal constant SIGN = 0x80000000;

    /// The leading bit of a normal number's significand, and the unit of the exponent field.
    uint256 private constant HIDDEN = 0x00800000;
    uint256 private constant FRACTION = 0x007fffff;
    uint256 private constant MAGNITUDE = 0x7fffffff;

    // ------------------------------------------------------------------ arithmetic

    // Four operations take their operands apart in assembly of their own: by calls of `unpack` each operand would
    // cost some 30 gas more.

    /// @notice a + b.
    /// @dev inf + -inf is NaN. A sum that is exactly zero is +0, save -0 + -0 = -0.
    function add(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            // By magnitude, so that neither the distance of the exponents nor the sum is negative.
            if ((a & MAGNITUDE) < (b & MAGNITUDE)) (a, b) = (b, a);
            if (a & MAGNITUDE >= INFINITY) return _addNotFinite(a, b);
            uint256 e;
            uint256 m;
            uint256 distance;
            uint256 lesser;
            assembly ("memory-safe") {
                e := and(shr(23, a), 0xff)
                let eb := and(shr(23, b), 0xff)
                m := or(and(a, FRACTION), shl(23, gt(e, 0)))
                lesser := or(and(b, FRACTION), shl(23, gt(eb, 0)))
                e := or(e, iszero(e))
                distance := sub(e, or(eb, iszero(eb)))
            }
            // At 40 places a is normal and at least 2^63, with the rounding position of any sum at 2^38 or
            // above; b, below 2^24, matters only by not being zero. It is the same further away.
            if (distance > 40) distance = 40;
            m <<= distance; // < 2^64
            if ((a ^ b) & SIGN == 0) {
                m += lesser;
                if (m == 0) return a & SIGN;
            } else {
                m -= lesser;
                if (m == 0) return 0;
            }
            return roundToNearestEven(a & SIGN, e - distance, m, 23 + distance);
        }
    }

    /// @notice a - b, which is a + (-b).
    function sub(uint256 a, uint256 b) internal pure returns (uint256) {
        return add(a, b ^ SIGN);
    }

    /// @notice a · b.
    /// @dev 0 · inf is NaN.
    function mul(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 e;
            uint256 m;
            bool notFinite;
            assembly ("memory-safe") {
                e := and(shr(23, a), 0xff)
                let eb := and(shr(23, b), 0xff)
                notFinite := or(eq(e, 0xff), eq(eb, 0xff))
                m := mul(or(and(a, FRACTION), shl(23, gt(e, 0))), or(and(b, FRACTION), shl(23, gt(eb, 0)))) // < 2^48
                e := sub(add(or(e, iszero(e)), or(eb, iszero(eb))), 150)
            }
            if (notFinite) return _mulNotFinite(a, b);
            if (m == 0) return (a ^ b) & SIGN;
            return roundToNearestEven((a ^ b) & SIGN, e, m, 46);
        }
    }

    /// @notice a / b.
    /// @dev 0/0 and inf/inf are NaN; any other x/0 is an infinity.
    function div(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 e;
            uint256 m;
            uint256 divisor;
            bool notFinite;
            assembly ("memory-safe") {
                e := and(shr(23, a), 0xff)
                let eb := and(shr(23, b), 0xff)
                notFinite := or(eq(e, 0xff), eq(eb, 0xff))
                m := shl(64, or(and(a, FRACTION), shl(23, gt(e, 0)))) // < 2^88
                divisor := or(and(b, FRACTION), shl(23, gt(eb, 0)))
                e := sub(or(e, iszero(e)), or(eb, iszero(eb)))
            }
            if (notFinite) return _divNotFinite(a, b);
            if (m * divisor == 0) return _divZero(a, b);
            uint256 quotient;
            assembly ("memory-safe") {
                // The divisor is not zero. The quotient is at least 2^40: its last bit lies below every rounding
                // position and may stand for the remainder.
                quotient := or(div(m, divisor), gt(mod(m, divisor), 0))
            }
            return roundToNearestEven((a ^ b) & SIGN, e + 86, quotient, 63);
        }
    }

    /// @notice a · b + c, rounded once.
    /// @dev 0 · inf and inf - inf are NaN. A sum that is exactly zero is +0, save -0 + -0 = -0.
    function fma(uint256 a, uint256 b, uint256 c) internal pure returns (uint256) {
        unchecked {
            uint256 e;
            uint256 product;
            uint256 other;
            uint256 m;
            bool notFinite;
            assembly ("memory-safe") {
                e := and(shr(23, a), 0xff)
                let eb := and(shr(23, b), 0xff)
                other := and(shr(23, c), 0xff)
                notFinite := or(or(eq(e, 0xff), eq(eb, 0xff)), eq(other, 0xff))
                product := mul(
                    or(and(a, FRACTION), shl(23, gt(e, 0))),
                    or(and(b, FRACTION), shl(23, gt(eb, 0)))
                ) // < 2^48
                e := sub(add(or(e, iszero(e)), or(eb, iszero(eb))), 150)
                m := or(and(c, FRACTION), shl(23, gt(other, 0)))
                other := or(other, iszero(other))
            }
            if (notFinite) return _fmaNotFinite(a, b, c);
            uint256 sign = (a ^ b) & SIGN;
            if (product * m == 0) {
                return product == 0 ? add(sign, c) : roundToNearestEven(sign, e, product, 46);
            }

            // Bring both to the lower exponent; beyond a certain distance more makes no difference.
            uint256 guess = 46;
            if (int256(e) > int256(other)) {
                uint256 distance = e - other;
                // e > other ≥ 1, so that a or b is normal and the product at least 2^23. At 40 places it is at
                // least 2^63, the rounding position at 2^38 or above, and c, below 2^24, matters only by not
                // being zero.
                if (distance > 40) distance = 40;
                product <<= distance; // < 2^88
                e -= distance;
                guess += distance;
            } else {
                uint256 distance = other - e;
                // c is at least 1, and where it is below 2^23 (a subnormal) its last place is the result's. At
                // 64 places the rounding position is at 2^62 or above, and the product, below 2^48, matters
                // only by not being zero.
                if (distance > 64) distance = 64;
                m <<= distance; // < 2^88
                e = other - distance;
                if (distance > 23) guess = 23 + distance;
            }
            if ((sign ^ c) & SIGN == 0) {
                product += m;
            } else if (product > m) {
                product -= m;
            } else {
                product = m - product;
                if (product == 0) return 0;
                sign ^= SIGN;
            }
            return roundToNearestEven(sign, e, product, guess);
        }
    }

    /// @notice √a.
    /// @dev √-0 is -0; of any other negative number it is NaN.
    function sqrt(uint256 a) internal pure returns (uint256) {
        unchecked {
            if (a & MAGNITUDE == 0) return a;
            if (a >= INFINITY) return a == INFINITY ? a : NAN; // the sign bit is above INFINITY, too
            (uint256 e, uint256 m) = unpackNormalised(a);
            // y = m·2^30 or m·2^29, whichever leaves e - 150 less that power even: y in [2^52, 2^54).
            uint256 y = m << (30 - (e & 1));
            // s = ⌊√y⌋ in [2^26, 2^27) by Newton's iteration. The line is within 9.0 % of √y over the range, and
            // an error d becomes d²/2: below 4.1e-3, 8.2e-6, 3.4e-11, which is less than 0.005 in s; no step
            // goes below ⌊√y⌋. So s is that or one more.
            uint256 s = (y >> 28) + (53 << 20);
            s = (s + y / s) >> 1;
            s = (s + y / s) >> 1;
            s = (s + y / s) >> 1;
            if (s * s > y) --s;
            // Three places more than the result; the last stands for the remainder.
            if (s * s != y) s |= 1;
            s = (s + 3 + ((s >> 3) & 1)) >> 3;
            // The exponent field is (e + 127)/2, rounded down for even e. One less, as s brings its leading bit.
            return (((e + 125) >> 1) << 23) + s;
        }
    }

    /// @notice -a.
    function neg(uint256 a) internal pure returns (uint256) {
        return isNan(a) ? NAN : a ^ SIGN;
    }

    /// @notice |a|.
    function abs(uint256 a) internal pure returns (uint256) {
        return isNan(a) ? NAN : a & MAGNITUDE;
    }

    // ------------------------------------------------------------------ order

    /// @notice The lesser of a and b: NaN where either is, and -0 below +0 (IEEE 754-2019 minimum).
    function min(uint256 a, uint256 b) internal pure returns (uint256) {
        if (isNan(a) || isNan(b)) return NAN;
        return _totalOrder(a) < _totalOrder(b) ? a : b;
    }

    /// @notice The greater of a and b: NaN where either is, and -0 below +0 (IEEE 754-2019 maximum).
    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        if (isNan(a) || isNan(b)) return NAN;
        return _totalOrder(a) < _totalOrder(b) ? b : a;
    }

    // The comparisons are branch-free, at less than half of what their `if` forms cost.

    /// @notice 1 where a < b, else 0; 0 where either is NaN.
    function lt(uint256 a, uint256 b) internal pure returns (uint256 result) {
        assembly ("memory-safe") {
            let x := and(a, MAGNITUDE)
            let y := and(b, MAGNITUDE)
            let unordered := or(gt(x, INFINITY), gt(y, INFINITY))
            // A magnitude with its sign is a two's complement number, one and the same for the zeros.
            x := mul(x, sub(1, shl(1, shr(31, a))))
            y := mul(y, sub(1, shl(1, shr(31, b))))
            result := gt(slt(x, y), unordered)
        }
    }

    /// @notice 1 where a ≤ b, else 0; 0 where either is NaN.
    function le(uint256 a, uint256 b) internal pure returns (uint256 result) {
        assembly ("memory-safe") {
            let x := and(a, MAGNITUDE)
            let y := and(b, MAGNITUDE)
            let unordered := or(gt(x, INFINITY), gt(y, INFINITY))
            x := mul(x, sub(1, shl(1, shr(31, a))))
            y := mul(y, sub(1, shl(1, shr(31, b))))
            result := iszero(or(sgt(x, y), unordered))
        }
    }

    /// @notice 1 where a = b, else 0; 0 where either is NaN. The zeros are equal.
    function eq(uint256 a, uint256 b) internal pure returns (uint256 result) {
        assembly ("memory-safe") {
            let unordered := or(gt(and(a, MAGNITUDE), INFINITY), gt(and(b, MAGNITUDE), INFINITY))
            let zeros := iszero(and(or(a, b), MAGNITUDE))
            result := gt(or(eq(a, b), zeros), unordered)
        }
    }

    // ------------------------------------------------------------------ conversion

    /// @notice The float nearest to an integer.
    function fromInt64(int64 value) internal pure returns (uint256) {
        unchecked {
            if (value == 0) return 0;
            // In 256 bits -2^63 has a positive counterpart.
            int256 wide = value;
            return wide < 0
                ? roundToNearestEven(SIGN, 150, uint256(-wide), 31)
                : roundToNearestEven(0, 150, uint256(wide), 31);
        }
    }

    /// @notice The integer next to a in the direction of zero; the nearest int64 where that is out of range; 0 of NaN.
    function toInt64(uint256 a) internal pure returns (int64) {
        unchecked {
            if (isNan(a)) return 0;
            (uint256 e, uint256 m) = unpack(a & MAGNITUDE);
            bool negative = a & SIGN != 0;
            // m·2^(e - 150) ≥ 2^63 from e = 190 on; of -2^63 itself the nearest int64 is the value.
            if (e >= 190) return negative ? type(int64).min : type(int64).max;
            // Below 2^63; and a shift by 256 or more gives 0, as it should.
            int256 magnitude = int256(e < 150 ? m >> (150 - e) : m << (e - 150));
            return int64(negative ? -magnitude : magnitude);
        }
    }

    /// @notice a itself, or the one NaN for any NaN.
    function canonicalise(uint256 a) internal pure returns (uint256) {
        return isNan(a) ? NAN : a;
    }

    /// @notice Whether a is a NaN of any payload and sign.
    function isNan(uint256 a) internal pure returns (bool) {
        return a & MAGNITUDE > INFINITY;
    }

    // ------------------------------------------------------------------ rounding

    /// @notice The float nearest to ±m·2^(e - 150), ties to even.
    /// @dev The elementary functions round with it too: of a value that lies between m and m + 1 the argument is
    /// m | 1, where m is so long that its last bit lies below the rounding position.
    /// @param sign 0 or SIGN
    /// @param e two's complement, |e| < 2^128
    /// @param m in [1, 2^96)
    /// @param guess where m's leading bit is likely to be, or one below; only the cost depends on it, some 70 gas
    function roundToNearestEven(uint256 sign, uint256 e, uint256 m, uint256 guess)
        internal
        pure
        returns (uint256)
    {
        unchecked {
            uint256 top = m >> guess;
            // 1, 2 or 3: the guess is right.
            uint256 shift = top - 1 < 3 ? guess + (top >> 1) : _floorLog2(m);
            // A margin of 32 bits, so that the shift, which leaves 24 bits, is to the right even for m = 1.
            m <<= 32; // < 2^128
            shift += 9;
            // One less than the exponent field: the leading bit, coming to its place, adds one, and a carry out
            // of 24 bits another.
            uint256 field = e + shift - 33;
            // Not so where that makes a subnormal or may overflow; as a word, a negative field is above, too.
            if (field > 252) return sign | _roundAtTheEnds(e, m, shift);
            // Half of the last place less one, and one more where the last place is odd, carry into it from
            // above the half, and at the half only to the even number.
            m += (type(uint256).max >> (257 - shift)) + ((m >> shift) & 1);
            return sign | ((m >> shift) + (field << 23));
        }
    }

    /// The same for results that are subnormal, or have the exponent field 254 or more before rounding.
    /// @param m below 2^128, with the margin of 32 bits
    /// @param shift what leaves 24 bits of m
    function _roundAtTheEnds(uint256 e, uint256 m, uint256 shift) private pure returns (uint256 bits) {
        unchecked {
            // The last place of a subnormal is 2^-149, where e is 1: it keeps fewer bits and has field 0, with no
            // leading bit to add one. But a carry makes it normal, by the same addition.
            if (int256(33 - e) > int256(shift)) shift = 33 - e;
            // A shift of 256 or more leaves 0, whatever wraps.
            m += (type(uint256).max >> (257 - shift)) + ((m >> shift) & 1);
            bits = (m >> shift) + ((e + shift - 33) << 23);
            if (bits > INFINITY) bits = INFINITY;
        }
    }

    /// ⌊log2 m⌋ for m in [1, 2^128).
    function _floorLog2(uint256 m) private pure returns (uint256 n) {
        assembly ("memory-safe") {
            n := shl(6, lt(0xffffffffffffffff, m))
            n := or(n, shl(5, lt(0xffffffff, shr(n, m))))
            n := or(n, shl(4, lt(0xffff, shr(n, m))))
            n := or(n, shl(3, lt(0xff, shr(n, m))))
            // The last 8 bits by a perfect hash of five bits into a table of bytes (after Solady's LibBit).
            n := or(
                n,
                byte(
                    and(0x1f, shr(shr(n, m), 0x8421084210842108cc6318c6db6d54be)),
                    0x0706060506020504060203020504030106050205030304010505030400000000
                )
            )
        }
    }

    // ------------------------------------------------------------------ parts of a float

    /// @notice The exponent and the significand of a finite float: ±m·2^(e - 150).
    function unpack(uint256 a) internal pure returns (uint256 e, uint256 m) {
        assembly ("memory-safe") {
            e := and(shr(23, a), 0xff)
            m := or(and(a, FRACTION), shl(23, gt(e, 0)))
            e := or(e, iszero(e))
        }
    }

    /// @notice The same of a float that is neither zero nor infinite, with m in [2^23, 2^24): for a subnormal e,
    /// in two's complement, goes down to -22.
    function unpackNormalised(uint256 a) internal pure returns (uint256 e, uint256 m) {
        unchecked {
            (e, m) = unpack(a);
            if (m < HIDDEN) {
                uint256 shift = 23 - _floorLog2(m);
                m <<= shift;
                e -= shift;
            }
        }
    }

    /// Bit 31 is set where a is an infinity or a NaN.
    function _notFinite(uint256 a) private pure returns (uint256) {
        unchecked {
            // The magnitude is below 2^31, and one more in the exponent field carries only out of 255.
            return ((a & MAGNITUDE) + HIDDEN) & SIGN;
        }
    }

    /// Keeps the order of all floats but NaNs, -0 below +0, in unsigned words.
    function _totalOrder(uint256 a) private pure returns (uint256) {
        return a & SIGN == 0 ? a | SIGN : ~a & MAGNITUDE;
    }

    // ------------------------------------------------------------------ infinities and NaNs

    /// a + b where at least one is not finite.
    function _addNotFinite(uint256 a, uint256 b) private pure returns (uint256) {
        if (isNan(a) || isNan(b)) return NAN;
        if (_notFinite(a) == 0) return b;
        // Opposite infinities have no sum.
        return _notFinite(b) == 0 || a == b ? a : NAN;
    }

    /// a · b + c where at least one is not finite.
    function _fmaNotFinite(uint256 a, uint256 b, uint256 c) private pure returns (uint256) {
        // A finite product is as good as 0 beside an infinite or NaN c.
        return _addNotFinite((_notFinite(a) | _notFinite(b)) == 0 ? 0 : _mulNotFinite(a, b), c);
    }

    /// a · b where at least one is not finite.
    function _mulNotFinite(uint256 a, uint256 b) private pure returns (uint256) {
        if (isNan(a) || isNan(b)) return NAN;
        if (a & MAGNITUDE == 0 || b & MAGNITUDE == 0) return NAN;
        return (a ^ b) & SIGN | INFINITY;
    }

    /// a / b where at least one is not finite.
    function _divNotFinite(uint256 a, uint256 b) private pure returns (uint256) {
        if (isNan(a) || isNan(b)) return NAN;
        if (_notFinite(b) == 0) return (a ^ b) & SIGN | INFINITY;
        return _notFinite(a) == 0 ? (a ^ b) & SIGN : NAN;
    }

    /// a / b of finite a and b of which at least one is zero.
    function _divZero(uint256 a, uint256 b) private pure returns (uint256) {
        if (b & MAGNITUDE != 0) return (a ^ b) & SIGN;
        return a & MAGNITUDE == 0 ? NAN : (a ^ b) & SIGN | INFINITY;
    }
}
