package dev.verdict.contracts;

import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;

/// What a submitter asks for and offers (SPEC §4).
///
/// @param programRoot the step program
/// @param initialState S_0
/// @param steps T, 1 to 2^32
/// @param checkpointInterval c, 1 to 2^32
/// @param paymentWei to the solver, when its claim is confirmed
/// @param solverStakeWei what the solver loses with a false claim, or with none in time
/// @param challengerBondWei what a challenger loses with a wrong challenge
/// @param workSeconds from acceptance to claim
/// @param challengeSeconds from claim to the end of the challenge window
/// @param salt tells jobs of the same terms apart
public record JobTerms(
    Digest programRoot,
    Digest initialState,
    long steps,
    long checkpointInterval,
    BigInteger paymentWei,
    BigInteger solverStakeWei,
    BigInteger challengerBondWei,
    long workSeconds,
    long challengeSeconds,
    Digest salt) {}
