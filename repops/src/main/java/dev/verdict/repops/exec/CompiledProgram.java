package dev.verdict.repops.exec;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Program;

/// A program ready to run, with its buffers. Not for two threads at once.
public interface CompiledProgram {
  Program program();

  /// Computes every node of step `step` (from 0) in order, and shows each to `observer` as soon as it is there and
  /// before any later node reads it. Inputs aren't changed.
  void run(long step, StepInputs inputs, NodeObserver observer);

  /// The output of node `node` in the last run; aliases a buffer that the next run overwrites.
  Tensor output(int node);
}
