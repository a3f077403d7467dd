package dev.verdict.it.testing;

import dev.verdict.learning.data.CharacterText;
import dev.verdict.learning.data.LabelledImages;
import dev.verdict.learning.job.ClassifierJob;
import dev.verdict.learning.job.TextJob;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.op.ConvolutionalNetwork;
import dev.verdict.repops.op.DecoderTransformer;
import java.nio.file.Path;
import java.util.List;

/// Jobs of every kind of model there is, small enough to be interpreted.
public final class SmallModels {
  private static final Path DATA = Path.of(System.getProperty("verdict.testdata"), "data");

  private SmallModels() {}

  /// Rotary positions, grouped queries, RMS normalisation and SwiGLU, on the sonnets.
  public static TrainingJob llama(long steps, long interval, long seed) {
    return text(new DecoderTransformer(vocabulary(), 16, 1, 4, 2, 24, DecoderTransformer.Normalizer.RMS,
        DecoderTransformer.FeedForward.SWIGLU, false), steps, interval, seed);
  }

  /// Layer normalisation, gelu and tied embeddings, on the sonnets.
  public static TrainingJob gpt(long steps, long interval, long seed) {
    return text(DecoderTransformer.gpt(vocabulary(), 16, 1, 2), steps, interval, seed);
  }

  /// Shakespeare's, as they come with the project.
  public static CharacterText sonnets() {
    return CharacterText.read(DATA.resolve("sonnets.txt"));
  }

  private static int vocabulary() {
    return sonnets().vocabulary();
  }

  private static TrainingJob text(DecoderTransformer model, long steps, long interval, long seed) {
    return TextJob.of(model, sonnets(), 100, 2, 8, 0.01f, seed).job(steps, interval);
  }

  /// Two convolutions, pools and a product, on handwritten digits.
  public static TrainingJob convnet(long steps, long interval, long seed) {
    return ClassifierJob.of(new ConvolutionalNetwork(8, List.of(3, 4), 10, 1f / 16), digits().slice(0, 60), 20, 8, 0.01f, seed)
        .job(steps, interval);
  }

  /// Handwritten ones, as they come with the project.
  public static LabelledImages digits() {
    return LabelledImages.readCsv(DATA.resolve("digits.csv.gz"));
  }
}
