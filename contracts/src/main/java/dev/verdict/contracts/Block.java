package dev.verdict.contracts;

import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.util.Optional;

/// The part of a block that matters here.
///
/// @param timestamp seconds since 1970
/// @param baseFeeWei empty on chains before EIP-1559
public record Block(
    long number,
    Digest hash,
    Digest parentHash,
    long timestamp,
    BigInteger gasLimit,
    Optional<BigInteger> baseFeeWei) {}
