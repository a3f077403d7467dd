package dev.verdict.staking.role;

import dev.verdict.bisection.game.Account;
import java.math.BigInteger;

/// An account has too little in the vault for what it is about to do.
public final class InsufficientStakeException extends RuntimeException {
  public InsufficientStakeException(Account account, String purpose, BigInteger freeWei, BigInteger neededWei) {
    super(account + " has " + freeWei + " wei free in the vault, " + purpose + " locks " + neededWei
        + "; deposit the difference with: verdict stake deposit " + neededWei.subtract(freeWei));
  }
}
