// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ProofReader } from "../../src/commitment/ProofReader.sol";
import { TestBase } from "../TestBase.sol";
import { CommitmentHarness } from "./CommitmentHarness.sol";
import { PlainTensor } from "./PlainTensor.sol";

contract ProofReaderTest is TestBase {
    CommitmentHarness private harness = new CommitmentHarness();

    function testFuzz_readFields_areWhatWasPacked(
        uint8 a,
        uint16 b,
        uint32 c,
        uint64 d,
        int64 e,
        bytes32 f,
        bytes3 g
    ) public view {
        (uint8 a_, uint16 b_, uint32 c_, uint64 d_, int64 e_, bytes32 f_, bytes memory g_) =
            harness.readFields(abi.encodePacked(a, b, c, d, e, f, g));
        assertEq(a_, a, "u8");
        assertEq(b_, b, "u16");
        assertEq(c_, c, "u32");
        assertEq(d_, d, "u64");
        assertEq(e_, e, "i64");
        assertEq(f_, f, "b32");
        assertEq(g_, abi.encodePacked(g), "slice");
    }

    function test_readFields_revertsAtEveryShorterLength() public {
        bytes memory data = new bytes(58);
        harness.readFields(data);
        for (uint256 length = 0; length < 58; length++) {
            vm.expectPartialRevert(ProofReader.ProofTooShort.selector);
            harness.readFields(PlainTensor.slice(data, 0, length));
        }
    }

    function test_requireEnd_revertsOnTrailingBytes() public {
        vm.expectRevert(abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 2));
        harness.readFields(new bytes(60));
    }
}
