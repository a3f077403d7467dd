package dev.verdict.learning.job;

import dev.verdict.learning.data.LabelledImages;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.op.AdamW;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.MultilayerPerceptron;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// Makes a job out of labelled images: a multilayer perceptron with AdamW on the rows in an order drawn from a seed,
/// some of them kept back to test on.
///
/// @param model layers, and what a pixel is multiplied by
/// @param training the rows to train on, in the order that batches take them
/// @param test the rows kept back
/// @param seed of the initial parameters
public record ClassifierJob(
    MultilayerPerceptron model,
    LabelledImages training,
    LabelledImages test,
    int batchSize,
    float learningRate,
    long seed) {

  /// Shuffles `all` by `seed` and keeps back the last `testRows`. Throws [IllegalArgumentException] where that leaves
  /// fewer rows than a batch, or labels don't fit the model's last layer.
  public static ClassifierJob of(
      MultilayerPerceptron model, LabelledImages all, int testRows, int batchSize, float learningRate, long seed) {
    if (!Float.isFinite(learningRate) || learningRate <= 0 || !Float.isFinite(model.inputScale())) {
      throw new IllegalArgumentException("the learning rate must be a positive number and the input scale a number, not "
          + learningRate + " and " + model.inputScale());
    }
    if (testRows < 1 || all.rows() - testRows < batchSize) {
      throw new IllegalArgumentException(all.rows() + " rows do not hold " + testRows
          + " to test on and a batch of " + batchSize);
    }
    if (all.images().shape().dim(1) != model.sizes().getFirst() || all.classes() > model.sizes().getLast()) {
      throw new IllegalArgumentException("the data has " + all.images().shape().dim(1) + " features and "
          + all.classes() + " classes, the model's layers are " + model.sizes());
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, (int) all.rows()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    LabelledImages shuffled = all.gather(order.stream().mapToLong(Integer::longValue).toArray());
    long trainingRows = all.rows() - testRows;
    return new ClassifierJob(model, shuffled.slice(0, trainingRows), shuffled.slice(trainingRows, all.rows()),
        batchSize, learningRate, seed);
  }

  /// The job: this model, these rows, `steps` batches.
  public TrainingJob job(long steps, long checkpointInterval) {
    BuiltGraph graph = model.training(bind("images", training.images()), bind("labels", training.labels()), batchSize,
        AdamW.of(learningRate));
    StepInputs inputs =
        new StepInputs(graph.initialStates(seed), List.of(training.images(), training.labels()), List.of());
    return new TrainingJob(graph.program(), inputs, steps, checkpointInterval);
  }

  private static BoundTensor bind(String name, Tensor tensor) {
    return new BoundTensor(name, tensor.dtype(), tensor.shape(), TensorCommitment.root(tensor));
  }

  /// The share of the rows kept back whose highest score, the first of equals, is their label.
  ///
  /// @param trained slots of a state of [#job]
  public double testAccuracy(Executor executor, List<Tensor> trained) {
    BuiltGraph graph = model.inference(bind("images", test.images()));
    CompiledProgram compiled = executor.compile(graph.program(), Set.of(graph.output("logits")));
    List<Tensor> parameters = trained.subList(0, graph.program().slots().size());
    compiled.run(0, new StepInputs(parameters, List.of(test.images()), List.of()), NodeObserver.NONE);
    Tensor logits = compiled.output(graph.output("logits"));
    int classes = (int) logits.shape().dim(1);
    int right = 0;
    for (long row = 0; row < test.rows(); row++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        if (logits.getFloat(row * classes + c) > logits.getFloat(row * classes + best)) {
          best = c;
        }
      }
      right += best == test.labels().getLong(row) ? 1 : 0;
    }
    return (double) right / test.rows();
  }
}
