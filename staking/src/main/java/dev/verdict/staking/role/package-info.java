/// The roles: a solver that accepts, trains, claims and defends; a verifier that audits and challenges.
///
/// Entry types: [dev.verdict.staking.role.SolverRole], [dev.verdict.staking.role.VerifierRole]. Invariant: a role is
/// restored from the chain and its store alone, and looks at the contracts before it sends. Thread-safety: one role, one
/// thread.
@NullMarked
package dev.verdict.staking.role;

import org.jspecify.annotations.NullMarked;
