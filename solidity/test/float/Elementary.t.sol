// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Exp } from "../../src/float/Exp.sol";
import { Log } from "../../src/float/Log.sol";
import { TestBase } from "../TestBase.sol";
import { FloatVectorTest } from "./FloatVectorTest.sol";

// The elementary functions against the inputs that lie nearest to a rounding boundary, against samples of the whole
// range, and at their special cases and thresholds.

abstract contract ExpVectorTest is FloatVectorTest {
    function f(uint256 a, uint256, uint256) internal pure override returns (uint256) {
        return Exp.exp(a);
    }
}

contract ExpHardTest is FloatVectorTest("exp hard", "exp.hard", 1, 34), ExpVectorTest { }

contract ExpSampleTest is FloatVectorTest("exp", "exp.sample", 1, 20_000), ExpVectorTest { }

abstract contract LogVectorTest is FloatVectorTest {
    function f(uint256 a, uint256, uint256) internal pure override returns (uint256) {
        return Log.log(a);
    }
}

contract LogHardTest is FloatVectorTest("log hard", "log.hard", 1, 134), LogVectorTest { }

contract LogSampleTest is FloatVectorTest("log", "log.sample", 1, 20_000), LogVectorTest { }

contract ElementaryTest is TestBase {
    uint256 private constant NAN = 0x7fc00000;
    uint256 private constant INFINITY = 0x7f800000;
    uint256 private constant SIGN = 0x80000000;
    uint256 private constant ONE = 0x3f800000;

    function test_exp_specialCases() public pure {
        assertEq(Exp.exp(0), ONE, "+0");
        assertEq(Exp.exp(SIGN), ONE, "-0");
        assertEq(Exp.exp(INFINITY), INFINITY, "+inf");
        assertEq(Exp.exp(SIGN | INFINITY), 0, "-inf");
        assertEq(Exp.exp(NAN), NAN, "NaN");
        assertEq(Exp.exp(0xffffffff), NAN, "a NaN with sign and payload");
        assertEq(Exp.exp(0x7f800001), NAN, "a signalling NaN");
    }

    function test_exp_thresholds() public pure {
        assertEq(Exp.exp(0x42b17217), 0x7f7fff84, "the last finite");
        assertEq(Exp.exp(0x42b17218), INFINITY, "the first infinite");
        assertEq(Exp.exp(0xc2cff1b4), 1, "the last above zero");
        assertEq(Exp.exp(0xc2cff1b5), 0, "the first zero");
        assertEq(Exp.exp(0x7f7fffff), INFINITY, "the greatest float");
        assertEq(Exp.exp(0xff7fffff), 0, "the least float");
    }

    function test_log_specialCases() public pure {
        assertEq(Log.log(0), SIGN | INFINITY, "+0");
        assertEq(Log.log(SIGN), SIGN | INFINITY, "-0");
        assertEq(Log.log(INFINITY), INFINITY, "+inf");
        assertEq(Log.log(SIGN | INFINITY), NAN, "-inf");
        assertEq(Log.log(SIGN | 1), NAN, "a negative subnormal");
        assertEq(Log.log(0xbf800000), NAN, "-1");
        assertEq(Log.log(ONE), 0, "1");
        assertEq(Log.log(NAN), NAN, "NaN");
        assertEq(Log.log(0xffffffff), NAN, "a NaN with sign and payload");
        assertEq(Log.log(0x7f800001), NAN, "a signalling NaN");
        assertEq(Log.log(1), 0xc2ce8ed0, "the least subnormal");
        assertEq(Log.log(0x7f7fffff), 0x42b17218, "the greatest float");
    }

    function testFuzz_exp_isMonotonic(uint256 x) public pure {
        uint256 a = x % 0x42b17218;
        assertLe(Exp.exp(a), Exp.exp(a + 1), "positive");
        assertGe(Exp.exp(SIGN | a), Exp.exp(SIGN | (a + 1)), "negative");
    }

    function testFuzz_log_isMonotonic(uint256 x) public pure {
        uint256 a = bound(x, ONE, INFINITY - 1);
        assertLe(Log.log(a), Log.log(a + 1), "above 1");
        uint256 b = bound(x, 0, ONE - 2);
        assertGe(Log.log(b), Log.log(b + 1), "below 1: the greater the magnitude");
    }
}
