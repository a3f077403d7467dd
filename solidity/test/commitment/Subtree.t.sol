// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ProofReader } from "../../src/commitment/ProofReader.sol";
import { Subtree } from "../../src/commitment/Subtree.sol";
import { TestBase } from "../TestBase.sol";
import { CommitmentHarness } from "./CommitmentHarness.sol";
import { PlainTree } from "./PlainTree.sol";

contract SubtreeTest is TestBase {
    CommitmentHarness private harness = new CommitmentHarness();

    function test_descendants_joinToTheRootAtEverySize() public view {
        for (uint256 n = 1; n <= 70; n++) {
            bytes32[] memory leaves = _leaves(n);
            bytes memory hashes = PlainTree.descendants(leaves, 0, n, 4);
            assertEq(harness.subtreeHash(n, hashes), PlainTree.root(leaves), "hash");
            assertEq(harness.descendantCount(n), hashes.length / 32, "count");

            // Each entry is the root of as many leaves as leavesUnder says, left to right.
            uint256 from = 0;
            for (uint256 entry = 0; entry < hashes.length / 32; entry++) {
                uint256 to = from + harness.leavesUnder(n, entry);
                bytes32 hash;
                assembly ("memory-safe") {
                    hash := mload(add(add(hashes, 32), mul(entry, 32)))
                }
                assertEq(hash, PlainTree.root(leaves, from, to), "entry");
                from = to;
            }
            assertEq(from, n, "the entries' leaves are the tree's");
        }
    }

    function testFuzz_descendants_aFlippedBitIsAnotherHash(uint256 n, uint256 bit) public view {
        n = bound(n, 2, 70);
        bytes32[] memory leaves = _leaves(n);
        bytes memory hashes = PlainTree.descendants(leaves, 0, n, 4);
        bit = bound(bit, 0, hashes.length * 8 - 1);
        hashes[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        assertNotEq(harness.subtreeHash(n, hashes), PlainTree.root(leaves), "flipped");
    }

    function test_descendants_revertAtAnotherLength() public {
        bytes32[] memory leaves = _leaves(40);
        bytes memory hashes = PlainTree.descendants(leaves, 0, 40, 4);
        bytes memory fewer = PlainTree.descendants(leaves, 0, 8, 4);
        vm.expectRevert(abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 32));
        harness.subtreeHash(40, bytes.concat(hashes, bytes32(0)));
        vm.expectPartialRevert(ProofReader.ProofTooShort.selector);
        harness.subtreeHash(40, fewer);
    }

    function test_leavesUnder_addUpInLargeTrees() public view {
        uint256[9] memory sizes = [
            uint256(1000),
            65536,
            65537,
            1 << 20,
            (1 << 32) - 1,
            1 << 32,
            (1 << 40) + 1,
            (1 << 64) - 1,
            1 << 64
        ];
        for (uint256 i = 0; i < sizes.length; i++) {
            uint256 count = harness.descendantCount(sizes[i]);
            assertTrue(count > 4 && count <= 16, "five to sixteen");
            uint256 sum = 0;
            for (uint256 entry = 0; entry < count; entry++) {
                uint256 leaves = harness.leavesUnder(sizes[i], entry);
                // A sixteenth of the next power of two: a demand divides what is left by sixteen.
                assertLe(leaves, (PlainTree.largestPowerBelow(sizes[i]) * 2) / 16, "a sixteenth");
                sum += leaves;
            }
            assertEq(sum, sizes[i], "sum");
        }
        assertEq(harness.descendantCount(1 << 40), 16, "a power of two has sixteen");
        assertEq(harness.descendantCount(33), 9 + 8 - 16 + 8, "sixteen twos cut to eight and one leaf more");
    }

    function test_subtree_revertsWhereThereIsNone() public {
        vm.expectRevert(abi.encodeWithSelector(Subtree.EmptySubtree.selector));
        harness.descendantCount(0);
        vm.expectRevert(abi.encodeWithSelector(Subtree.EmptySubtree.selector));
        harness.subtreeHash(0, "");
        vm.expectRevert(abi.encodeWithSelector(Subtree.DescendantOutOfRange.selector, 16, 16));
        harness.leavesUnder(1 << 40, 16);
        vm.expectRevert(abi.encodeWithSelector(Subtree.DescendantOutOfRange.selector, 1, 1));
        harness.leavesUnder(1, 1);
    }

    function _leaves(uint256 length) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](length);
        for (uint256 i = 0; i < length; i++) {
            leaves[i] = sha256(abi.encodePacked("leaf", i));
        }
    }
}
