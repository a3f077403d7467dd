package dev.verdict.cli;

import picocli.CommandLine.Option;

/// How much memory somebody else's job may take: anybody may submit anything.
final class MemoryOption {
  @Option(names = "--max-memory", paramLabel = "MIB", defaultValue = "4096",
      description = "Leave jobs alone that take more memory than this. Default: ${DEFAULT-VALUE}.")
  private long mebibytes;

  /// Throws [InputException] below 1 MiB.
  long limitBytes() {
    if (mebibytes < 1 || mebibytes > Long.MAX_VALUE >> 20) {
      throw new InputException("--max-memory must be 1 MiB or more, not " + mebibytes);
    }
    return mebibytes << 20;
  }
}
