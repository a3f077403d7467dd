package dev.verdict.repops.exec.cpu;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.Gradients;
import dev.verdict.repops.op.GraphBuilder;
import dev.verdict.repops.op.Sliding;
import dev.verdict.repops.op.Value;
import dev.verdict.repops.testing.OnnxModel;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Measures matrix products and convolutions against ONNX Runtime and against a loop of nothing but FMA, in one JVM,
/// medians of interleaved samples: run `main` with a number of threads and a regular expression for the cases' names.
final class MatMulBenchmark {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int SAMPLES = 15;
  private static final double SAMPLE_NANOS = 3e7;
  private static final double WARM_UP_NANOS = 1.5e9;

  /// One product: `ours` builds it from operands of these shapes, `node` is the same in ONNX.
  private record Case(
      String name, double flops, List<long[]> shapes, BiFunction<GraphBuilder, List<Value>, Value> ours,
      OnnxNode node) {}

  /// @param op empty where ONNX has no such operator
  /// @param alone the label of the node to measure by itself; empty to measure the program
  private record OnnxNode(String op, String alone, OnnxModel.Attribute... attributes) {
    OnnxNode(String op, OnnxModel.Attribute... attributes) {
      this(op, "", attributes);
    }
  }

  private MatMulBenchmark() {}

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (int n : new int[] {128, 256, 512, 1024, 2048}) {
      cases.add(product("square", n, n, n, false, false));
    }
    cases.add(product("gradA", 1024, 1024, 1024, false, true));
    cases.add(product("gradB", 1024, 1024, 1024, true, false));
    cases.add(product("tall", 8192, 256, 256, false, false));
    cases.add(product("wide", 256, 8192, 256, false, false));
    cases.add(product("deep", 256, 256, 8192, false, false));
    cases.add(product("deepgradB", 256, 256, 8192, true, false));
    cases.add(product("odd", 500, 333, 777, false, false));
    cases.add(product("narrow", 8192, 10, 784, false, false));
    cases.add(product("narrowgradA", 8192, 784, 10, false, true));
    cases.add(product("narrowgradB", 784, 10, 8192, true, false));
    cases.add(product("few", 8, 1024, 1024, false, false));
    cases.add(product("fewgradA", 8, 1024, 1024, false, true));
    cases.add(product("vector", 1, 4096, 4096, false, false));
    cases.add(product("smallvector", 1, 1024, 512, false, false));
    cases.add(product("vectorgradA", 1, 4096, 4096, false, true));
    cases.add(product("column", 4096, 1, 4096, false, false));
    cases.add(product("smallcolumn", 1024, 1, 512, false, false));
    cases.add(product("small", 64, 128, 64, false, false));
    cases.add(batched("heads QK", 64, 512, 512, 64, true));
    cases.add(batched("heads PV", 64, 512, 64, 512, false));
    cases.add(batched("smallheads", 256, 64, 64, 32, false));
    cases.add(conv("conv 64x56 3x3", 8, 64, 56, 64, 3, 1, 1));
    cases.add(conv("conv 128x28 3x3", 8, 128, 28, 128, 3, 1, 1));
    cases.add(conv("conv 256x14 3x3", 8, 256, 14, 256, 3, 1, 1));
    cases.add(conv("conv 512x7 3x3", 8, 512, 7, 512, 3, 1, 1));
    cases.add(conv("conv 256x56 1x1", 8, 256, 56, 64, 1, 1, 0));
    cases.add(conv("conv 64x56 3x3 s2", 8, 64, 56, 128, 3, 2, 1));
    cases.add(conv("conv 256x56 1x1 s2", 8, 256, 56, 512, 1, 2, 0));
    cases.add(conv("conv stem 7x7 s2", 8, 3, 224, 64, 7, 2, 3));
    cases.add(gradients("gradX 64x56 3x3", 8, 64, 56, 64, 3, 1, 1, true));
    cases.add(gradients("gradW 64x56 3x3", 8, 64, 56, 64, 3, 1, 1, false));
    cases.add(gradients("gradX 256x14 3x3", 8, 256, 14, 256, 3, 1, 1, true));
    cases.add(gradients("gradW 256x14 3x3", 8, 256, 14, 256, 3, 1, 1, false));
    cases.add(depthwise("depthwise 64x56 3x3", 8, 64, 56));
    return cases;
  }

  private static Case product(String name, int m, int n, int k, boolean transposeA, boolean transposeB) {
    return new Case(name + " " + m + "x" + n + "x" + k + (transposeA ? " A'" : "") + (transposeB ? " B'" : ""),
        2.0 * m * n * k,
        List.of(transposeA ? new long[] {k, m} : new long[] {m, k}, transposeB ? new long[] {n, k} : new long[] {k, n}),
        (g, x) -> g.matMul(
            transposeA ? g.transpose(x.get(0), 1, 0) : x.get(0), transposeB ? g.transpose(x.get(1), 1, 0) : x.get(1)),
        new OnnxNode("Gemm", OnnxModel.Attribute.of("transA", transposeA ? 1 : 0),
            OnnxModel.Attribute.of("transB", transposeB ? 1 : 0)));
  }

  private static Case batched(String name, int z, int m, int n, int k, boolean transposeB) {
    return new Case(name + " " + z + "x" + m + "x" + n + "x" + k + (transposeB ? " B'" : ""), 2.0 * z * m * n * k,
        List.of(new long[] {z, m, k}, transposeB ? new long[] {z, n, k} : new long[] {z, k, n}),
        (g, x) -> g.matMul(x.get(0), transposeB ? g.transpose(x.get(1), 0, 2, 1) : x.get(1)),
        transposeB ? new OnnxNode("") : new OnnxNode("MatMul"));
  }

  private static Case conv(String name, int z, int c, int size, int m, int window, int stride, int pad) {
    int out = (size + 2 * pad - window) / stride + 1;
    return new Case(name, 2.0 * z * c * m * window * window * out * out,
        List.of(new long[] {z, c, size, size}, new long[] {m, c, window, window}),
        (g, x) -> g.conv(x.get(0), x.get(1), null, Sliding.unit().pad(pad).stride(stride, stride), 1),
        new OnnxNode("Conv", OnnxModel.Attribute.ints("strides", stride, stride),
            OnnxModel.Attribute.ints("pads", pad, pad, pad, pad)));
  }

  private static Case gradients(
      String name, int z, int c, int size, int m, int window, int stride, int pad, boolean toX) {
    int out = (size + 2 * pad - window) / stride + 1;
    return new Case(name, 2.0 * z * c * m * window * window * out * out,
        List.of(new long[] {z, c, size, size}, new long[] {m, c, window, window}, new long[] {z, m, out, out}),
        (g, x) -> {
          Value y = g.conv(x.get(0), x.get(1), null, Sliding.unit().pad(pad).stride(stride, stride), 1);
          Value loss = g.reduceSum(g.mul(y, x.get(2)), false);
          return Gradients.gradients(loss, List.of(x.get(toX ? 0 : 1))).getFirst();
        },
        new OnnxNode("", toX ? "Conv.gradX" : "Conv.gradW"));
  }

  private static Case depthwise(String name, int z, int c, int size) {
    return new Case(name, 2.0 * z * c * 9 * size * size,
        List.of(new long[] {z, c, size, size}, new long[] {c, 1, 3, 3}),
        (g, x) -> g.conv(x.get(0), x.get(1), null, Sliding.unit().pad(1), c),
        new OnnxNode("Conv", OnnxModel.Attribute.of("group", c), OnnxModel.Attribute.ints("pads", 1, 1, 1, 1)));
  }

  private static Tensor random(Random random, long... dims) {
    Tensor t = Tensor.zeros(DType.F32, Shape.of(dims));
    for (long i = 0; i < t.numel(); i++) {
      t.setFloat(i, (float) random.nextGaussian());
    }
    return t;
  }

  public static void main(String[] args) throws OrtException {
    int threads = args.length > 0 ? Integer.parseInt(args[0]) : 1;
    String wanted = args.length > 1 ? args[1] : ".*";
    System.out.printf("%d bits, %d threads; medians of GFLOP/s and of ratios%n", VectorWidth.BITS, threads);
    System.out.printf("%-28s %8s %8s %8s %9s %9s%n", "", "ours", "ONNX RT", "FMA", "/ONNX RT", "/FMA");
    for (Case c : cases()) {
      if (c.name.matches(wanted)) {
        measure(c, threads);
      }
    }
  }

  private static void measure(Case c, int threads) throws OrtException {
    Random random = new Random(1);
    List<Tensor> operands = new ArrayList<>();
    GraphBuilder graph = new GraphBuilder();
    List<Value> values = new ArrayList<>();
    for (long[] dims : c.shapes) {
      operands.add(random(random, dims));
      values.add(graph.state("x" + values.size(), DType.F32, Shape.of(dims)));
    }
    graph.output("y", c.ours.apply(graph, values));
    BuiltGraph built = graph.build();
    Program whole = built.program();
    List<Tensor> states = operands;
    int result = built.output("y");
    if (!c.node.alone.isEmpty()) {
      whole = alone(whole, c.node.alone);
      states = whole.slots().stream().map(slot -> random(random, slot.shape().dims())).toList();
      result = 0;
    }
    CompiledProgram program = new CpuExecutor(threads).compile(whole);
    StepInputs inputs = new StepInputs(states, List.of(), List.of());
    try (Peer peer = c.node.op.isEmpty() ? null : new Peer(c, operands, threads)) {
      Runnable[] contestants = {
        () -> program.run(0, inputs, NodeObserver.NONE), peer == null ? () -> {} : peer, () -> Peak.run(threads)
      };
      double[] work = {c.flops, peer == null ? 0 : c.flops, Peak.FLOPS * threads};
      double[][] rates = sample(contestants, work, threads);
      double worst = 0;
      if (peer != null) {
        worst = peer.difference(program.output(result));
      }
      System.out.printf("%-28s %8.1f %8.1f %8.1f %9.3f %9.3f  %s%n", c.name, median(rates[0]), median(rates[1]),
          median(rates[2]), median(ratios(rates[0], rates[1])), median(ratios(rates[0], rates[2])),
          peer == null ? "" : "differs by up to %.1e".formatted(worst));
    }
  }

  /// The node with this label, on operands of its own.
  private static Program alone(Program program, String label) {
    Node node = program.nodes().stream().filter(n -> n.label().equals(label)).findFirst().orElseThrow();
    List<Slot> slots = new ArrayList<>();
    List<Input> inputs = new ArrayList<>();
    for (Input i : node.inputs()) {
      inputs.add(new Input(
          new Source.State(slots.size()), i.dtype(), i.numel(), i.offset(), i.outStrides(), i.redStrides()));
      slots.add(new Slot("x" + slots.size(), i.dtype(), Shape.of(i.numel()), Slot.UNCHANGED));
    }
    return new Program(slots, List.of(), List.of(), List.of(
        new Node(label, node.dtype(), node.out(), node.red(), node.initBits(), inputs, node.body())));
  }

  /// What one thread works is measured by its own time, so that others on the machine count less.
  private static long nanos(int threads) {
    return threads == 1 ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }

  /// GFLOP/s of each, by sample.
  private static double[][] sample(Runnable[] contestants, double[] work, int threads) {
    double[][] rates = new double[contestants.length][SAMPLES];
    int[] repeats = new int[contestants.length];
    for (int p = 0; p < contestants.length; p++) {
      long start = System.nanoTime();
      long end = start;
      int runs = 0;
      double last = 0;
      while (end - start < WARM_UP_NANOS) {
        contestants[p].run();
        last = System.nanoTime() - end;
        end = System.nanoTime();
        runs++;
      }
      repeats[p] = (int) Math.clamp(SAMPLE_NANOS / last, 1, 10_000);
    }
    for (int i = 0; i < SAMPLES; i++) {
      for (int p = 0; p < contestants.length; p++) {
        long start = nanos(threads);
        for (int r = 0; r < repeats[p]; r++) {
          contestants[p].run();
        }
        rates[p][i] = work[p] * repeats[p] / (nanos(threads) - start);
      }
    }
    return rates;
  }

  private static double[] ratios(double[] a, double[] b) {
    double[] ratios = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      ratios[i] = a[i] / b[i];
    }
    return ratios;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /// The same in ONNX Runtime, into a tensor made beforehand.
  private static final class Peer implements Runnable, AutoCloseable {
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

    Peer(Case c, List<Tensor> operands, int threads) throws OrtException {
      OnnxModel model = new OnnxModel();
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < operands.size(); i++) {
        Tensor t = operands.get(i);
        String name = "x" + i;
        names.add(name);
        if (c.node.op.equals("Conv") && i == 1) {
          // Its layout of choice needs the weights beforehand.
          model.constant(name, t.toFloats(), t.shape().dims());
          continue;
        }
        model.input(name, OnnxModel.Type.FLOAT, t.shape().dims());
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) t.sizeBytes()).order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(t.toFloats());
        inputs.put(name, OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), t.shape().dims()));
      }
      model.node(c.node.op, names, List.of("y"), c.node.attributes).output("y", OnnxModel.Type.FLOAT);
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        session = environment.createSession(model.toBytes(), options);
      }
    }

    @Override
    public void run() {
      try {
        session.run(inputs).close();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    }

    double difference(Tensor ours) throws OrtException {
      try (OrtSession.Result result = session.run(inputs)) {
        float[] theirs = new float[(int) ours.numel()];
        ((OnnxTensor) result.get(0)).getFloatBuffer().get(theirs);
        double worst = 0;
        for (int i = 0; i < theirs.length; i++) {
          worst = Math.max(worst, Math.abs(theirs[i] - ours.getFloat(i)));
        }
        return worst;
      }
    }

    @Override
    public void close() throws OrtException {
      inputs.values().forEach(OnnxTensor::close);
      session.close();
    }
  }

  /// FMA on registers alone.
  private static final class Peak {
    private static final VectorSpecies<Float> SPECIES = VectorRows.SPECIES;
    private static final int STEPS = 200_000;
    static final double FLOPS = 2.0 * 10 * STEPS * VectorRows.LANES;
    private static final float[][] SINK = new float[64][16];

    static void run(int threads) {
      Thread[] others = new Thread[threads - 1];
      for (int t = 1; t < threads; t++) {
        int own = t;
        others[t - 1] = Thread.ofPlatform().start(() -> chains(SINK[own]));
      }
      chains(SINK[0]);
      for (Thread t : others) {
        try {
          t.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    /// Ten chains: two units of a latency of four or five.
    private static void chains(float[] sink) {
      FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
      FloatVector y = FloatVector.broadcast(SPECIES, 0.001f);
      FloatVector c0 = FloatVector.broadcast(SPECIES, 0);
      FloatVector c1 = FloatVector.broadcast(SPECIES, 1);
      FloatVector c2 = FloatVector.broadcast(SPECIES, 2);
      FloatVector c3 = FloatVector.broadcast(SPECIES, 3);
      FloatVector c4 = FloatVector.broadcast(SPECIES, 4);
      FloatVector c5 = FloatVector.broadcast(SPECIES, 5);
      FloatVector c6 = FloatVector.broadcast(SPECIES, 6);
      FloatVector c7 = FloatVector.broadcast(SPECIES, 7);
      FloatVector c8 = FloatVector.broadcast(SPECIES, 8);
      FloatVector c9 = FloatVector.broadcast(SPECIES, 9);
      for (int k = 0; k < STEPS; k++) {
        c0 = c0.fma(x, y);
        c1 = c1.fma(x, y);
        c2 = c2.fma(x, y);
        c3 = c3.fma(x, y);
        c4 = c4.fma(x, y);
        c5 = c5.fma(x, y);
        c6 = c6.fma(x, y);
        c7 = c7.fma(x, y);
        c8 = c8.fma(x, y);
        c9 = c9.fma(x, y);
      }
      c0.add(c1).add(c2).add(c3).add(c4).add(c5).add(c6).add(c7).add(c8).add(c9).intoArray(sink, 0);
    }
  }
}
