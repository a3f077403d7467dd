// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The vault: all the money there is (SPEC §8)
/// @notice Per account: *free* wei, which its owner may request; *locked* wei, which answers for a job, a claim or a
/// game; *unbonding* wei, on its way out. What losers forfeit and nobody earns is in the jackpot pool.
///
/// Σ (free + locked + unbonding) + jackpotPool = balance, always. Locked wei leaves its account only by the
/// registry's word. Money leaves the vault only by its owner's `withdraw`.
interface IStakeVault {
    /// @notice `from` paid `amountWei` into `account`.
    event Deposited(address indexed account, address indexed from, uint256 amountWei);
    /// @notice `key` may, or may no longer, move for `account`.
    event OperatorSet(address indexed account, address indexed key, bool allowed);
    /// @notice Free wei began to unbond; all that is unbonding is payable from `availableAt` on.
    event WithdrawalRequested(address indexed account, uint256 amountWei, uint256 availableAt);
    /// @notice Unbonded wei was paid out.
    event Withdrawn(address indexed account, uint256 amountWei);
    /// @notice Free wei was locked.
    event Locked(address indexed account, uint256 amountWei);
    /// @notice Locked wei was freed.
    event Unlocked(address indexed account, uint256 amountWei);
    /// @notice Locked wei of `from` was given away: `paidWei` to `to`, `pooledWei` to the jackpot pool.
    event Distributed(address indexed from, address indexed to, uint256 paidWei, uint256 pooledWei);

    /// @notice Only `expected` may call this.
    error NotRegistry(address actual, address expected);
    /// @notice The account has less free than the move needs.
    error InsufficientFree(address account, uint256 actualWei, uint256 expectedWei);
    /// @notice The account has less locked than the move needs.
    error InsufficientLocked(address account, uint256 actualWei, uint256 expectedWei);
    /// @notice A distribution can't pay more than it takes.
    error PaysMoreThanItTakes(uint256 paidWei, uint256 takenWei);
    /// @notice Nothing is unbonding.
    error NothingToWithdraw(address account);
    /// @notice Unbonding has not ended.
    error StillUnbonding(uint256 actualTime, uint256 availableAt);
    /// @notice The account refused the payment.
    error PaymentRefused(address account, uint256 amountWei);
    /// @notice An amount of nothing.
    error ZeroAmount();
    /// @notice The zero address owns nothing.
    error ZeroAddress();

    /// @notice The one contract that locks, unlocks and distributes.
    function REGISTRY() external view returns (address);

    /// @notice From request to withdrawal.
    function UNBONDING_SECONDS() external view returns (uint64);

    /// @notice Pays into the caller's free balance.
    function deposit() external payable;

    /// @notice Pays into another's free balance.
    function depositFor(address account) external payable;

    /// @notice Starts unbonding `amountWei` of the caller's free balance. A further request restarts the time for all
    /// that is unbonding.
    function requestWithdrawal(uint256 amountWei) external;

    /// @notice Pays out all that the caller has unbonded.
    /// @return amountWei what was paid
    function withdraw() external returns (uint256 amountWei);

    /// @notice Lets `key` move for the caller in jobs and games, or no longer; it can never withdraw (SPEC §6.6).
    function setOperator(address key, bool allowed) external;

    /// @notice Whether `key` may move for `account`: it is the account or one of its operators.
    function isOperatorFor(address account, address key) external view returns (bool);

    /// @notice Free, locked and unbonding wei of an account.
    /// @return freeWei spendable in jobs and games, or requestable
    /// @return lockedWei answers for jobs, claims and games
    /// @return unbondingWei on its way out
    /// @return availableAt when it may be withdrawn; 0 where nothing is unbonding
    function balanceOf(address account)
        external
        view
        returns (uint256 freeWei, uint256 lockedWei, uint256 unbondingWei, uint256 availableAt);

    /// @notice What losers have forfeited and nobody has earned.
    function jackpotPool() external view returns (uint256 amountWei);

    /// @notice Locks free wei. Registry only.
    function lock(address account, uint256 amountWei) external;

    /// @notice Frees locked wei. Registry only.
    function unlock(address account, uint256 amountWei) external;

    /// @notice Takes `takenWei` of what `from` has locked: `paidWei` of it to `to`'s free balance, the rest to the
    /// jackpot pool. Registry only.
    function distribute(address from, uint256 takenWei, address to, uint256 paidWei) external;
}
