/// Parties that don't keep to the protocol, for demonstrations and tests. Nothing that anybody relies on may import this
/// package.
///
/// Entry type: [dev.verdict.bisection.adversary.Cheat]. Invariants: a cheat is a real deviation in a real run, and its
/// commitments are consistent everywhere else; it is determined by its seed. Thread-safety: as the computations and
/// players that are wrapped.
@NullMarked
package dev.verdict.bisection.adversary;

import org.jspecify.annotations.NullMarked;
