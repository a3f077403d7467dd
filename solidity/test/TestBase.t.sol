// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { TestBase } from "./TestBase.sol";

/// @notice The test base itself: a base that asserts nothing would let every other test pass.
contract TestBaseTest is TestBase {
    function equal(uint256 actual, uint256 expected) external pure {
        assertEq(actual, expected, "twin");
    }

    function test_assertEq_revertsWithBothSides() public {
        vm.expectRevert(abi.encodeWithSelector(NotEqualUint.selector, "twin", 1, 2));
        this.equal(1, 2);
        this.equal(2, 2);
    }

    function test_readFile_seesTheSharedVectors() public view {
        string memory json = vm.readFile("../testdata/commitments.json");
        assertTrue(bytes(vm.parseJsonString(json, ".about")).length > 0, "commitments.json says what it is");
    }

    function testFuzz_bound_staysInside(uint256 x, uint256 a, uint256 b) public pure {
        (uint256 low, uint256 high) = a < b ? (a, b) : (b, a);
        uint256 y = bound(x, low, high);
        assertGe(y, low, "low");
        assertLe(y, high, "high");
    }

    function testFuzz_boundSigned_staysInside(int256 x, int256 a, int256 b) public pure {
        (int256 low, int256 high) = a < b ? (a, b) : (b, a);
        int256 y = bound(x, low, high);
        assertTrue(y >= low && y <= high, "inside");
    }
}
