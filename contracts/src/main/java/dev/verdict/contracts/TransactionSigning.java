package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.bisection.game.Keccak256;
import java.math.BigInteger;
import java.util.HexFormat;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.Sign;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.utils.Numeric;

/// From a request, nonce, gas limit and fees to the bytes that go to a node.
final class TransactionSigning {
  private TransactionSigning() {}

  static Broadcast sign(
      Signer signer,
      long chainId,
      TransactionRequest request,
      long nonce,
      BigInteger gasLimit,
      Fees fees) {
    String to = request.to().map(Account::toString).orElse("");
    String data = "0x" + HexFormat.of().formatHex(request.data());
    BigInteger sequence = BigInteger.valueOf(nonce);
    byte[] raw =
        switch (fees) {
          case Fees.Dynamic(BigInteger max, BigInteger tip) -> {
            RawTransaction unsigned =
                RawTransaction.createTransaction(
                    chainId, sequence, gasLimit, to, request.valueWei(), data, tip, max);
            yield TransactionEncoder.encode(
                unsigned, signature(signer, TransactionEncoder.encode(unsigned)));
          }
          case Fees.Legacy(BigInteger price) -> {
            RawTransaction unsigned =
                RawTransaction.createTransaction(
                    sequence, price, gasLimit, to, request.valueWei(), data);
            Sign.SignatureData signature =
                signature(signer, TransactionEncoder.encode(unsigned, chainId));
            yield TransactionEncoder.encode(
                unsigned, TransactionEncoder.createEip155SignatureData(signature, chainId));
          }
        };
    return new Broadcast(nonce, Keccak256.of(raw), raw);
  }

  private static Sign.SignatureData signature(Signer signer, byte[] payload) {
    Signer.Signature signature = signer.sign(payload);
    return new Sign.SignatureData(
        (byte) (Sign.LOWER_REAL_V + signature.recoveryId()),
        Numeric.toBytesPadded(signature.r(), 32),
        Numeric.toBytesPadded(signature.s(), 32));
  }
}
