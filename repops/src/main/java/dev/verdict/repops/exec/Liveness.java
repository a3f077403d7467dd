package dev.verdict.repops.exec;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.util.List;
import java.util.Set;

/// When each output of a program is needed, and how many bytes that makes at once.
///
/// A schedule is a list of points, each of which computes some nodes. An output that is stored takes its place from the
/// point that computes it to the last that reads it; outputs of kept nodes are the caller's all along, as inputs are.
///
/// @param first for each node the point that computes it
/// @param last for each node the last point that reads its output, or `first` where none does
/// @param inputs bytes of states, data sets and constants
/// @param kept bytes of outputs that are kept
/// @param others bytes of outputs that are stored and aren't kept
/// @param peak `inputs + kept`, and of the others what is needed at once at the most
public record Liveness(int[] first, int[] last, long inputs, long kept, long others, long peak) {
  /// Where each node is a point, in order, and stored.
  public static Liveness of(Program program, Set<Integer> kept) {
    int count = program.nodes().size();
    int[] points = new int[count];
    boolean[] stored = new boolean[count];
    for (int n = 0; n < count; n++) {
      points[n] = n;
      stored[n] = true;
    }
    return of(program, kept, points, stored);
  }

  /// @param points for each node the point that computes it, from 0; -1 for one that isn't computed
  /// @param stored whether its output is stored; others are seen at their own point alone
  public static Liveness of(Program program, Set<Integer> kept, int[] points, boolean[] stored) {
    List<Node> nodes = program.nodes();
    int[] last = points.clone();
    int end = 0;
    for (int n = 0; n < points.length; n++) {
      end = Math.max(end, points[n] + 1);
      for (Input input : nodes.get(n).inputs()) {
        if (points[n] >= 0 && input.source() instanceof Source.NodeOutput(int read)) {
          last[read] = Math.max(last[read], points[n]);
        }
      }
    }
    long[] change = new long[end + 1];
    long keptBytes = 0;
    long others = 0;
    for (int n = 0; n < points.length; n++) {
      long bytes = sizeBytes(nodes.get(n));
      if (kept.contains(n)) {
        keptBytes += bytes;
      } else if (stored[n] && points[n] >= 0) {
        others += bytes;
        change[points[n]] += bytes;
        change[last[n] + 1] -= bytes;
      }
    }
    long now = 0;
    long peak = 0;
    for (long bytes : change) {
      now += bytes;
      peak = Math.max(peak, now);
    }
    long inputs = inputBytes(program);
    return new Liveness(points.clone(), last, inputs, keptBytes, others, inputs + keptBytes + peak);
  }

  /// Bytes of a node's output.
  public static long sizeBytes(Node node) {
    return sizeBytes(node.dtype(), node.out().numel());
  }

  private static long sizeBytes(DType dtype, long numel) {
    return numel * dtype.widthBytes();
  }

  private static long inputBytes(Program program) {
    long bytes = 0;
    for (Slot slot : program.slots()) {
      bytes += sizeBytes(slot.dtype(), slot.shape().numel());
    }
    for (BoundTensor tensor : program.data()) {
      bytes += sizeBytes(tensor.dtype(), tensor.shape().numel());
    }
    for (BoundTensor tensor : program.constants()) {
      bytes += sizeBytes(tensor.dtype(), tensor.shape().numel());
    }
    return bytes;
  }
}
