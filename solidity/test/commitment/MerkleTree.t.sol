// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleTree } from "../../src/commitment/MerkleTree.sol";
import { ProofReader } from "../../src/commitment/ProofReader.sol";
import { TestBase } from "../TestBase.sol";
import { CommitmentHarness } from "./CommitmentHarness.sol";
import { PlainTree } from "./PlainTree.sol";

contract MerkleTreeTest is TestBase {
    CommitmentHarness private harness = new CommitmentHarness();

    function test_rootFromPath_equalsThePlainTreeAtEverySizeAndIndex() public view {
        for (uint256 length = 1; length <= 33; length++) {
            bytes32[] memory leaves = _leaves(length);
            bytes32 root = PlainTree.root(leaves);
            for (uint256 index = 0; index < length; index++) {
                bytes memory path = PlainTree.path(leaves, index);
                assertEq(harness.treeRoot(leaves[index], index, length, path), root, "root");
            }
        }
    }

    function test_rootFromPath_atAnotherIndexOrLengthIsAnotherRoot() public view {
        for (uint256 length = 1; length <= 17; length++) {
            bytes32[] memory leaves = _leaves(length);
            bytes32 root = PlainTree.root(leaves);
            for (uint256 index = 0; index < length; index++) {
                bytes memory path = PlainTree.path(leaves, index);
                for (uint256 other = 0; other <= length; other++) {
                    if (other != index) _assertNotRoot(leaves[index], other, length, path, root);
                }
            }
        }
    }

    function testFuzz_rootFromPath_aFlippedBitIsAnotherRoot(uint256 length, uint256 index, uint256 bit)
        public
        view
    {
        length = bound(length, 2, 70);
        index = bound(index, 0, length - 1);
        bytes32[] memory leaves = _leaves(length);
        bytes memory path = PlainTree.path(leaves, index);
        bit = bound(bit, 0, path.length * 8 - 1);
        path[bit / 8] ^= bytes1(uint8(1 << (bit % 8)));
        _assertNotRoot(leaves[index], index, length, path, PlainTree.root(leaves));
    }

    function test_rootFromPath_revertsWhereThePathHasAnotherLength() public {
        bytes32[] memory leaves = _leaves(20);
        bytes memory path = PlainTree.path(leaves, 3);
        bytes memory short = PlainTree.path(leaves, 3, 0, 16);
        vm.expectRevert(
            abi.encodeWithSelector(ProofReader.ProofTooShort.selector, path.length, path.length - 32)
        );
        harness.treeRoot(leaves[3], 3, 20, short);
        vm.expectRevert(abi.encodeWithSelector(ProofReader.TrailingBytes.selector, 32));
        harness.treeRoot(leaves[3], 3, 20, bytes.concat(path, bytes32(0)));
    }

    function test_rootFromPath_revertsAtAnIndexOutsideTheTree() public {
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.LeafOutOfRange.selector, 5, 5));
        harness.treeRoot(0, 5, 5, "");
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.LeafOutOfRange.selector, 0, 0));
        harness.treeRoot(0, 0, 0, "");
    }

    function test_rootFromPath_of25LevelsStaysWithinItsGas() public {
        uint256 used = harness.treeRootGas(bytes32(uint256(1)), 0x155aa55, 1 << 25, new bytes(25 * 32));
        uint256 usedByLast =
            harness.treeRootGas(bytes32(uint256(1)), (1 << 25) - 1, 1 << 25, new bytes(25 * 32));
        assertLe(usedByLast, 9000, "gas of a path of 25 for the last leaf");
        vm.snapshotValue("Step", "merkle path, 25 levels", used);
        assertLe(used, 9000, "gas of a path of 25");
    }

    function test_leafHash_ofAChunkIsCheaperInAssembly() public {
        (uint256 inAssembly, uint256 plain) = harness.leafHashGas(new bytes(1024));
        vm.snapshotValue("Step", "leaf hash, 1 KiB", inAssembly);
        vm.snapshotValue("Step", "leaf hash, 1 KiB, plain Solidity", plain);
        assertLt(inAssembly, plain, "assembly pays");
    }

    function test_split_isTheLargestPowerOfTwoBelow() public view {
        for (uint256 n = 2; n < 600; n++) {
            assertEq(harness.split(n), PlainTree.largestPowerBelow(n), "split");
        }
        for (uint256 bit = 2; bit < 255; bit++) {
            uint256 power = uint256(1) << bit;
            assertEq(harness.split(power - 1), power >> 1, "below a power");
            assertEq(harness.split(power), power >> 1, "at a power");
            assertEq(harness.split(power + 1), power, "above a power");
        }
    }

    function _assertNotRoot(bytes32 leaf, uint256 index, uint256 length, bytes memory path, bytes32 root)
        private
        view
    {
        try harness.treeRoot(leaf, index, length, path) returns (bytes32 other) {
            assertNotEq(other, root, "a wrong opening leads to the root");
        } catch { }
    }

    function _leaves(uint256 length) private pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](length);
        for (uint256 i = 0; i < length; i++) {
            leaves[i] = sha256(abi.encodePacked("leaf", i));
        }
    }
}
