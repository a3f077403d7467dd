package dev.verdict.cli.demo;

import dev.verdict.learning.job.ClassifierJob;
import dev.verdict.learning.job.TextJob;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.Executor;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;

/// The work that a demo is about.
///
/// @param name that it is chosen by: `digits-mlp`
/// @param layers of the model: `mlp 64-128-10`
/// @param data that it is trained on: `digits`
/// @param evaluation of S_T's slots
public record Assignment(
    String name, String layers, String data, TrainingJob job, BiFunction<Executor, List<Tensor>, Quality> evaluation) {

  /// How good a trained model is on data that it hasn't seen.
  ///
  /// @param key of the figure in JSON
  public record Quality(String key, double value, String words) {
    static Quality accuracy(double share) {
      return new Quality("testAccuracy", share, String.format(Locale.ROOT, "test accuracy %.1f %%", 100 * share));
    }

    static Quality loss(double nats) {
      return new Quality("testLoss", nats, String.format(Locale.ROOT, "test loss %.4f", nats));
    }
  }

  static Assignment of(
      Model model, String layers, String data, ClassifierJob job, long steps, long checkpointInterval) {
    return new Assignment(model.toString(), layers, data, job.job(steps, checkpointInterval),
        (executor, trained) -> Quality.accuracy(job.testAccuracy(executor, trained)));
  }

  static Assignment of(Model model, String layers, String data, TextJob job, long steps, long checkpointInterval) {
    return new Assignment(model.toString(), layers, data, job.job(steps, checkpointInterval),
        (executor, trained) -> Quality.loss(job.testLoss(executor, trained)));
  }

  /// For people: `mlp 64-128-10 on digits`.
  String words() {
    return layers + " on " + data;
  }
}
