package dev.verdict.repops.op;

import dev.verdict.repops.ir.BoundTensor;
import java.util.List;

/// A classifier of fully connected layers: hᵢ₊₁ = relu(hᵢ·Wᵢ + bᵢ), the last layer without relu, softmax cross-entropy.
/// Slots: W0, b0, W1, b1, …, then the optimiser's. W is [in,out] and starts Kaiming-uniform, b [out] at 0.
///
/// @param sizes of the input, each hidden layer, and the output, for example 64, 128, 10
/// @param inputScale what an input value is multiplied by, for example 1/16 for pixels from 0 to 16
public record MultilayerPerceptron(List<Integer> sizes, float inputScale) implements Classifier {
  /// Throws [InvalidAttributeException] for fewer than two sizes or one below 1.
  public MultilayerPerceptron {
    sizes = List.copyOf(sizes);
    if (sizes.size() < 2 || sizes.stream().anyMatch(s -> s < 1)) {
      throw new InvalidAttributeException("MultilayerPerceptron", "sizes", "two at least, each at least 1", sizes);
    }
  }

  @Override
  public long features() {
    return sizes.getFirst();
  }

  @Override
  public int classes() {
    return sizes.getLast();
  }

  @Override
  public BuiltGraph training(BoundTensor images, BoundTensor labels, int batchSize, Optimizer optimizer) {
    return Training.step(this::logits, images, labels, batchSize, inputScale, optimizer);
  }

  @Override
  public BuiltGraph inference(BoundTensor images) {
    return Training.inference(this::logits, images, inputScale);
  }

  private Value logits(Training t, Value x) {
    GraphBuilder g = t.graph();
    Value h = x;
    for (int i = 0; i + 1 < sizes.size(); i++) {
      Value w = t.parameter("W" + i, Initializer.kaimingUniform(sizes.get(i)), sizes.get(i), sizes.get(i + 1));
      Value b = t.parameter("b" + i, Initializer.zeros(), sizes.get(i + 1));
      Value y = g.gemm(h, w, b, false, false);
      h = i + 2 < sizes.size() ? g.relu(y) : y;
    }
    return h;
  }
}
