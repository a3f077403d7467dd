/// The event listener (SPEC §9 in its simple form): polls logs by block range behind a confirmation depth, notices
/// reorganisations by block hashes, and can be stopped at any moment: whatever it knows, it read from the chain.
///
/// Entry types: [dev.verdict.staking.watch.Watcher], [dev.verdict.staking.watch.EventFeed]. Thread-safety: one watcher,
/// one thread.
@NullMarked
package dev.verdict.staking.watch;

import org.jspecify.annotations.NullMarked;
