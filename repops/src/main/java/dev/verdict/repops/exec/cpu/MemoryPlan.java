package dev.verdict.repops.exec.cpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Where buffers lie in one arena: those that are needed at the same time don't overlap, others may.
///
/// Each buffer, largest first, takes the smallest gap that fits it among those placed before it whose times meet its
/// own (greedy by size, best fit); so that no unlucky order decides, the same is tried in other orders too and the
/// smallest arena taken. Offsets are multiples of 64.
///
/// @param offsets for each buffer, in the order given
record MemoryPlan(long[] offsets, long arenaBytes) {
  private static final long ALIGNMENT = 64;

  /// @param first the point in time from which it is needed
  /// @param last the last such point
  record Buffer(long bytes, int first, int last) {
    boolean meets(Buffer o) {
      return first <= o.last && o.first <= last;
    }

    private long area() {
      return bytes * (last - first + 1);
    }
  }

  static MemoryPlan of(List<Buffer> buffers) {
    Comparator<Buffer> bySize = Comparator.comparingLong(Buffer::bytes).reversed();
    MemoryPlan best = inOrder(buffers, bySize);
    for (Comparator<Buffer> order : List.of(
        Comparator.comparingLong(Buffer::area).reversed(), Comparator.comparingInt(Buffer::first))) {
      MemoryPlan other = inOrder(buffers, order);
      best = other.arenaBytes < best.arenaBytes ? other : best;
    }
    return best;
  }

  private static MemoryPlan inOrder(List<Buffer> buffers, Comparator<Buffer> order) {
    long[] offsets = new long[buffers.size()];
    List<Integer> sorted = new ArrayList<>();
    for (int i = 0; i < offsets.length; i++) {
      sorted.add(i);
    }
    sorted.sort(Comparator.comparing(buffers::get, order));
    // By offset.
    List<Integer> placed = new ArrayList<>();
    long arena = 0;
    for (int i : sorted) {
      Buffer buffer = buffers.get(i);
      long size = align(buffer.bytes);
      long at = -1;
      long smallest = Long.MAX_VALUE;
      long end = 0;
      for (int p : placed) {
        if (!buffer.meets(buffers.get(p))) {
          continue;
        }
        long gap = offsets[p] - end;
        if (gap >= size && gap < smallest) {
          smallest = gap;
          at = end;
        }
        end = Math.max(end, offsets[p] + align(buffers.get(p).bytes));
      }
      offsets[i] = at >= 0 ? at : end;
      arena = Math.max(arena, offsets[i] + size);
      int position = 0;
      while (position < placed.size() && offsets[placed.get(position)] <= offsets[i]) {
        position++;
      }
      placed.add(position, i);
    }
    return new MemoryPlan(offsets, arena);
  }

  static long align(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
