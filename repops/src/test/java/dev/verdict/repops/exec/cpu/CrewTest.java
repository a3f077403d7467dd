package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /// As when the system lends no more threads. Whatever the others wait for, the run ends, with everything done.
  @Test
  void run_someThreadsCannotBeStarted_goesOnWithThoseThereAre() {
    for (int startable = 0; startable <= 3; startable++) {
      int most = startable;
      AtomicInteger started = new AtomicInteger();
      Crew crew = new Crew(4, (name, member) -> {
        if (started.get() == most) {
          throw new OutOfMemoryError("unable to create native thread: possibly out of memory or process/resource limits"
              + " reached");
        }
        started.incrementAndGet();
        return Thread.ofPlatform().daemon().name(name).start(member);
      });
      for (int round = 0; round < 50; round++) {
        AtomicIntegerArray times = new AtomicIntegerArray(64);
        Set<Integer> members = ConcurrentHashMap.newKeySet();
        crew.run(4, 64, 1, (member, from, to) -> {
          members.add(member);
          times.incrementAndGet((int) from);
        });
        for (int u = 0; u < 64; u++) {
          assertThat(times.get(u)).as("%s threads, unit %s", most, u).isEqualTo(1);
        }
        assertThat(members).hasSizeLessThanOrEqualTo(1 + most);
      }
      assertThat(started).as("threads started").hasValueLessThanOrEqualTo(most);
    }
  }

  /// Asking again costs, and the system complains each time.
  @Test
  void run_threadCannotBeStarted_isNotTriedAgainAtEachRun() {
    AtomicInteger tried = new AtomicInteger();
    Crew crew = new Crew(2, (name, member) -> {
      tried.incrementAndGet();
      throw new OutOfMemoryError("unable to create native thread");
    });
    for (int round = 0; round < 100; round++) {
      crew.run(2, 8, 1, (member, from, to) -> {});
    }
    assertThat(tried).hasValue(1);
  }

  @Test
  void run_threadsCanBeStartedLater_takePartThen() throws InterruptedException {
    AtomicBoolean lent = new AtomicBoolean();
    Crew crew = new Crew(2, Duration.ofMillis(20), (name, member) -> {
      if (!lent.get()) {
        throw new OutOfMemoryError("unable to create native thread");
      }
      return Thread.ofPlatform().daemon().name(name).start(member);
    });
    crew.run(2, 2, 1, (member, from, to) -> assertThat(member).isZero());
    lent.set(true);
    Thread.sleep(30);
    CountDownLatch both = new CountDownLatch(2);
    crew.run(2, 2, 1, (member, from, to) -> {
      both.countDown();
      try {
        both.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    });
    assertThat(both.getCount()).isZero();
  }

  /// Anything else that a start throws is no lack of threads: it is thrown, and nobody works on behind the caller's
  /// back.
  @Test
  void run_startFailsOtherwise_isThrownAfterAllHaveStopped() throws InterruptedException {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Crew crew = new Crew(3, (name, member) -> {
      if (name.endsWith("2")) {
        throw new IllegalStateException("no such thread");
      }
      return Thread.ofPlatform().daemon().name(name).start(member);
    });
    for (int round = 0; round < 20; round++) {
      assertThatThrownBy(() -> crew.run(3, 1_000, 1, (member, from, to) -> {
        inside.incrementAndGet();
        Thread.yield();
        inside.decrementAndGet();
        done.incrementAndGet();
      })).isInstanceOf(IllegalStateException.class).hasMessage("no such thread");
      assertThat(inside).hasValue(0);
      int before = done.get();
      Thread.sleep(2);
      assertThat(done).hasValue(before);
    }
  }
}
