// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IEEE 754 binary32 on bit patterns (SPEC §2.2)
/// @notice Every operation is rounded once, to nearest, ties to even. Subnormals are exact, -0 is kept, and every
/// result that is a NaN is `0x7fc00000`.
/// @dev A value is a word below 2^32: sign (bit 31), exponent field (bits 30..23), fraction (bits 22..0). Callers
/// pass clean words; an operand that is a NaN may have any payload.
///
/// Inside, a finite value is ±m·2^(e - 150) with a significand m < 2^24 and an exponent e in [1, 254]: e is the
/// exponent field, but 1 for subnormals, which so need no case of their own. `roundToNearestEven` takes any m·2^(e - 150)
/// back, be the result normal, subnormal or too large, and is an operation's only rounding.
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

    /// @notice a + b.
    /// @dev inf + -inf is NaN. A sum that is exactly zero is +0, save -0 + -0 = -0.
    function add(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            if (_notFinite(a) | _notFinite(b) != 0) return _addNotFinite(a, b);
            // By magnitude, so that neither the distance of the exponents nor the sum is negative.
            if ((a & MAGNITUDE) < (b & MAGNITUDE)) (a, b) = (b, a);
            (uint256 e, uint256 ma) = unpack(a);
            (uint256 eb, uint256 mb) = unpack(b);
            uint256 distance = e - eb;
            // At 40 places a is normal and at least 2^63, with the rounding position of any sum at 2^38 or
            // above; b, below 2^24, matters only by not being zero. It is the same further away.
            if (distance > 40) distance = 40;
            ma <<= distance; // < 2^64
            uint256 sum = (a ^ b) & SIGN == 0 ? ma + mb : ma - mb;
            if (sum == 0) return a & b & SIGN;
            return roundToNearestEven(a & SIGN, e - distance, sum);
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
            uint256 sign = (a ^ b) & SIGN;
            if (_notFinite(a) | _notFinite(b) != 0) return _mulNotFinite(a, b);
            (uint256 ea, uint256 ma) = unpack(a);
            (uint256 eb, uint256 mb) = unpack(b);
            ma *= mb; // < 2^48
            if (ma == 0) return sign;
            return roundToNearestEven(sign, ea + eb - 150, ma);
        }
    }

    /// @notice a / b.
    /// @dev 0/0 and inf/inf are NaN; any other x/0 is an infinity.
    function div(uint256 a, uint256 b) internal pure returns (uint256) {
        unchecked {
            uint256 sign = (a ^ b) & SIGN;
            if (_notFinite(a) | _notFinite(b) != 0) return _divNotFinite(a, b);
            (uint256 ea, uint256 ma) = unpack(a);
            (uint256 eb, uint256 mb) = unpack(b);
            if (mb == 0) return ma == 0 ? NAN : sign | INFINITY;
            if (ma == 0) return sign;
            ma <<= 64; // < 2^88
            uint256 quotient = ma / mb;
            // At least 2^40: its last bit lies below every rounding position and may stand for the remainder.
            if (quotient * mb != ma) quotient |= 1;
            return roundToNearestEven(sign, ea - eb + 86, quotient);
        }
    }

    /// @notice a · b + c, rounded once.
    /// @dev 0 · inf and inf - inf are NaN. A sum that is exactly zero is +0, save -0 + -0 = -0.
    function fma(uint256 a, uint256 b, uint256 c) internal pure returns (uint256) {
        unchecked {
            if (_notFinite(a) | _notFinite(b) | _notFinite(c) != 0) {
                return _addNotFinite(_notFinite(a) | _notFinite(b) == 0 ? 0 : _mulNotFinite(a, b), c);
            }
            uint256 sign = (a ^ b) & SIGN;
            (uint256 e, uint256 product) = unpack(a);
            (uint256 other, uint256 m) = unpack(b);
            e += other - 150;
            product *= m; // < 2^48
            (other, m) = unpack(c);
            if (product == 0) return add(sign, c);
            if (m == 0) return roundToNearestEven(sign, e, product);

            // Bring both to the lower exponent; the nearer they are, the lower the shift.
            if (int256(e) > int256(other)) {
                uint256 distance = e - other;
                // e > other ≥ 1, so that a or b is normal and the product at least 2^23. At 40 places it is at
                // least 2^63, the rounding position at 2^38 or above, and c, below 2^24, matters only by not
                // being zero.
                if (distance > 40) distance = 40;
                product <<= distance; // < 2^88
                e -= distance;
            } else {
                uint256 distance = other - e;
                // c is at least 1, and where it is below 2^23 (a subnormal) its last place is the result's. At
                // 64 places the rounding position is at 2^62 or above, and the product, below 2^48, matters
                // only by not being zero.
                if (distance > 64) distance = 64;
                m <<= distance; // < 2^88
                e = other - distance;
            }
            if ((sign ^ c) & SIGN == 0) {
                product += m;
            } else if (product >= m) {
                product -= m;
                if (product == 0) return 0;
            } else {
                product = m - product;
                sign ^= SIGN;
            }
            return roundToNearestEven(sign, e, product);
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

    /// @notice 1 where a < b, else 0; 0 where either is NaN.
    function lt(uint256 a, uint256 b) internal pure returns (uint256) {
        if (isNan(a) || isNan(b) || (a | b) & MAGNITUDE == 0) return 0;
        return _totalOrder(a) < _totalOrder(b) ? 1 : 0;
    }

    /// @notice 1 where a ≤ b, else 0; 0 where either is NaN.
    function le(uint256 a, uint256 b) internal pure returns (uint256) {
        if (isNan(a) || isNan(b)) return 0;
        if ((a | b) & MAGNITUDE == 0) return 1;
        return _totalOrder(a) <= _totalOrder(b) ? 1 : 0;
    }

    /// @notice 1 where a = b, else 0; 0 where either is NaN. The zeros are equal.
    function eq(uint256 a, uint256 b) internal pure returns (uint256) {
        if (isNan(a) || isNan(b)) return 0;
        return a == b || (a | b) & MAGNITUDE == 0 ? 1 : 0;
    }

    // ------------------------------------------------------------------ conversion

    /// @notice The float nearest to an integer.
    function fromInt64(int64 value) internal pure returns (uint256) {
        unchecked {
            if (value == 0) return 0;
            // In 256 bits -2^63 has a positive counterpart.
            int256 wide = value;
            return wide < 0
                ? roundToNearestEven(SIGN, 150, uint256(-wide))
                : roundToNearestEven(0, 150, uint256(wide));
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
    /// @param e two's complement
    /// @param m in [1, 2^96)
    function roundToNearestEven(uint256 sign, uint256 e, uint256 m) internal pure returns (uint256) {
        unchecked {
            // A margin of 32 bits, so that the shift below is to the right even for m = 1.
            m <<= 32; // < 2^128
            // The result keeps 24 bits, or fewer where its last place would be below 2^-149 (that is, e = 1).
            uint256 shift = _floorLog2(m) - 23;
            if (int256(33 - e) > int256(shift)) shift = 33 - e;
            // Below the half m rounds down, above it up, and the half itself to the even one. A shift of 256 or
            // more leaves 0, whatever wraps.
            m = (m + ((1 << (shift - 1)) - 1) + ((m >> shift) & 1)) >> shift;
            // A leading bit raises the exponent field from one below to its place; a subnormal has none, and so
            // 0 there; a carry out of 24 bits raises it once more, by the same addition.
            m += (e + shift - 33) << 23;
            if (m > INFINITY) m = INFINITY;
            return sign | m;
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
            m := or(and(a, 0x7fffff), shl(23, iszero(iszero(e))))
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
}
