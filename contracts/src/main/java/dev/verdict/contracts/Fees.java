package dev.verdict.contracts;

import java.math.BigInteger;
import java.util.Optional;

/// What a transaction offers for one gas.
sealed interface Fees {
  /// EIP-1559.
  record Dynamic(BigInteger maxFeeWei, BigInteger priorityFeeWei) implements Fees {}

  /// Before EIP-1559.
  record Legacy(BigInteger gasPriceWei) implements Fees {}

  /// For a first version: room for the base fee to double.
  static Fees first(ChainClient client, Block head, SendPolicy policy) {
    BigInteger cap = policy.maxFeePerGasWei();
    return head.baseFeeWei()
        .<Fees>map(
            base -> {
              BigInteger tip = priorityFee(client);
              BigInteger max = base.shiftLeft(1).add(tip).min(cap);
              return new Dynamic(max, tip.min(max));
            })
        .orElseGet(() -> new Legacy(client.suggestedGasPrice().min(cap)));
  }

  /// For a replacement: more by the policy's percentage in every part, as nodes ask, and at least what a first version
  /// would offer now; empty where the cap doesn't allow it.
  static Optional<Fees> bumped(Fees last, ChainClient client, Block head, SendPolicy policy) {
    BigInteger cap = policy.maxFeePerGasWei();
    Fees now = first(client, head, policy);
    return switch (last) {
      case Dynamic(BigInteger max, BigInteger tip) -> {
        BigInteger leastMax = raised(max, policy);
        BigInteger leastTip = raised(tip, policy);
        if (leastMax.compareTo(cap) > 0 || leastTip.compareTo(cap) > 0) {
          yield Optional.empty();
        }
        Dynamic fresh = now instanceof Dynamic d ? d : new Dynamic(leastMax, leastTip);
        BigInteger newMax = leastMax.max(fresh.maxFeeWei()).max(leastTip);
        yield Optional.of(new Dynamic(newMax, leastTip.max(fresh.priorityFeeWei()).min(newMax)));
      }
      case Legacy(BigInteger price) -> {
        BigInteger least = raised(price, policy);
        BigInteger fresh = now instanceof Legacy(BigInteger p) ? p : least;
        yield least.compareTo(cap) > 0
            ? Optional.empty()
            : Optional.of(new Legacy(least.max(fresh)));
      }
    };
  }

  private static BigInteger raised(BigInteger wei, SendPolicy policy) {
    // + 1, so that nothing grows too, and rounding never falls short of the node's percentage.
    return wei.multiply(BigInteger.valueOf(100L + policy.bumpPercent()))
        .divide(BigInteger.valueOf(100))
        .add(BigInteger.ONE);
  }

  private static BigInteger priorityFee(ChainClient client) {
    try {
      return client.suggestedPriorityFee();
    } catch (NodeErrorException e) {
      // Not every node that knows EIP-1559 has an opinion.
      return BigInteger.TEN.pow(9);
    }
  }
}
