package dev.verdict.contracts;

import java.math.BigInteger;
import java.time.Duration;

/// How [Transactions] sends.
///
/// @param maxFeePerGasWei the cap: no transaction offers more for one gas, whatever happens
/// @param bumpPercent by how much a replacement offers more; nodes ask for 10 at least
/// @param resendAfterBlocks blocks after which a transaction that isn't mined is sent again, with a higher fee
/// @param resendAfter time after which it is, where blocks don't come
/// @param confirmations blocks on top of a transaction's until it is let go; sent again where a reorganisation drops it
///     before that. 0 lets it go as soon as it is mined
/// @param pollInterval between looks at the chain
/// @param patience how long [Transactions#send] waits
/// @param gasMarginPercent on top of the node's estimate
public record SendPolicy(
    BigInteger maxFeePerGasWei,
    int bumpPercent,
    int resendAfterBlocks,
    Duration resendAfter,
    int confirmations,
    Duration pollInterval,
    Duration patience,
    int gasMarginPercent) {
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  public SendPolicy {
    if (maxFeePerGasWei.signum() < 0
        || bumpPercent < 10
        || resendAfterBlocks < 1
        || confirmations < 0
        || gasMarginPercent < 0
        || !resendAfter.isPositive()
        || !pollInterval.isPositive()
        || !patience.isPositive()) {
      throw new IllegalArgumentException(
          "a send policy needs a cap of 0 or more, a bump of 10 % or more and positive times: cap "
              + maxFeePerGasWei
              + ", bump "
              + bumpPercent
              + ", blocks "
              + resendAfterBlocks
              + ", after "
              + resendAfter
              + ", confirmations "
              + confirmations
              + ", poll "
              + pollInterval
              + ", patience "
              + patience
              + ", margin "
              + gasMarginPercent);
    }
  }

  /// For public networks: at most 500 gwei a gas, sent again after 3 blocks, let go after 12.
  public static SendPolicy standard() {
    return new SendPolicy(
        GWEI.multiply(BigInteger.valueOf(500)),
        13,
        3,
        Duration.ofMinutes(1),
        12,
        Duration.ofMillis(500),
        Duration.ofMinutes(15),
        25);
  }

  /// For a node that mines at once: short intervals, let go when mined.
  public static SendPolicy development() {
    return new SendPolicy(
        GWEI.multiply(BigInteger.valueOf(500)),
        13,
        2,
        Duration.ofSeconds(2),
        0,
        Duration.ofMillis(20),
        Duration.ofSeconds(60),
        25);
  }

  public SendPolicy withMaxFeePerGas(BigInteger wei) {
    return new SendPolicy(
        wei,
        bumpPercent,
        resendAfterBlocks,
        resendAfter,
        confirmations,
        pollInterval,
        patience,
        gasMarginPercent);
  }

  public SendPolicy withConfirmations(int blocks) {
    return new SendPolicy(
        maxFeePerGasWei,
        bumpPercent,
        resendAfterBlocks,
        resendAfter,
        blocks,
        pollInterval,
        patience,
        gasMarginPercent);
  }

  public SendPolicy withResendAfter(int blocks, Duration time) {
    return new SendPolicy(
        maxFeePerGasWei,
        bumpPercent,
        blocks,
        time,
        confirmations,
        pollInterval,
        patience,
        gasMarginPercent);
  }

  public SendPolicy withPatience(Duration time) {
    return new SendPolicy(
        maxFeePerGasWei,
        bumpPercent,
        resendAfterBlocks,
        resendAfter,
        confirmations,
        pollInterval,
        time,
        gasMarginPercent);
  }
}
