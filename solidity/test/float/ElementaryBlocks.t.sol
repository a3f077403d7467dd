// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Cos } from "../../src/float/Cos.sol";
import { Erf } from "../../src/float/Erf.sol";
import { Exp } from "../../src/float/Exp.sol";
import { Log } from "../../src/float/Log.sol";
import { Sin } from "../../src/float/Sin.sol";
import { Tanh } from "../../src/float/Tanh.sol";
import { TestBase } from "../TestBase.sol";

/// @notice One elementary function over whole blocks of 2^20 consecutive inputs, against the checksums of all 2^32.
/// @dev A block takes the EVM a few seconds. Two are run always; VERDICT_BLOCK_FROM and VERDICT_BLOCK_COUNT choose
/// others (scripts/blocks). A contract for each function, as for the vectors (FloatVectorTest).
abstract contract BlocksTest is TestBase {
    uint256 private constant BLOCKS = 4096;

    string private name;
    uint256 private first;
    uint256 private second;

    /// @param name_ of the function
    /// @param first_ and
    /// @param second_ the blocks that are run always
    constructor(string memory name_, uint256 first_, uint256 second_) {
        name = name_;
        first = first_;
        second = second_;
    }

    /// The function under test.
    function f(uint256 x) internal pure virtual returns (uint256);

    function test_wholeBlocks() public view {
        bytes memory checksums = vm.readFileBinary(string.concat("out-vectors/", name, ".blocks.bin"));
        assertEq(checksums.length, 8 * BLOCKS, "a checksum for each block");
        uint256 count = vm.envOr("VERDICT_BLOCK_COUNT", uint256(0));
        if (count == 0) {
            checkBlock(checksums, first);
            checkBlock(checksums, second);
            return;
        }
        uint256 from = vm.envOr("VERDICT_BLOCK_FROM", uint256(0));
        for (uint256 b = from; b < from + count; ++b) {
            checkBlock(checksums, b);
        }
    }

    function checkBlock(bytes memory checksums, uint256 b) private pure {
        uint256 expected;
        assembly ("memory-safe") {
            expected := shr(192, mload(add(add(checksums, 32), mul(b, 8))))
        }
        assertEq(checksumOf(b), expected, string.concat("block ", vm.toString(b)));
    }

    function checksumOf(uint256 b) private pure returns (uint256 h) {
        unchecked {
            h = 0xcbf29ce484222325;
            uint256 end = (b + 1) << 20;
            for (uint256 x = b << 20; x < end; ++x) {
                h = Checksum.fold(h, f(x));
            }
        }
    }
}

/// The inputs from -8 to -16, among which is the hardest, and those from 1 to 1.125.
contract ExpBlocksTest is BlocksTest("exp", 0xc16, 0x3f8) {
    function f(uint256 x) internal pure override returns (uint256) {
        return Exp.exp(x);
    }
}

/// The inputs around 6.5e-39, which are subnormal, and the last below 1.
contract LogBlocksTest is BlocksTest("log", 0x004, 0x3f7) {
    function f(uint256 x) internal pure override returns (uint256) {
        return Log.log(x);
    }
}

/// The inputs around 0.0014, among which is the hardest, and those around -0.17, where 2x begins to be nearer to ln 2
/// than to 0.
contract TanhBlocksTest is BlocksTest("tanh", 0x3ac, 0xbe3) {
    function f(uint256 x) internal pure override returns (uint256) {
        return Tanh.tanh(x);
    }
}

/// The inputs around 1.8e-4, among which is the hardest, and those from -2 to -2.25.
contract ErfBlocksTest is BlocksTest("erf", 0x394, 0xc00) {
    function f(uint256 x) internal pure override returns (uint256) {
        return Erf.erf(x);
    }
}

/// The inputs around 1.3e31, among which is the hardest, and those from -3 to -3.25, on either side of -pi.
contract SinBlocksTest is BlocksTest("sin", 0x732, 0xc04) {
    function f(uint256 x) internal pure override returns (uint256) {
        return Sin.sin(x);
    }
}

/// The inputs around 1.7e20, among which is the hardest, and those from 1.5 to 1.625, on either side of pi/2.
contract CosBlocksTest is BlocksTest("cos", 0x611, 0x3fc) {
    function f(uint256 x) internal pure override returns (uint256) {
        return Cos.cos(x);
    }
}

/// The checksum of testdata/README.md.
library Checksum {
    /// A step of FNV-1a over 32-bit words, modulo 2^64.
    function fold(uint256 h, uint256 result) internal pure returns (uint256) {
        unchecked {
            return ((h ^ result) * 0x100000001b3) & type(uint64).max;
        }
    }
}

contract ChecksumTest is TestBase {
    /// The blocks' mutated twin: any other result, and any other order, gives another sum.
    function test_fold_dependsOnEveryResult() public pure {
        assertNotEq(Checksum.fold(Checksum.fold(0, 1), 2), Checksum.fold(Checksum.fold(0, 2), 1), "order");
        assertNotEq(
            Checksum.fold(Checksum.fold(0, 1), 2), Checksum.fold(Checksum.fold(0, 1), 3), "last result"
        );
        assertNotEq(
            Checksum.fold(Checksum.fold(0, 1), 2), Checksum.fold(Checksum.fold(0, 3), 2), "first result"
        );
    }
}
