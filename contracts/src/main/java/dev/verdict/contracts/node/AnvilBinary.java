package dev.verdict.contracts.node;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds the program: the system property `verdict.anvil`, else the environment variable `VERDICT_ANVIL`, else what npm
/// installed under `solidity` in the working folder or one above it, else on the PATH.
final class AnvilBinary {
  private static final String PROPERTY = "verdict.anvil";
  private static final String VARIABLE = "VERDICT_ANVIL";

  private AnvilBinary() {}

  static Path find() {
    Optional<Path> named =
        Optional.ofNullable(System.getProperty(PROPERTY))
            .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
            .map(Path::of);
    if (named.isPresent()) {
      if (!Files.isExecutable(named.get())) {
        throw new AnvilUnavailableException(
            "anvil isn't at %s, where %s or %s names it: correct or unset it"
                .formatted(named.get(), PROPERTY, VARIABLE));
      }
      return named.get();
    }
    return installed(Path.of("").toAbsolutePath())
        .or(() -> onPath(System.getenv("PATH")))
        .orElseThrow(
            () ->
                new AnvilUnavailableException(
                    "anvil isn't installed: run 'npm ci --ignore-scripts' in solidity, or set %s to the program"
                        .formatted(VARIABLE)));
  }

  private static Optional<Path> installed(Path from) {
    String packageName = "anvil-" + system() + "-" + machine();
    return Stream.iterate(from, folder -> folder != null, Path::getParent)
        .map(
            folder ->
                folder
                    .resolve("solidity/node_modules/@foundry-rs")
                    .resolve(packageName)
                    .resolve("bin/anvil"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Optional<Path> onPath(@Nullable String path) {
    return Stream.of((path == null ? "" : path).split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, "anvil"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String system() {
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    return name.startsWith("mac") ? "darwin" : name.startsWith("windows") ? "win32" : "linux";
  }

  private static String machine() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : "amd64";
  }
}
