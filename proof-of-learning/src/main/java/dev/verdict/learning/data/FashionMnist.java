package dev.verdict.learning.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017; MIT licence): 28×28 grey images of ten kinds of clothing.
///
/// @param training 60,000 rows
/// @param test 10,000 rows
public record FashionMnist(LabelledImages training, LabelledImages test) {
  /// Pixels along an image's side.
  public static final int SIDE = 28;
  public static final int CLASSES = 10;
  /// Where Debian's package puts the files.
  public static final Path DEBIAN_FOLDER = Path.of("/usr/share/datasets/fashion-mnist");

  private static final String TRAINING_IMAGES = "train-images-idx3-ubyte.gz";
  private static final String TRAINING_LABELS = "train-labels-idx1-ubyte.gz";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte.gz";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte.gz";

  /// Reads the four files as they are published. Throws [MissingDataException] naming the first that isn't in `folder`,
  /// and [dev.verdict.learning.checkpoint.MalformedFileException] where one isn't what its name says.
  public static FashionMnist read(Path folder) {
    for (String name : List.of(TRAINING_IMAGES, TRAINING_LABELS, TEST_IMAGES, TEST_LABELS)) {
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new MissingDataException(folder.resolve(name), "Fashion-MNIST",
            "apt-get install dataset-fashion-mnist");
      }
    }
    return new FashionMnist(
        LabelledImages.readIdx(folder.resolve(TRAINING_IMAGES), folder.resolve(TRAINING_LABELS)),
        LabelledImages.readIdx(folder.resolve(TEST_IMAGES), folder.resolve(TEST_LABELS)));
  }
}
