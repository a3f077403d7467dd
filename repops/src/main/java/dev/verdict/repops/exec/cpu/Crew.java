package dev.verdict.repops.exec.cpu;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Threads that share out the units of one piece of work after another: whoever is free takes the next few.
///
/// The caller is member 0. The others, daemons, are started when first needed, look for work for some microseconds
/// after each piece, then sleep, and end when nothing has come for a while. Where two threads call at once, one of them
/// works alone. Where the system lends no more threads, those that there are do all the work, which isn't divided
/// beforehand; more are asked for after a while.
final class Crew {
  /// A piece of work; units may be done in any order and by any member.
  @FunctionalInterface
  interface Work {
    /// Does units [from, to). `member` is below the number of shares asked for, and no two calls at once have the same.
    void run(int member, long from, long to);
  }

  /// Starts threads.
  @FunctionalInterface
  interface Starter {
    /// A daemon of this name that runs `member`, started. Throws [OutOfMemoryError] where the system lends none, as
    /// [Thread#start] does.
    Thread start(String name, Runnable member);
  }

  /// What a wake-up costs, about: looking for work any longer would be dearer than to sleep.
  private static final long SPIN_NANOS = 50_000;
  private static final long IDLE_NANOS = 2_000_000_000;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final ReentrantLock lock = new ReentrantLock();
  private final Member[] others;
  private final Starter starter;
  private final long retryAfterNanos;
  private volatile @Nullable Job current;
  /// When a thread was last asked for in vain; guarded by `lock`, as is the next.
  private long refusedNanos;
  private boolean refused;

  /// `size` − 1 threads besides the caller.
  Crew(int size) {
    this(size, (name, member) -> Thread.ofPlatform().daemon().name(name).start(member));
  }

  Crew(int size, Starter starter) {
    this(size, RETRY_AFTER, starter);
  }

  /// @param retryAfter how long none is asked for where one couldn't be started: each time costs, and the JVM complains
  Crew(int size, Duration retryAfter, Starter starter) {
    this.starter = starter;
    this.retryAfterNanos = retryAfter.toNanos();
    this.others = new Member[size - 1];
    for (int m = 1; m < size; m++) {
      others[m - 1] = new Member(m);
    }
  }

  int size() {
    return others.length + 1;
  }

  /// Does units [0, units) in chunks of `chunk`, by at most `shares` members. What a unit throws, or the start of a
  /// thread for another reason than that there are no more, is thrown here, after all members have stopped.
  void run(int shares, long units, long chunk, Work work) {
    if (shares <= 1 || chunk >= units || !lock.tryLock()) {
      work.run(0, 0, units);
      return;
    }
    try {
      Job job = new Job(work, units, chunk, Math.min(shares, size()));
      current = job;
      wakeOthers(job);
      job.work(0);
      job.await();
      current = null;
      job.rethrow();
    } finally {
      lock.unlock();
    }
  }

  private void wakeOthers(Job job) {
    try {
      for (int m = 1; m < job.shares; m++) {
        others[m - 1].wake();
      }
    } catch (RuntimeException | Error e) {
      // Some members work already: they must have stopped before anybody hears of it.
      job.failure = e;
    }
  }

  private boolean mayAsk() {
    return !refused || System.nanoTime() - refusedNanos >= retryAfterNanos;
  }

  private void refused(OutOfMemoryError e) {
    if (!refused) {
      System.getLogger(Crew.class.getName()).log(System.Logger.Level.WARNING,
          "Fewer threads than the " + size() + " of this executor, as one couldn't be started (" + e.getMessage()
              + "): the same results, later; allow this process more threads, or make the executor with fewer");
    }
    refused = true;
    refusedNanos = System.nanoTime();
  }

  private static final class Job {
    private final Work work;
    private final long units;
    private final long chunk;
    private final int shares;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private volatile @Nullable Throwable failure;

    Job(Work work, long units, long chunk, int shares) {
      this.work = work;
      this.units = units;
      this.chunk = chunk;
      this.shares = shares;
    }

    void work(int member) {
      for (long from = next.getAndAdd(chunk); from < units; from = next.getAndAdd(chunk)) {
        long to = Math.min(units, from + chunk);
        try {
          if (failure == null) {
            work.run(member, from, to);
          }
        } catch (RuntimeException | Error e) {
          failure = e;
        } finally {
          done.addAndGet(to - from);
        }
      }
    }

    /// Until nobody writes to an output any more, whatever went wrong.
    void await() {
      long start = System.nanoTime();
      for (int i = 1; done.get() < units; i++) {
        if (i % 64 != 0 || System.nanoTime() - start < SPIN_NANOS) {
          Thread.onSpinWait();
        } else {
          // A member has been suspended: its processor may be this one.
          Thread.yield();
        }
      }
    }

    void rethrow() {
      switch (failure) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case null, default -> {}
      }
    }
  }

  private final class Member implements Runnable {
    private final int number;
    private volatile @Nullable Thread thread;
    private volatile boolean sleeping;

    Member(int number) {
      this.number = number;
    }

    /// Called once `current` is set.
    void wake() {
      Thread running = thread;
      if (running == null) {
        if (mayAsk()) {
          start();
        }
      } else if (sleeping) {
        LockSupport.unpark(running);
      }
    }

    private synchronized void start() {
      if (thread == null) {
        try {
          thread = starter.start("verdict-cpu-" + number, this);
        } catch (OutOfMemoryError e) {
          refused(e);
        }
      }
    }

    /// Whether it has ended: not where work came in the meantime.
    private synchronized boolean end() {
      if (current == null) {
        thread = null;
      }
      return thread == null;
    }

    @Override
    public void run() {
      Job last = null;
      long idleSince = System.nanoTime();
      for (int i = 1; ; i++) {
        Job job = current;
        if (job != null && job != last && number < job.shares) {
          job.work(number);
          last = job;
          idleSince = System.nanoTime();
        } else if (i % 64 != 0) {
          Thread.onSpinWait();
        } else {
          // Holds on to no work, and so to no tensors, while there is none.
          last = job == null ? null : last;
          long idle = System.nanoTime() - idleSince;
          if (idle > IDLE_NANOS && end()) {
            return;
          }
          if (idle > SPIN_NANOS) {
            sleep(last);
          }
        }
      }
    }

    private void sleep(@Nullable Job last) {
      sleeping = true;
      Job job = current;
      if (job == null || job == last) {
        LockSupport.parkNanos(this, IDLE_NANOS);
      }
      sleeping = false;
    }
  }
}
