package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.testing.RandomPrograms;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/// Compares an executor with the reference, node by node.
final class Parity {
  /// The ways in which a node may be computed, each made the usual one for programs however small.
  enum Path {
    DEFAULT(1, Tuning.DEFAULT),
    /// Every output for itself.
    SCALAR(1, new Tuning(1, 1, false, Integer.MAX_VALUE, Integer.MAX_VALUE, 1, 1, 1, 0)),
    /// Strips with a remainder.
    SHORT_STRIPS(1, new Tuning(3, 2, false, 1, Integer.MAX_VALUE, 1, 1, 1, 0)),
    LONG_STRIPS(1, new Tuning(512, 512, false, 2, Integer.MAX_VALUE, 1, 1, 1, 0)),
    /// Matrix products in several blocks of every kind.
    MATMUL(1, new Tuning(512, 128, false, 8, 1, 5, 1, 1, 0)),
    THREADS(3, new Tuning(4, 4, false, 2, 1, 1024, 1, 1, 0)),
    /// Groups in many small blocks, the last of them smaller.
    BLOCKS(1, Tuning.DEFAULT, new Blocking(1 << 20, 1, 5, 16, Long.MAX_VALUE)),
    BLOCKS_ON_THREADS(4, new Tuning(3, 2, false, 1, 1, 5, 1, 1, 0), new Blocking(1 << 10, 1, 2, 3, 16)),
    UNGROUPED(2, new Tuning(512, 128, true, 8, 32, 1024, 120, 1024, 0), Blocking.NONE);

    private final Executor executor;

    Path(int threads, Tuning tuning) {
      this(threads, tuning, Blocking.DEFAULT);
    }

    Path(int threads, Tuning tuning, Blocking blocking) {
      this.executor = new CpuExecutor(threads, tuning, blocking);
    }

    Executor executor() {
      return executor;
    }
  }

  private Parity() {}

  /// The first element in which two steps' outputs differ from the reference's, in words; empty where none does.
  static Optional<String> firstDifference(Executor executor, RandomPrograms.Sample sample) {
    CompiledProgram all = new ReferenceExecutor().compile(sample.program());
    return firstDifference(executor, sample, all.kept());
  }

  /// The same where only `kept` are kept.
  static Optional<String> firstDifference(Executor executor, RandomPrograms.Sample sample, Set<Integer> kept) {
    CompiledProgram expected = new ReferenceExecutor().compile(sample.program());
    CompiledProgram actual = executor.compile(sample.program(), kept);
    for (long step : new long[] {0, 77}) {
      expected.run(step, sample.inputs(), NodeObserver.NONE);
      actual.run(step, sample.inputs(), NodeObserver.NONE);
      for (int n : kept) {
        Optional<String> difference = firstDifference(expected.output(n), actual.output(n));
        if (difference.isPresent()) {
          return Optional.of("step " + step + " node " + n + " " + sample.program().nodes().get(n) + ": "
              + difference.get());
        }
      }
    }
    return Optional.empty();
  }

  static Optional<String> firstDifference(Tensor expected, Tensor actual) {
    if (expected.sameBits(actual)) {
      return Optional.empty();
    }
    for (long i = 0; i < expected.numel(); i++) {
      if (expected.getRegister(i) != actual.getRegister(i)) {
        return Optional.of("element %d: expected %x, got %x".formatted(
            i, expected.getRegister(i), actual.getRegister(i)));
      }
    }
    return Optional.of("expected " + expected + ", got " + actual + ", or a NaN that isn't canonical");
  }

  /// What a kernel computes of a node, its units in pieces from the last to the first: what one writes too much, none
  /// mends.
  static Tensor inPieces(NodeKernel kernel, Node node, MemorySegment[] in, Random random) {
    Tensor y = Tensor.zeros(node.dtype(), node.out());
    List<Long> cuts = new ArrayList<>(List.of(0L, kernel.units()));
    for (int i = 0; i < 3; i++) {
      cuts.add(random.nextLong(kernel.units() + 1));
    }
    cuts.sort(null);
    for (int i = cuts.size() - 1; i > 0; i--) {
      kernel.run(0, y.segment(), in, Scratch.allocate(kernel.scratch()), cuts.get(i - 1), cuts.get(i));
    }
    return y;
  }
}
