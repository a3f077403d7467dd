/// The libraries that `./verdict bench` measures the executor against, and the process that does it.
///
/// Entry type: [dev.verdict.benchmarks.peers.Main]. Each [dev.verdict.benchmarks.Engine] here is a library; where one
/// can't be loaded it is left out, with the reason. Apart from the harness, as their native halves are 400 MB: only
/// the profile `bench` builds this.
@NullMarked
package dev.verdict.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
