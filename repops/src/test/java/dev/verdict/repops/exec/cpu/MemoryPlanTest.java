package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MemoryPlanTest {
  private static List<MemoryPlan.Buffer> random(Random random) {
    List<MemoryPlan.Buffer> buffers = new ArrayList<>();
    int count = random.nextInt(40);
    for (int i = 0; i < count; i++) {
      int first = random.nextInt(30);
      long bytes = random.nextInt(4) == 0 ? random.nextInt(100) : (1L << random.nextInt(20)) + random.nextInt(3);
      buffers.add(new MemoryPlan.Buffer(bytes, first, first + random.nextInt(random.nextBoolean() ? 3 : 30)));
    }
    return buffers;
  }

  /// Bytes needed at once, which no arena can be smaller than.
  private static long peak(List<MemoryPlan.Buffer> buffers) {
    long peak = 0;
    for (int t = 0; t < 60; t++) {
      long now = 0;
      for (MemoryPlan.Buffer b : buffers) {
        now += b.first() <= t && t <= b.last() ? b.bytes() : 0;
      }
      peak = Math.max(peak, now);
    }
    return peak;
  }

  @Test
  void of_anyBuffers_keepsThoseNeededAtOnceApart() {
    for (long seed = 0; seed < 2_000; seed++) {
      List<MemoryPlan.Buffer> buffers = random(new Random(seed));
      MemoryPlan plan = MemoryPlan.of(buffers);
      for (int i = 0; i < buffers.size(); i++) {
        long begin = plan.offsets()[i];
        long end = begin + buffers.get(i).bytes();
        assertThat(begin).as("seed %s buffer %s", seed, i).isNotNegative();
        assertThat(begin % 64).isZero();
        assertThat(buffers.get(i).bytes() < 1 << 16 || begin % 4096 == 0).as("seed %s buffer %s", seed, i).isTrue();
        assertThat(end).as("seed %s buffer %s", seed, i).isLessThanOrEqualTo(plan.arenaBytes());
        for (int j = 0; j < i; j++) {
          boolean together = buffers.get(i).first() <= buffers.get(j).last()
              && buffers.get(j).first() <= buffers.get(i).last();
          boolean apart = end <= plan.offsets()[j] || plan.offsets()[j] + buffers.get(j).bytes() <= begin;
          assertThat(apart || !together).as("seed %s buffers %s and %s", seed, j, i).isTrue();
        }
      }
      assertThat(plan.arenaBytes()).as("seed %s", seed).isGreaterThanOrEqualTo(peak(buffers));
    }
  }

  @Test
  void zeros_largeTensor_beginsAPage() {
    for (int i = 0; i < 20; i++) {
      assertThat(Tensor.zeros(DType.F32, Shape.of((1 << 14) + i)).segment().address() % 4096).isZero();
    }
  }

  /// As many as a program may have nodes: no time that grows with their square.
  @Test
  void of_manyBuffers_takesSecondsAndKeepsThemApart() {
    List<MemoryPlan.Buffer> chain = new ArrayList<>();
    for (int i = 0; i < 1 << 20; i++) {
      chain.add(new MemoryPlan.Buffer(640, i, i + 1));
    }
    MemoryPlan plan = assertTimeoutPreemptively(Duration.ofMinutes(1), () -> MemoryPlan.of(chain));
    assertThat(plan.arenaBytes()).isEqualTo(1280);

    Random random = new Random(1);
    List<MemoryPlan.Buffer> buffers = new ArrayList<>();
    while (buffers.size() < 10_000) {
      int first = random.nextInt(3_000);
      buffers.add(new MemoryPlan.Buffer(random.nextInt(5_000), first, first + random.nextInt(300)));
    }
    long[] at = MemoryPlan.of(buffers).offsets();
    int overlaps = 0;
    for (int i = 0; i < at.length; i++) {
      for (int j = 0; j < i; j++) {
        boolean apart = at[i] + buffers.get(i).bytes() <= at[j] || at[j] + buffers.get(j).bytes() <= at[i];
        overlaps += !apart && buffers.get(i).meets(buffers.get(j)) ? 1 : 0;
      }
    }
    assertThat(overlaps).isZero();
  }

  @Test
  void of_oneAfterTheOther_takesTheRoomOfTheTwoLargest() {
    List<MemoryPlan.Buffer> chain = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      chain.add(new MemoryPlan.Buffer(640, i, i + 1));
    }
    assertThat(MemoryPlan.of(chain).arenaBytes()).isEqualTo(1280);
  }

  @Test
  void of_holeLeftByAnEarlierBuffer_isFilled() {
    List<MemoryPlan.Buffer> buffers = List.of(
        new MemoryPlan.Buffer(1024, 0, 9), new MemoryPlan.Buffer(512, 0, 3), new MemoryPlan.Buffer(256, 4, 9),
        new MemoryPlan.Buffer(256, 4, 9));
    assertThat(MemoryPlan.of(buffers).arenaBytes()).isEqualTo(1536);
  }

  @Test
  void of_nothing_takesNothing() {
    assertThat(MemoryPlan.of(List.of()).arenaBytes()).isZero();
  }
}
