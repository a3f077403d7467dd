package dev.verdict.cli.demo;

import dev.verdict.learning.data.CharacterText;
import dev.verdict.learning.data.FashionMnist;
import dev.verdict.learning.data.LabelledImages;
import dev.verdict.learning.job.ClassifierJob;
import dev.verdict.learning.job.TextJob;
import dev.verdict.repops.op.Classifier;
import dev.verdict.repops.op.ConvolutionalNetwork;
import dev.verdict.repops.op.DecoderTransformer;
import dev.verdict.repops.op.MultilayerPerceptron;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// The models that a demo can be about.
public enum Model {
  /// 9,610 parameters on 8×8 digits, which come with the project.
  DIGITS_MLP {
    @Override
    public Assignment assignment(Data data, long seed) {
      Classifier model = new MultilayerPerceptron(List.of(64, 128, 10), DIGITS_SCALE);
      return digits(this, "mlp 64-128-10", model, data, seed, 200, 20);
    }
  },
  /// 6,090 parameters in two convolutions and a product, on the digits.
  DIGITS_CONVNET {
    @Override
    public Assignment assignment(Data data, long seed) {
      Classifier model = new ConvolutionalNetwork(8, List.of(16, 32), 10, DIGITS_SCALE);
      return digits(this, "convnet 16-32", model, data, seed, 120, 10);
    }
  },
  /// 269,322 parameters on Fashion-MNIST.
  FASHION_MLP {
    @Override
    public Assignment assignment(Data data, long seed) {
      Classifier model = new MultilayerPerceptron(List.of(784, 256, 256, 10), FASHION_SCALE);
      return fashion(this, "mlp 784-256-256-10", model, data, seed, 300, 30);
    }

    @Override
    boolean readsFolder() {
      return true;
    }
  },
  /// 20,490 parameters in two convolutions and a product, on Fashion-MNIST.
  FASHION_CONVNET {
    @Override
    public Assignment assignment(Data data, long seed) {
      Classifier model = new ConvolutionalNetwork(28, List.of(16, 32), 10, FASHION_SCALE);
      return fashion(this, "convnet 16-32", model, data, seed, 100, 10);
    }

    @Override
    boolean readsFolder() {
      return true;
    }
  },
  /// 9,342,336 parameters: seven blocks of attention and SwiGLU, character by character on Shakespeare's sonnets.
  /// Sizes at which the dearest proof is cheap: folds of 384 and 640 leave a short last chunk of accumulators, and no
  /// tensor has more than 1,024 chunks, no program more than 1,024 nodes.
  TRANSFORMER_10M {
    @Override
    public Assignment assignment(Data data, long seed) {
      CharacterText sonnets = data.sonnets();
      DecoderTransformer model = DecoderTransformer.llama(sonnets.vocabulary(), 384, 7, 6, 640);
      TextJob job = TextJob.of(model, sonnets, SONNETS_KEPT_BACK, WINDOWS, WINDOW, TRANSFORMER_RATE, seed);
      return Assignment.of(this, "transformer 7x384, " + model.parameterCount() + " parameters,", "sonnets",
          job, 8, 2);
    }
  };

  private static final float DIGITS_SCALE = 1f / 16;
  private static final float FASHION_SCALE = 1f / 256;
  private static final int DIGITS_KEPT_BACK = 297;
  private static final int BATCH = 64;
  private static final float DIGITS_RATE = 0.003f;
  private static final float FASHION_RATE = 0.001f;
  private static final long SONNETS_KEPT_BACK = 4_096;
  private static final int WINDOWS = 3;
  private static final int WINDOW = 128;
  private static final float TRANSFORMER_RATE = 0.0003f;

  /// What there is to train on.
  public interface Data {
    LabelledImages digits();

    FashionMnist fashion();

    CharacterText sonnets();
  }

  /// From files.
  ///
  /// @param home of the project
  /// @param folder that the user named, with Fashion-MNIST
  record Files(Path home, Optional<Path> folder) implements Data {
    @Override
    public LabelledImages digits() {
      return LabelledImages.readCsv(shipped("digits.csv.gz"));
    }

    /// Throws [dev.verdict.learning.data.MissingDataException] where it isn't on this machine.
    @Override
    public FashionMnist fashion() {
      return FashionMnist.read(folder.orElse(FashionMnist.DEBIAN_FOLDER));
    }

    @Override
    public CharacterText sonnets() {
      return CharacterText.read(shipped("sonnets.txt"));
    }

    private Path shipped(String name) {
      return home.resolve("testdata/data").resolve(name);
    }
  }

  /// The work, which `seed` makes one of its own; throws what reading its data does.
  public abstract Assignment assignment(Data data, long seed);

  /// Whether its data is in a folder that one may name: the others' come with the project.
  boolean readsFolder() {
    return false;
  }

  private static Assignment digits(
      Model name, String layers, Classifier model, Data data, long seed, long steps, long interval) {
    return Assignment.of(name, layers, "digits",
        ClassifierJob.of(model, data.digits(), DIGITS_KEPT_BACK, BATCH, DIGITS_RATE, seed), steps, interval);
  }

  private static Assignment fashion(
      Model name, String layers, Classifier model, Data data, long seed, long steps, long interval) {
    FashionMnist fashion = data.fashion();
    return Assignment.of(name, layers, "Fashion-MNIST",
        ClassifierJob.of(model, fashion.training(), fashion.test(), BATCH, FASHION_RATE, seed), steps, interval);
  }

  /// As it is written on the command line: `digits-mlp`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Every name that `--model` takes.
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(values()).map(Model::toString).iterator();
    }
  }

  /// From its name.
  static final class Converter implements ITypeConverter<Model> {
    @Override
    public Model convert(String name) {
      return Arrays.stream(values()).filter(m -> m.toString().equals(name)).findFirst()
          .orElseThrow(() -> new TypeConversionException("'" + name + "' is none of "
              + String.join(", ", new Names())));
    }
  }
}
