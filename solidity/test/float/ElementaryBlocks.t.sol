// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Exp } from "../../src/float/Exp.sol";
import { Log } from "../../src/float/Log.sol";
import { TestBase } from "../TestBase.sol";

/// @notice The elementary functions over whole blocks of 2^20 consecutive inputs, against the checksums of all 2^32.
/// @dev A block takes the EVM a few seconds. Two for each function are run always; VERDICT_BLOCK_FROM and
/// VERDICT_BLOCK_COUNT choose others (scripts/blocks).
contract ElementaryBlocksTest is TestBase {
    uint256 private constant BLOCKS = 4096;

    /// The inputs from -8 to -16, among which is the hardest, and those from 1 to 1.125.
    function test_exp_wholeBlocks() public view {
        checkBlocks("exp", expBlock, 0xc16, 0x3f8);
    }

    /// The inputs around 6.5e-39, which are subnormal, and the last below 1.
    function test_log_wholeBlocks() public view {
        checkBlocks("log", logBlock, 0x004, 0x3f7);
    }

    /// The checksum's mutated twin: one input further gives another sum.
    function test_checksum_dependsOnEveryResult() public pure {
        assertNotEq(fold(fold(0, 1), 2), fold(fold(0, 2), 1), "order");
        assertNotEq(fold(fold(0, 1), 2), fold(fold(0, 1), 3), "last result");
        assertNotEq(fold(fold(0, 1), 2), fold(fold(0, 3), 2), "first result");
    }

    function checkBlocks(
        string memory name,
        function(uint256) pure returns (uint256) checksumOf,
        uint256 first,
        uint256 second
    ) private view {
        bytes memory checksums = vm.readFileBinary(string.concat("out-vectors/", name, ".blocks.bin"));
        assertEq(checksums.length, 8 * BLOCKS, "a checksum for each block");
        uint256 count = vm.envOr("VERDICT_BLOCK_COUNT", uint256(0));
        if (count == 0) {
            checkBlock(checksums, checksumOf, first);
            checkBlock(checksums, checksumOf, second);
            return;
        }
        uint256 from = vm.envOr("VERDICT_BLOCK_FROM", uint256(0));
        for (uint256 b = from; b < from + count; ++b) {
            checkBlock(checksums, checksumOf, b);
        }
    }

    function checkBlock(
        bytes memory checksums,
        function(uint256) pure returns (uint256) checksumOf,
        uint256 b
    ) private pure {
        uint256 expected;
        assembly ("memory-safe") {
            expected := shr(192, mload(add(add(checksums, 32), mul(b, 8))))
        }
        assertEq(checksumOf(b), expected, string.concat("block ", vm.toString(b)));
    }

    function expBlock(uint256 b) private pure returns (uint256 h) {
        unchecked {
            h = 0xcbf29ce484222325;
            uint256 end = (b + 1) << 20;
            for (uint256 x = b << 20; x < end; ++x) {
                h = fold(h, Exp.exp(x));
            }
        }
    }

    function logBlock(uint256 b) private pure returns (uint256 h) {
        unchecked {
            h = 0xcbf29ce484222325;
            uint256 end = (b + 1) << 20;
            for (uint256 x = b << 20; x < end; ++x) {
                h = fold(h, Log.log(x));
            }
        }
    }

    /// A step of FNV-1a over 32-bit words, modulo 2^64.
    function fold(uint256 h, uint256 result) private pure returns (uint256) {
        unchecked {
            return ((h ^ result) * 0x100000001b3) & type(uint64).max;
        }
    }
}
