// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IStakeVault } from "../interfaces/IStakeVault.sol";

/// @title StakeVault
/// @notice See {IStakeVault}.
contract StakeVault is IStakeVault {
    /// @dev Storage, from the least significant bit:
    ///
    ///     slot 0  free 128 | locked 128
    ///     slot 1  unbonding 128 | availableAt 64 | unused 64
    ///
    /// Locking and unlocking touch slot 0 alone. 128 bits of wei are more than all ether there can be.
    struct Account {
        uint128 free;
        uint128 locked;
        uint128 unbonding;
        uint64 availableAt;
    }

    /// @inheritdoc IStakeVault
    address public immutable REGISTRY;
    /// @inheritdoc IStakeVault
    uint64 public immutable UNBONDING_SECONDS;

    /// @inheritdoc IStakeVault
    uint256 public jackpotPool;

    mapping(address account => Account) private _accounts;
    mapping(address account => mapping(address key => bool)) private _operators;

    /// @param registry the one contract that locks, unlocks and distributes; may be deployed later
    /// @param unbondingSeconds longer than any claim can stay undecided (the game checks it when it is deployed)
    constructor(address registry, uint64 unbondingSeconds) {
        // INVARIANT: somebody can unlock what is locked.
        if (registry == address(0)) revert ZeroAddress();
        REGISTRY = registry;
        UNBONDING_SECONDS = unbondingSeconds;
    }

    modifier onlyRegistry() {
        // INVARIANT: locked wei moves only by the registry's word.
        if (msg.sender != REGISTRY) revert NotRegistry(msg.sender, REGISTRY);
        _;
    }

    // ------------------------------------------------------------------ owners

    /// @inheritdoc IStakeVault
    function deposit() external payable {
        _deposit(msg.sender);
    }

    /// @inheritdoc IStakeVault
    function depositFor(address account) external payable {
        // INVARIANT: every wei has an owner who can withdraw it.
        if (account == address(0)) revert ZeroAddress();
        _deposit(account);
    }

    /// @inheritdoc IStakeVault
    function requestWithdrawal(uint256 amountWei) external {
        if (amountWei == 0) revert ZeroAmount();
        Account storage account = _accounts[msg.sender];
        uint128 amount = _takeFree(account, msg.sender, amountWei);
        account.unbonding += amount;
        // INVARIANT: no wei leaves sooner than UNBONDING_SECONDS after it was requested, so a further request
        // restarts the time for all of it.
        uint64 availableAt = uint64(block.timestamp) + UNBONDING_SECONDS;
        account.availableAt = availableAt;
        emit WithdrawalRequested(msg.sender, amountWei, availableAt);
    }

    /// @inheritdoc IStakeVault
    function withdraw() external returns (uint256 amountWei) {
        Account storage account = _accounts[msg.sender];
        amountWei = account.unbonding;
        if (amountWei == 0) revert NothingToWithdraw(msg.sender);
        // INVARIANT: unbonding has ended.
        if (block.timestamp < account.availableAt) {
            revert StillUnbonding(block.timestamp, account.availableAt);
        }
        account.unbonding = 0;
        account.availableAt = 0;
        emit Withdrawn(msg.sender, amountWei);
        // All effects are made: a call back in finds nothing left to withdraw.
        (bool paid,) = msg.sender.call{ value: amountWei }("");
        if (!paid) revert PaymentRefused(msg.sender, amountWei);
    }

    /// @inheritdoc IStakeVault
    function setOperator(address key, bool allowed) external {
        _operators[msg.sender][key] = allowed;
        emit OperatorSet(msg.sender, key, allowed);
    }

    // ------------------------------------------------------------------ the registry

    /// @inheritdoc IStakeVault
    function lock(address account, uint256 amountWei) external onlyRegistry {
        Account storage from = _accounts[account];
        from.locked += _takeFree(from, account, amountWei);
        emit Locked(account, amountWei);
    }

    /// @inheritdoc IStakeVault
    function unlock(address account, uint256 amountWei) external onlyRegistry {
        Account storage from = _accounts[account];
        from.free += _takeLocked(from, account, amountWei);
        emit Unlocked(account, amountWei);
    }

    /// @inheritdoc IStakeVault
    function distribute(address from, uint256 takenWei, address to, uint256 paidWei) external onlyRegistry {
        // INVARIANT: what is taken from one is what the other and the pool get.
        if (paidWei > takenWei) revert PaysMoreThanItTakes(paidWei, takenWei);
        if (to == address(0)) revert ZeroAddress();
        _takeLocked(_accounts[from], from, takenWei);
        // paidWei ≤ takenWei, which _takeLocked has found to fit.
        _accounts[to].free += uint128(paidWei);
        uint256 pooledWei = takenWei - paidWei;
        if (pooledWei != 0) jackpotPool += pooledWei;
        emit Distributed(from, to, paidWei, pooledWei);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IStakeVault
    function isOperatorFor(address account, address key) external view returns (bool) {
        return key == account || _operators[account][key];
    }

    /// @inheritdoc IStakeVault
    function balanceOf(address account)
        external
        view
        returns (uint256 freeWei, uint256 lockedWei, uint256 unbondingWei, uint256 availableAt)
    {
        Account storage owner = _accounts[account];
        return (owner.free, owner.locked, owner.unbonding, owner.availableAt);
    }

    // ------------------------------------------------------------------ steps

    function _deposit(address account) private {
        if (msg.value == 0) revert ZeroAmount();
        // There is less ether than 2^128 wei.
        _accounts[account].free += uint128(msg.value);
        emit Deposited(account, msg.sender, msg.value);
    }

    /// @dev Takes free wei, for the caller to put elsewhere.
    function _takeFree(Account storage from, address account, uint256 amountWei) private returns (uint128) {
        uint256 freeWei = from.free;
        // INVARIANT: only free wei is locked or requested.
        if (amountWei > freeWei) revert InsufficientFree(account, freeWei, amountWei);
        // freeWei fits in 128 bits, and amountWei isn't more.
        from.free = uint128(freeWei - amountWei);
        return uint128(amountWei);
    }

    /// @dev Takes locked wei, for the caller to put elsewhere.
    function _takeLocked(Account storage from, address account, uint256 amountWei) private returns (uint128) {
        uint256 lockedWei = from.locked;
        // INVARIANT: no more is freed or forfeited than was locked.
        if (amountWei > lockedWei) revert InsufficientLocked(account, lockedWei, amountWei);
        from.locked = uint128(lockedWei - amountWei);
        return uint128(amountWei);
    }
}
