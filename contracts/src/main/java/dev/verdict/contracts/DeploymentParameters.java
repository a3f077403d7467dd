package dev.verdict.contracts;

import dev.verdict.bisection.game.GameParameters;
import java.math.BigInteger;

/// What is fixed for good when the contracts are deployed (SPEC §8). The contracts themselves refuse values that don't
/// fit each other.
///
/// @param clocks of every game
/// @param minSolverStakeWei the least stake a job may ask of its solver
/// @param minChallengerBondWei the least bond a job may ask of a challenger
/// @param minChallengeSeconds the shortest challenge window
/// @param maxChallengeSeconds the longest challenge window
/// @param rewardBps α, the winner's share of what the loser forfeits after gas, in 1/10,000
/// @param gasPriceCapWei the most that is repaid for one gas
/// @param unbondingSeconds from a request to a withdrawal; more than maxChallengeSeconds and the games' delay bound
public record DeploymentParameters(
    GameParameters clocks,
    BigInteger minSolverStakeWei,
    BigInteger minChallengerBondWei,
    long minChallengeSeconds,
    long maxChallengeSeconds,
    int rewardBps,
    BigInteger gasPriceCapWei,
    long unbondingSeconds) {
  private static final BigInteger FINNEY = BigInteger.TEN.pow(15);
  private static final BigInteger GWEI = BigInteger.TEN.pow(9);

  /// With the shortest unbonding time that the contracts allow.
  public static DeploymentParameters withShortestUnbonding(
      GameParameters clocks,
      BigInteger minSolverStakeWei,
      BigInteger minChallengerBondWei,
      long minChallengeSeconds,
      long maxChallengeSeconds,
      int rewardBps,
      BigInteger gasPriceCapWei) {
    long longest = Math.addExact(maxChallengeSeconds, clocks.delayBoundSeconds());
    return new DeploymentParameters(
        clocks,
        minSolverStakeWei,
        minChallengerBondWei,
        minChallengeSeconds,
        maxChallengeSeconds,
        rewardBps,
        gasPriceCapWei,
        longest + 1);
  }

  /// For a chain of one's own: clocks of an hour, extensions of a minute, windows from a second to a day, half to the
  /// winner.
  public static DeploymentParameters development() {
    return withShortestUnbonding(
        new GameParameters(3_600, 3_600, 60),
        FINNEY,
        FINNEY,
        1,
        86_400,
        5_000,
        GWEI.multiply(BigInteger.valueOf(100)));
  }
}
