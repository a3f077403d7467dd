package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;

/// A job as the registry keeps it; its fields are those of [JobTerms], and who holds it.
///
/// @param solver who holds it; the zero address while it is open
/// @param workDeadline the last second for the holder's claim
public record Job(
    Digest programRoot,
    Digest initialState,
    long steps,
    long checkpointInterval,
    long workSeconds,
    long challengeSeconds,
    Account submitter,
    BigInteger challengerBondWei,
    Account solver,
    BigInteger solverStakeWei,
    BigInteger paymentWei,
    long workDeadline,
    JobStatus status) {}
