package dev.verdict.repops.conformance;

import dev.verdict.repops.commit.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// What every machine must give: the digests of `testdata/conformance.txt`, written by the reference executor.
///
/// A line is 64 hexadecimal digits, two spaces, and an entry's key; comments begin with `#`. Immutable.
public final class PublishedDigests {
  /// The file below `testdata/`.
  public static final String FILE = "conformance.txt";

  private final Map<String, Digest> byKey;

  private PublishedDigests(Map<String, Digest> byKey) {
    this.byKey = Map.copyOf(byKey);
  }

  /// Those that this build carries.
  public static PublishedDigests read() {
    return parse(FILE, TestVectors.lines(FILE));
  }

  /// From the lines of `file`, which is named in messages. Throws [IllegalArgumentException] for a line that isn't one,
  /// or a key that is there twice.
  public static PublishedDigests parse(String file, List<String> lines) {
    Map<String, Digest> byKey = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("#") || line.isBlank()) {
        continue;
      }
      if (!line.matches("[0-9a-f]{64}  [^ ].*")) {
        throw new IllegalArgumentException(file + " line " + (i + 1) + ": expected a digest and a key, got '" + line
            + "'");
      }
      if (byKey.put(line.substring(66), Digest.ofHex(line.substring(0, 64))) != null) {
        throw new IllegalArgumentException(file + " line " + (i + 1) + ": again '" + line.substring(66) + "'");
      }
    }
    return new PublishedDigests(byKey);
  }

  /// The file that publishes these, in their order.
  public static List<String> format(SequencedMap<Entry, Digest> digests) {
    SequencedMap<String, Digest> keyed = new LinkedHashMap<>();
    digests.forEach((entry, digest) -> {
      if (keyed.put(entry.key(), digest) != null) {
        throw new IllegalArgumentException("two entries of the catalogue are called " + entry.key());
      }
    });
    List<String> lines = new ArrayList<>();
    lines.add("# SHA-256 of the outputs of each entry of dev.verdict.repops.conformance.Catalogue, by the reference");
    lines.add("# executor; testdata/README.md has the layout and the command that writes it.");
    keyed.forEach((key, digest) -> lines.add(digest.hex() + "  " + key));
    return lines;
  }

  /// What `entry` must give; empty where it isn't published.
  public Optional<Digest> of(Entry entry) {
    return Optional.ofNullable(byKey.get(entry.key()));
  }

  /// How many there are.
  public int size() {
    return byKey.size();
  }
}
