/// Programs compiled to JVM code, with SIMD where it pays (SPEC §3.4).
///
/// Entry type: [dev.verdict.repops.exec.cpu.CpuExecutor]. A node becomes a [dev.verdict.repops.exec.cpu.NodeKernel]:
/// [dev.verdict.repops.exec.cpu.MatMulKernel], where the node is a matrix product,
/// [dev.verdict.repops.exec.cpu.WindowKernel], where one by windows that overlap, as a convolution is,
/// [dev.verdict.repops.exec.cpu.RowProduct], where one of a single row,
/// [dev.verdict.repops.exec.cpu.RunningSum], where its outputs are the running sums of a line,
/// [dev.verdict.repops.exec.cpu.PoolKernel] or [dev.verdict.repops.exec.cpu.PoolGradient], where it pools windows or
/// hands a gradient back to them,
/// [dev.verdict.repops.exec.cpu.PaddedCopy], where it copies a tensor and adds a border,
/// [dev.verdict.repops.exec.cpu.RowFold], where it folds contiguous rows by one instruction,
/// [dev.verdict.repops.exec.cpu.StrandFold], where rows in strands, or a hidden class that
/// [dev.verdict.repops.exec.cpu.KernelCompiler] writes for it.
///
/// [dev.verdict.repops.exec.cpu.Fusion] finds the nodes that are computed together, block by block or,
/// as [dev.verdict.repops.exec.cpu.RowPlan] has it, row by row;
/// [dev.verdict.repops.exec.cpu.MemoryPlan] lays out what is stored for a while;
/// [dev.verdict.repops.exec.cpu.Pipeline] runs it, on a [dev.verdict.repops.exec.cpu.Crew] of threads (ADR 5).
///
/// Invariant: every output equals [dev.verdict.repops.exec.ReferenceExecutor]'s in every bit, at every vector width and
/// number of threads. What makes it so: only independent outputs are computed side by side, a fold's steps never change
/// their order (but for a maximum or minimum, in which no order shows), and a NaN's bits can be seen only through a
/// store or F_TO_BITS, which make them canonical.
/// Thread-safety: a compiled program serves one thread at a time; it may use several of its own.
@NullMarked
package dev.verdict.repops.exec.cpu;

import org.jspecify.annotations.NullMarked;
