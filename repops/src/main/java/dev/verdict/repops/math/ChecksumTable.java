package dev.verdict.repops.math;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The true checksums of one function over all 4,096 blocks, read from a `FN.blocks.txt`: lines
/// `block fnv mix n` in ascending order, a last line `total fnv mix n`, and comments that begin
/// with `#`. The totals bind the table: `fnv` over the blocks' fnv words, and the sum of mix.
///
/// Immutable; a table that exists has all its blocks and the right totals.
public final class ChecksumTable {
  private static final Pattern LINE =
      Pattern.compile("(total|[0-9]{4}) ([0-9a-f]{16}) ([0-9a-f]{16}) [0-9]+");

  private final List<BlockChecksum> blocks;

  private ChecksumTable(List<BlockChecksum> blocks) {
    this.blocks = List.copyOf(blocks);
  }

  /// Reads a table. Throws [IOException] where the file can't be read, and
  /// [ChecksumFormatException] where a line is malformed or out of order, a block is missing, or the
  /// totals don't follow from the blocks.
  public static ChecksumTable read(Path file) throws IOException {
    return parse(Files.readAllLines(file, StandardCharsets.US_ASCII));
  }

  /// A table from its lines; [#read] without the file.
  public static ChecksumTable parse(List<String> lines) {
    List<BlockChecksum> blocks = new ArrayList<>(BlockChecksum.BLOCKS);
    long fnv = BlockChecksum.FNV_OFFSET;
    long mix = 0;
    boolean complete = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#")) {
        continue;
      }
      Matcher fields = LINE.matcher(line);
      String expected =
          blocks.size() < BlockChecksum.BLOCKS
              ? String.format("%04d", blocks.size())
              : complete ? "no further line" : "total";
      if (!fields.matches() || !fields.group(1).equals(expected)) {
        throw new ChecksumFormatException(i + 1, expected, line);
      }
      long lineFnv = Long.parseUnsignedLong(fields.group(2), 16);
      long lineMix = Long.parseUnsignedLong(fields.group(3), 16);
      if (blocks.size() < BlockChecksum.BLOCKS) {
        blocks.add(new BlockChecksum(blocks.size(), lineFnv, lineMix));
        fnv = (fnv ^ lineFnv) * BlockChecksum.FNV_PRIME;
        mix += lineMix;
      } else if (lineFnv != fnv || lineMix != mix) {
        throw new ChecksumFormatException(i + 1, String.format("total %016x %016x", fnv, mix), line);
      } else {
        complete = true;
      }
    }
    if (!complete) {
      throw new ChecksumFormatException(
          lines.size() + 1, "blocks up to 4095 and a total", "end of file");
    }
    return new ChecksumTable(blocks);
  }

  /// The true checksum of a block. Throws [IndexOutOfBoundsException] where `block` is not in
  /// \[0, 4096).
  public BlockChecksum block(int block) {
    return blocks.get(block);
  }
}
