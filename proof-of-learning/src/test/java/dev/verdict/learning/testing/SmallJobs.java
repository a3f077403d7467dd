package dev.verdict.learning.testing;

import dev.verdict.bisection.trace.Computation;
import dev.verdict.bisection.trace.HonestComputation;
import dev.verdict.learning.data.LabelledImages;
import dev.verdict.learning.job.ClassifierJob;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.op.MultilayerPerceptron;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// Jobs that train in no time, and runs of them.
public final class SmallJobs {
  private SmallJobs() {}

  /// A perceptron 64-3-10 on handwritten digits, four rows a batch.
  public static TrainingJob job(long steps, long interval) {
    LabelledImages digits =
        LabelledImages.readCsv(Path.of(System.getProperty("verdict.testdata"), "data/digits.csv.gz")).slice(0, 30);
    return ClassifierJob.of(new MultilayerPerceptron(List.of(64, 3, 10), 1f / 16), digits, 10, 4, 0.01f, 1)
        .job(steps, interval);
  }

  public static Computation honest(TrainingJob job) {
    return new HonestComputation(
        new ReferenceExecutor(), job.program(), job.initial().data(), job.initial().constants());
  }

  /// A run that changes the first slot after step `wrongStep`.
  public static Computation wrongAt(TrainingJob job, long wrongStep) {
    Computation honest = honest(job);
    return new Computation() {
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
        honest.step(step, states, next, observer);
        if (step == wrongStep) {
          next.getFirst().setFloat(0, next.getFirst().getFloat(0) + 1);
        }
      }

      @Override
      public Optional<Tensor> kept(int node) {
        return honest.kept(node);
      }

      @Override
      public Tensor accumulators(long step, List<Tensor> states, IntFunction<Tensor> outputs, int node, long element) {
        return honest.accumulators(step, states, outputs, node, element);
      }
    };
  }
}
