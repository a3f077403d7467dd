package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.exec.Liveness;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Finds the nodes that can be computed together block by block: softmax's max, exponential, sum and product; a layer
/// norm; a bias with what follows it; an optimiser's chain.
///
/// Nodes of a group are cut at one outer extent, and each outer index reads of the group's other nodes its own slice
/// alone. So a block after the other can go through the whole group, and what is between two of its nodes stays in the
/// cache. Nodes are taken in the program's order; one joins the group of the latest node it reads, or else a later
/// group that reads the same tensors, and otherwise begins a group. All that a group reads from outside is therefore
/// computed by earlier groups.
final class Fusion {
  /// Nodes of a group: more than any model's by far, and few enough to compare each with each.
  private static final int MOST_NODES = 1024;

  private final Program program;
  private final Set<Integer> kept;
  private final Blocking blocking;
  private final List<Open> groups = new ArrayList<>();
  private final int[] groupOf;

  /// A group that may still grow.
  private static final class Open {
    private final List<Integer> nodes = new ArrayList<>();
    private final Set<Source> sources = new HashSet<>();
    /// Each extent that the group may be cut at, with its run and the bytes of one outer index.
    private TreeMap<Long, Cut> cuts = new TreeMap<>();
  }

  /// @param run see [Group]
  /// @param bytes that one outer index reads and writes
  /// @param elements of the largest output for one outer index
  private record Cut(long run, long bytes, long elements) {
    static final Cut NONE = new Cut(0, 0, 0);
  }

  private Fusion(Program program, Set<Integer> kept, Blocking blocking) {
    this.program = program;
    this.kept = kept;
    this.blocking = blocking;
    this.groupOf = new int[program.nodes().size()];
  }

  /// All nodes that a kept one depends on, in groups, in an order in which they can be computed.
  static List<Group> groups(Program program, Set<Integer> kept, Blocking blocking) {
    return new Fusion(program, kept, blocking).groups();
  }

  /// Every node by itself, in the program's order.
  static List<Group> oneByOne(Program program) {
    List<Group> groups = new ArrayList<>();
    for (int n = 0; n < program.nodes().size(); n++) {
      groups.add(Group.of(n));
    }
    return groups;
  }

  private List<Group> groups() {
    boolean[] needed = needed();
    Arrays.fill(groupOf, -1);
    for (int n = 0; n < needed.length; n++) {
      if (needed[n]) {
        place(n);
      }
    }
    return groups.stream().map(this::closed).toList();
  }

  private boolean[] needed() {
    boolean[] needed = new boolean[groupOf.length];
    for (int n = needed.length - 1; n >= 0; n--) {
      needed[n] |= kept.contains(n);
      if (needed[n]) {
        for (Input input : program.nodes().get(n).inputs()) {
          if (input.source() instanceof Source.NodeOutput(int read)) {
            needed[read] = true;
          }
        }
      }
    }
    return needed;
  }

  private void place(int n) {
    Node node = program.nodes().get(n);
    int latest = -1;
    Set<Source> sources = new HashSet<>();
    for (Input input : node.inputs()) {
      sources.add(input.source());
      if (input.source() instanceof Source.NodeOutput(int read)) {
        latest = Math.max(latest, groupOf[read]);
      }
    }
    if (latest >= 0) {
      TreeMap<Long, Cut> cuts = cuts(node, latest, groups.get(latest).cuts);
      if (!cuts.isEmpty()) {
        join(n, sources, latest, cuts);
        return;
      }
    }
    for (int g = groups.size() - 1; g > Math.max(latest, groups.size() - 1 - blocking.siblings()); g--) {
      Open group = groups.get(g);
      if (sharesLarge(group, sources)) {
        TreeMap<Long, Cut> cuts = cuts(node, g, group.cuts);
        // Beside nodes that it doesn't read, it mustn't make the blocks coarser.
        if (!cuts.isEmpty() && cuts.lastKey().equals(group.cuts.lastKey())) {
          join(n, sources, g, cuts);
          return;
        }
      }
    }
    groups.add(new Open());
    TreeMap<Long, Cut> cuts = new TreeMap<>();
    for (long extent : Slice.extents(node)) {
      cuts.put(extent, Cut.NONE);
    }
    join(n, sources, groups.size() - 1, cuts(node, groups.size() - 1, cuts));
  }

  private void join(int n, Set<Source> sources, int g, TreeMap<Long, Cut> cuts) {
    Open group = groups.get(g);
    group.nodes.add(n);
    group.sources.addAll(sources);
    group.cuts = cuts;
    groupOf[n] = g;
  }

  /// Whether the group reads or computes a tensor of more than one element that is among `sources`.
  private boolean sharesLarge(Open group, Set<Source> sources) {
    for (Source source : sources) {
      if (group.sources.contains(source) && numel(source) > 1) {
        return true;
      }
    }
    return false;
  }

  private long numel(Source source) {
    return switch (source) {
      case Source.NodeOutput n -> program.nodes().get(n.index()).out().numel();
      case Source.State s -> program.slots().get(s.index()).shape().numel();
      case Source.Data d -> program.data().get(d.index()).shape().numel();
      case Source.Const c -> program.constants().get(c.index()).shape().numel();
    };
  }

  /// Those of `before` that `node` can be cut at as well, as one of group `g`.
  private TreeMap<Long, Cut> cuts(Node node, int g, Map<Long, Cut> before) {
    TreeMap<Long, Cut> cuts = new TreeMap<>();
    if (groups.get(g).nodes.size() >= MOST_NODES) {
      return cuts;
    }
    before.forEach((outer, cut) -> Slice.of(node, outer)
        .flatMap(slice -> with(slice, g, cut))
        .filter(joint -> pays(outer, joint))
        .ifPresent(joint -> cuts.put(outer, joint)));
    return cuts;
  }

  private Optional<Cut> with(Slice slice, int g, Cut before) {
    if (!slice.keepsProductsWhole()) {
      return Optional.empty();
    }
    List<Input> inputs = slice.node().inputs();
    long run = before.run == 0 ? slice.outer() : before.run;
    long bytes = before.bytes + Liveness.sizeBytes(slice.node()) / slice.outer();
    for (int s = 0; s < inputs.size(); s++) {
      if (!slice.reads(s)) {
        continue;
      }
      if (inputs.get(s).source() instanceof Source.NodeOutput(int read) && groupOf[read] == g) {
        if (!slice.readsOwnSlice(s, program.nodes().get(read).out().numel() / slice.outer())) {
          return Optional.empty();
        }
      } else if (!slice.canBeOutside(s)) {
        return Optional.empty();
      } else if (slice.moves(s)) {
        run = gcd(run, slice.run(s));
        bytes += Math.min(slice.stride(s), inputs.get(s).numel()) * inputs.get(s).dtype().widthBytes();
      }
    }
    return Optional.of(new Cut(run, bytes, Math.max(before.elements, slice.inner())));
  }

  private boolean pays(long outer, Cut cut) {
    return cut.bytes <= blocking.blockBytes()
        && (cut.run == outer || cut.run >= ceilDiv(blocking.minElements(), cut.elements));
  }

  private Group closed(Open group) {
    if (group.nodes.size() == 1) {
      return Group.of(group.nodes.getFirst());
    }
    Cut cut = group.cuts.lastEntry().getValue();
    return new Group(group.nodes, group.cuts.lastKey(), cut.run, cut.bytes, cut.elements);
  }

  private static long ceilDiv(long a, long b) {
    return (a - 1) / b + 1;
  }

  static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
