// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Vm } from "./Vm.sol";

/// @notice What every test stands on: the cheat codes, assertions that report both sides, bounded fuzz input,
/// and the targets of invariant tests.
/// @dev An assertion reverts at once, so the first failure is the one reported.
abstract contract TestBase {
    /// A function of a contract that an invariant test may call.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    error AssertionFailed(string reason);
    error NotEqualUint(string reason, uint256 actual, uint256 expected);
    error NotEqualInt(string reason, int256 actual, int256 expected);
    error NotEqualBytes32(string reason, bytes32 actual, bytes32 expected);
    error NotEqualAddress(string reason, address actual, address expected);
    error NotEqualBool(string reason, bool actual, bool expected);
    error NotEqualBytes(string reason, bytes actual, bytes expected);
    error NotEqualString(string reason, string actual, string expected);
    error NotOrdered(string reason, uint256 left, string relation, uint256 right);
    error EmptyRange(uint256 low, uint256 high);

    /// Foundry's cheat codes answer at this address, keccak256("hevm cheat code") cut to 20 bytes.
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// Foundry looks for this function to tell a test contract by.
    bool public constant IS_TEST = true;

    address[] private _targetContracts;
    address[] private _targetSenders;
    address[] private _excludedSenders;
    address[] private _excludedContracts;
    FuzzSelector[] private _targetSelectors;

    // ------------------------------------------------------------------ invariant tests

    function targetContract(address target) internal {
        _targetContracts.push(target);
    }

    function targetSender(address sender) internal {
        _targetSenders.push(sender);
    }

    function excludeSender(address sender) internal {
        _excludedSenders.push(sender);
    }

    function excludeContract(address target) internal {
        _excludedContracts.push(target);
    }

    function targetSelector(FuzzSelector memory selector) internal {
        _targetSelectors.push(selector);
    }

    function targetContracts() public view returns (address[] memory) {
        return _targetContracts;
    }

    function targetSenders() public view returns (address[] memory) {
        return _targetSenders;
    }

    function excludeSenders() public view returns (address[] memory) {
        return _excludedSenders;
    }

    function excludeContracts() public view returns (address[] memory) {
        return _excludedContracts;
    }

    function targetSelectors() public view returns (FuzzSelector[] memory) {
        return _targetSelectors;
    }

    // ------------------------------------------------------------------ fuzz input

    /// Folds x into [low, high]; values already inside stay as they are, so that a counterexample reads as it ran.
    function bound(uint256 x, uint256 low, uint256 high) internal pure returns (uint256) {
        if (low > high) revert EmptyRange(low, high);
        if (x >= low && x <= high) return x;
        unchecked {
            // Wraps to 0 only for the whole range of uint256, which the line above has already answered.
            uint256 size = high - low + 1;
            return low + x % size;
        }
    }

    /// Folds x into [low, high].
    function bound(int256 x, int256 low, int256 high) internal pure returns (int256) {
        uint256 bias = 1 << 255;
        unchecked {
            // Adding 2^255 maps int256 to uint256 in order.
            return int256(bound(uint256(x) + bias, uint256(low) + bias, uint256(high) + bias) - bias);
        }
    }

    // ------------------------------------------------------------------ assertions

    function fail(string memory reason) internal pure {
        revert AssertionFailed(reason);
    }

    function assertTrue(bool condition) internal pure {
        assertTrue(condition, "");
    }

    function assertTrue(bool condition, string memory reason) internal pure {
        if (!condition) revert AssertionFailed(reason);
    }

    function assertFalse(bool condition) internal pure {
        assertTrue(!condition, "");
    }

    function assertFalse(bool condition, string memory reason) internal pure {
        assertTrue(!condition, reason);
    }

    function assertEq(uint256 actual, uint256 expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(uint256 actual, uint256 expected, string memory reason) internal pure {
        if (actual != expected) revert NotEqualUint(reason, actual, expected);
    }

    function assertEq(int256 actual, int256 expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(int256 actual, int256 expected, string memory reason) internal pure {
        if (actual != expected) revert NotEqualInt(reason, actual, expected);
    }

    function assertEq(bytes32 actual, bytes32 expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory reason) internal pure {
        if (actual != expected) revert NotEqualBytes32(reason, actual, expected);
    }

    function assertEq(address actual, address expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(address actual, address expected, string memory reason) internal pure {
        if (actual != expected) revert NotEqualAddress(reason, actual, expected);
    }

    function assertEq(bool actual, bool expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(bool actual, bool expected, string memory reason) internal pure {
        if (actual != expected) revert NotEqualBool(reason, actual, expected);
    }

    function assertEq(bytes memory actual, bytes memory expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(bytes memory actual, bytes memory expected, string memory reason) internal pure {
        if (keccak256(actual) != keccak256(expected)) revert NotEqualBytes(reason, actual, expected);
    }

    function assertEq(string memory actual, string memory expected) internal pure {
        assertEq(actual, expected, "");
    }

    function assertEq(string memory actual, string memory expected, string memory reason) internal pure {
        if (keccak256(bytes(actual)) != keccak256(bytes(expected))) {
            revert NotEqualString(reason, actual, expected);
        }
    }

    function assertNotEq(uint256 left, uint256 right, string memory reason) internal pure {
        if (left == right) revert NotOrdered(reason, left, "!=", right);
    }

    function assertNotEq(bytes32 left, bytes32 right, string memory reason) internal pure {
        if (left == right) revert NotOrdered(reason, uint256(left), "!=", uint256(right));
    }

    function assertNotEq(address left, address right, string memory reason) internal pure {
        assertNotEq(uint256(uint160(left)), uint256(uint160(right)), reason);
    }

    function assertLe(uint256 left, uint256 right, string memory reason) internal pure {
        if (left > right) revert NotOrdered(reason, left, "<=", right);
    }

    function assertLt(uint256 left, uint256 right, string memory reason) internal pure {
        if (left >= right) revert NotOrdered(reason, left, "<", right);
    }

    function assertGe(uint256 left, uint256 right, string memory reason) internal pure {
        if (left < right) revert NotOrdered(reason, left, ">=", right);
    }

    function assertGt(uint256 left, uint256 right, string memory reason) internal pure {
        if (left <= right) revert NotOrdered(reason, left, ">", right);
    }
}
