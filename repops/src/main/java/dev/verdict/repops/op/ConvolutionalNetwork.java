package dev.verdict.repops.op;

import dev.verdict.repops.ir.BoundTensor;
import java.util.List;

/// A small classifier of square, one-channel images: for each entry of `channels` Conv 3×3 with padding 1, Relu and
/// MaxPool 2×2; then Flatten and Gemm, softmax cross-entropy. Slots: K0, c0, K1, c1, … (kernels [out,in,3,3], biases),
/// W and b of the Gemm, then the optimiser's. Kernels and W start Kaiming-uniform, biases at 0.
///
/// @param side pixels along an image's side, divisible by 2 for each entry of `channels`
/// @param inputScale what an input value is multiplied by
public record ConvolutionalNetwork(int side, List<Integer> channels, int classes, float inputScale)
    implements Classifier {
  private static final int KERNEL = 3;

  /// Throws [InvalidAttributeException] where the side can't be halved so often.
  public ConvolutionalNetwork {
    channels = List.copyOf(channels);
    if (channels.isEmpty() || side < 1 || side % (1 << channels.size()) != 0) {
      throw new InvalidAttributeException("ConvolutionalNetwork", "side",
          "divisible by 2 for each of " + channels.size() + " layers, of which there is one at least", side);
    }
  }

  @Override
  public long features() {
    return (long) side * side;
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
    Value h = g.reshape(x, x.shape().dim(0), 1, side, side);
    for (int i = 0; i < channels.size(); i++) {
      long in = h.shape().dim(1);
      Value k = t.parameter("K" + i, Initializer.kaimingUniform(in * KERNEL * KERNEL), channels.get(i), in, KERNEL,
          KERNEL);
      Value c = t.parameter("c" + i, Initializer.zeros(), channels.get(i));
      h = g.maxPool(g.relu(g.conv(h, k, c, Sliding.unit().pad(1), 1)), 2, 2, Sliding.unit().stride(2, 2));
    }
    Value flat = g.flatten(h, 1);
    Value w = t.parameter("W", Initializer.kaimingUniform(flat.shape().dim(1)), flat.shape().dim(1), classes);
    return g.gemm(flat, w, t.parameter("b", Initializer.zeros(), classes), false, false);
  }
}
