package dev.verdict.contracts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.web3j.crypto.WalletFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Reads a keystore of version 3, field by field: web3j's own mapping depends on the order in which reflection lists
/// its setters, and in some JVMs loses `kdf`.
final class KeystoreFile {
  private static final int VERSION = 3;

  private KeystoreFile() {}

  /// Throws [tools.jackson.core.JacksonException] where it isn't JSON or a field is missing.
  static WalletFile read(Path file) throws IOException {
    JsonNode root = new ObjectMapper().readTree(Files.readString(file, StandardCharsets.UTF_8));
    // Old clients wrote it with a capital.
    JsonNode crypto = root.has("Crypto") ? root.get("Crypto") : root.required("crypto");
    String kdf = crypto.required("kdf").stringValue();
    WalletFile.CipherParams cipherParameters = new WalletFile.CipherParams();
    cipherParameters.setIv(crypto.required("cipherparams").required("iv").stringValue());
    WalletFile.Crypto secret = new WalletFile.Crypto();
    secret.setCipher(crypto.required("cipher").stringValue());
    secret.setCiphertext(crypto.required("ciphertext").stringValue());
    secret.setCipherparams(cipherParameters);
    secret.setKdf(kdf);
    setParameters(secret, kdf, crypto.required("kdfparams"));
    secret.setMac(crypto.required("mac").stringValue());
    if (root.required("version").intValue() != VERSION) {
      throw new IOException("version " + root.required("version"));
    }
    WalletFile wallet = new WalletFile();
    wallet.setVersion(VERSION);
    wallet.setCrypto(secret);
    return wallet;
  }

  private static void setParameters(WalletFile.Crypto secret, String kdf, JsonNode fields)
      throws IOException {
    switch (kdf) {
      case "scrypt" -> {
        WalletFile.ScryptKdfParams scrypt = new WalletFile.ScryptKdfParams();
        scrypt.setDklen(fields.required("dklen").intValue());
        scrypt.setN(fields.required("n").intValue());
        scrypt.setP(fields.required("p").intValue());
        scrypt.setR(fields.required("r").intValue());
        scrypt.setSalt(fields.required("salt").stringValue());
        secret.setKdfparams(scrypt);
      }
      case "pbkdf2" -> {
        WalletFile.Aes128CtrKdfParams pbkdf2 = new WalletFile.Aes128CtrKdfParams();
        pbkdf2.setDklen(fields.required("dklen").intValue());
        pbkdf2.setC(fields.required("c").intValue());
        pbkdf2.setPrf(fields.required("prf").stringValue());
        pbkdf2.setSalt(fields.required("salt").stringValue());
        secret.setKdfparams(pbkdf2);
      }
      default -> throw new IOException("key derivation " + kdf);
    }
  }
}
