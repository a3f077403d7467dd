// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Float32 } from "../../src/float/Float32.sol";
import { TestBase } from "../TestBase.sol";

/// @notice What binary32 arithmetic must satisfy, over operands that favour the edges, and the cases that TestFloat
/// has no file for: neg, abs, min, max, canonicalise.
contract Float32PropertyTest is TestBase {
    uint256 private constant NAN = 0x7fc00000;
    uint256 private constant INFINITY = 0x7f800000;
    uint256 private constant SIGN = 0x80000000;
    uint256 private constant ONE = 0x3f800000;

    /// Half of the operands anywhere, half next to a power of two, a zero, a subnormal or an end of the range.
    function operand(uint256 seed) private pure returns (uint256) {
        uint256 bits = seed & 0xffffffff;
        if ((seed >> 32) & 1 == 0) return bits;
        uint256 exponent = [0, 0, 1, 2, 126, 127, 128, 150, 151, 253, 254, 255][(seed >> 33) % 12];
        uint256 fraction =
            [uint256(0), 1, 2, 0x3fffff, 0x400000, 0x400001, 0x7ffffe, 0x7fffff][(seed >> 40) % 8];
        return bits & SIGN | exponent << 23 | fraction;
    }

    function assertCanonical(uint256 a) private pure {
        assertTrue(a < 1 << 32, "32 bits");
        if (Float32.isNan(a)) assertEq(a, NAN, "the one NaN");
    }

    function testFuzz_results_areCanonical(uint256 x, uint256 y, uint256 z) public pure {
        (uint256 a, uint256 b, uint256 c) = (operand(x), operand(y), operand(z));
        assertCanonical(Float32.add(a, b));
        assertCanonical(Float32.sub(a, b));
        assertCanonical(Float32.mul(a, b));
        assertCanonical(Float32.div(a, b));
        assertCanonical(Float32.fma(a, b, c));
        assertCanonical(Float32.sqrt(a));
        assertCanonical(Float32.neg(a));
        assertCanonical(Float32.abs(a));
        assertCanonical(Float32.min(a, b));
        assertCanonical(Float32.max(a, b));
        assertCanonical(Float32.canonicalise(a));
    }

    function testFuzz_anyNan_givesTheOneNan(uint256 x, uint256 y, uint256 payload) public pure {
        uint256 nan = payload & SIGN | INFINITY | bound(payload, 1, 0x7fffff);
        (uint256 a, uint256 b) = (operand(x), operand(y));
        assertEq(Float32.add(a, nan), NAN, "add");
        assertEq(Float32.sub(nan, a), NAN, "sub");
        assertEq(Float32.mul(a, nan), NAN, "mul");
        assertEq(Float32.div(nan, a), NAN, "div");
        assertEq(Float32.fma(nan, a, b), NAN, "fma 1");
        assertEq(Float32.fma(a, nan, b), NAN, "fma 2");
        assertEq(Float32.fma(a, b, nan), NAN, "fma 3");
        assertEq(Float32.sqrt(nan), NAN, "sqrt");
        assertEq(Float32.neg(nan), NAN, "neg");
        assertEq(Float32.abs(nan), NAN, "abs");
        assertEq(Float32.min(a, nan), NAN, "min");
        assertEq(Float32.max(nan, a), NAN, "max");
        assertEq(Float32.canonicalise(nan), NAN, "canonicalise");
        assertEq(Float32.lt(a, nan) + Float32.le(nan, a) + Float32.eq(nan, nan), 0, "unordered");
        assertEq(Float32.toInt64(nan), 0, "toInt64");
    }

    function testFuzz_addMul_commute(uint256 x, uint256 y, uint256 z) public pure {
        (uint256 a, uint256 b, uint256 c) = (operand(x), operand(y), operand(z));
        assertEq(Float32.add(a, b), Float32.add(b, a), "add");
        assertEq(Float32.mul(a, b), Float32.mul(b, a), "mul");
        assertEq(Float32.fma(a, b, c), Float32.fma(b, a, c), "fma");
    }

    function testFuzz_sub_addsTheNegative(uint256 x, uint256 y) public pure {
        (uint256 a, uint256 b) = (operand(x), operand(y));
        assertEq(Float32.sub(a, b), Float32.add(a, Float32.neg(b)), "a - b");
        // Turning both signs turns the result's, save that an exact zero is +0 either way.
        uint256 difference = Float32.sub(a, b);
        if (difference & ~SIGN != 0) assertEq(Float32.sub(b, a), Float32.neg(difference), "b - a");
    }

    /// fma rounds once; with one of its parts trivial that is the other operation.
    function testFuzz_fma_holdsMulAndAdd(uint256 x, uint256 y) public pure {
        (uint256 a, uint256 b) = (operand(x), operand(y));
        assertEq(Float32.fma(a, ONE, b), Float32.add(a, b), "a*1 + b");
        // The zero of the product's sign leaves every product as it is, a zero one too.
        assertEq(Float32.fma(a, b, (a ^ b) & SIGN), Float32.mul(a, b), "a*b + 0");
    }

    function testFuzz_fma_exactProductMinusRounded_isTheRoundingError(uint256 x, uint256 y) public pure {
        // Significands of 24 bits and exponents in the middle: nothing overflows or gets subnormal.
        uint256 a = x & 0x807fffff | bound(x >> 32, 100, 150) << 23;
        uint256 b = y & 0x807fffff | bound(y >> 32, 100, 150) << 23;
        uint256 product = Float32.mul(a, b);
        uint256 rest = Float32.fma(a, b, Float32.neg(product));
        // The error of a product is a float, so adding it to the rounded product rounds to the same.
        assertEq(Float32.fma(a, b, Float32.neg(rest)), product, "a*b - error");
    }

    function testFuzz_sqrt_ofASquare(uint256 x) public pure {
        // A significand of 12 bits has an exact square.
        uint256 a = (x & 0x7ff) << 12 | bound(x >> 32, 70, 180) << 23;
        assertEq(Float32.sqrt(Float32.mul(a, a)), a, "sqrt of a square");
    }

    /// s = √a rounded lies within half an ulp, in integers: (s - ulp/2)² ≤ a ≤ (s + ulp/2)².
    function testFuzz_sqrt_isNearest(uint256 x) public pure {
        uint256 a = bound(operand(x) & ~SIGN, 1, INFINITY - 1);
        uint256 s = Float32.sqrt(a);
        // a = m·2^(e - 150), s = n·2^(f - 150), s ± ulp/2 = (2n ± 1)·2^(f - 151).
        uint256 e = a >> 23;
        uint256 m = a & 0x7fffff | (e == 0 ? 0 : 0x800000);
        if (e == 0) e = 1;
        uint256 f = s >> 23;
        uint256 n = s & 0x7fffff | 0x800000;
        uint256 scaled = m << (e + 152 - 2 * f);
        assertLe((2 * n - 1) * (2 * n - 1), scaled, "not above");
        assertLe(scaled, (2 * n + 1) * (2 * n + 1), "not below");
    }

    function testFuzz_order_isTotalButForNan(uint256 x, uint256 y) public pure {
        (uint256 a, uint256 b) = (operand(x), operand(y));
        bool unordered = Float32.isNan(a) || Float32.isNan(b);
        uint256 relations = Float32.lt(a, b) + Float32.lt(b, a) + Float32.eq(a, b);
        assertEq(relations, unordered ? 0 : 1, "exactly one of <, >, =");
        assertEq(Float32.le(a, b), Float32.lt(a, b) | Float32.eq(a, b), "le");
        if (unordered) return;
        uint256 low = Float32.min(a, b);
        uint256 high = Float32.max(a, b);
        assertEq(Float32.le(low, high), 1, "min <= max");
        assertTrue((low == a && high == b) || (low == b && high == a), "both operands, in order");
        assertEq(low, Float32.min(b, a), "min commutes");
        assertEq(high, Float32.max(b, a), "max commutes");
    }

    function test_minMax_zerosHaveOrder() public pure {
        assertEq(Float32.min(0, SIGN), SIGN, "min");
        assertEq(Float32.min(SIGN, 0), SIGN, "min");
        assertEq(Float32.max(0, SIGN), 0, "max");
        assertEq(Float32.max(SIGN, 0), 0, "max");
        assertEq(Float32.max(SIGN | INFINITY, SIGN | 1), SIGN | 1, "max of negatives");
    }

    function test_negAbs_turnTheSignOnly() public pure {
        assertEq(Float32.neg(0), SIGN, "neg 0");
        assertEq(Float32.neg(SIGN | 1), 1, "neg of a subnormal");
        assertEq(Float32.abs(SIGN | INFINITY), INFINITY, "abs -inf");
        assertEq(Float32.abs(SIGN), 0, "abs -0");
        assertEq(Float32.neg(0xffffffff), NAN, "neg NaN");
        assertEq(Float32.abs(0xff800001), NAN, "abs NaN");
    }

    function testFuzz_int64_roundTripOfFloats(uint256 x) public pure {
        // Integers of 24 bits at most, times a power of two, are floats.
        int64 value = int64(int256((x & 0xffffff) << ((x >> 32) % 39)));
        if ((x >> 64) & 1 == 1) value = -value;
        assertEq(Float32.toInt64(Float32.fromInt64(value)), value, "there and back");
    }

    function test_toInt64_saturates() public pure {
        assertEq(Float32.toInt64(0x5f000000), type(int64).max, "2^63");
        assertEq(Float32.toInt64(0xdf000000), type(int64).min, "-2^63");
        assertEq(Float32.toInt64(0xdf000001), type(int64).min, "below -2^63");
        assertEq(Float32.toInt64(0x5effffff), 0x7fffff8000000000, "the last below 2^63");
        assertEq(Float32.toInt64(INFINITY), type(int64).max, "inf");
        assertEq(Float32.toInt64(SIGN | INFINITY), type(int64).min, "-inf");
        assertEq(Float32.fromInt64(type(int64).min), 0xdf000000, "-2^63");
        assertEq(Float32.fromInt64(type(int64).max), 0x5f000000, "2^63 - 1");
    }
}
