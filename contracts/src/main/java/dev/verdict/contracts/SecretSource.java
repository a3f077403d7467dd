package dev.verdict.contracts;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a password or a raw key is to be read: a file, an environment variable or the console; never the command's
/// arguments, which every process of the machine can see. The source holds no secret, so it may be printed.
public sealed interface SecretSource {
  /// The first line of a file.
  record FromFile(Path file) implements SecretSource {}

  /// An environment variable.
  record FromEnvironment(String variable) implements SecretSource {}

  /// What is typed, without echo.
  record FromConsole(String prompt) implements SecretSource {}

  /// Reads the secret. Throws [SignerException] where there is none.
  default String read() {
    return switch (this) {
      case FromFile(Path file) -> {
        try (var lines = Files.lines(file)) {
          yield lines
              .findFirst()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .orElseThrow(
                  () ->
                      new SignerException(
                          "%s is empty: put the secret in its first line".formatted(file)));
        } catch (IOException | java.io.UncheckedIOException e) {
          throw new SignerException(
              "%s can't be read (%s): give a readable file"
                  .formatted(file, e.getClass().getSimpleName()));
        }
      }
      case FromEnvironment(String variable) -> {
        String value = System.getenv(variable);
        if (value == null || value.isBlank()) {
          throw new SignerException(
              "the environment variable %s is not set: set it, or give a file".formatted(variable));
        }
        yield value.strip();
      }
      case FromConsole(String prompt) -> {
        Console console = System.console();
        char[] typed =
            console == null || !console.isTerminal() ? null : console.readPassword("%s: ", prompt);
        if (typed == null || typed.length == 0) {
          throw new SignerException(
              "%s: nothing was typed, or there is no terminal: give a file or an environment variable"
                  .formatted(prompt));
        }
        yield new String(typed);
      }
    };
  }
}
