package dev.verdict.contracts.node;

import dev.verdict.contracts.Signer;
import org.web3j.crypto.Bip32ECKeyPair;
import org.web3j.crypto.MnemonicUtils;

/// The keys that anvil funds: derived from the mnemonic that every development node uses. Published, so of no worth.
final class DevelopmentKeys {
  private static final String MNEMONIC =
      "test test test test test test test test test test test junk";

  private DevelopmentKeys() {}

  /// m/44'/60'/0'/0/index.
  static Signer signer(int index) {
    if (index < 0 || index >= AnvilNode.ACCOUNTS) {
      throw new IllegalArgumentException(
          "anvil funds accounts 0 to " + (AnvilNode.ACCOUNTS - 1) + ", not " + index);
    }
    int hardened = Bip32ECKeyPair.HARDENED_BIT;
    int[] path = {44 | hardened, 60 | hardened, hardened, 0, index};
    Bip32ECKeyPair master =
        Bip32ECKeyPair.generateKeyPair(MnemonicUtils.generateSeed(MNEMONIC, ""));
    return Signer.ofPrivateKey(Bip32ECKeyPair.deriveKeyPair(master, path).getPrivateKey());
  }
}
