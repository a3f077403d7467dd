package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Opcode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A register that is a constant plus multiples of indices.
///
/// @param out multiples of the indices along output dimensions, merged as in a [NodePlan]
/// @param red of those along dimensions of the fold
record IndexSum(long constant, long[] out, long[] red) {
  /// Register `r` of a plan's node, where it is such a sum; null elsewhere. Wraps as i64 does.
  static @Nullable IndexSum of(NodePlan plan, int r) {
    // One after the other, since a body can name a register twice in each of its instructions.
    @Nullable IndexSum[] sums = new IndexSum[r + 1];
    for (int i = 0; i <= r; i++) {
      Instruction x = plan.node().body().get(i);
      sums[i] = switch (x.op()) {
        case CONST_I -> zero(plan).plus(x.imm());
        case INDEX -> index(plan, x.a());
        case IADD, IMUL -> {
          IndexSum a = sums[x.a()];
          IndexSum b = sums[x.b()];
          if (a == null || b == null) {
            yield null;
          }
          yield x.op() == Opcode.IADD ? a.plus(b)
              : b.isConstant() ? a.times(b.constant) : a.isConstant() ? b.times(a.constant) : null;
        }
        default -> null;
      };
    }
    return sums[r];
  }

  private static IndexSum zero(NodePlan plan) {
    return new IndexSum(0, new long[plan.outDims().length], new long[plan.redDims().length]);
  }

  private static IndexSum index(NodePlan plan, int operand) {
    IndexSum index = zero(plan);
    if (plan.indexedOut(operand) >= 0) {
      index.out[plan.indexedOut(operand)] = 1;
    } else if (plan.indexedRed(operand) >= 0) {
      index.red[plan.indexedRed(operand)] = 1;
    }
    return index;
  }

  /// Whether it is from `least` to `most` at every index, and no sum on the way there wraps.
  boolean isBetween(NodePlan plan, long least, long most) {
    try {
      long low = constant;
      long high = constant;
      for (int d = 0; d < out.length + red.length; d++) {
        long multiple = d < out.length ? out[d] : red[d - out.length];
        long dim = d < out.length ? plan.outDims()[d] : plan.redDims()[d - out.length];
        long reach = Math.multiplyExact(multiple, dim - 1);
        low = Math.addExact(low, Math.min(0, reach));
        high = Math.addExact(high, Math.max(0, reach));
      }
      return low >= least && high <= most;
    } catch (ArithmeticException overflow) {
      return false;
    }
  }

  private boolean isConstant() {
    return Arrays.stream(out).allMatch(c -> c == 0) && Arrays.stream(red).allMatch(c -> c == 0);
  }

  private IndexSum plus(long c) {
    return new IndexSum(constant + c, out, red);
  }

  private IndexSum plus(IndexSum b) {
    long[] o = out.clone();
    long[] r = red.clone();
    Arrays.setAll(o, d -> o[d] + b.out[d]);
    Arrays.setAll(r, d -> r[d] + b.red[d]);
    return new IndexSum(constant + b.constant, o, r);
  }

  private IndexSum times(long factor) {
    return new IndexSum(constant * factor, Arrays.stream(out).map(c -> c * factor).toArray(),
        Arrays.stream(red).map(c -> c * factor).toArray());
  }
}
