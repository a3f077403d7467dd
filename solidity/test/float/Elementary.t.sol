// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Cos } from "../../src/float/Cos.sol";
import { Erf } from "../../src/float/Erf.sol";
import { Exp } from "../../src/float/Exp.sol";
import { Float32 } from "../../src/float/Float32.sol";
import { Log } from "../../src/float/Log.sol";
import { Sin } from "../../src/float/Sin.sol";
import { Tanh } from "../../src/float/Tanh.sol";
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

abstract contract TanhVectorTest is FloatVectorTest {
    function f(uint256 a, uint256, uint256) internal pure override returns (uint256) {
        return Tanh.tanh(a);
    }
}

contract TanhHardTest is FloatVectorTest("tanh hard", "tanh.hard", 1, 8), TanhVectorTest { }

contract TanhSampleTest is FloatVectorTest("tanh", "tanh.sample", 1, 20_000), TanhVectorTest { }

abstract contract ErfVectorTest is FloatVectorTest {
    function f(uint256 a, uint256, uint256) internal pure override returns (uint256) {
        return Erf.erf(a);
    }
}

contract ErfHardTest is FloatVectorTest("erf hard", "erf.hard", 1, 222), ErfVectorTest { }

contract ErfSampleTest is FloatVectorTest("erf", "erf.sample", 1, 20_000), ErfVectorTest { }

abstract contract SinVectorTest is FloatVectorTest {
    function f(uint256 a, uint256, uint256) internal pure override returns (uint256) {
        return Sin.sin(a);
    }
}

contract SinHardTest is FloatVectorTest("sin hard", "sin.hard", 1, 158), SinVectorTest { }

contract SinSampleTest is FloatVectorTest("sin", "sin.sample", 1, 20_000), SinVectorTest { }

abstract contract CosVectorTest is FloatVectorTest {
    function f(uint256 a, uint256, uint256) internal pure override returns (uint256) {
        return Cos.cos(a);
    }
}

contract CosHardTest is FloatVectorTest("cos hard", "cos.hard", 1, 162), CosVectorTest { }

