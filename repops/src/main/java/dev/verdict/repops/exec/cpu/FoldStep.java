package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a fold of f32 by a single instruction does with the inputs that it loads: acc + a, a·b + acc, max(acc, a) or
/// min(acc, a).
///
/// @param a an input
/// @param b the other factor's; else a
record FoldStep(Kind kind, int a, int b) {
  enum Kind {
    SUM,
    PRODUCT,
    MAX,
    MIN
  }

  /// The step of `plan`'s node, if it is such a fold and every LOAD is inside its tensor.
  static Optional<FoldStep> of(NodePlan plan) {
    Node node = plan.node();
    Instruction last = node.body().getLast();
    @Nullable Kind kind = switch (last.op()) {
      case ADD -> Kind.SUM;
      case FMA -> Kind.PRODUCT;
      case MAX -> Kind.MAX;
      case MIN -> Kind.MIN;
      default -> null;
    };
    if (node.dtype() != DType.F32 || !node.hasFold() || kind == null) {
      return Optional.empty();
    }
    boolean isProduct = kind == Kind.PRODUCT;
    int acc = isProduct ? last.c() : isAcc(node, last.a()) ? last.a() : last.b();
    int left = isProduct || acc == last.b() ? last.a() : last.b();
    int right = isProduct ? last.b() : left;
    return isAcc(node, acc) && isLoad(plan, left) && isLoad(plan, right)
        ? Optional.of(new FoldStep(kind, node.body().get(left).a(), node.body().get(right).a())) : Optional.empty();
  }

  private static boolean isAcc(Node node, int r) {
    return node.body().get(r).op() == Opcode.ACC;
  }

  private static boolean isLoad(NodePlan plan, int r) {
    Instruction x = plan.node().body().get(r);
    return x.op() == Opcode.LOAD && plan.node().inputs().get(x.a()).dtype() == DType.F32
        && !plan.access(x.a()).guarded();
  }
}
