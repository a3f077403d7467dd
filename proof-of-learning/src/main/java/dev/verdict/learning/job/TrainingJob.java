package dev.verdict.learning.job;

import dev.verdict.learning.checkpoint.FolderStore;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.StateCommitment;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.ProgramCommitment;
import dev.verdict.repops.ir.ProgramValidator;
import dev.verdict.repops.ir.Slot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A run that has one right result: a valid program, everything that it reads, and how many steps (SPEC §4, job).
///
/// @param initial data, constants and S_0's slots
/// @param steps T, at least 1
/// @param checkpointInterval c, at least 1
public record TrainingJob(Program program, StepInputs initial, long steps, long checkpointInterval) {
  /// The most steps that a job may have (SPEC §3.1).
  public static final long MAX_STEPS = 1L << 32;

  /// Throws [dev.verdict.repops.ir.InvalidProgramException] where the program isn't valid, and
  /// [IllegalArgumentException] where the tensors aren't the program's or the numbers are out of range.
  public TrainingJob {
    ProgramValidator.requireValid(program);
    requireDistinctNames(program);
    initial.requireMatching(program);
    requireRoots("data set", program.data(), initial.data());
    requireRoots("constant", program.constants(), initial.constants());
    if (steps < 1 || steps > MAX_STEPS || checkpointInterval < 1 || checkpointInterval > MAX_STEPS) {
      throw new IllegalArgumentException("steps and checkpointInterval must be from 1 to 2^32, not " + steps + " and "
          + checkpointInterval);
    }
  }

  /// Checkpoints keep slots by name.
  private static void requireDistinctNames(Program program) {
    Set<String> names = new HashSet<>();
    for (Slot slot : program.slots()) {
      if (slot.name().equals("__metadata__") || !names.add(slot.name())) {
        throw new IllegalArgumentException(
            "state slots need names of their own to be stored; '" + slot.name() + "' is taken");
      }
    }
  }

  private static void requireRoots(String what, List<BoundTensor> bound, List<Tensor> tensors) {
    for (int i = 0; i < bound.size(); i++) {
      Digest actual = TensorCommitment.root(tensors.get(i));
      if (!actual.equals(bound.get(i).root())) {
        throw new IllegalArgumentException(what + " " + i + " '" + bound.get(i).name() + "' has root " + actual
            + ", the program names " + bound.get(i).root());
      }
    }
  }

  /// Fetches what a job on chain names. Throws [MissingObjectException] naming the first thing that the store doesn't
  /// have.
  public static TrainingJob load(
      Objects store, Digest programRoot, Digest initialState, long steps, long checkpointInterval) {
    return load(store, programRoot, initialState, steps, checkpointInterval, Long.MAX_VALUE);
  }

  /// The same for a job of somebody else's making. Throws [JobTooLargeException] where it would need more memory than
  /// `memoryLimitBytes`, before anything of that size is fetched.
  public static TrainingJob load(Objects store, Digest programRoot, Digest initialState, long steps,
      long checkpointInterval, long memoryLimitBytes) {
    Program program = require(store, "program", programRoot, store.program(programRoot));
    ProgramValidator.requireValid(program);
    long neededBytes = workingBytes(program);
    if (neededBytes > memoryLimitBytes) {
      throw new JobTooLargeException(programRoot, neededBytes, memoryLimitBytes);
    }
    List<Tensor> states = require(store, "initial state", initialState,
        store.state(initialState, 0, program.slots()));
    StepInputs inputs = new StepInputs(states, loadBound(store, "data set", program.data()),
        loadBound(store, "constant", program.constants()));
    return new TrainingJob(program, inputs, steps, checkpointInterval);
  }

  /// What running a step takes at least: every node's output, data, constants, and four copies of the state.
  static long workingBytes(Program program) {
    double bytes = 0;
    for (Slot slot : program.slots()) {
      bytes += 4.0 * slot.shape().numel() * slot.dtype().widthBytes();
    }
    for (Node node : program.nodes()) {
      bytes += (double) node.out().numel() * node.dtype().widthBytes();
    }
    for (List<BoundTensor> bound : List.of(program.data(), program.constants())) {
      for (BoundTensor b : bound) {
        bytes += (double) b.shape().numel() * b.dtype().widthBytes();
      }
    }
    // Saturates where the sum leaves 64 bits.
    return (long) bytes;
  }

  private static List<Tensor> loadBound(Objects store, String what, List<BoundTensor> bound) {
    List<Tensor> tensors = new ArrayList<>(bound.size());
    for (BoundTensor b : bound) {
      Tensor tensor = require(store, what + " '" + b.name() + "'", b.root(), store.tensor(b.root(), b.shape().numel() * b.dtype().widthBytes()));
      tensors.add(tensor.shape().equals(b.shape()) ? tensor : tensor.reshape(b.shape()));
    }
    return tensors;
  }

  private static <T> T require(Objects store, String what, Digest root, Optional<T> found) {
    return found.orElseThrow(() -> new MissingObjectException(what, root, store.location()));
  }

  /// Stores program, data, constants and initial state, so that [#load] finds them.
  public void publish(FolderStore store) {
    store.put(program);
    initial.data().forEach(store::put);
    initial.constants().forEach(store::put);
    store.putState(initialStateRoot(), program.slots(), initial.states());
  }

  public Digest programRoot() {
    return ProgramCommitment.of(program).programRoot();
  }

  /// S_0.
  public Digest initialStateRoot() {
    return StateCommitment.of(0, initial.states()).root();
  }

  /// The number of intervals, n; C has n + 1 leaves.
  public long intervals() {
    return Math.ceilDiv(steps, checkpointInterval);
  }

  /// The step at which leaf `leaf` of C was taken.
  public long checkpointStep(long leaf) {
    return Math.min(leaf * checkpointInterval, steps);
  }
}
