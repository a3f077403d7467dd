package dev.verdict.repops.exec.cpu;

import java.lang.foreign.MemorySegment;

/// What a generated class implements; see [NodeKernel#run].
@FunctionalInterface
interface UnitLoop {
  void run(
      long step, MemorySegment out, MemorySegment[] in, float[][] floats, long[][] longs, MemorySegment nativeRow,
      long from, long to);
}
