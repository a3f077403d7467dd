package dev.verdict.learning.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.repops.commit.Digest;
import org.junit.jupiter.api.Test;

class AuditPlanTest {
  private static Digest seed(int i) {
    return AuditPlan.seed(Digest.sha256(new byte[] {(byte) i, (byte) (i >> 8)}), 1, new byte[20]);
  }

  @Test
  void draw_anySeed_givesDistinctIntervalsInRangeAndTheSameAgain() {
    for (int i = 0; i < 200; i++) {
      AuditPlan plan = AuditPlan.draw(seed(i), 10, 1 + i % 10);
      assertThat(plan.intervals()).hasSize(1 + i % 10).doesNotHaveDuplicates().isSorted()
          .allMatch(k -> k >= 1 && k <= 10);
      assertThat(AuditPlan.draw(seed(i), 10, 1 + i % 10)).isEqualTo(plan);
    }
  }

  @Test
  void draw_allOfThem_isAll() {
    assertThat(AuditPlan.draw(seed(3), 7, 7)).isEqualTo(AuditPlan.all(7));
  }

  @Test
  void draw_anotherVerifierOrClaim_drawsOthers() {
    Digest block = Digest.sha256(new byte[] {1});
    byte[] other = new byte[20];
    other[19] = 1;
    AuditPlan plan = AuditPlan.draw(AuditPlan.seed(block, 1, new byte[20]), 1000, 10);
    assertThat(AuditPlan.draw(AuditPlan.seed(block, 1, other), 1000, 10)).isNotEqualTo(plan);
    assertThat(AuditPlan.draw(AuditPlan.seed(block, 2, new byte[20]), 1000, 10)).isNotEqualTo(plan);
  }

  @Test
  void catchProbability_ofTheFormula_isWhatDrawingShows() {
    int caught = 0;
    int runs = 4000;
    for (int i = 0; i < runs; i++) {
      caught += AuditPlan.draw(seed(i), 10, 3).intervals().stream().anyMatch(k -> k == 4 || k == 9) ? 1 : 0;
    }
    AuditPlan plan = AuditPlan.draw(seed(0), 10, 3);
    // 1 - C(8,3)/C(10,3) = 1 - 56/120; four standard deviations of the estimate are 0.032.
    assertThat(plan.catchProbability(2)).isEqualTo(1 - 56.0 / 120, within(1e-12));
    assertThat((double) caught / runs).isEqualTo(plan.catchProbability(2), within(0.032));
    assertThat(plan.catchProbability(8)).isEqualTo(1);
    assertThat(plan.catchProbability(0)).isEqualTo(0, within(1e-12));
  }

  @Test
  void draw_quotaOutOfRange_isRefused() {
    assertThatThrownBy(() -> AuditPlan.draw(seed(0), 3, 4)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AuditPlan.draw(seed(0), 3, 0)).isInstanceOf(IllegalArgumentException.class);
  }
}
