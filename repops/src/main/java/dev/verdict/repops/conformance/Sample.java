package dev.verdict.repops.conformance;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;

/// A program with fixed inputs. It reads state slots alone.
///
/// @param outputs the nodes that count, in this order
public record Sample(Program program, List<Integer> outputs, List<Run> runs) {
  /// Consecutive steps from given states.
  ///
  /// @param steps how many; each hands its slots' next values to the one after it
  public record Run(long firstStep, int steps, List<Tensor> states) {
    public Run {
      states = List.copyOf(states);
    }
  }

  public Sample {
    outputs = List.copyOf(outputs);
    runs = List.copyOf(runs);
  }

  /// SHA-256 over every output of every step of every run: dtype (u8), rank (u8), dimensions (u64, big-endian), then
  /// the elements as stored (little-endian).
  Digest digest(CompiledProgram compiled, NodeObserver observer) {
    MessageDigest sha = sha256();
    for (Run run : runs) {
      List<Tensor> states = run.states();
      for (int s = 0; s < run.steps(); s++) {
        compiled.run(run.firstStep() + s, new StepInputs(states, List.of(), List.of()), observer);
        outputs.forEach(node -> update(sha, compiled.output(node)));
        states = next(states, compiled);
      }
    }
    return Digest.of(sha.digest());
  }

  private List<Tensor> next(List<Tensor> states, CompiledProgram compiled) {
    List<Tensor> next = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      int node = program.slots().get(i).next();
      next.add(node == Slot.UNCHANGED ? states.get(i) : compiled.output(node).copy());
    }
    return next;
  }

  private static void update(MessageDigest sha, Tensor t) {
    long[] dims = t.shape().dims();
    ByteBuffer header = ByteBuffer.allocate(2 + 8 * dims.length);
    header.put((byte) t.dtype().code()).put((byte) dims.length);
    for (long dim : dims) {
      header.putLong(dim);
    }
    sha.update(header.flip());
    sha.update(t.segment().asByteBuffer());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
