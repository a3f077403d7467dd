package dev.verdict.repops.op;

import dev.verdict.repops.ir.BoundTensor;

/// A model that gives each row of pixels a score for each class.
public sealed interface Classifier permits ConvolutionalNetwork, MultilayerPerceptron {
  /// Input values a row.
  long features();

  int classes();

  /// What an input value is multiplied by.
  float inputScale();

  /// One training step (SPEC §3.2) on rows (t·batchSize + i) mod N. Output `loss` is the batch's mean loss.
  ///
  /// @param images u8, i32 or f32 [N, features]
  /// @param labels u8 or i32 [N]
  BuiltGraph training(BoundTensor images, BoundTensor labels, int batchSize, Optimizer optimizer);

  /// Scores of all rows of `images`, as output `logits` [N, classes]. Its slots are the first of the training
  /// program's, in its order.
  BuiltGraph inference(BoundTensor images);
}
