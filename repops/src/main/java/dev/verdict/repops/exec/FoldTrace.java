package dev.verdict.repops.exec;

import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Node;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongConsumer;

/// The elements of one node and the accumulators on the way to each: level 3 of the game (SPEC §6.1).
///
/// acc_0 is the node's `init`, `acc_{k+1} = body(acc_k, inputs at k)` as stored in the node's dtype, and acc_K is the
/// output element; a node without a fold has K = 1. Serves one thread at a time.
public final class FoldTrace {
  private final Node node;
  private final long step;
  private final BodyInterpreter.Operands operands;
  private final BodyInterpreter body;

  /// @param node a valid node
  /// @param step the step's number, from 0
  /// @param operands the tensors that the node's inputs view
  public FoldTrace(Node node, long step, BodyInterpreter.Operands operands) {
    this.node = node;
    this.step = step;
    this.operands = operands;
    this.body = new BodyInterpreter(node);
  }

  public Node node() {
    return node;
  }

  /// `acc_{position+1}` of element `element` from `acc_position`: one transition. Throws [IndexOutOfBoundsException]
  /// where the node has no such element or its fold no such position.
  public long evaluate(long element, long position, long acc) {
    Objects.checkIndex(element, node.out().numel());
    Objects.checkIndex(position, node.foldLength());
    return body.evaluate(step, indexOf(node.out(), element), indexOf(node.red(), position), acc, operands);
  }

  /// acc_K of element `element`: the element itself, as a register. Throws [IndexOutOfBoundsException] where the node
  /// has no such element.
  public long output(long element) {
    return fold(element, acc -> {});
  }

  /// acc_1 … acc_{K−1} of element `element`, in a tensor of the node's dtype and shape [K−1]; nothing where K = 1.
  /// Throws [IndexOutOfBoundsException] where the node has no such element.
  public Optional<Tensor> accumulators(long element) {
    Objects.checkIndex(element, node.out().numel());
    if (node.foldLength() == 1) {
      return Optional.empty();
    }
    Tensor inner = Tensor.zeros(node.dtype(), Shape.of(node.foldLength() - 1));
    fold(element, new LongConsumer() {
      private long k;

      @Override
      public void accept(long acc) {
        if (k < inner.numel()) {
          inner.setRegister(k++, acc);
        }
      }
    });
    return Optional.of(inner);
  }

  /// Shows acc_1 … acc_K in order and gives the last.
  private long fold(long element, LongConsumer each) {
    Objects.checkIndex(element, node.out().numel());
    long[] outIndex = indexOf(node.out(), element);
    long[] redIndex = new long[node.red().rank()];
    long acc = node.initRegister();
    for (long k = 0; k < node.foldLength(); k++) {
      node.red().unflatten(k, redIndex);
      acc = body.evaluate(step, outIndex, redIndex, acc, operands);
      each.accept(acc);
    }
    return acc;
  }

  private static long[] indexOf(Shape shape, long flat) {
    long[] index = new long[shape.rank()];
    shape.unflatten(flat, index);
    return index;
  }
}
