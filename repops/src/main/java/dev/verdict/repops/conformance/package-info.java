/// Whether a machine gives the right bits: one fixed case for every instruction, elementary function and operator, and
/// the digest of what each must give.
///
/// Entry types: [dev.verdict.repops.conformance.Catalogue] lists the cases, [dev.verdict.repops.conformance.Selftest]
/// runs them on an executor, [dev.verdict.repops.conformance.PublishedDigests] are those of `testdata/conformance.txt`,
/// which the reference executor wrote. [dev.verdict.repops.conformance.Canary] looks at the machine's arithmetic before
/// anything is built on it, and [dev.verdict.repops.conformance.Exhaustive] at all inputs of the elementary functions.
/// Invariants: a case's inputs are made by integer arithmetic and exact scaling, so that they are the same everywhere;
/// nothing here depends on time, place or randomness. Immutable throughout. SPEC §2, §3.1.1, §3.3.
@NullMarked
package dev.verdict.repops.conformance;

import org.jspecify.annotations.NullMarked;
