package dev.verdict.learning.audit;

import dev.verdict.repops.commit.Digest;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.commons.math3.util.CombinatoricsUtils;

/// The intervals that a verifier has to check: q of n, drawn without replacement from a public seed (SPEC §5.2).
///
/// @param intervals ascending, from 1
public record AuditPlan(long intervalCount, List<Long> intervals) {
  public AuditPlan {
    intervals = List.copyOf(intervals);
  }

  /// Every interval.
  public static AuditPlan all(long intervalCount) {
    return new AuditPlan(intervalCount, LongStream.rangeClosed(1, intervalCount).boxed().toList());
  }

  /// The seed of one verifier's draw: `H(0x40 ‖ blockHash ‖ claimId u64 ‖ verifier (20 bytes))`.
  public static Digest seed(Digest blockHash, long claimId, byte[] verifier) {
    return Digest.sha256(new byte[] {0x40}, blockHash.bytes(),
        ByteBuffer.allocate(Long.BYTES).putLong(claimId).array(), verifier);
  }

  /// Draws `quota` of `intervalCount` intervals: a Fisher-Yates shuffle stopped after `quota` swaps, whose j-th draw
  /// from the m that are left is `SHA-256(seed ‖ j u64) mod m`. Throws [IllegalArgumentException] unless
  /// 1 ≤ quota ≤ intervalCount.
  public static AuditPlan draw(Digest seed, long intervalCount, int quota) {
    if (quota < 1 || quota > intervalCount) {
      throw new IllegalArgumentException("cannot draw " + quota + " of " + intervalCount + " intervals");
    }
    Map<Long, Long> moved = new HashMap<>();
    List<Long> drawn = new ArrayList<>(quota);
    for (long j = 0; j < quota; j++) {
      byte[] random = Digest.sha256(seed.bytes(), ByteBuffer.allocate(Long.BYTES).putLong(j).array()).bytes();
      long pick = j + new BigInteger(1, random).mod(BigInteger.valueOf(intervalCount - j)).longValueExact();
      drawn.add(1 + moved.getOrDefault(pick, pick));
      moved.put(pick, moved.getOrDefault(j, j));
    }
    return new AuditPlan(intervalCount, drawn.stream().sorted().toList());
  }

  /// The probability that at least one of `wrong` false intervals among the n is among the q drawn:
  /// 1 − C(n−f, q) / C(n, q), in binary64.
  public double catchProbability(int wrong) {
    int n = Math.toIntExact(intervalCount);
    int q = intervals.size();
    if (q > n - wrong) {
      return 1;
    }
    return 1 - Math.exp(CombinatoricsUtils.factorialLog(n - wrong) - CombinatoricsUtils.factorialLog(n - wrong - q)
        - CombinatoricsUtils.factorialLog(n) + CombinatoricsUtils.factorialLog(n - q));
  }
}
