package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Locale;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.crypto.Wallet;
import org.web3j.crypto.WalletUtils;
import org.web3j.crypto.exception.CipherException;
import tools.jackson.core.JacksonException;

/// A key in this process's memory.
final class LocalSigner implements Signer {
  private static final BigInteger GROUP_ORDER = Sign.CURVE_PARAMS.getN();

  private final ECKeyPair key;
  private final Account account;

  private LocalSigner(ECKeyPair key) {
    this.key = key;
    this.account = Account.ofHex(Keys.getAddress(key));
  }

  static LocalSigner of(String source, BigInteger privateKey) {
    // The message names the source, never what was read.
    if (privateKey.signum() <= 0 || privateKey.compareTo(GROUP_ORDER) >= 0) {
      throw new SignerException("%s is no key: the number is outside the group".formatted(source));
    }
    return new LocalSigner(ECKeyPair.create(privateKey));
  }

  static LocalSigner fromKey(SecretSource source) {
    String text = source.read().toLowerCase(Locale.ROOT);
    String digits = text.startsWith("0x") ? text.substring(2) : text;
    if (!digits.matches("[0-9a-f]{64}")) {
      throw new SignerException(
          "%s holds no key: expected 64 hexadecimal digits".formatted(source));
    }
    return of(source.toString(), new BigInteger(digits, 16));
  }

  static LocalSigner fromKeystore(Path keystore, SecretSource password) {
    if (!Files.isReadable(keystore)) {
      throw new SignerException(
          "keystore %s can't be read: give a keystore file".formatted(keystore));
    }
    try {
      return new LocalSigner(Wallet.decrypt(password.read(), KeystoreFile.read(keystore)));
    } catch (CipherException e) {
      throw new SignerException(
          "keystore %s: wrong password, or a cipher that isn't supported: check %s"
              .formatted(keystore, password));
    } catch (IOException | JacksonException | IllegalArgumentException e) {
      throw new SignerException(
          "keystore %s is no keystore of version 3: give a keystore file".formatted(keystore));
    }
  }

  static Path createKeystore(Path directory, SecretSource password) {
    try {
      Files.createDirectories(directory);
      // A private folder first: the file must at no time be readable to others.
      Path draft = Files.createTempDirectory(directory, ".new-key");
      try {
        String name = WalletUtils.generateFullNewWalletFile(password.read(), draft.toFile());
        Path file = draft.resolve(name);
        if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return Files.move(file, directory.resolve(name));
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException | CipherException | GeneralSecurityException e) {
      throw new SignerException(
          "no keystore could be written to %s (%s): give a writable folder"
              .formatted(directory, e.getClass().getSimpleName()));
    }
  }

  @Override
  public Account account() {
    return account;
  }

  @Override
  public Signature sign(byte[] payload) {
    Sign.SignatureData signature = Sign.signMessage(payload, key, true);
    return new Signature(
        signature.getV()[0] - Sign.LOWER_REAL_V,
        new BigInteger(1, signature.getR()),
        new BigInteger(1, signature.getS()));
  }

  @Override
  public String toString() {
    return "Signer[" + account + "]";
  }
}
