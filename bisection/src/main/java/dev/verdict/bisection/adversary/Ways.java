package dev.verdict.bisection.adversary;

import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.FoldTrace;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.ir.Node;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/// The ways of cheating in a step.
final class Ways {
  private Ways() {}

  /// Flips bit `bit` of element `element` as it is stored. An f32 that becomes a NaN becomes the canonical one.
  static void flip(Tensor tensor, long element, int bit) {
    long at = element * tensor.dtype().widthBytes() + bit / 8;
    MemorySegment bytes = tensor.segment();
    bytes.set(ValueLayout.JAVA_BYTE, at, (byte) (bytes.get(ValueLayout.JAVA_BYTE, at) ^ 1 << bit % 8));
    tensor.setRegister(element, tensor.getRegister(element));
  }

  private static String name(HonestComputation honest, int node) {
    return "node " + node + " " + honest.program().nodes().get(node).label();
  }

  /// The output of a node is changed before any later node reads it.
  record Output(HonestComputation honest, int node, String what, Consumer<Tensor> change) implements Deviation.Way {
    @Override
    public String describe() {
      return what + " of " + name(honest, node);
    }

    @Override
    public void step(long step, List<Tensor> states, List<Tensor> next, NodeObserver observer) {
      honest.step(step, states, next, (n, output) -> {
        if (n == node) {
          change.accept(output);
        }
        observer.computed(n, output);
      });
    }

    @Override
    public Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int n, long element) {
      return honest.accumulators(step, states, outputs, n, element);
    }
  }

  /// One accumulator of one fold is flipped, and the chain goes on from it.
  record Accumulator(HonestComputation honest, int node, long element, long position, int bit)
      implements Deviation.Way {
    @Override
    public String describe() {
      return "bit " + bit + " of accumulator " + (position + 1) + " of element " + element + " of "
          + name(honest, node);
    }

    @Override
    public void step(long step, List<Tensor> states, List<Tensor> next, NodeObserver observer) {
      honest.step(step, states, next, (n, output) -> {
        if (n == node) {
          Tensor chain = chain(step, states, honest::output);
          output.setRegister(element, chain.getRegister(chain.numel() - 1));
        }
        observer.computed(n, output);
      });
    }

    @Override
    public Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int n, long e) {
      if (n != node || e != element) {
        return honest.accumulators(step, states, outputs, n, e);
      }
      Tensor chain = chain(step, states, outputs);
      Tensor inner = Tensor.zeros(chain.dtype(), Shape.of(chain.numel() - 1));
      MemorySegment.copy(chain.segment(), 0, inner.segment(), 0, inner.sizeBytes());
      return inner;
    }

    /// acc_1 … acc_K.
    private Tensor chain(long step, List<Tensor> states, IntFunction<Tensor> outputs) {
      Node n = honest.program().nodes().get(node);
      FoldTrace fold = honest.fold(step, states, outputs, node);
      Tensor chain = Tensor.zeros(n.dtype(), Shape.of(n.foldLength()));
      long acc = n.initRegister();
      for (long k = 0; k < n.foldLength(); k++) {
        chain.setRegister(k, fold.evaluate(element, k, acc));
        if (k == position) {
          flip(chain, k, bit);
        }
        acc = chain.getRegister(k);
      }
      return chain;
    }
  }

  /// The step is done on other inputs than the program's.
  record Other(HonestComputation honest, String describe) implements Deviation.Way {
    @Override
    public void step(long step, List<Tensor> states, List<Tensor> next, NodeObserver observer) {
      honest.step(step, states, next, observer);
    }

    @Override
    public Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node, long element) {
      return honest.accumulators(step, states, outputs, node, element);
    }
  }

  /// Changes the state after the step.
  @FunctionalInterface
  interface Afterwards {
    void change(List<Tensor> states, List<Tensor> next);
  }

  /// All nodes are right, but the state after the step isn't what they say.
  record Next(HonestComputation honest, String describe, Afterwards afterwards) implements Deviation.Way {
    @Override
    public void step(long step, List<Tensor> states, List<Tensor> next, NodeObserver observer) {
      honest.step(step, states, next, observer);
      afterwards.change(states, next);
    }

    @Override
    public Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node, long element) {
      return honest.accumulators(step, states, outputs, node, element);
    }
  }
}
