package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the nodes of a group are computed a row at a time, and where their rows lie: those of outputs that something
/// outside reads where they belong, those of others in the thread's own memory or, where a later node of the group
/// computes its output from them element by element, in that one's place.
///
/// @param tensors that the members read and store
/// @param members in order
/// @param rows of each member
/// @param elements of the longest row
/// @param ownElements of one row of all members in the thread's own memory
/// @param work in instructions
record RowPlan(List<Tensor> tensors, List<Member> members, long rows, long elements, long ownElements, double work) {
  /// Elements of the longest row: more don't stay in the cache.
  private static final long MOST = 1 << 13;
  /// A chain of more steps waits for itself too long.
  private static final long LONGEST_CHAIN = 128;
  /// Nodes of a group and instructions of them all: more are more code than the JIT compiler takes, and far more are
  /// more than a method may have.
  private static final int MOST_NODES = 64;
  private static final int MOST_INSTRUCTIONS = 256;

  /// A tensor from outside the group, or the output of one of its nodes.
  sealed interface Tensor {
    record Outside(Source source) implements Tensor {}

    record Output(int node) implements Tensor {}
  }

  /// How one node of the group is computed for one row.
  sealed interface Step {
    /// A row, or the one element there is.
    record Map(NodePlan plan, boolean isInPlace) implements Step {}

    /// One element from a row.
    record Fold(NodePlan plan, FoldStep step) implements Step {}

    /// Strands from a row.
    record Strands(NodePlan plan, StrandFold fold) implements Step {}
  }

  /// A part of a tensor that moves on with the rows, or the whole of one that doesn't.
  ///
  /// @param tensor which of the plan's; -1 for the thread's own memory
  /// @param stride elements from one row to the next
  /// @param offset in elements, of the thread's own memory
  record Place(int tensor, long stride, long offset) {}

  /// One node of the group.
  ///
  /// @param inputs where each input's rows begin; null for one that isn't read, or that is a [#scalars] one
  /// @param scalars for each input the member whose only element it is; -1 for others
  /// @param out where its rows begin; null for one element that isn't stored
  /// @param isStored whether anything outside the group reads it
  record Member(
      Node node, Step step, @Nullable Place[] inputs, int[] scalars, @Nullable Place out, boolean isStored) {
    boolean isScalar() {
      return !(step instanceof Step.Strands) && node.out().numel() == 1;
    }
  }

  /// The plan for `group`, if all its nodes are maps along rows or fold a row, in f32 and on vectors.
  ///
  /// @param stored for each node of the program whether anything outside its group reads it
  static Optional<RowPlan> of(Program program, Group group, boolean[] stored, Tuning tuning, Blocking blocking) {
    boolean fits = VectorWidth.BITS != 0 && group.nodes().size() > 1 && group.nodes().size() <= MOST_NODES
        && group.run() == group.outer() && group.elements() >= blocking.minRow() && group.elements() <= MOST;
    return fits ? new Builder(program, group, stored, tuning).build() : Optional.empty();
  }

  private static final class Builder {
    private final Program program;
    private final List<Integer> nodes;
    private final long rows;
    private final long elements;
    private final boolean[] stored;
    private final Tuning tuning;
    private final List<Slice> slices = new ArrayList<>();
    private final List<NodePlan> plans = new ArrayList<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private final List<Place> outs = new ArrayList<>();

    Builder(Program program, Group group, boolean[] stored, Tuning tuning) {
      this.program = program;
      this.nodes = group.nodes();
      this.rows = group.outer();
      this.elements = group.elements();
      this.stored = stored;
      this.tuning = tuning;
    }

    private Node node(int m) {
      return program.nodes().get(nodes.get(m));
    }

    private boolean isStored(int m) {
      return stored[nodes.get(m)];
    }

    Optional<RowPlan> build() {
      int instructions = 0;
      List<Step> steps = new ArrayList<>();
      for (int m = 0; m < nodes.size(); m++) {
        slices.add(Slice.of(node(m), rows).orElseThrow());
        plans.add(plan(m));
        Optional<Step> step = step(plans.get(m));
        if (step.isEmpty()) {
          return Optional.empty();
        }
        steps.add(step.get());
        instructions += instructions(plans.get(m));
      }
      if (instructions > MOST_INSTRUCTIONS) {
        return Optional.empty();
      }
      MemoryPlan plan = place();
      List<Member> members = new ArrayList<>();
      double work = 0;
      for (int m = 0; m < nodes.size(); m++) {
        members.add(member(m, steps.get(m), members));
        work += NodeStage.work(node(m));
      }
      return Optional.of(new RowPlan(tensors, members, rows, elements, plan.arenaBytes() / 4, work));
    }

    private static int instructions(NodePlan plan) {
      int live = 0;
      for (int i = 0; i < plan.node().body().size(); i++) {
        live += plan.isLive(i) ? 1 : 0;
      }
      return live;
    }

    /// The member that input `s` reads a row of; -1 for a tensor from outside.
    private int producer(int m, int s) {
      return node(m).inputs().get(s).source() instanceof Source.NodeOutput(int read) && slices.get(m).reads(s)
          ? nodes.indexOf(read) : -1;
    }

    private NodePlan plan(int m) {
      long[] inner = new long[node(m).inputs().size()];
      for (int s = 0; s < inner.length; s++) {
        int producer = producer(m, s);
        inner[s] = producer < 0 ? 0 : slices.get(producer).inner();
      }
      return NodePlan.of(slices.get(m).block(1, inner), tuning.withStrip((int) slices.get(m).inner()));
    }

