package dev.verdict.learning.checkpoint;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Files by name: a folder or a web server. What comes back is not to be trusted; [Objects] checks it.
public interface ObjectSource {
  /// The file of that name as a local path, or empty where the source doesn't have it, or has one that is longer than
  /// `limitBytes`: whatever it is, it isn't what was asked for.
  /// Throws [SourceUnreachableException] where the source doesn't answer, which says nothing about the file.
  Optional<Path> find(String name, long limitBytes);

  /// The file of that name was read and is not what its name says. A source that keeps copies forgets this one, so that
  /// the real thing can still be found.
  default void reject(String name) {}

  /// What people call it.
  String location();

  /// The source at `location`: `http://…` and `https://…` through a cache in `cache`, else a folder (a path, or `file:`).
  /// Throws [IllegalArgumentException] where it is neither.
  static ObjectSource at(String location, Path cache) {
    if (location.startsWith("http://") || location.startsWith("https://")) {
      return new HttpSource(URI.create(location.endsWith("/") ? location : location + "/"), cache);
    }
    return FolderStore.at(location);
  }
}
