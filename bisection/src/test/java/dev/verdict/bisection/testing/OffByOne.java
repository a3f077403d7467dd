package dev.verdict.bisection.testing;

import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.ir.Program;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// A run of [ToyProgram] whose product of row 1 goes wrong by 1 inside its fold, at position 650 of step 4.
public final class OffByOne implements Computation {
  /// The step that goes wrong.
  public static final int STEP = 4;

  private final HonestComputation honest;

  /// @param copies as in [ToyProgram#sample]
  public OffByOne(int copies) {
    this.honest = Dispute.honest(ToyProgram.sample(copies));
  }

  @Override
  public Program program() {
    return honest.program();
  }

  @Override
  public List<Tensor> data() {
    return honest.data();
  }

  @Override
  public List<Tensor> constants() {
    return honest.constants();
  }

  @Override
  public void step(long step, List<Tensor> states, List<Tensor> next, NodeObserver observer) {
    honest.step(step, states, next, (node, output) -> {
      if (step == STEP && node == ToyProgram.MAT_MUL) {
        output.setFloat(1, output.getFloat(1) + 1);
      }
      observer.computed(node, output);
    });
  }

  @Override
  public Optional<Tensor> kept(int node) {
    return honest.kept(node);
  }

  @Override
  public Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node, long element) {
    Tensor inner = honest.accumulators(step, states, outputs, node, element);
    if (step == STEP && node == ToyProgram.MAT_MUL && element == 1) {
      for (long k = 650; k < inner.numel(); k++) {
        inner.setFloat(k, inner.getFloat(k) + 1);
      }
    }
    return inner;
  }
}
