package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A node that is a matrix product, `C[i,j] = Σₖ A[i,k]·B[k,j]` by FMA in order of k, wherever its elements are.
///
/// Output dimensions that move B alone are columns, those that move A alone are rows, those that move both or neither
/// are a batch; each kind may be several dimensions, and so may k. A convolution is such a product, for example, with
/// the pixels as columns. Positions are sums: A[i,k] of batch z is at `batchA[z] + rowA[i] + stepA[k]`.
///
/// @param a the input that A is
/// @param b the input that B is
/// @param init acc[0]
record MatMulPlan(
    int a, int b, float init, Positions batchA, Positions batchB, Positions batchOut, Positions rowA,
    Positions rowOut, Positions columnB, Positions columnOut, Positions stepA, Positions stepB) {
  /// The most rows, columns, steps or batch elements.
  private static final long MAX_COUNT = 1 << 24;

  private enum Role {
    BATCH,
    ROW,
    COLUMN
  }

  /// The product that `plan`'s node is, if it is one of at least `minProduct` elements in rows and columns.
  static Optional<MatMulPlan> of(NodePlan plan, int minProduct) {
    Node node = plan.node();
    int[] factors = factors(plan);
    if (factors.length == 0) {
      return Optional.empty();
    }
    int rank = plan.outDims().length;
    // The innermost dimension must be a column, so that a row of C is contiguous.
    boolean swap = rank > 0 && plan.access(factors[1]).out()[rank - 1] == 0;
    int a = factors[swap ? 1 : 0];
    int b = factors[swap ? 0 : 1];
    NodePlan.Access left = plan.access(a);
    NodePlan.Access right = plan.access(b);
    Role[] roles = new Role[rank];
    for (int d = 0; d < rank; d++) {
      boolean movesA = left.out()[d] != 0;
      boolean movesB = right.out()[d] != 0;
      roles[d] = movesA == movesB ? Role.BATCH : movesA ? Role.ROW : Role.COLUMN;
    }
    long rows = size(plan.outDims(), roles, Role.ROW);
    long columns = size(plan.outDims(), roles, Role.COLUMN);
    long batch = size(plan.outDims(), roles, Role.BATCH);
    long steps = node.foldLength();
    if (rows < 2 || columns < 2 || rows * columns < minProduct
        || Math.max(Math.max(rows, columns), Math.max(batch, steps)) > MAX_COUNT) {
      return Optional.empty();
    }
    Role[] all = new Role[plan.redDims().length];
    Arrays.fill(all, Role.BATCH);
    return Optional.of(new MatMulPlan(a, b, Float.intBitsToFloat(node.initBits()),
        positions(plan.outDims(), left.out(), roles, Role.BATCH, left.offset()),
        positions(plan.outDims(), right.out(), roles, Role.BATCH, right.offset()),
        positions(plan.outDims(), plan.outStrides(), roles, Role.BATCH, 0),
        positions(plan.outDims(), left.out(), roles, Role.ROW, 0),
        positions(plan.outDims(), plan.outStrides(), roles, Role.ROW, 0),
        positions(plan.outDims(), right.out(), roles, Role.COLUMN, 0),
        positions(plan.outDims(), plan.outStrides(), roles, Role.COLUMN, 0),
        positions(plan.redDims(), left.red(), all, Role.BATCH, 0),
        positions(plan.redDims(), right.red(), all, Role.BATCH, 0)));
  }

  /// The kernel that suits it, and whose tables `room` has room for.
  NodeKernel kernel(Tuning tuning, int threads, TableRoom room) {
    return WindowKernel.of(this, threads, room).<NodeKernel>map(kernel -> kernel)
        .orElseGet(() -> new MatMulKernel(isCheaperTransposed() ? transposed() : this, tuning, threads));
  }

  /// Whether both operands' steps are neighbours, so that what goes in lanes is transposed, and A is much the smaller.
  private boolean isCheaperTransposed() {
    return columnB.areApart() && !stepB.areApart() && rowA.areApart() && !stepA.areApart()
        && columnOut.areNeighbours() && rowA.count() >= VectorRows.LANES
        && 2 * rowA.count() <= columnB.count();
  }

  /// Cᵀ = Bᵀ·Aᵀ: the same sums, factors exchanged.
  MatMulPlan transposed() {
    return new MatMulPlan(
        b, a, init, batchB, batchA, batchOut, columnB, columnOut, rowA, rowOut, stepB, stepA);
  }

  /// The two inputs whose product the body adds to the accumulator by FMA; none where it does anything else.
  private static int[] factors(NodePlan plan) {
    Node node = plan.node();
    int result = node.body().size() - 1;
    Instruction fma = node.body().get(result);
    if (node.dtype() != DType.F32 || !node.hasFold() || fma.op() != Opcode.FMA
        || node.body().get(fma.c()).op() != Opcode.ACC) {
      return new int[0];
    }
    Instruction x = node.body().get(fma.a());
    Instruction y = node.body().get(fma.b());
    boolean loads = x.op() == Opcode.LOAD && y.op() == Opcode.LOAD;
    if (!loads || plan.access(x.a()).guarded() || plan.access(y.a()).guarded()) {
      return new int[0];
    }
    return new int[] {x.a(), y.a()};
  }

  private static long size(long[] dims, Role[] roles, Role role) {
    long size = 1;
    for (int d = 0; d < dims.length; d++) {
      size *= roles[d] == role ? dims[d] : 1;
    }
    return size;
  }

  /// Where the indices of `role`'s dimensions, in row-major order, lead from `offset`.
  private static Positions positions(long[] dims, long[] strides, Role[] roles, Role role, long offset) {
    long[] roleDims = new long[dims.length];
    for (int d = 0; d < dims.length; d++) {
      roleDims[d] = roles[d] == role ? dims[d] : 1;
    }
    return Positions.of(offset, roleDims, strides);
  }
}
