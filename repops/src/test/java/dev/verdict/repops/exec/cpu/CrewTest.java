package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class CrewTest {
  @Test
  void run_anyUnitsAndChunks_doesEachUnitOnce() {
    for (int size = 1; size <= 4; size++) {
      Crew crew = new Crew(size);
      for (int units = 0; units < 40; units++) {
        for (int chunk = 1; chunk < 12; chunk++) {
          AtomicIntegerArray times = new AtomicIntegerArray(units + 1);
          crew.run(size, units, chunk, (member, from, to) -> {
            for (long u = from; u < to; u++) {
              times.incrementAndGet((int) u);
            }
          });
          for (int u = 0; u < units; u++) {
            assertThat(times.get(u)).as("size %s, unit %s of %s by %s", size, u, units, chunk).isEqualTo(1);
          }
        }
      }
    }
  }

  /// Each member has working memory of its own, so no two may share a number.
  @Test
  void run_members_areApart() {
    Crew crew = new Crew(4);
    AtomicIntegerArray inside = new AtomicIntegerArray(4);
    AtomicInteger clashes = new AtomicInteger();
    for (int round = 0; round < 2_000; round++) {
      crew.run(3, 12, 1, (member, from, to) -> {
        if (inside.incrementAndGet(member) != 1 || member == 3) {
          clashes.incrementAndGet();
        }
        inside.decrementAndGet(member);
      });
    }
    assertThat(clashes).hasValue(0);
  }

  /// Every member takes part, the first time and after all have gone to sleep.
  @Test
  void run_asManyUnitsAsMembers_allTakePart() throws InterruptedException {
    Crew crew = new Crew(4);
    for (int round = 0; round < 3; round++) {
      Set<Integer> members = ConcurrentHashMap.newKeySet();
      CountDownLatch all = new CountDownLatch(4);
      crew.run(4, 4, 1, (member, from, to) -> {
        members.add(member);
        all.countDown();
        try {
          all.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      });
      assertThat(members).containsExactlyInAnyOrder(0, 1, 2, 3);
      Thread.sleep(20);
    }
  }

  @Test
  void run_unitThrows_isThrownAfterAllHaveStopped() {
    Crew crew = new Crew(3);
    for (int unit = 0; unit < 20; unit++) {
      int bad = unit;
      AtomicInteger inside = new AtomicInteger();
      assertThatThrownBy(() -> crew.run(3, 20, 1, (member, from, to) -> {
        inside.incrementAndGet();
        try {
          if (from == bad) {
            throw new IllegalStateException("unit " + bad);
          }
        } finally {
          inside.decrementAndGet();
        }
      })).isInstanceOf(IllegalStateException.class).hasMessage("unit " + bad);
      assertThat(inside).hasValue(0);
      AtomicInteger after = new AtomicInteger();
      crew.run(3, 20, 1, (member, from, to) -> after.addAndGet((int) (to - from)));
      assertThat(after).as("the crew goes on").hasValue(20);
    }
  }

  @Test
  void run_fromTwoThreadsAtOnce_doesBoth() throws InterruptedException {
    Crew crew = new Crew(3);
    AtomicInteger done = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int c = 0; c < 3; c++) {
      callers.add(Thread.ofPlatform().start(() -> {
        for (int round = 0; round < 500; round++) {
          crew.run(3, 10, 1, (member, from, to) -> done.addAndGet((int) (to - from)));
        }
      }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(done).hasValue(15_000);
  }
}
