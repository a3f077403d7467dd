package dev.verdict.repops.exec.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.Gradients;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.NodeBuilder;
import dev.verdict.repops.op.Scalar;
import dev.verdict.repops.op.Value;
import dev.verdict.repops.testing.EdgeValues;
import dev.verdict.repops.testing.RandomPrograms;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Groups that are computed a row at a time: any length of a row, any number of rows, anything kept of what lies
/// between.
class RowStageTest {
  private static final int[] LENGTHS = {16, 31, 32, 33, 64, 100, 127, 128, 161, 384, 1000, 1024, 2100};
  private static final int[] ROWS = {1, 2, 3, 5, 33};

  /// A program of nodes along the rows of a matrix: maps of one row or two, of what is one element of a row, of a vector
  /// that all rows share; what folds a row; operators made of these, some with their gradients.
  static RandomPrograms.Sample sample(long seed) {
    Random random = new Random(seed);
    long n = LENGTHS[(int) (seed % LENGTHS.length)];
    Shape shape = Shape.of(ROWS[random.nextInt(ROWS.length)], n);
    GraphBuilder g = new GraphBuilder();
    List<Value> rows = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      rows.add(g.state("x" + i, DType.F32, shape));
    }
    Value shared = g.state("shared", DType.F32, Shape.of(n));
    List<Value> single = new ArrayList<>(List.of(g.state("single", DType.F32, Shape.of(shape.dim(0), 1))));
    boolean differentiated = random.nextInt(3) == 0;
    int count = 2 + random.nextInt(10);
    for (int i = 0; i < count; i++) {
      Value x = rows.get(random.nextInt(rows.size()));
      Value y = rows.get(random.nextInt(rows.size()));
      Value s = single.get(random.nextInt(single.size()));
      switch (random.nextInt(differentiated ? 15 : 18)) {
        case 0 -> rows.add(g.softmax(x, 1));
        case 1 -> rows.add(g.logSoftmax(x, 1));
        case 2 -> rows.add(g.layerNormalization(x, shared, shared, 1, 1e-5f));
        case 3 -> rows.add(g.add(x, shared));
        case 4 -> rows.add(g.mul(x, y));
        case 5 -> rows.add(g.sub(y, x));
        case 6 -> rows.add(g.relu(x));
        case 7 -> rows.add(g.gelu(x));
        case 8 -> rows.add(g.tanh(x));
        case 9 -> rows.add(g.sub(x, s));
        case 10 -> single.add(g.reduceMax(x, true, 1));
        case 11 -> single.add(g.neg(g.reduceMax(g.neg(x), true, 1)));
        case 12 -> single.add(g.reduceSum(x, true, 1));
        case 13 -> single.add(g.reciprocal(g.add(s, g.reduceMean(x, true, 1))));
        case 14 -> rows.add(g.exp(x));
        case 15 -> rows.add(reversed(g, shape, x, y));
        case 16 -> rows.add(map(g, shape, x, s, (a, b) -> a.minus(b).expMinus().timesPlus(b, a)));
        default -> rows.add(map(g, shape, x, y, (a, b) -> a.lessThan(b).choose(a, b.exp())));
      }
    }
    if (differentiated) {
      Value loss = g.reduceSum(g.mul(rows.getLast(), rows.getFirst()), false);
      g.update(rows.getFirst(), Gradients.gradients(loss, List.of(rows.getFirst())).getFirst());
    } else {
      g.update(rows.getFirst(), rows.getLast());
    }
    BuiltGraph built = g.build();
    return new RandomPrograms.Sample(seed, built.program(), inputs(random, built.program()));
  }

  private static Value map(GraphBuilder g, Shape shape, Value a, Value b, BiFunction<Scalar, Scalar, Scalar> body) {
    NodeBuilder n = g.node("Map", DType.F32, shape);
    return n.result(body.apply(n.load(a), n.load(b)));
  }

  /// x's rows from the end to the beginning, less y's.
  private static Value reversed(GraphBuilder g, Shape shape, Value x, Value y) {
    NodeBuilder n = g.node("Reversed", DType.F32, shape);
    return n.result(n.load(x, n.out(0), n.out(1).times(-1).plus(shape.dim(1) - 1)).minus(n.load(y)));
  }

  /// Ordinary numbers, which no sum turns into NaN, or now and then anything.
  private static StepInputs inputs(Random random, Program program) {
    boolean edges = random.nextInt(3) == 0;
    List<Tensor> states = new ArrayList<>();
    program.slots().forEach(slot -> {
      Tensor t = EdgeValues.anyTensor(random, slot.dtype(), slot.shape());
      for (long i = 0; i < t.numel() && !edges; i++) {
        t.setFloat(i, i % 29 == 5 ? -0f : (float) random.nextGaussian() * 3);
      }
      states.add(t);
    });
    return new StepInputs(states, List.of(), List.of());
  }

  @ParameterizedTest
  @EnumSource(Parity.Path.class)
  void run_rows_equalReference(Parity.Path path) {
    for (long seed = 0; seed < 130; seed++) {
      RandomPrograms.Sample sample = sample(seed);
      Random random = new Random(seed);
      Set<Integer> kept = new TreeSet<>(Set.of(sample.program().nodes().size() - 1));
      for (int n = 0; n < sample.program().nodes().size() && seed % 2 == 0; n++) {
        if (random.nextInt(4) == 0) {
          kept.add(n);
        }
      }
      assertThat(Parity.firstDifference(path.executor(), sample, kept)).as("seed %s kept %s", seed, kept).isEmpty();
    }
  }

  /// The operators that it is for, each as one group but for what isn't along rows.
  @Test
  void of_rowOperators_areTaken() {
    Shape shape = Shape.of(5, 1000);
    for (BiFunction<GraphBuilder, Value, Value> operator : List.<BiFunction<GraphBuilder, Value, Value>>of(
        (g, x) -> g.softmax(x, -1),
        (g, x) -> g.logSoftmax(x, -1),
        (g, x) -> g.layerNormalization(x, g.expand(g.literal(2f), 1000), g.expand(g.literal(1f), 1000), -1, 1e-5f),
        (g, x) -> g.rmsNormalization(x, g.expand(g.literal(2f), 1000), -1, 1e-5f))) {
      GraphBuilder g = new GraphBuilder();
      Value x = g.state("x", DType.F32, shape);
      Value y = operator.apply(g, x);
      g.output("y", y);
      g.output("gradient", Gradients.gradients(g.reduceSum(g.mul(y, y), false), List.of(x)).getFirst());
      BuiltGraph built = g.build();
      Set<Integer> forward = Set.of(built.outputs().get("y"));
      assertThat(stages(built.program(), forward)).as("%s", built.program()).containsOnly(true);
      assertThat(stages(built.program(), Set.of(built.outputs().get("gradient")))).as("%s", built.program())
          .contains(true);
    }
  }

  /// More code than the JIT compiler takes, or than a method may have: in blocks, as other groups. By the nodes, by
  /// their instructions, by the bytes.
  @ParameterizedTest
  @CsvSource({"70, 2", "64, 61", "30, 61", "5, 61"})
  void of_longGroup_isLeft(int nodes, int instructions) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.state("x", DType.F32, Shape.of(9, 101));
    Value max = g.reduceMax(x, true, 1);
    Value y = x;
    for (int i = 1; i < nodes; i++) {
      y = map(g, x.shape(), y, max, (a, b) -> {
        Scalar r = a;
        for (int k = 2; k < instructions; k++) {
          r = k % 2 == 0 ? r.plus(b) : r.times(a);
        }
        return r;
      });
    }
    g.output("y", y);
    BuiltGraph built = g.build();
    Set<Integer> kept = Set.copyOf(built.outputs().values());
    assertThat(stages(built.program(), kept)).containsOnly(VectorWidth.BITS == 0);
    RandomPrograms.Sample sample =
        new RandomPrograms.Sample(0, built.program(), inputs(new Random(1), built.program()));
    assertThat(Parity.firstDifference(new CpuExecutor(), sample, kept)).isEmpty();
  }

  private static Kernels kernels() {
    return new Kernels((node, threads) -> KernelCompiler.compile(NodePlan.of(node, Tuning.DEFAULT)));
  }

  /// For each group of several nodes whether it is computed row by row.
  private static List<Boolean> stages(Program program, Set<Integer> kept) {
    boolean[] stored = new boolean[program.nodes().size()];
    kept.forEach(n -> stored[n] = true);
    return Fusion.groups(program, kept, Blocking.DEFAULT).stream()
        .filter(group -> group.nodes().size() > 1)
        .map(group -> RowStage.of(program, group, stored, kernels(), Tuning.DEFAULT, Blocking.DEFAULT, 1).isPresent()
            || VectorWidth.BITS == 0)
        .toList();
  }

  @Test
  void memory_softmax_hasAFewRows() {
    GraphBuilder g = new GraphBuilder();
    g.output("y", g.softmax(g.state("x", DType.F32, Shape.of(1000, 1000)), -1));
    BuiltGraph built = g.build();
    CompiledProgram program = new CpuExecutor().compile(built.program(), Set.copyOf(built.outputs().values()));
    assertThat(program.memory().arena()).isLessThan(1000);
    assertThat(program.memory().scratch()).isLessThan(VectorWidth.BITS == 0 ? 1 << 20 : 1 << 13);
  }
}
