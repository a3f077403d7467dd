package dev.verdict.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.bisection.game.Account;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignerTest {
  /// Account 0 of every development node.
  private static final String KEY =
      "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

  private static final Account ACCOUNT = Account.ofHex("f39fd6e51aad88f6f4ce6ab8827279cfffb92266");

  @TempDir private Path folder;

  private SecretSource file(String name, String text) throws IOException {
    return new SecretSource.FromFile(Files.writeString(folder.resolve(name), text));
  }

  @Test
  void fromKey_fileWithAndWithoutPrefix_givesTheAccount() throws IOException {
    assertThat(Signer.fromKey(file("plain", KEY)).account()).isEqualTo(ACCOUNT);
    assertThat(Signer.fromKey(file("prefixed", "0x" + KEY + "\n")).account()).isEqualTo(ACCOUNT);
    assertThat(Signer.ofPrivateKey(new BigInteger(KEY, 16)).account()).isEqualTo(ACCOUNT);
  }

  @Test
  void fromKey_noKey_saysWhereWithoutSayingWhat() throws IOException {
    String almost = KEY.substring(1);
    for (String text :
        new String[] {almost, "", "0x", "f".repeat(64), "0".repeat(64), "z" + almost}) {
      SecretSource source = file("wrong", text);
      assertThatThrownBy(() -> Signer.fromKey(source))
          .isInstanceOf(SignerException.class)
          .hasMessageContaining("wrong")
          .message()
          .doesNotContain(almost)
          .hasLineCount(1);
    }
    assertThatThrownBy(
            () -> Signer.fromKey(new SecretSource.FromEnvironment("VERDICT_NO_SUCH_VARIABLE")))
        .isInstanceOf(SignerException.class)
        .hasMessageContaining("VERDICT_NO_SUCH_VARIABLE");
    assertThatThrownBy(() -> Signer.fromKey(new SecretSource.FromFile(folder.resolve("missing"))))
        .isInstanceOf(SignerException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void keystore_roundTrip_givesTheSameAccountAndHidesTheKey() throws IOException {
    SecretSource password = file("password", "correct horse");
    Path keystore = Signer.createKeystore(folder.resolve("keys"), password);

    Signer first = Signer.fromKeystore(keystore, password);
    Signer second = Signer.fromKeystore(keystore, password);

    assertThat(first.account()).isEqualTo(second.account());
    byte[] payload = "payload".getBytes(StandardCharsets.UTF_8);
    assertThat(first.sign(payload)).isEqualTo(second.sign(payload));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keystore)))
        .isEqualTo("rw-------");
    try (var files = Files.list(folder.resolve("keys"))) {
      assertThat(files).containsExactly(keystore);
    }
    SecretSource wrong = file("wrong", "incorrect horse");
    assertThatThrownBy(() -> Signer.fromKeystore(keystore, wrong))
        .isInstanceOf(SignerException.class)
        .hasMessageContaining("wrong password")
        .message()
        .doesNotContain("horse");
  }

  /// The first test vector of the Web3 Secret Storage definition. (Its second has scrypt parameters that Bouncy Castle
  /// refuses, and no client writes; scrypt is in the round trip.)
  @Test
  void keystore_ofAnotherClient_isRead() throws IOException {
    String pbkdf2 =
        """
        {"Crypto": {"cipher": "aes-128-ctr", "cipherparams": {"iv": "6087dab2f9fdbbfaddc31a909735c1e6"},
          "ciphertext": "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46", "kdf": "pbkdf2",
          "kdfparams": {"c": 262144, "dklen": 32, "prf": "hmac-sha256",
            "salt": "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
          "mac": "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
         "id": "3198bc9c-6672-5ab3-d995-4942343ae5b6", "version": 3}
        """;
    SecretSource password = file("password", "testpassword");
    Account expected =
        Signer.ofPrivateKey(
                new BigInteger(
                    "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d", 16))
            .account();
    Path keystore = Files.writeString(folder.resolve("keystore.json"), pbkdf2);
    assertThat(Signer.fromKeystore(keystore, password).account()).isEqualTo(expected);
  }

  @Test
  void keystore_notOne_saysSo() throws IOException {
    SecretSource password = file("password", "x");
    Path text = Files.writeString(folder.resolve("text.json"), "hello");
    Path empty = Files.writeString(folder.resolve("empty.json"), "{}");
    for (Path path : new Path[] {text, empty, folder.resolve("none.json")}) {
      assertThatThrownBy(() -> Signer.fromKeystore(path, password))
          .isInstanceOf(SignerException.class)
          .hasMessageContaining(path.getFileName().toString());
    }
  }

  @Test
  void toString_neverShowsTheSecret() throws IOException {
    SecretSource source = file("key", KEY);
    Signer signer = Signer.fromKey(source);
    assertThat(signer.toString()).doesNotContain(KEY).contains(ACCOUNT.hex());
    assertThat(source.toString()).doesNotContain(KEY);
    assertThat(new SecretSource.FromConsole("password").toString()).contains("password");
  }

  @Test
  void fromConsole_noTerminal_saysWhatToDo() {
    assertThatThrownBy(() -> new SecretSource.FromConsole("password of the key").read())
        .isInstanceOf(SignerException.class)
        .hasMessageContaining("password of the key");
  }
}
