package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;

/// Where buffers lie in one arena: those that are needed at the same time don't overlap, others may.
///
/// Each buffer, largest first, takes the smallest gap that fits it among those placed before it whose times meet its
/// own (greedy by size, best fit); so that no unlucky order decides, the same is tried in other orders too and the
/// smallest arena taken. A great many take the smallest gap as their time comes instead. Offsets are multiples of 64; but
/// for a great many, those of large buffers are such as [Tensor#alignment] wants.
///
/// @param offsets for each buffer, in the order given
record MemoryPlan(long[] offsets, long arenaBytes) {
  private static final long ALIGNMENT = 64;
  /// Beyond, trying every pair in every order takes seconds, and for the most nodes there may be, hours.
  private static final int MANY = 1 << 13;

  private record Gap(long bytes, long at) {
    static final Comparator<Gap> SMALLEST = Comparator.comparingLong(Gap::bytes).thenComparingLong(Gap::at);
  }

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
    if (buffers.size() > MANY) {
      return swept(buffers);
    }
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
      long alignment = Tensor.alignment(buffer.bytes);
      long at = -1;
      long smallest = Long.MAX_VALUE;
      long end = 0;
      for (int p : placed) {
        if (!buffer.meets(buffers.get(p))) {
          continue;
        }
        long begin = roundUp(end, alignment);
        long gap = offsets[p] - begin;
        if (gap >= size && gap < smallest) {
          smallest = gap;
          at = begin;
        }
        end = Math.max(end, offsets[p] + align(buffers.get(p).bytes));
      }
      offsets[i] = at >= 0 ? at : roundUp(end, alignment);
      arena = Math.max(arena, offsets[i] + size);
      int position = 0;
      while (position < placed.size() && offsets[placed.get(position)] <= offsets[i]) {
        position++;
      }
      placed.add(position, i);
    }
    return new MemoryPlan(offsets, arena);
  }

  /// One pass over time, n log n.
  private static MemoryPlan swept(List<Buffer> buffers) {
    long[] offsets = new long[buffers.size()];
    List<Integer> sorted = new ArrayList<>();
    for (int i = 0; i < offsets.length; i++) {
      sorted.add(i);
    }
    sorted.sort(Comparator.comparingInt(i -> buffers.get(i).first));
    PriorityQueue<Integer> placed = new PriorityQueue<>(Comparator.comparingInt((Integer i) -> buffers.get(i).last));
    TreeSet<Gap> gaps = new TreeSet<>(Gap.SMALLEST);
    TreeMap<Long, Long> ends = new TreeMap<>();
    long arena = 0;
    for (int i : sorted) {
      Buffer buffer = buffers.get(i);
      while (!placed.isEmpty() && buffers.get(placed.element()).last < buffer.first) {
        int over = placed.remove();
        free(gaps, ends, offsets[over], align(buffers.get(over).bytes));
      }
      long size = align(buffer.bytes);
      Gap gap = gaps.ceiling(new Gap(size, 0));
      if (gap == null) {
        offsets[i] = arena;
        arena += size;
      } else {
        offsets[i] = gap.at;
        gaps.remove(gap);
        ends.remove(gap.at);
        free(gaps, ends, gap.at + size, gap.bytes - size);
      }
      placed.add(i);
    }
    return new MemoryPlan(offsets, arena);
  }

  /// Adds a gap, made one with those that it touches.
  ///
  /// @param ends for each gap's beginning its end
  private static void free(TreeSet<Gap> gaps, TreeMap<Long, Long> ends, long at, long bytes) {
    if (bytes == 0) {
      return;
    }
    long from = at;
    long to = at + bytes;
    Map.Entry<Long, Long> before = ends.lowerEntry(at);
    if (before != null && before.getValue() == at) {
      from = before.getKey();
      gaps.remove(new Gap(at - from, from));
    }
    Long after = ends.remove(to);
    if (after != null) {
      gaps.remove(new Gap(after - to, to));
      to = after;
    }
    ends.put(from, to);
    gaps.add(new Gap(to - from, from));
  }

  static long align(long bytes) {
    return roundUp(bytes, ALIGNMENT);
  }

  private static long roundUp(long bytes, long multiple) {
    return (bytes + multiple - 1) / multiple * multiple;
  }
}
