package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.repops.commit.Digest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A contract refused. Its error is decoded where its ABI is known.
public final class ContractRevertedException extends ChainException {
  /// One argument of a custom error: a BigInteger, Boolean, String, [Account], [Digest] or byte[].
  public record Argument(String name, Object value) {
    @Override
    public String toString() {
      Object shown =
          value instanceof byte[] bytes ? "0x" + java.util.HexFormat.of().formatHex(bytes) : value;
      return name.isEmpty() ? String.valueOf(shown) : name + "=" + shown;
    }
  }

  private final String name;
  private final transient List<Argument> arguments;
  private final transient Optional<Digest> transactionHash;

  ContractRevertedException(
      String operation, String name, List<Argument> arguments, Optional<Digest> transactionHash) {
    super(
        "%s: %s: %s(%s)"
            .formatted(
                operation,
                transactionHash
                    .map(hash -> "transaction " + hash + " reverted")
                    .orElse("the contract refuses it, nothing was sent"),
                name,
                arguments.stream().map(Argument::toString).collect(Collectors.joining(", "))));
    this.name = name;
    this.arguments = List.copyOf(arguments);
    this.transactionHash = transactionHash;
  }

  /// Name of the custom error; `Error` for a revert with a text, `Panic` for a failed assertion, `OutOfGas`, or
  /// `Unknown` where nothing tells.
  public String name() {
    return name;
  }

  /// In the error's order.
  public List<Argument> arguments() {
    return arguments;
  }

  /// The value of the argument of that name.
  public Optional<Object> argument(String argumentName) {
    return arguments.stream()
        .filter(a -> a.name().equals(argumentName))
        .map(Argument::value)
        .findFirst();
  }

  /// The transaction, where it was mined and cost gas; empty where it was refused before it was sent.
  public Optional<Digest> transactionHash() {
    return transactionHash;
  }
}
