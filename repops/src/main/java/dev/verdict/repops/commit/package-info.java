/// Commitments (SPEC §4): SHA-256 with a one-byte domain tag over RFC 9162 trees.
///
/// Entry types: [dev.verdict.repops.commit.MerkleTree], [dev.verdict.repops.commit.VectorCommitment],
/// [dev.verdict.repops.commit.TensorCommitment], [dev.verdict.repops.commit.StateCommitment]. Invariants: a root fixes
/// length and contents, and nothing is padded; a proof is bound to its index and length. Building a commitment from bad
/// arguments throws; *verifying* one never does, since proofs come from an adversary: what doesn't fit gives an empty
/// Optional or false. Thread-safety: everything is immutable, but that a [dev.verdict.repops.commit.TensorCommitment]
/// aliases its tensor.
@NullMarked
package dev.verdict.repops.commit;

import org.jspecify.annotations.NullMarked;
