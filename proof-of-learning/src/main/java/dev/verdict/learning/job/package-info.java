/// Training jobs: what is to be computed, and on what terms.
///
/// Entry types: [dev.verdict.learning.job.TrainingJob], [dev.verdict.learning.job.JobFile]. Invariant: a TrainingJob has
/// a valid program and the tensors that it names. Thread-safety: immutable, tensors apart.
@NullMarked
package dev.verdict.learning.job;

import org.jspecify.annotations.NullMarked;
