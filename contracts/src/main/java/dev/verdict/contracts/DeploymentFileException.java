package dev.verdict.contracts;

import java.nio.file.Path;

/// A deployment file is missing, unreadable, or isn't one.
public final class DeploymentFileException extends ChainException {
  DeploymentFileException(Path file, String problem) {
    super(
        "deployment file %s: %s: give the file that deploying wrote, or deploy"
            .formatted(file, problem));
  }
}
