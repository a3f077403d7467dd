/// Training runs and the trail that they leave (SPEC §5.1).
///
/// Entry types: [dev.verdict.learning.train.Trainer], [dev.verdict.learning.train.Trail]. Invariant: a trail that was
/// cut off at any point is continued to the same commitment. Thread-safety: one trainer, one thread.
@NullMarked
package dev.verdict.learning.train;

import org.jspecify.annotations.NullMarked;
