package dev.verdict.repops.exec;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Program;
import java.util.Set;

/// A program ready to run, with its buffers. Not for two threads at once.
public interface CompiledProgram {
  Program program();

  /// The nodes whose outputs are there after a step.
  Set<Integer> kept();

  /// Runs step `step` (from 0). Inputs aren't changed. Before anything is computed, throws [IllegalArgumentException]
  /// naming the first tensor that doesn't match the program, or two that share memory though a kept output is written to
  /// one of them (so the run before's output, in the program's own buffer, can't be an input), and
  /// [InaccessibleTensorException] naming one in memory that the calling thread or another of the executor's can't
  /// touch: an executor of several threads takes no tensors of `Arena.ofConfined()`.
  ///
  /// With an observer other than [NodeObserver#NONE] every node is computed in order, and shown as soon as it is there
  /// and before any later node reads it; unless kept, what is shown is valid until the observer returns. With
  /// `NONE`, nodes that aren't kept may never be stored anywhere, and those that no kept node depends on are left out.
  ///
  /// @param results where kept outputs go; the others go to buffers of the program's own
  void run(long step, StepInputs inputs, StepResults results, NodeObserver observer);

  /// The same with all kept outputs in buffers of the program's own.
  default void run(long step, StepInputs inputs, NodeObserver observer) {
    run(step, inputs, StepResults.NONE, observer);
  }

  /// The output of kept node `node` in the last run; aliases the tensor that was given for it, or a buffer that the
  /// next run overwrites. Throws [NodeNotKeptException] for another node, and [NoSuchNodeException] for a number that
  /// is no node's.
  Tensor output(int node);

  /// What a run that nobody observes takes.
  MemoryReport memory();
}
