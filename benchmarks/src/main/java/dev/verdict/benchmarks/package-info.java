/// The compiling executor beside other libraries: how `./verdict bench` measures, and our own side of it; one process
/// for each number of threads. The other libraries' side is in `benchmarks/peers`, which this knows nothing of.
///
/// Entry type: [dev.verdict.benchmarks.Benchmark]. A [dev.verdict.benchmarks.Workload] says what is computed, an
/// [dev.verdict.benchmarks.Engine] prepares it on the same inputs, and [dev.verdict.benchmarks.Rounds] measures all
/// that could, in turn. A peer whose numbers aren't ours (to its own accuracy) isn't compared. Not part of the protocol,
/// and nothing that decides bits depends on it.
@NullMarked
package dev.verdict.benchmarks;

import org.jspecify.annotations.NullMarked;
