/// Scalar arithmetic with one answer: the operations of SPEC §2.2 and the correctly rounded
/// elementary functions of SPEC §2.3.
///
/// Start at [dev.verdict.repops.math.Arithmetic], which *defines* every operation other than the
/// elementary functions; each of those has a class of its own, named after it, and
/// [dev.verdict.repops.math.Elementary] applies them to whole tensors with SIMD. Any interpreter,
/// compiler, kernel or contract is right where it gives the bits that these classes give.
///
/// Invariants: every float result is rounded once, to nearest, ties to even; a result that is a NaN
/// is `0x7fc00000`; −0 and subnormals are kept. Nothing here depends on the platform: Java's
/// `float` and `double` arithmetic is IEEE 754's, and `Math.fma` is exact with or without hardware.
///
/// Thread-safety: everything is stateless or immutable.
@NullMarked
package dev.verdict.repops.math;

import org.jspecify.annotations.NullMarked;
