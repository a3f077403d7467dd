/// Tensors: what every other package computes on.
///
/// Entry types: [dev.verdict.repops.Tensor], [dev.verdict.repops.Shape], [dev.verdict.repops.DType].
/// Invariant: elements are contiguous, row-major and little-endian, and a stored f32 NaN is `0x7fc00000` (SPEC §2.1).
/// Thread-safety: shapes and dtypes are immutable; a tensor is as safe as its memory segment.
@NullMarked
package dev.verdict.repops;

import org.jspecify.annotations.NullMarked;
