package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import org.web3j.abi.datatypes.Type;
import org.web3j.protocol.core.RemoteFunctionCall;
import org.web3j.tx.ReadonlyTransactionManager;
import org.web3j.tx.TransactionManager;
import org.web3j.utils.Numeric;

/// What the gateways share: from a generated wrapper's call to a request or an answer.
abstract class Gateway {
  private static final BigInteger U64 = BigInteger.ONE.shiftLeft(64);

  private final String contract;
  private final ChainClient client;
  private final Account address;
  private final OptionalLong block;

  Gateway(String contract, ChainClient client, Account address, OptionalLong block) {
    this.contract = contract;
    this.client = client;
    this.address = address;
    this.block = block;
  }

  /// Where the contract is.
  public final Account address() {
    return address;
  }

  final ChainClient client() {
    return client;
  }

  /// Wrappers only encode and decode here; what goes over the wire is [ChainClient]'s and [Transactions]' business.
  static TransactionManager encodingOnly(ChainClient client, Account address) {
    return new ReadonlyTransactionManager(client.web3j(), address.toString());
  }

  final TransactionRequest request(String function, RemoteFunctionCall<?> call) {
    return TransactionRequest.call(
        contract + "." + function,
        address,
        Numeric.hexStringToByteArray(call.encodeFunctionCall()));
  }

  @SuppressWarnings("rawtypes")
  final List<Type> read(String function, RemoteFunctionCall<?> call) {
    String operation = contract + "." + function;
    byte[] answer =
        client.call(
            operation, address, Numeric.hexStringToByteArray(call.encodeFunctionCall()), block);
    if (answer.length == 0) {
      throw new WrongContractVersionException(contract, address, "a contract", "no code");
    }
    List<Type> values = call.decodeFunctionResponse("0x" + HexFormat.of().formatHex(answer));
    if (values.isEmpty()) {
      throw new WrongContractVersionException(
          contract, address, "an answer to " + function, answer.length + " bytes");
    }
    return values;
  }

  final BigInteger readNumber(String function, RemoteFunctionCall<?> call) {
    return (BigInteger) read(function, call).getFirst().getValue();
  }

  final long readLong(String function, RemoteFunctionCall<?> call) {
    return readNumber(function, call).longValue();
  }

  final Account readAccount(String function, RemoteFunctionCall<?> call) {
    return Account.ofHex((String) read(function, call).getFirst().getValue());
  }

  final Digest readDigest(String function, RemoteFunctionCall<?> call) {
    return Digest.of((byte[]) read(function, call).getFirst().getValue());
  }

  /// A u64 that Java holds in a long, whatever its sign.
  static BigInteger u64(long value) {
    BigInteger signed = BigInteger.valueOf(value);
    return value >= 0 ? signed : signed.add(U64);
  }

  static List<byte[]> bytes(List<Digest> digests) {
    return digests.stream().map(Digest::bytes).toList();
  }

  @Override
  public final String toString() {
    return contract + "[" + address + ", " + client + "]";
  }
}
