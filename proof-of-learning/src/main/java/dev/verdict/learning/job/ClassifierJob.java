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
import dev.verdict.repops.op.Classifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// Makes a job out of labelled images: a classifier with AdamW on the rows in an order drawn from a seed, others kept
/// back to test on.
///
/// @param model what is trained
/// @param training the rows to train on, in the order that batches take them
/// @param test the rows kept back
/// @param seed of the initial parameters
public record ClassifierJob(
    Classifier model,
    LabelledImages training,
    LabelledImages test,
    int batchSize,
    float learningRate,
    long seed) {
  /// Rows that are tested in one pass, so that memory doesn't grow with their number.
  private static final long ROWS_A_PASS = 500;

  /// Throws [IllegalArgumentException] where there are fewer rows than a batch or none to test on, the data doesn't fit
  /// the model, or the rates aren't numbers.
  public ClassifierJob {
    if (!Float.isFinite(learningRate) || learningRate <= 0 || !Float.isFinite(model.inputScale())) {
      throw new IllegalArgumentException("the learning rate must be a positive number and the input scale a number,"
          + " not " + learningRate + " and " + model.inputScale());
    }
    if (test.rows() < 1 || training.rows() < batchSize) {
      throw new IllegalArgumentException(training.rows() + " rows to train on and " + test.rows()
          + " to test on do not hold a batch of " + batchSize + " and a row to test");
    }
    for (LabelledImages rows : List.of(training, test)) {
      if (rows.images().shape().dim(1) != model.features() || rows.classes() > model.classes()) {
        throw new IllegalArgumentException("the data has " + rows.images().shape().dim(1) + " features and "
            + rows.classes() + " classes, the model's layers are for " + model.features() + " and " + model.classes());
      }
    }
  }

  /// Shuffles `all` by `seed` and keeps back the last `testRows`. Throws [IllegalArgumentException] as the constructor,
  /// and where there are no more rows than are kept back.
  public static ClassifierJob of(
      Classifier model, LabelledImages all, int testRows, int batchSize, float learningRate, long seed) {
    if (testRows < 1 || testRows >= all.rows()) {
      throw new IllegalArgumentException(all.rows() + " rows do not hold " + testRows
          + " to test on and a batch of " + batchSize);
    }
    LabelledImages shuffled = shuffled(all, seed);
    long trainingRows = all.rows() - testRows;
    return new ClassifierJob(model, shuffled.slice(0, trainingRows), shuffled.slice(trainingRows, all.rows()),
        batchSize, learningRate, seed);
  }

  /// Shuffles `training` by `seed`; `test` has a set of its own. Throws [IllegalArgumentException] as the constructor.
  public static ClassifierJob of(Classifier model, LabelledImages training, LabelledImages test, int batchSize,
      float learningRate, long seed) {
    return new ClassifierJob(model, shuffled(training, seed), test, batchSize, learningRate, seed);
  }

  private static LabelledImages shuffled(LabelledImages rows, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, (int) rows.rows()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    return rows.gather(order.stream().mapToLong(Integer::longValue).toArray());
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
    long right = 0;
    for (long from = 0; from < test.rows(); from += ROWS_A_PASS) {
      right += rightAnswers(executor, trained, test.slice(from, Math.min(from + ROWS_A_PASS, test.rows())));
    }
    return (double) right / test.rows();
  }

  private long rightAnswers(Executor executor, List<Tensor> trained, LabelledImages rows) {
    BuiltGraph graph = model.inference(bind("images", rows.images()));
    CompiledProgram compiled = executor.compile(graph.program(), Set.of(graph.output("logits")));
    List<Tensor> parameters = trained.subList(0, graph.program().slots().size());
    compiled.run(0, new StepInputs(parameters, List.of(rows.images()), List.of()), NodeObserver.NONE);
    Tensor logits = compiled.output(graph.output("logits"));
    int classes = (int) logits.shape().dim(1);
    long right = 0;
    for (long row = 0; row < rows.rows(); row++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        if (logits.getFloat(row * classes + c) > logits.getFloat(row * classes + best)) {
          best = c;
        }
      }
      right += best == rows.labels().getLong(row) ? 1 : 0;
    }
    return right;
  }
}
