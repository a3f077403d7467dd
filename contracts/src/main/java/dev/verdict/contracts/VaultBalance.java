package dev.verdict.contracts;

import java.math.BigInteger;

/// What an account has in the vault.
///
/// @param freeWei spendable in jobs and games, or requestable
/// @param lockedWei answers for jobs, claims and games
/// @param unbondingWei on its way out
/// @param availableAt when it may be withdrawn, in seconds since 1970; 0 where nothing is unbonding
public record VaultBalance(
    BigInteger freeWei, BigInteger lockedWei, BigInteger unbondingWei, long availableAt) {}
