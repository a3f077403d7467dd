package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.ir.BoundTensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/// The handwritten digits of `testdata/data`: 1,797 images of 8×8 pixels from 0 to 16, and their labels.
record Digits(Tensor images, Tensor labels) {
  static final int COUNT = 1797;

  static Digits read() throws IOException {
    Path file = Path.of(System.getProperty("verdict.testdata"), "data", "digits.csv.gz");
    Tensor images = Tensor.zeros(DType.U8, Shape.of(COUNT, 64));
    Tensor labels = Tensor.zeros(DType.U8, Shape.of(COUNT));
    List<String> lines;
    try (BufferedReader in = new BufferedReader(
        new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
      lines = in.lines().toList();
    }
    if (lines.size() != COUNT) {
      throw new IOException(file + " has " + lines.size() + " rows, not " + COUNT);
    }
    for (int row = 0; row < COUNT; row++) {
      String[] fields = lines.get(row).split(",");
      for (int i = 0; i < 64; i++) {
        images.setLong(row * 64L + i, Integer.parseInt(fields[i]));
      }
      labels.setLong(row, Integer.parseInt(fields[64]));
    }
    return new Digits(images, labels);
  }

  /// The first `n` rows.
  Digits head(int n) {
    Tensor few = Tensor.zeros(DType.U8, Shape.of(n, 64));
    Tensor classes = Tensor.zeros(DType.U8, Shape.of(n));
    for (long i = 0; i < few.numel(); i++) {
      few.setLong(i, images.getLong(i));
    }
    for (long i = 0; i < n; i++) {
      classes.setLong(i, labels.getLong(i));
    }
    return new Digits(few, classes);
  }

  BoundTensor boundImages() {
    return new BoundTensor("images", DType.U8, images.shape(), Digest.ZERO);
  }

  BoundTensor boundLabels() {
    return new BoundTensor("labels", DType.U8, labels.shape(), Digest.ZERO);
  }
}