contract CosSampleTest is FloatVectorTest("cos", "cos.sample", 1, 20_000), CosVectorTest { }

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

    function test_tanh_specialCases() public pure {
        assertEq(Tanh.tanh(0), 0, "+0");
        assertEq(Tanh.tanh(SIGN), SIGN, "-0");
        assertEq(Tanh.tanh(INFINITY), ONE, "+inf");
        assertEq(Tanh.tanh(SIGN | INFINITY), SIGN | ONE, "-inf");
        checkNans(Tanh.tanh);
        assertEq(Tanh.tanh(1), 1, "the least subnormal");
        assertEq(Tanh.tanh(SIGN | 1), SIGN | 1, "the greatest negative subnormal");
        assertEq(Tanh.tanh(0x007fffff), 0x007fffff, "the greatest subnormal");
    }

    function test_tanh_thresholds() public pure {
        assertEq(Tanh.tanh(0x41102cb3), ONE - 1, "the last below 1");
        assertEq(Tanh.tanh(0x41102cb4), ONE, "the first that is 1");
        assertEq(Tanh.tanh(0xc1102cb3), SIGN | (ONE - 1), "the last above -1");
        assertEq(Tanh.tanh(0xc1102cb4), SIGN | ONE, "the first that is -1");
        assertEq(Tanh.tanh(0x417fffff), ONE, "below 16");
        assertEq(Tanh.tanh(0x41800000), ONE, "16");
        assertEq(Tanh.tanh(0x7f7fffff), ONE, "the greatest float");
        assertEq(Tanh.tanh(0x397fffff), 0x397fffff, "below 2^-12: itself");
        assertEq(Tanh.tanh(0x39800000), 0x39800000, "2^-12: itself still");
    }

    function test_erf_specialCases() public pure {
        assertEq(Erf.erf(0), 0, "+0");
        assertEq(Erf.erf(SIGN), SIGN, "-0");
        assertEq(Erf.erf(INFINITY), ONE, "+inf");
        assertEq(Erf.erf(SIGN | INFINITY), SIGN | ONE, "-inf");
        checkNans(Erf.erf);
        assertEq(Erf.erf(1), 1, "the least subnormal: 1.128 of it");
        assertEq(Erf.erf(4), 5, "a subnormal: 4.51 of the least");
        assertEq(Erf.erf(SIGN | 4), SIGN | 5, "a negative subnormal");
        assertEq(Erf.erf(0x00800000), 0x00906ebb, "2^-126, rounded up");
    }

    function test_erf_thresholds() public pure {
        assertEq(Erf.erf(0x407ad444), ONE - 1, "the last below 1");
        assertEq(Erf.erf(0x407ad445), ONE, "the first that is 1");
        assertEq(Erf.erf(0xc07ad444), SIGN | (ONE - 1), "the last above -1");
        assertEq(Erf.erf(0xc07ad445), SIGN | ONE, "the first that is -1");
        assertEq(Erf.erf(0x407fffff), ONE, "below 4");
        assertEq(Erf.erf(0x40800000), ONE, "4");
        assertEq(Erf.erf(0x7f7fffff), ONE, "the greatest float");
        assertEq(Erf.erf(ONE - 1), 0x3f57bb3d, "below 1: the series");
        assertEq(Erf.erf(ONE), 0x3f57bb3d, "1: the trapezoidal rule");
    }

    function test_sin_specialCases() public pure {
        assertEq(Sin.sin(0), 0, "+0");
        assertEq(Sin.sin(SIGN), SIGN, "-0");
        assertEq(Sin.sin(INFINITY), NAN, "+inf");
        assertEq(Sin.sin(SIGN | INFINITY), NAN, "-inf");
        checkNans(Sin.sin);
        assertEq(Sin.sin(1), 1, "the least subnormal");
        assertEq(Sin.sin(SIGN | 1), SIGN | 1, "the greatest negative subnormal");
        assertEq(Sin.sin(0x397fffff), 0x397fffff, "below 2^-12: itself");
    }

    function test_cos_specialCases() public pure {
        assertEq(Cos.cos(0), ONE, "+0");
        assertEq(Cos.cos(SIGN), ONE, "-0");
        assertEq(Cos.cos(INFINITY), NAN, "+inf");
        assertEq(Cos.cos(SIGN | INFINITY), NAN, "-inf");
        checkNans(Cos.cos);
        assertEq(Cos.cos(1), ONE, "the least subnormal");
        assertEq(Cos.cos(0x39800000), ONE, "2^-12: 1 still");
        assertEq(Cos.cos(0x39800001), ONE - 1, "the first that is below 1");
    }

    /// pi rounded to binary32 is 8.7e-8 too great, half of it 4.4e-8.
    function test_sinCos_nextToTheirZeros() public pure {
        assertEq(Sin.sin(0x40490fdb), 0xb3bbbd2e, "sin(pi)");
        assertEq(Sin.sin(0xc0490fdb), 0x33bbbd2e, "sin(-pi)");
        assertEq(Cos.cos(0x40490fdb), SIGN | ONE, "cos(pi)");
        assertEq(Cos.cos(0x3fc90fdb), 0xb33bbd2e, "cos(pi/2)");
        assertEq(Cos.cos(0xbfc90fdb), 0xb33bbd2e, "cos(-pi/2)");
        assertEq(Sin.sin(0x3fc90fdb), ONE, "sin(pi/2)");
        assertEq(Sin.sin(0x40c90fdb), 0x343bbd2e, "sin(2 pi)");
        assertEq(Sin.sin(0x6f79be45), 0x3f800000, "sin next to a multiple of pi/2");
        assertEq(Cos.cos(0x6f79be45), 0xb0ddeea9, "cos of the same, the nearest to one that a float comes");
        assertEq(Sin.sin(0x7f7fffff), 0xbf0599b3, "sin of the greatest float");
        assertEq(Cos.cos(0x7f7fffff), 0x3f5a5f96, "cos of the greatest float");
    }

    function checkNans(function(uint256) internal pure returns (uint256) f) private pure {
        assertEq(f(NAN), NAN, "NaN");
        assertEq(f(0xffffffff), NAN, "a NaN with sign and payload");
        assertEq(f(0x7f800001), NAN, "a signalling NaN");
    }

    function testFuzz_oddAndEven(uint256 x) public pure {
        uint256 a = x % INFINITY;
        assertEq(Tanh.tanh(SIGN | a), SIGN | Tanh.tanh(a), "tanh is odd");
        assertEq(Erf.erf(SIGN | a), SIGN | Erf.erf(a), "erf is odd");
        assertEq(Sin.sin(SIGN | a), SIGN ^ Sin.sin(a), "sin is odd");
        assertEq(Cos.cos(SIGN | a), Cos.cos(a), "cos is even");
    }

    function testFuzz_tanh_isMonotonic(uint256 x) public pure {
        uint256 a = bound(x, 0x39000000, 0x41900000);
        assertLe(Tanh.tanh(a), Tanh.tanh(a + 1), "where it does something");
        a = x % INFINITY;
        assertLe(Tanh.tanh(a), Tanh.tanh(a + 1), "anywhere");
    }

    function testFuzz_erf_isMonotonic(uint256 x) public pure {
        uint256 a = bound(x, 0x3f000000, 0x40900000);
        assertLe(Erf.erf(a), Erf.erf(a + 1), "where it bends");
        a = x % INFINITY;
        assertLe(Erf.erf(a), Erf.erf(a + 1), "anywhere");
    }

    /// The quarter turns meet: from one to the next sine and cosine change places.
    function testFuzz_sinCos_areOfOneAngle(uint256 x) public pure {
        uint256 a = x % INFINITY;
        uint256 s = Sin.sin(a) & ~SIGN;
        uint256 c = Cos.cos(a) & ~SIGN;
        assertLe(s, ONE, "sin");
        assertLe(c, ONE, "cos");
        // The rounding of each is within 2^-25, and of the squares and their sum within 2^-24.
        uint256 sum = Float32.fma(s, s, Float32.mul(c, c));
        assertGe(sum, ONE - 4, "sin^2 + cos^2");
        assertLe(sum, ONE + 2, "sin^2 + cos^2");
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
