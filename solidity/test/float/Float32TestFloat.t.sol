// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Float32 } from "../../src/float/Float32.sol";
import { TestBase } from "../TestBase.sol";
import { FloatVectorTest } from "./FloatVectorTest.sol";

// Float32 against every case of Berkeley TestFloat that testdata holds.

contract Float32AddTest is FloatVectorTest("add", "f32_add", 2, 46_464) {
    function f(uint256 a, uint256 b, uint256) internal pure override returns (uint256) {
        return Float32.add(a, b);
    }
}

contract Float32SubTest is FloatVectorTest("sub", "f32_sub", 2, 46_464) {
    function f(uint256 a, uint256 b, uint256) internal pure override returns (uint256) {
        return Float32.sub(a, b);
    }
}

contract Float32MulTest is FloatVectorTest("mul", "f32_mul", 2, 46_464) {
    function f(uint256 a, uint256 b, uint256) internal pure override returns (uint256) {
        return Float32.mul(a, b);
    }
}

contract Float32DivTest is FloatVectorTest("div", "f32_div", 2, 46_464) {
    function f(uint256 a, uint256 b, uint256) internal pure override returns (uint256) {
        return Float32.div(a, b);
    }
}

contract Float32FmaTest is FloatVectorTest("fma", "f32_mulAdd", 3, 197_847) {
    function f(uint256 a, uint256 b, uint256 c) internal pure override returns (uint256) {
        return Float32.fma(a, b, c);
    }
}

contract Float32SqrtTest is FloatVectorTest("sqrt", "f32_sqrt", 1, 600) {
    function f(uint256 a, uint256, uint256) internal pure override returns (uint256) {
        return Float32.sqrt(a);
    }
}

contract Float32LtTest is FloatVectorTest("lt", "f32_lt", 2, 46_464) {
    function f(uint256 a, uint256 b, uint256) internal pure override returns (uint256) {
        return Float32.lt(a, b);
    }
}

contract Float32LeTest is FloatVectorTest("le", "f32_le", 2, 46_464) {
    function f(uint256 a, uint256 b, uint256) internal pure override returns (uint256) {
        return Float32.le(a, b);
    }
}

contract Float32EqTest is FloatVectorTest("eq", "f32_eq", 2, 46_464) {
    function f(uint256 a, uint256 b, uint256) internal pure override returns (uint256) {
        return Float32.eq(a, b);
    }
}

contract Float32ConversionTest is TestBase {
    function test_toInt64_everyVector() public view {
        bytes memory vectors = vm.readFileBinary("out-vectors/f32_to_i64.bin");
        uint256 cases = vectors.length / 12;
        for (uint256 i; i < cases; ++i) {
            uint256 a = bigEndian(vectors, 12 * i, 4);
            int64 expected = int64(uint64(bigEndian(vectors, 12 * i + 4, 8)));
            int64 actual = Float32.toInt64(a);
            if (actual != expected) assertEq(actual, expected, vm.toString(bytes32(a)));
        }
        assertEq(cases, 600, "cases");
    }

    function test_fromInt64_everyVector() public view {
        bytes memory vectors = vm.readFileBinary("out-vectors/i64_to_f32.bin");
        uint256 cases = vectors.length / 12;
        for (uint256 i; i < cases; ++i) {
            int64 a = int64(uint64(bigEndian(vectors, 12 * i, 8)));
            uint256 expected = bigEndian(vectors, 12 * i + 8, 4);
            uint256 actual = Float32.fromInt64(a);
            if (actual != expected) assertEq(actual, expected, vm.toString(a));
        }
        assertEq(cases, 756, "cases");
    }

    /// The field of `width` bytes at an offset.
    function bigEndian(bytes memory data, uint256 offset, uint256 width)
        private
        pure
        returns (uint256 value)
    {
        assembly ("memory-safe") {
            value := shr(sub(256, mul(8, width)), mload(add(add(data, 32), offset)))
        }
    }
}
