/// The chain, as Java sees it: the only module that imports web3j, whose types stay inside.
///
/// - [dev.verdict.contracts.ChainClient] reads: blocks, logs by range, balances, code, calls.
/// - [dev.verdict.contracts.Transactions] is the one place that sends: nonces, fees, resending, receipts.
/// - [dev.verdict.contracts.StakeVaultGateway], [dev.verdict.contracts.JobRegistryGateway] and
///   [dev.verdict.contracts.DisputeGameGateway] turn moves into [dev.verdict.contracts.TransactionRequest]s, which are
///   plain values and can be journalled before they are sent, and contract state into records.
/// - [dev.verdict.contracts.ChainEvent] is what the contracts tell.
/// - [dev.verdict.contracts.Deployment] puts the contracts on a chain, and finds them there again.
///
/// Every 32-byte value is a [dev.verdict.repops.commit.Digest], block and transaction hashes included; amounts are
/// BigInteger wei; u64 values are longs. Failures are unchecked exceptions, one type a cause, each with a message of
/// one line that says what, where, and what to do.
///
/// Thread-safety: `ChainClient`, `Transactions` and the gateways are safe for use by many threads; everything else is
/// immutable.
@NullMarked
package dev.verdict.contracts;

import org.jspecify.annotations.NullMarked;
