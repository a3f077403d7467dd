package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.Executor;
import dev.verdict.repops.exec.NoSuchNodeException;
import dev.verdict.repops.exec.NodeNotKeptException;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.ReferenceExecutor;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.StepResults;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.op.AdamW;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Value;
import dev.verdict.repops.testing.EdgeValues;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Groups of nodes, and what is kept of them.
class FusionTest {
  private static final Blocking SMALL = new Blocking(1 << 20, 1, 5, 16, Long.MAX_VALUE);

  private static Set<Integer> anyKept(Random random, int nodes) {
    Set<Integer> kept = new TreeSet<>();
    int share = random.nextInt(5);
    for (int n = 0; n < nodes; n++) {
      if (random.nextInt(5) < share) {
        kept.add(n);
      }
    }
    if (random.nextBoolean()) {
      kept.add(nodes - 1);
    }
    return kept;
  }

  /// A program whose nodes share rows: chains of maps, folds over the last axis and what spreads them again, sums over
  /// rows, transpositions and batched products, in any order.
  static RandomPrograms.Sample chain(long seed) {
    Random random = new Random(seed);
    GraphBuilder g = new GraphBuilder();
    long a = 1 + random.nextInt(5);
    long b = 1 + random.nextInt(9);
    long c = 1 + random.nextInt(40);
    List<Value> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      rows.add(g.state("x" + i, DType.F32, Shape.of(a, b, c)));
    }
    Value bias = g.state("bias", DType.F32, Shape.of(c));
    int count = 3 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      Value x = rows.get(random.nextInt(rows.size()));
      Value y = rows.get(random.nextInt(rows.size()));
      rows.add(switch (random.nextInt(12)) {
        case 0 -> g.softmax(x, 2);
        case 1 -> g.add(x, bias);
        case 2 -> g.mul(x, y);
        case 3 -> g.relu(x);
        case 4 -> g.sub(x, g.reduceMax(x, true, 2));
        case 5 -> g.add(y, g.reduceSum(x, true, 2));
        case 6 -> g.add(y, g.reduceSum(x, true, 0));
        case 7 -> g.mul(x, g.transpose(g.transpose(y, 2, 0, 1), 1, 2, 0));
        case 8 -> g.transpose(g.mul(g.transpose(x, 1, 0, 2), g.transpose(y, 1, 0, 2)), 1, 0, 2);
        case 9 -> g.softmax(x, 1);
        case 10 -> g.gelu(x);
        default -> g.div(x, g.add(g.mul(y, y), g.literal(1f)));
      });
    }
    g.update(rows.get(0), rows.getLast());
    BuiltGraph built = g.build();
    List<Tensor> states = new ArrayList<>();
    built.program().slots().forEach(slot -> states.add(EdgeValues.anyTensor(random, slot.dtype(), slot.shape())));
    return new RandomPrograms.Sample(seed, built.program(), new StepInputs(states, List.of(), List.of()));
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_anyNodesKept_equalsReference(Parity.Path path) {
    for (long seed = 0; seed < 150; seed++) {
      RandomPrograms.Sample sample = RandomPrograms.sample(50_000 + seed);
      Set<Integer> kept = anyKept(new Random(seed), sample.program().nodes().size());
      assertThat(Parity.firstDifference(path.executor(), sample, kept)).as("seed %s kept %s", seed, kept).isEmpty();
    }
  }

  /// A training step of each kind of model, as a trainer keeps it and with other nodes kept.
  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_models_equalReference(Parity.Path path) {
    for (StepBenchmark.Training training : StepBenchmark.tiny()) {
      RandomPrograms.Sample sample =
          new RandomPrograms.Sample(0, training.built().program(), training.inputs());
      int nodes = sample.program().nodes().size();
      for (Set<Integer> kept : List.of(training.kept(), anyKept(new Random(nodes), nodes))) {
        assertThat(Parity.firstDifference(path.executor(), sample, kept)).as(training.name()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_chainsOfRows_equalReference(Parity.Path path) {
    for (long seed = 0; seed < 80; seed++) {
      RandomPrograms.Sample sample = chain(seed);
      Set<Integer> kept = anyKept(new Random(seed), sample.program().nodes().size());
      assertThat(Parity.firstDifference(path.executor(), sample, kept)).as("seed %s kept %s", seed, kept).isEmpty();
    }
  }

  /// What an observer changes is what later nodes read, whatever is kept; and what is shown is what was computed.
  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_observerChangesAnOutput_laterNodesSeeIt(Parity.Path path) {
    NodeObserver liar = (n, output) -> output.setRegister(n % output.numel(), output.getRegister(0) ^ n ^ 5);
    for (long seed = 0; seed < 60; seed++) {
      RandomPrograms.Sample sample = seed % 2 == 0 ? chain(seed) : RandomPrograms.sample(60_000 + seed);
      Set<Integer> kept = anyKept(new Random(seed), sample.program().nodes().size());
      CompiledProgram expected = new ReferenceExecutor().compile(sample.program(), kept);
      CompiledProgram actual = path.executor().compile(sample.program(), kept);
      Map<Integer, Tensor> shown = new HashMap<>();
      expected.run(seed, sample.inputs(), (n, output) -> {
        liar.computed(n, output);
        shown.put(n, output.copy());
      });
      List<Integer> order = new ArrayList<>();
      actual.run(seed, sample.inputs(), (n, output) -> {
        liar.computed(n, output);
        assertThat(Parity.firstDifference(shown.get(n), output)).isEmpty();
        order.add(n);
      });
      assertThat(order).hasSize(sample.program().nodes().size()).isSorted();
      for (int n : kept) {
        assertThat(Parity.firstDifference(shown.get(n), actual.output(n))).as("%s node %s", seed, n).isEmpty();
      }
    }
  }

  @Test
  void run_resultsGiven_writesThereAndLeavesInputsAlone() {
    for (long seed = 0; seed < 60; seed++) {
      RandomPrograms.Sample sample = chain(seed);
      Set<Integer> kept = anyKept(new Random(seed), sample.program().nodes().size());
      Map<Integer, Tensor> results = new HashMap<>();
      for (int n : kept) {
        Node node = sample.program().nodes().get(n);
        if (n % 2 == 0) {
          results.put(n, Tensor.zeros(node.dtype(), node.out()));
        }
      }
      List<Tensor> before = sample.inputs().states().stream().map(Tensor::copy).toList();
      CompiledProgram expected = new ReferenceExecutor().compile(sample.program());
      expected.run(3, sample.inputs(), NodeObserver.NONE);
      for (CompiledProgram actual : List.of(
          new CpuExecutor(2, Tuning.DEFAULT, SMALL).compile(sample.program(), kept),
          new ReferenceExecutor().compile(sample.program(), kept))) {
        actual.run(3, sample.inputs(), new StepResults(results), NodeObserver.NONE);
        for (int n : kept) {
          assertThat(expected.output(n).sameBits(actual.output(n))).as("seed %s node %s", seed, n).isTrue();
          assertThat(actual.output(n) == results.get(n)).isEqualTo(results.containsKey(n));
        }
      }
      for (int s = 0; s < before.size(); s++) {
        assertThat(before.get(s).sameBits(sample.inputs().states().get(s))).isTrue();
      }
    }
  }

  @Test
  void output_nodeNotKept_throwsNamingIt() {
    RandomPrograms.Sample sample = RandomPrograms.sample(7);
    Set<Integer> kept = Set.of(1);
    for (CompiledProgram program : List.of(
        new CpuExecutor().compile(sample.program(), kept), new ReferenceExecutor().compile(sample.program(), kept))) {
      program.run(0, sample.inputs(), NodeObserver.NONE);
      assertThat(program.output(1)).isNotNull();
      assertThatThrownBy(() -> program.output(2)).isInstanceOf(NodeNotKeptException.class)
          .hasMessageContaining("node 2 '" + sample.program().nodes().get(2).label() + "'");
      assertThatThrownBy(() -> program.run(0, sample.inputs(),
          new StepResults(Map.of(2, Tensor.zeros(DType.F32, Shape.of(1)))), NodeObserver.NONE))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("node 2");
      Node one = sample.program().nodes().get(1);
      assertThatThrownBy(() -> program.run(0, sample.inputs(),
          new StepResults(Map.of(1, Tensor.zeros(one.dtype(), Shape.of(one.out().numel() + 1)))), NodeObserver.NONE))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("result of node 1");
    }
  }

  /// Not an index of some list: the node, and which there are.
  @Test
  void anyCall_nodeThatTheProgramLacks_throwsNamingItAndHowManyThereAre() {
    RandomPrograms.Sample sample = RandomPrograms.sample(7);
    int nodes = sample.program().nodes().size();
    for (int lacking : new int[] {-1, nodes, 999}) {
      List<ThrowingCallable> calls = new ArrayList<>();
      for (Executor executor : List.of(new CpuExecutor(), new ReferenceExecutor())) {
        calls.add(() -> executor.compile(sample.program(), Set.of(lacking)));
        CompiledProgram compiled = executor.compile(sample.program(), Set.of(1));
        calls.add(() -> compiled.output(lacking));
        calls.add(() -> compiled.run(0, sample.inputs(),
            new StepResults(Map.of(lacking, Tensor.zeros(DType.F32, Shape.of(1)))), NodeObserver.NONE));
        compiled.run(0, sample.inputs(), NodeObserver.NONE);
        calls.add(() -> compiled.output(lacking));
      }
      for (ThrowingCallable call : calls) {
        assertThatThrownBy(call).isInstanceOfSatisfying(NoSuchNodeException.class, e -> {
          assertThat(e.node()).isEqualTo(lacking);
          assertThat(e.nodes()).isEqualTo(nodes);
        }).hasMessage("node " + lacking + ": the program has no such node; it has " + nodes + ", numbered from 0 to "
            + (nodes - 1));
      }
    }
  }

  /// Every group can be computed when its turn comes, and holds what it promises of its cut.
  @Test
  void groups_anyProgram_readOnlyWhatIsThere() {
    int joined = 0;
    for (long seed = 0; seed < 500; seed++) {
      Program program = (seed % 2 == 0 ? chain(seed) : RandomPrograms.sample(seed)).program();
      Set<Integer> kept = anyKept(new Random(seed), program.nodes().size());
      Set<Integer> there = new HashSet<>();
      for (Group group : Fusion.groups(program, kept, SMALL)) {
        for (int n : group.nodes()) {
          for (Input input : program.nodes().get(n).inputs()) {
            if (input.source() instanceof Source.NodeOutput(int read)) {
              assertThat(there).as("seed %s node %s in %s", seed, n, group).contains(read);
            }
          }
          there.add(n);
        }
        assertThat(group.outer() % group.run()).isZero();
        joined += group.nodes().size() - 1;
      }
      assertThat(there).containsAll(kept);
    }
    assertThat(joined).as("nodes that joined a group").isGreaterThan(500);
  }

  @Test
  void groups_softmax_areOne() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(64, 100));
    g.update(x, g.softmax(x, 1));
    Program program = g.build().program();
    List<Group> groups = Fusion.groups(program, Set.of(program.nodes().size() - 1), Blocking.DEFAULT);
    assertThat(groups).hasSize(1);
    assertThat(groups.getFirst().nodes()).hasSize(program.nodes().size());
    assertThat(groups.getFirst().outer()).isEqualTo(64);
  }

  /// softmax(q·kᵀ)·v of heads that lie beside one another in their rows: `x` is [batch, time, heads, width], and a
  /// head's rows are read along strides that don't add up to one over batch and heads.
  private static RandomPrograms.Sample attention(Random random, long batch, long time, long heads, long width) {
    Shape shape = Shape.of(batch, time, heads, width);
    Shape square = Shape.of(batch, heads, time, time);
    long row = heads * width;
    long all = time * row;
    long numel = shape.numel();
    long[] byQuery = {all, width, row, 0};
    Input q = new Input(new Source.State(0), DType.F32, numel, 0, byQuery, new long[] {1});
    Input k = new Input(new Source.State(1), DType.F32, numel, 0, new long[] {all, width, 0, row}, new long[] {1});
    List<Instruction> product = List.of(op(Opcode.LOAD, 0, 0), op(Opcode.LOAD, 1, 0), op(Opcode.ACC, 0, 0),
        new Instruction(Opcode.FMA, 0, 1, 2, 0));
    Node scores = new Node("Scores", DType.F32, square, Shape.of(width), 0, List.of(q, k), product);
    // Of key j for query i only j ≤ i: an INDEX of inner dimensions.
    long[] strides = square.strides();
    Input s = new Input(new Source.NodeOutput(0), DType.F32, square.numel(), 0, strides, new long[0]);
    Node masked = new Node("Mask", DType.F32, square, Shape.scalar(), 0, List.of(s), List.of(
        op(Opcode.LOAD, 0, 0), op(Opcode.INDEX, 3, 0), op(Opcode.INDEX, 2, 0), op(Opcode.ILE, 1, 2),
        new Instruction(Opcode.CONST_F, 0, 0, 0, 0xff800000), new Instruction(Opcode.SELECT, 3, 0, 4, 0)));
    Input m = new Input(new Source.NodeOutput(1), DType.F32, square.numel(), 0,
        new long[] {strides[0], strides[1], strides[2], 0}, new long[] {1});
    Input v = new Input(new Source.State(2), DType.F32, numel, 0, new long[] {all, width, 0, 1}, new long[] {row});
    Node values = new Node("Values", DType.F32, Shape.of(batch, heads, time, width), Shape.of(time), 0,
        List.of(m, v), product);
    List<Slot> slots = new ArrayList<>();
    List<Tensor> states = new ArrayList<>();
    for (String name : List.of("q", "k", "v")) {
      slots.add(new Slot(name, DType.F32, shape, Slot.UNCHANGED));
      states.add(EdgeValues.anyTensor(random, DType.F32, shape));
    }
    return new RandomPrograms.Sample(0, new Program(slots, List.of(), List.of(), List.of(scores, masked, values)),
        new StepInputs(states, List.of(), List.of()));
  }

  /// However many nodes follow one another: a group's nodes are compared with one another.
  @Test
  void groups_longChain_areOfBoundedLength() {
    List<Node> nodes = new ArrayList<>();
    for (int n = 0; n < 3_000; n++) {
      Source source = n == 0 ? new Source.State(0) : new Source.NodeOutput(n - 1);
      Input input = new Input(source, DType.U8, 8, 0, new long[] {1}, new long[0]);
      nodes.add(new Node("", DType.U8, Shape.of(8), Shape.scalar(), 0, List.of(input), List.of(op(Opcode.LOAD, 0, 0))));
    }
    Program program = new Program(
        List.of(new Slot("s", DType.U8, Shape.of(8), Slot.UNCHANGED)), List.of(), List.of(), nodes);
    assertThat(Fusion.groups(program, Set.of(2_999), Blocking.DEFAULT))
        .allSatisfy(group -> assertThat(group.nodes()).hasSizeLessThanOrEqualTo(1_024));
  }

  /// A view whose reach wraps around i64, which an offset of the other sign makes valid: of dimension 1 only index 1
  /// reads the tensor, from outside the group as well as from inside.
  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_reachBeyondI64_equalsReference(Parity.Path path) {
    Tensor state = EdgeValues.anyTensor(new Random(7), DType.F32, Shape.of(40, 2));
    long far = 1L << 62;
    Input outside = new Input(new Source.State(0), DType.F32, 80, far, new long[] {2, -far, 1}, new long[0]);
    Node first = new Node("Outside", DType.F32, Shape.of(40, 4, 2), Shape.scalar(), 0, List.of(outside),
        List.of(op(Opcode.LOAD, 0, 0)));
    // The last eight of each row's sixteen are the next row's.
    Input inside = new Input(new Source.NodeOutput(0), DType.F32, 320, far, new long[] {8, -far, 1}, new long[0]);
    Node second = new Node("Inside", DType.F32, Shape.of(40, 4, 16), Shape.scalar(), 0, List.of(inside),
        List.of(op(Opcode.LOAD, 0, 0)));
    Input own = new Input(new Source.NodeOutput(0), DType.F32, 320, 0, new long[] {8, 2, 1}, new long[0]);
    Node third = new Node("Own", DType.F32, Shape.of(40, 4, 2), Shape.scalar(), 0, List.of(own),
        List.of(op(Opcode.LOAD, 0, 0), op(Opcode.ADD, 0, 0)));
    Program program = new Program(List.of(new Slot("s", DType.F32, Shape.of(40, 2), Slot.UNCHANGED)), List.of(),
        List.of(), List.of(first, second, third));
    RandomPrograms.Sample sample = new RandomPrograms.Sample(
        0, program, new StepInputs(List.of(state), List.of(), List.of()));
    for (Set<Integer> kept : List.of(Set.of(1), Set.of(2), Set.of(0, 1, 2))) {
      assertThat(Parity.firstDifference(path.executor(), sample, kept)).as("%s", kept).isEmpty();
    }
  }

  private static Instruction op(Opcode op, int a, int b) {
    return new Instruction(op, a, b, 0, 0);
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_attention_equalsReference(Parity.Path path) {
    Random random = new Random(11);
    for (long[] d : new long[][] {{1, 1, 1, 1}, {1, 5, 3, 4}, {3, 17, 2, 8}, {2, 9, 5, 16}, {4, 20, 1, 3}}) {
      RandomPrograms.Sample sample = attention(random, d[0], d[1], d[2], d[3]);
      for (Set<Integer> kept : List.of(Set.of(2), Set.of(0, 2), Set.of(1))) {
        assertThat(Parity.firstDifference(path.executor(), sample, kept)).as("%s", d).isEmpty();
      }
    }
  }

  /// The squares exist a head or a few at a time.
  @Test
  void groups_attention_areOneCutAtBatchAndHeads() {
    Program program = attention(new Random(1), 4, 32, 6, 16).program();
    List<Group> groups = Fusion.groups(program, Set.of(2), Blocking.DEFAULT);
    assertThat(groups).hasSize(1);
    assertThat(groups.getFirst().nodes()).containsExactly(0, 1, 2);
    assertThat(groups.getFirst().outer()).isEqualTo(24);
    assertThat(groups.getFirst().run()).isEqualTo(6);
    assertThat(new CpuExecutor().compile(program, Set.of(2)).memory().arena()).isZero();
  }

  /// A product whose rows share the other factor isn't cut: each block would pack that factor again.
  @Test
  void groups_rowsOfAProduct_stayWhole() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(64, 100));
    Value w = g.state("w", DType.F32, Shape.of(100, 100));
    g.update(x, g.relu(g.matMul(g.relu(x), w)));
    Program program = g.build().program();
    assertThat(Fusion.groups(program, Set.of(program.nodes().size() - 1), Blocking.DEFAULT))
        .allSatisfy(group -> assertThat(group.nodes()).hasSize(1));
  }

  /// An optimiser's update of a parameter is one pass over it.
  @Test
  void groups_adamW_oneForEachParameter() {
    GraphBuilder g = new GraphBuilder();
    Value p = g.state("p", DType.F32, Shape.of(200, 300));
    Value gradient = g.data("gradient", DType.F32, Shape.of(200, 300), Digest.ZERO);
    AdamW.of(0.1f).update(g, List.of("p"), List.of(p), List.of(gradient));
    Program program = g.build().program();
    Set<Integer> kept = new TreeSet<>();
    program.slots().forEach(slot -> kept.add(slot.next()));
    List<Group> large = Fusion.groups(program, kept, Blocking.DEFAULT).stream()
        .filter(group -> program.nodes().get(group.nodes().getFirst()).out().numel() > 1).toList();
    assertThat(large).hasSize(1);
    assertThat(large.getFirst().nodes()).hasSize(4);
    assertThat(large.getFirst().outer()).isEqualTo(60_000);
  }
}
