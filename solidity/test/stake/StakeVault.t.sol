// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IStakeVault } from "../../src/interfaces/IStakeVault.sol";
import { StakeVault } from "../../src/stake/StakeVault.sol";
import { TestBase } from "../TestBase.sol";

/// @notice A contract that owns an account; told to, it calls back while it is being paid, or refuses.
contract Wallet {
    StakeVault private immutable VAULT;
    bool public refuses;
    bool public greedy;
    bool public gotMore;

    constructor(StakeVault vault) {
        VAULT = vault;
    }

    function set(bool refuses_, bool greedy_) external {
        (refuses, greedy) = (refuses_, greedy_);
    }

    function deposit() external payable {
        VAULT.deposit{ value: msg.value }();
    }

    function requestWithdrawal(uint256 amountWei) external {
        VAULT.requestWithdrawal(amountWei);
    }

    function withdraw() external {
        VAULT.withdraw();
    }

    receive() external payable {
        require(!refuses);
        if (greedy) {
            try VAULT.withdraw() {
                gotMore = true;
            } catch { }
        }
    }
}

contract StakeVaultTest is TestBase {
    address private constant REGISTRY = address(0x1e615);
    address private constant ALICE = address(0xa11ce);
    address private constant BOB = address(0xb0b);
    address private constant KEY = address(0x6e7);
    uint64 private constant UNBONDING_SECONDS = 10 days;

    StakeVault private vault;

    function setUp() public {
        vm.warp(1_800_000_000);
        vault = new StakeVault(REGISTRY, UNBONDING_SECONDS);
        vm.deal(ALICE, 100 ether);
        vm.deal(BOB, 100 ether);
    }

    // ------------------------------------------------------------------ deposits

    function test_deposit_isFree() public {
        vm.expectEmit(address(vault));
        emit IStakeVault.Deposited(ALICE, ALICE, 3 ether);
        _deposit(ALICE, 3 ether);
        _assertBalance(ALICE, 3 ether, 0, 0);
        assertEq(address(vault).balance, 3 ether);
    }

    function test_depositFor_isTheOthers() public {
        vm.expectEmit(address(vault));
        emit IStakeVault.Deposited(BOB, ALICE, 2 ether);
        vm.prank(ALICE);
        vault.depositFor{ value: 2 ether }(BOB);
        _assertBalance(BOB, 2 ether, 0, 0);
        _assertBalance(ALICE, 0, 0, 0);
    }

    function test_deposit_refusesNothingAndNobody() public {
        vm.startPrank(ALICE);
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        vault.deposit();
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        vault.depositFor{ value: 1 }(address(0));
        vm.expectRevert(IStakeVault.ZeroAmount.selector);
        vault.requestWithdrawal(0);
        vm.stopPrank();
        // Ether sent without a word has no owner: refused.
        vm.prank(ALICE);
        (bool ok,) = address(vault).call{ value: 1 }("");
        assertFalse(ok, "plain transfer");
    }

    function test_constructor_refusesNobodyAsRegistry() public {
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        new StakeVault(address(0), 1);
    }

    // ------------------------------------------------------------------ withdrawals

    function test_withdraw_paysAfterUnbonding() public {
        _deposit(ALICE, 5 ether);
        vm.expectEmit(address(vault));
        emit IStakeVault.WithdrawalRequested(ALICE, 2 ether, block.timestamp + UNBONDING_SECONDS);
        vm.prank(ALICE);
        vault.requestWithdrawal(2 ether);
        _assertBalance(ALICE, 3 ether, 0, 2 ether);

        uint256 availableAt = block.timestamp + UNBONDING_SECONDS;
        vm.warp(availableAt - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.StillUnbonding.selector, availableAt - 1, availableAt)
        );
        vm.prank(ALICE);
        vault.withdraw();

        vm.warp(availableAt);
        vm.expectEmit(address(vault));
        emit IStakeVault.Withdrawn(ALICE, 2 ether);
        vm.prank(ALICE);
        assertEq(vault.withdraw(), 2 ether);
        assertEq(ALICE.balance, 97 ether);
        _assertBalance(ALICE, 3 ether, 0, 0);

        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NothingToWithdraw.selector, ALICE));
        vm.prank(ALICE);
        vault.withdraw();
    }

    function test_requestWithdrawal_restartsTheTimeForAll() public {
        _deposit(ALICE, 5 ether);
        vm.prank(ALICE);
        vault.requestWithdrawal(2 ether);
        vm.warp(block.timestamp + UNBONDING_SECONDS - 1);
        vm.prank(ALICE);
        vault.requestWithdrawal(1 ether);
        vm.warp(block.timestamp + 1);
        vm.expectPartialRevert(IStakeVault.StillUnbonding.selector);
        vm.prank(ALICE);
        vault.withdraw();
        vm.warp(block.timestamp + UNBONDING_SECONDS - 1);
        vm.prank(ALICE);
        assertEq(vault.withdraw(), 3 ether);
    }

    function test_requestWithdrawal_refusesMoreThanIsFree() public {
        _deposit(ALICE, 5 ether);
        vm.prank(REGISTRY);
        vault.lock(ALICE, 4 ether);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFree.selector, ALICE, 1 ether, 1 ether + 1)
        );
        vm.prank(ALICE);
        vault.requestWithdrawal(1 ether + 1);
    }

    function test_withdraw_toAContractThatCallsBackPaysOnce() public {
        _deposit(BOB, 50 ether);
        Wallet wallet = new Wallet(vault);
        wallet.set(false, true);
        wallet.deposit{ value: 3 ether }();
        wallet.requestWithdrawal(3 ether);
        vm.warp(block.timestamp + UNBONDING_SECONDS);
        wallet.withdraw();
        assertFalse(wallet.gotMore(), "paid once");
        assertEq(address(wallet).balance, 3 ether);
        assertEq(address(vault).balance, 50 ether);
    }

    function test_withdraw_refusedByItsOwnerLeavesTheMoneyThere() public {
        Wallet wallet = new Wallet(vault);
        wallet.set(true, false);
        wallet.deposit{ value: 3 ether }();
        wallet.requestWithdrawal(3 ether);
        vm.warp(block.timestamp + UNBONDING_SECONDS);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.PaymentRefused.selector, address(wallet), 3 ether));
        wallet.withdraw();
        wallet.set(false, false);
        wallet.withdraw();
        assertEq(address(wallet).balance, 3 ether);
    }

    // ------------------------------------------------------------------ operators

    function test_setOperator_letsAKeyMoveButNeverWithdraw() public {
        _deposit(ALICE, 5 ether);
        assertTrue(vault.isOperatorFor(ALICE, ALICE), "oneself");
        assertFalse(vault.isOperatorFor(ALICE, KEY), "not yet");
        vm.expectEmit(address(vault));
        emit IStakeVault.OperatorSet(ALICE, KEY, true);
        vm.prank(ALICE);
        vault.setOperator(KEY, true);
        assertTrue(vault.isOperatorFor(ALICE, KEY), "operator");
        assertFalse(vault.isOperatorFor(KEY, ALICE), "one way");
        assertFalse(vault.isOperatorFor(BOB, KEY), "for one account");

        vm.prank(ALICE);
        vault.requestWithdrawal(5 ether);
        vm.warp(block.timestamp + UNBONDING_SECONDS);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.NothingToWithdraw.selector, KEY));
        vm.prank(KEY);
        vault.withdraw();
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.InsufficientFree.selector, KEY, 0, 1));
        vm.prank(KEY);
        vault.requestWithdrawal(1);

        vm.prank(ALICE);
        vault.setOperator(KEY, false);
        assertFalse(vault.isOperatorFor(ALICE, KEY), "no longer");
    }

    // ------------------------------------------------------------------ the registry

    function test_lockUnlockDistribute_areTheRegistrysAlone() public {
        _deposit(ALICE, 5 ether);
        bytes memory why = abi.encodeWithSelector(IStakeVault.NotRegistry.selector, ALICE, REGISTRY);
        vm.startPrank(ALICE);
        vm.expectRevert(why);
        vault.lock(ALICE, 1);
        vm.expectRevert(why);
        vault.unlock(ALICE, 1);
        vm.expectRevert(why);
        vault.distribute(ALICE, 1, ALICE, 1);
        vm.stopPrank();
    }

    function test_lockAndUnlock_moveWithinTheAccount() public {
        _deposit(ALICE, 5 ether);
        vm.startPrank(REGISTRY);
        vm.expectEmit(address(vault));
        emit IStakeVault.Locked(ALICE, 4 ether);
        vault.lock(ALICE, 4 ether);
        _assertBalance(ALICE, 1 ether, 4 ether, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientFree.selector, ALICE, 1 ether, 2 ether)
        );
        vault.lock(ALICE, 2 ether);
        vm.expectEmit(address(vault));
        emit IStakeVault.Unlocked(ALICE, 3 ether);
        vault.unlock(ALICE, 3 ether);
        _assertBalance(ALICE, 4 ether, 1 ether, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientLocked.selector, ALICE, 1 ether, 2 ether)
        );
        vault.unlock(ALICE, 2 ether);
        vm.stopPrank();
    }

    function test_distribute_paysAndPools() public {
        _deposit(ALICE, 5 ether);
        vm.startPrank(REGISTRY);
        vault.lock(ALICE, 4 ether);
        vm.expectEmit(address(vault));
        emit IStakeVault.Distributed(ALICE, BOB, 1 ether, 2 ether);
        vault.distribute(ALICE, 3 ether, BOB, 1 ether);
        _assertBalance(ALICE, 1 ether, 1 ether, 0);
        _assertBalance(BOB, 1 ether, 0, 0);
        assertEq(vault.jackpotPool(), 2 ether);

        vm.expectRevert(
            abi.encodeWithSelector(IStakeVault.InsufficientLocked.selector, ALICE, 1 ether, 2 ether)
        );
        vault.distribute(ALICE, 2 ether, BOB, 1 ether);
        vm.expectRevert(abi.encodeWithSelector(IStakeVault.PaysMoreThanItTakes.selector, 2, 1));
        vault.distribute(ALICE, 1, BOB, 2);
        vm.expectRevert(IStakeVault.ZeroAddress.selector);
        vault.distribute(ALICE, 1, address(0), 1);

        // To oneself: the account of both ends is one.
        vault.distribute(ALICE, 1 ether, ALICE, 0.25 ether);
        _assertBalance(ALICE, 1.25 ether, 0, 0);
        assertEq(vault.jackpotPool(), 2.75 ether);
        vm.stopPrank();
    }

    // ------------------------------------------------------------------ tools

    function _deposit(address account, uint256 amountWei) private {
        vm.prank(account);
        vault.deposit{ value: amountWei }();
    }

    function _assertBalance(address account, uint256 free, uint256 locked, uint256 unbonding) private view {
        (uint256 free_, uint256 locked_, uint256 unbonding_,) = vault.balanceOf(account);
        assertEq(free_, free, "free");
        assertEq(locked_, locked, "locked");
        assertEq(unbonding_, unbonding, "unbonding");
    }
}
