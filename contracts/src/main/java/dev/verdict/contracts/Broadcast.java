package dev.verdict.contracts;

import dev.verdict.repops.commit.Digest;

/// One signed version of a transaction. All versions of one transaction share its nonce, so one of them is mined at
/// most.
///
/// @param raw what goes to the node; aliased, not copied
public record Broadcast(long nonce, Digest txHash, byte[] raw) {}
