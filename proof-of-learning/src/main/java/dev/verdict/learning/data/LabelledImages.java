package dev.verdict.learning.data;

import dev.verdict.learning.checkpoint.MalformedFileException;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// Rows of features with a class each.
///
/// @param images u8 [rows, features]
/// @param labels u8 [rows]
public record LabelledImages(Tensor images, Tensor labels) {
  /// The number of rows.
  public long rows() {
    return labels.numel();
  }

  /// One more than the largest label.
  public int classes() {
    long most = 0;
    for (long i = 0; i < rows(); i++) {
      most = Math.max(most, labels.getLong(i));
    }
    return (int) most + 1;
  }

  /// Reads comma-separated integers from 0 to 255, the label last on each line, no header; gzip where the name ends in
  /// `.gz`. Throws [MalformedFileException] naming line and column.
  public static LabelledImages readCsv(Path file) {
    List<byte[]> rows = new ArrayList<>();
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          rows.add(parseRow(file, rows.size() + 1, line));
          if (rows.getLast().length != rows.getFirst().length) {
            throw new MalformedFileException(file, "line " + rows.size() + " has " + rows.getLast().length
                + " columns, line 1 has " + rows.getFirst().length);
          }
        }
      }
    } catch (ZipException e) {
      throw new MalformedFileException(file, "not gzip: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
    if (rows.isEmpty() || rows.getFirst().length < 2) {
      throw new MalformedFileException(file, "expected at least one line of at least one feature and a label");
    }
    return ofRows(rows);
  }

  /// Reads images and their labels from IDX files, as MNIST and its likes come (u8, of three dimensions and of one);
  /// gzip where a name ends in `.gz`. Throws [MalformedFileException] naming file and place.
  public static LabelledImages readIdx(Path imagesFile, Path labelsFile) {
    Tensor images = IdxFile.read(imagesFile, 3);
    Tensor labels = IdxFile.read(labelsFile, 1);
    long rows = images.shape().dim(0);
    if (labels.numel() != rows) {
      throw new MalformedFileException(labelsFile, "has " + labels.numel() + " labels, " + imagesFile + " has " + rows
          + " images");
    }
    return new LabelledImages(images.reshape(Shape.of(rows, images.numel() / rows)), labels);
  }

  private static byte[] parseRow(Path file, int line, String text) {
    String[] fields = text.split(",", -1);
    byte[] row = new byte[fields.length];
    for (int i = 0; i < fields.length; i++) {
      int value = -1;
      try {
        value = Integer.parseInt(fields[i].strip());
      } catch (NumberFormatException e) {
        // Reported below, with the values that are out of range.
      }
      if (value < 0 || value > 255) {
        throw new MalformedFileException(file, "line " + line + ", column " + (i + 1) + ": '" + fields[i]
            + "' is not an integer from 0 to 255");
      }
      row[i] = (byte) value;
    }
    return row;
  }

  private static LabelledImages ofRows(List<byte[]> rows) {
    int features = rows.getFirst().length - 1;
    byte[] images = new byte[Math.multiplyExact(rows.size(), features)];
    byte[] labels = new byte[rows.size()];
    for (int r = 0; r < rows.size(); r++) {
      System.arraycopy(rows.get(r), 0, images, r * features, features);
      labels[r] = rows.get(r)[features];
    }
    return new LabelledImages(
        Tensor.ofBytes(Shape.of(rows.size(), features), images), Tensor.ofBytes(Shape.of(rows.size()), labels));
  }

  /// Rows `from` (inclusive) to `to` (exclusive); copies.
  public LabelledImages slice(long from, long to) {
    return gather(LongStream.range(from, to).toArray());
  }

  /// These rows, in this order; copies.
  public LabelledImages gather(long[] order) {
    long features = images.shape().dim(1);
    byte[] pixels = new byte[Math.toIntExact(order.length * features)];
    byte[] classes = new byte[order.length];
    MemorySegment into = MemorySegment.ofArray(pixels);
    for (int r = 0; r < order.length; r++) {
      MemorySegment.copy(images.segment(), order[r] * features, into, r * features, features);
      classes[r] = (byte) labels.getLong(order[r]);
    }
    return new LabelledImages(
        Tensor.ofBytes(Shape.of(order.length, features), pixels), Tensor.ofBytes(Shape.of(order.length), classes));
  }
}
