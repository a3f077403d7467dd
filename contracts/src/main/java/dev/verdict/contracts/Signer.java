package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import java.math.BigInteger;
import java.nio.file.Path;

/// A key that signs for one account. The key itself never leaves; `toString` shows the account alone. An implementation
/// may sit elsewhere (a remote signer).
public interface Signer {
  /// An ECDSA signature on secp256k1 with its recovery id, 0 or 1.
  record Signature(int recoveryId, BigInteger r, BigInteger s) {}

  /// The account that it signs for.
  Account account();

  /// Signs keccak256 of `payload`. Safe for use by many threads.
  Signature sign(byte[] payload);

  /// From an encrypted keystore file (version 3, as every client writes). Throws [SignerException] where the file is
  /// missing or isn't one, or the password is wrong.
  static Signer fromKeystore(Path keystore, SecretSource password) {
    return LocalSigner.fromKeystore(keystore, password);
  }

  /// From a raw key, 64 hexadecimal digits with or without `0x`. Throws [SignerException] where it isn't one.
  static Signer fromKey(SecretSource key) {
    return LocalSigner.fromKey(key);
  }

  /// From a number in memory. Throws [SignerException] where it is no key.
  static Signer ofPrivateKey(BigInteger privateKey) {
    return LocalSigner.of("the private key given", privateKey);
  }

  /// Makes a key, and writes it encrypted into a new file of `directory` that its owner alone can read. Throws
  /// [SignerException] where it can't be written.
  ///
  /// @return the file
  static Path createKeystore(Path directory, SecretSource password) {
    return LocalSigner.createKeystore(directory, password);
  }
}
