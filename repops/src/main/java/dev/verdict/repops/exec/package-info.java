/// Executors: anything that gives the bits of SPEC §3.1.
///
/// Entry types: [dev.verdict.repops.exec.Executor]; [dev.verdict.repops.exec.ReferenceExecutor] is the definition, and
/// every other executor must equal it in every bit. An executor is told which outputs to keep; only those are there
/// after a step. Thread-safety: a compiled program serves one thread at a time.
@NullMarked
package dev.verdict.repops.exec;

import org.jspecify.annotations.NullMarked;
