package dev.verdict.learning.train;

import dev.verdict.repops.commit.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// The checkpoints of a run so far, in a file that is only ever appended to: 32 bytes each, the last perhaps cut off by
/// a kill and then ignored. An entry is written after the checkpoint that it names.
final class TrailJournal {
  private final Path file;

  TrailJournal(Path file) {
    this.file = file;
  }

  List<Digest> read() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      List<Digest> states = new ArrayList<>();
      byte[] hash = new byte[Digest.LENGTH_BYTES];
      while (bytes.remaining() >= hash.length) {
        bytes.get(hash);
        states.add(Digest.of(hash));
      }
      return states;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Writes entry `index`, over whatever a kill may have left there, and forgets what came after.
  void write(int index, Digest state) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        long at = (long) index * Digest.LENGTH_BYTES;
        channel.truncate(at);
        channel.write(ByteBuffer.wrap(state.bytes()), at);
        channel.force(true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
