package dev.verdict.cli;

import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.cpu.CpuExecutor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Supplier;

/// The executors that this machine can run, by the names that people give them.
final class AvailableExecutors {
  private static final SequencedMap<String, Supplier<Executor>> BY_NAME = new LinkedHashMap<>();

  static {
    BY_NAME.put("reference", ReferenceExecutor::new);
    BY_NAME.put("cpu", CpuExecutor::ofProcessors);
  }

  private AvailableExecutors() {}

  static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /// A new one. Throws [InputException] for a name that isn't one.
  static Executor of(String name) {
    Supplier<Executor> executor = BY_NAME.get(name);
    if (executor == null) {
      throw new InputException("no executor is called '" + name + "'; there are " + String.join(", ", names()));
    }
    return executor.get();
  }
}
