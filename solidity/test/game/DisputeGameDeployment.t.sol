// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DisputeGame } from "../../src/game/DisputeGame.sol";
import { IDisputeGame } from "../../src/interfaces/IDisputeGame.sol";
import { JobRegistry } from "../../src/stake/JobRegistry.sol";
import { StakeVault } from "../../src/stake/StakeVault.sol";
import { Arena } from "./Arena.sol";

/// @notice Contracts deployed out of order, or with parameters that don't fit each other, are refused.
contract DisputeGameDeploymentTest is Arena {
    uint64 private constant MOST = 1 << 40;

    function test_constructor_keepsItsParameters() public view {
        assertEq(game.REGISTRY(), address(registry), "registry");
        assertEq(game.VAULT(), address(vault), "vault");
        assertEq(game.VERIFIER(), address(verifier), "verifier");
        assertEq(game.SOLVER_CLOCK(), SOLVER_CLOCK);
        assertEq(game.CHALLENGER_CLOCK(), CHALLENGER_CLOCK);
        assertEq(game.EXTENSION(), EXTENSION);
        assertEq(registry.GAME(), address(game), "game");
        assertEq(registry.VAULT(), address(vault), "vault");
        assertEq(vault.REGISTRY(), address(registry), "registry");
    }

    function test_constructor_refusesARegistryThatNamesAnotherGame() public {
        // The registry names the game that it was deployed with.
        vm.expectPartialRevert(IDisputeGame.Misconfigured.selector);
        new DisputeGame(address(registry), address(verifier), SOLVER_CLOCK, CHALLENGER_CLOCK, EXTENSION);
    }

    function test_constructor_refusesAVaultOfAnotherRegistry() public {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        JobRegistry other = _registry(address(vault), next);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeGame.Misconfigured.selector,
                "vault.REGISTRY",
                uint256(uint160(address(registry))),
                uint256(uint160(address(other)))
            )
        );
        new DisputeGame(address(other), address(verifier), SOLVER_CLOCK, CHALLENGER_CLOCK, EXTENSION);
    }

    function test_constructor_refusesUnbondingWithinTheDelay() public {
        uint64 longest = CHALLENGE_SECONDS + game.delayBound();
        uint256 nonce = vm.getNonce(address(this));
        StakeVault short = new StakeVault(vm.computeCreateAddress(address(this), nonce + 1), longest);
        JobRegistry other = _registry(address(short), vm.computeCreateAddress(address(this), nonce + 2));
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeGame.Misconfigured.selector, "vault.UNBONDING_SECONDS", longest, longest + 1
            )
        );
        new DisputeGame(address(other), address(verifier), SOLVER_CLOCK, CHALLENGER_CLOCK, EXTENSION);
    }

    function test_constructor_takesUnbondingOneSecondLonger() public {
        uint64 longest = CHALLENGE_SECONDS + game.delayBound();
        uint256 nonce = vm.getNonce(address(this));
        StakeVault enough = new StakeVault(vm.computeCreateAddress(address(this), nonce + 1), longest + 1);
        JobRegistry other = _registry(address(enough), vm.computeCreateAddress(address(this), nonce + 2));
        new DisputeGame(address(other), address(verifier), SOLVER_CLOCK, CHALLENGER_CLOCK, EXTENSION);
    }

    function test_constructor_refusesClocksOutsideTheirLimits() public {
        _refusesClocks("solverClockSeconds", 0, 1, 0, 1, 1);
        _refusesClocks("challengerClockSeconds", 0, 1, 1, 0, 1);
        _refusesClocks("extensionSeconds", 0, 1, 1, 1, 0);
        _refusesClocks("solverClockSeconds", MOST + 1, MOST, MOST + 1, 1, 1);
        _refusesClocks("challengerClockSeconds", MOST + 1, MOST, 1, MOST + 1, 1);
        _refusesClocks("extensionSeconds", MOST + 1, MOST, 1, 1, MOST + 1);
    }

    function test_constructor_refusesAVerifierWithoutCode() public {
        address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 2);
        address registryAddress = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 1);
        StakeVault other = new StakeVault(registryAddress, UNBONDING_SECONDS);
        _registry(address(other), next);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.Misconfigured.selector, "verifier.code", 0, 1));
        new DisputeGame(registryAddress, stranger, SOLVER_CLOCK, CHALLENGER_CLOCK, EXTENSION);
    }

    function _refusesClocks(
        string memory what,
        uint256 actual,
        uint256 expected,
        uint64 solverClock,
        uint64 challengerClock,
        uint64 extension
    ) private {
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.Misconfigured.selector, what, actual, expected));
        new DisputeGame(address(registry), address(verifier), solverClock, challengerClock, extension);
    }

    function _registry(address vaultAddress, address gameAddress) private returns (JobRegistry) {
        return
            new JobRegistry(vaultAddress, gameAddress, 1, 1, 1, CHALLENGE_SECONDS, REWARD_BPS, GAS_PRICE_CAP);
    }
}
