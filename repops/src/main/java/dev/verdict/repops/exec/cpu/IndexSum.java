package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.ir.Instruction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A register that is a constant plus multiples of indices.
///
/// @param out multiples of the indices along output dimensions, merged as in a [NodePlan]
/// @param red of those along dimensions of the fold
record IndexSum(long constant, long[] out, long[] red) {
  /// Register `r` of a plan's node, where it is such a sum; null elsewhere. Wraps as i64 does.
  static @Nullable IndexSum of(NodePlan plan, int r) {
    Instruction x = plan.node().body().get(r);
    long[] out = new long[plan.outDims().length];
    long[] red = new long[plan.redDims().length];
    switch (x.op()) {
      case CONST_I -> {
        return new IndexSum(x.imm(), out, red);
      }
      case INDEX -> {
        if (plan.indexedOut(x.a()) >= 0) {
          out[plan.indexedOut(x.a())] = 1;
        } else if (plan.indexedRed(x.a()) >= 0) {
          red[plan.indexedRed(x.a())] = 1;
        }
        return new IndexSum(0, out, red);
      }
      case IADD, IMUL -> {
        IndexSum a = of(plan, x.a());
        IndexSum b = of(plan, x.b());
        if (a == null || b == null) {
          return null;
        }
        return switch (x.op()) {
          case IADD -> a.plus(b);
          default -> b.isConstant() ? a.times(b.constant) : a.isConstant() ? b.times(a.constant) : null;
        };
      }
      default -> {
        return null;
      }
    }
  }

  private boolean isConstant() {
    return Arrays.stream(out).allMatch(c -> c == 0) && Arrays.stream(red).allMatch(c -> c == 0);
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
