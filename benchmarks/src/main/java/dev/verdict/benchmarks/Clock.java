package dev.verdict.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// What a contender's time is.
enum Clock {
  /// As it passes.
  WALL,
  /// What was spent on processors, a thread: for a machine with other work on it. Where the calling thread does all the
  /// work it is that one's; else it is that of all threads of this process, those too that wait for each other in a
  /// loop.
  CPU;

  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  long nanos(int threads, boolean callerAlone) {
    return switch (this) {
      case WALL -> System.nanoTime();
      case CPU -> callerAlone
          ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
          : SYSTEM.getProcessCpuTime() / threads;
    };
  }

  /// How long a sample should be: a process's time is counted in steps of 10 ms.
  long sampleNanos(boolean callerAlone) {
    return this == CPU && !callerAlone ? 200_000_000 : 30_000_000;
  }
}
