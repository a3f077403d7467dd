package dev.verdict.cli;

/// Something that has to be fetched couldn't be; it may be there later.
final class DownloadFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  DownloadFailedException(String message) {
    super(message);
  }
}
