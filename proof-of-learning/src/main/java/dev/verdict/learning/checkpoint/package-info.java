/// Tensors on disk: safetensors files and content-addressed stores (SPEC §5.1).
///
/// Entry types: [dev.verdict.learning.checkpoint.SafeTensors], [dev.verdict.learning.checkpoint.FolderStore],
/// [dev.verdict.learning.checkpoint.Objects]. Invariants: a file appears under its name whole or not at all, and what
/// [dev.verdict.learning.checkpoint.Objects] returns has been recomputed to the root that it was asked for by, so a
/// source need not be trusted. Thread-safety: stateless but for the file system.
@NullMarked
package dev.verdict.learning.checkpoint;

import org.jspecify.annotations.NullMarked;
