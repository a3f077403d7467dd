/// A run as the game needs it: the vectors of SPEC §6.1, made by re-execution on demand.
///
/// Entry types: [dev.verdict.bisection.trace.TraceProvider] over a [dev.verdict.bisection.trace.Computation] and its
/// [dev.verdict.bisection.trace.Checkpoints]; [dev.verdict.bisection.trace.ServedObjects], what the other side serves.
/// Invariants: roots are kept and tensors recomputed, so memory stays that of training, but for a budget given.
/// Thread-safety: a provider and its computation serve one thread at a time.
@NullMarked
package dev.verdict.bisection.trace;

import org.jspecify.annotations.NullMarked;
