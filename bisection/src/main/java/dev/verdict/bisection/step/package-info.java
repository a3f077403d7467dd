/// The step proof (SPEC §7.1): built by whoever has the tensors, checked as the contract checks it, and told to people.
///
/// Entry types: [dev.verdict.bisection.step.StepProof], [dev.verdict.bisection.step.TraceProof] and
/// [dev.verdict.bisection.step.FoldProof] build; [dev.verdict.bisection.step.Adjudicator] checks and never throws,
/// whatever the bytes; [dev.verdict.bisection.step.DecidingOperation] says in words what decided.
/// Thread-safety: everything is immutable.
@NullMarked
package dev.verdict.bisection.step;

import org.jspecify.annotations.NullMarked;