    private static Optional<Step> step(NodePlan plan) {
      Node node = plan.node();
      if (node.dtype() != DType.F32) {
        return Optional.empty();
      }
      if (!node.hasFold()) {
        boolean fits = plan.outDims().length == 0
            || plan.inVectors() && plan.outDims().length == 1 && plan.outStrides()[0] == 1 && plan.strips() == 1
                && (plan.isWhole() || plan.isOverlapping());
        return fits ? Optional.of(new Step.Map(plan, false)) : Optional.empty();
      }
      Optional<Step> strands = StrandFold.of(plan).filter(StrandFold::isOneRow).map(f -> new Step.Strands(plan, f));
      if (strands.isPresent() || plan.outDims().length > 0) {
        return strands;
      }
      return RowFold.step(plan).filter(s -> switch (s.kind()) {
        case MAX, MIN -> plan.redDims()[0] >= VectorRows.LANES;
        case SUM, PRODUCT -> plan.redDims()[0] <= LONGEST_CHAIN;
      }).map(p -> new Step.Fold(plan, p));
    }

    // ---- where rows lie --------------------------------------------------------------------------

    private MemoryPlan place() {
      int[] homes = new int[nodes.size()];
      List<MemoryPlan.Buffer> buffers = new ArrayList<>();
      for (int m = nodes.size() - 1; m >= 0; m--) {
        homes[m] = home(m, homes);
      }
      for (int m = 0; m < nodes.size(); m++) {
        boolean own = !isStored(m) && homes[m] == m && slices.get(m).inner() > 1;
        buffers.add(new MemoryPlan.Buffer(own ? 4 * slices.get(m).inner() : 0, m, lastReader(m)));
      }
      MemoryPlan plan = MemoryPlan.of(buffers);
      for (int m = 0; m < nodes.size(); m++) {
        int home = homes[m];
        outs.add(isStored(home) ? new Place(tensor(new Tensor.Output(nodes.get(home))), slices.get(home).inner(), 0)
            : new Place(-1, 0, plan.offsets()[home] / 4));
      }
      return plan;
    }

    private int lastReader(int m) {
      int last = m;
      for (int reader = m + 1; reader < nodes.size(); reader++) {
        for (int s = 0; s < node(reader).inputs().size(); s++) {
          last = producer(reader, s) == m ? reader : last;
        }
      }
      return last;
    }

    /// The member in whose place this one's rows lie: itself, or the last one that reads them, where that computes each
    /// element from the one in its place.
    ///
    /// @param homes of later members
    private int home(int m, int[] homes) {
      int last = lastReader(m);
      if (isStored(m) || last == m || slices.get(last).inner() != slices.get(m).inner() || slices.get(m).inner() == 1
          || !isStored(homes[last])) {
        return m;
      }
      int home = homes[last];
      for (int other = m + 1; other < nodes.size(); other++) {
        // Somebody else's rows may be there already.
        if (other != last && homes[other] == home && other < last) {
          return m;
        }
      }
      return canBeInPlace(last, m) ? home : m;
    }

    private boolean canBeInPlace(int reader, int m) {
      NodePlan plan = plans.get(reader);
      // A LOAD alone is no call: its row is copied, and that not in place.
      if (plan.node().hasFold() || plan.node().body().getLast().op() == Opcode.LOAD) {
        return false;
      }
      for (int i = 0; i < plan.node().body().size(); i++) {
        Instruction x = plan.node().body().get(i);
        boolean reads = x.op() == Opcode.LOAD || x.op() == Opcode.GATHER;
        if (plan.isLive(i) && (x.op().isElementary()
            || reads && producer(reader, x.a()) == m && !(x.op() == Opcode.LOAD && readsInPlace(plan.access(x.a()))))) {
          return false;
        }
      }
      return true;
    }

    private static boolean readsInPlace(NodePlan.Access access) {
      return access.offset() == 0 && access.out()[0] == 1 && !access.guarded();
    }

    private int tensor(Tensor tensor) {
      if (!tensors.contains(tensor)) {
        tensors.add(tensor);
      }
      return tensors.indexOf(tensor);
    }

    private Member member(int m, Step step, List<Member> before) {
      Node node = plans.get(m).node();
      @Nullable Place[] inputs = new Place[node.inputs().size()];
      int[] scalars = new int[inputs.length];
      boolean inPlace = false;
      for (int s = 0; s < inputs.length; s++) {
        int producer = producer(m, s);
        scalars[s] = producer >= 0 && before.get(producer).isScalar() ? producer : -1;
        if (scalars[s] < 0 && producer >= 0) {
          inputs[s] = outs.get(producer);
          inPlace |= inputs[s].equals(outs.get(m)) && slices.get(m).inner() > 1;
        } else if (slices.get(m).reads(s) && scalars[s] < 0) {
          Tensor tensor = new Tensor.Outside(node(m).inputs().get(s).source());
          inputs[s] = new Place(tensor(tensor), slices.get(m).moves(s) ? slices.get(m).stride(s) : 0, 0);
        }
      }
      Step how = step instanceof Step.Map map ? new Step.Map(map.plan, inPlace) : step;
      boolean unstored = slices.get(m).inner() == 1 && !isStored(m);
      return new Member(node, how, inputs, scalars, unstored ? null : outs.get(m), isStored(m));
    }
  }
}
