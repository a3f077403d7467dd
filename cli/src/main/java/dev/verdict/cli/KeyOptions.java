package dev.verdict.cli;

import dev.verdict.contracts.SecretSource;
import dev.verdict.contracts.Signer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Whose key signs. The key itself is never an argument, which every process of the machine could read.
final class KeyOptions {
  @Option(names = "--keystore", paramLabel = "FILE", description = "Encrypted keystore, version 3.")
  private @Nullable Path keystore;

  @Option(names = "--password-file", paramLabel = "FILE",
      description = "First line: the keystore's password. Without it, it is asked for.")
  private @Nullable Path passwordFile;

  @Option(names = "--key-file", paramLabel = "FILE", defaultValue = "${env:VERDICT_KEY_FILE}",
      description = "First line: a raw key, 64 hexadecimal digits. Default: $VERDICT_KEY_FILE.")
  private @Nullable Path keyFile;

  @Option(names = "--key-env", paramLabel = "NAME", description = "Environment variable that holds a raw key.")
  private @Nullable String keyVariable;

  Signer signer() {
    if (keystore != null) {
      return Signer.fromKeystore(keystore, passwordFile == null
          ? new SecretSource.FromConsole("password of " + keystore)
          : new SecretSource.FromFile(passwordFile));
    }
    if (keyVariable != null) {
      return Signer.fromKey(new SecretSource.FromEnvironment(keyVariable));
    }
    if (keyFile != null) {
      return Signer.fromKey(new SecretSource.FromFile(keyFile));
    }
    throw new InputException("no key given: use --keystore FILE, --key-file FILE or --key-env NAME");
  }
}
