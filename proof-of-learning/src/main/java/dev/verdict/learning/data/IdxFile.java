package dev.verdict.learning.data;

import dev.verdict.learning.checkpoint.MalformedFileException;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// The IDX format of MNIST, of its types u8 alone. Big-endian:
///
///     u16 0
///     u8  type                  8: u8
///     u8  rank
///     u32 × rank                dimensions
///     data                      row-major
final class IdxFile {
  private static final int U8 = 8;

  private IdxFile() {}

  /// The file's tensor of `rank` dimensions. Throws [MalformedFileException] where it isn't one, and
  /// [UncheckedIOException] where it can't be read.
  static Tensor read(Path file, int rank) {
    try (InputStream raw = Files.newInputStream(file);
        InputStream unpacked = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        DataInputStream in = new DataInputStream(unpacked)) {
      int magic = in.readInt();
      if (magic != (U8 << 8 | rank)) {
        throw new MalformedFileException(file, String.format(
            "begins with %08x; IDX of u8 in %d dimensions begins with %08x", magic, rank, U8 << 8 | rank));
      }
      long[] dims = new long[rank];
      for (int d = 0; d < rank; d++) {
        dims[d] = Integer.toUnsignedLong(in.readInt());
      }
      byte[] values = new byte[size(file, dims)];
      in.readFully(values);
      if (in.read() >= 0) {
        throw new MalformedFileException(file, "goes on after its " + values.length + " values");
      }
      return Tensor.ofBytes(Shape.of(dims), values);
    } catch (ZipException e) {
      throw new MalformedFileException(file, "not gzip: " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new MalformedFileException(file, "ends before its header says", e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static int size(Path file, long[] dims) {
    long size = 1;
    for (long dim : dims) {
      if (dim < 1 || dim > Integer.MAX_VALUE / size) {
        throw new MalformedFileException(file, "has dimensions " + Arrays.toString(dims)
            + "; each must be 1 at least, and their product below 2^31");
      }
      size *= dim;
    }
    return (int) size;
  }
}
