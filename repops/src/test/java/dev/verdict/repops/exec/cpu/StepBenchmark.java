package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.MemoryReport;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.exec.StepResults;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.op.AdamW;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.ConvolutionalNetwork;
import dev.verdict.repops.op.DecoderTransformer;
import dev.verdict.repops.op.MultilayerPerceptron;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Whole training steps, in groups and node by node, on one thread (by its processor time, so that a busy machine
/// doesn't show) and two, medians of interleaved samples: run `main` with the names of models
/// (mlp, convnet, transformer, small), and `nodes` for the time of each label, over `-Dseconds`.
final class StepBenchmark {
  private static final int SAMPLES = 11;

  /// A model's step, and what it reads.
  record Training(String name, BuiltGraph built, StepInputs inputs) {
    /// What a trainer keeps.
    Set<Integer> kept() {
      Set<Integer> kept = new TreeSet<>(Set.of(built.output("loss")));
      for (Slot slot : built.program().slots()) {
        if (slot.next() != Slot.UNCHANGED) {
          kept.add(slot.next());
        }
      }
      return kept;
    }

    /// A step forth and a step back, between two states, so that nothing drifts.
    StepResults results() {
      Map<Integer, Tensor> next = new HashMap<>();
      for (Slot slot : built.program().slots()) {
        if (slot.next() != Slot.UNCHANGED) {
          next.put(slot.next(), Tensor.zeros(slot.dtype(), slot.shape()));
        }
      }
      return new StepResults(next);
    }
  }

  private StepBenchmark() {}

  static Training mlp() {
    return classifier("mlp 784-256-256-10, 64 rows", 784, (images, labels) ->
        new MultilayerPerceptron(List.of(784, 256, 256, 10), 1f / 256).training(images, labels, 64, AdamW.of(0.001f)));
  }

  static Training convnet() {
    return classifier("convnet 28x28 16-32, 64 rows", 784, (images, labels) ->
        new ConvolutionalNetwork(28, List.of(16, 32), 10, 1f / 256).training(images, labels, 64, AdamW.of(0.001f)));
  }

  static Training transformer() {
    return decoder("transformer 9.9M, 4 x 128 tokens", DecoderTransformer.llama(96, 320, 8, 8, 864), 4, 128);
  }

  static Training small() {
    return decoder("transformer 0.4M, 2 x 64 tokens", DecoderTransformer.gpt(96, 96, 3, 4), 2, 64);
  }

  /// Of every kind the smallest that has all its parts.
  static List<Training> tiny() {
    return List.of(
        classifier("mlp 12-7-10", 12, (images, labels) ->
            new MultilayerPerceptron(List.of(12, 7, 10), 1f / 256).training(images, labels, 5, AdamW.of(0.001f))),
        classifier("convnet 4x4", 16, (images, labels) ->
            new ConvolutionalNetwork(4, List.of(2, 3), 10, 1f / 256).training(images, labels, 3, AdamW.of(0.001f))),
        decoder("gpt", DecoderTransformer.gpt(96, 8, 2, 2), 2, 5),
        decoder("llama, queries in groups", new DecoderTransformer(96, 8, 1, 4, 2, 12,
            DecoderTransformer.Normalizer.RMS, DecoderTransformer.FeedForward.SWIGLU, false), 2, 6));
  }

  private interface Classifying {
    BuiltGraph built(BoundTensor images, BoundTensor labels);
  }

  private static Training classifier(String name, int pixels, Classifying model) {
    Random random = new Random(1);
    int rows = 1000;
    Tensor images = Tensor.zeros(DType.U8, Shape.of(rows, pixels));
    Tensor labels = Tensor.zeros(DType.U8, Shape.of(rows));
    for (long i = 0; i < images.numel(); i++) {
      images.setLong(i, random.nextInt(256));
    }
    for (long i = 0; i < rows; i++) {
      labels.setLong(i, random.nextInt(10));
    }
    BuiltGraph built = model.built(bound("images", images), bound("labels", labels));
    return new Training(name, built, new StepInputs(built.initialStates(1), List.of(images, labels), List.of()));
  }

  private static Training decoder(String name, DecoderTransformer model, int batch, int sequence) {
    Random random = new Random(1);
    Tensor text = Tensor.zeros(DType.U8, Shape.of(10_000));
    for (long i = 0; i < text.numel(); i++) {
      text.setLong(i, random.nextInt(96));
    }
    BuiltGraph built = model.training(bound("text", text), batch, sequence, AdamW.of(0.001f));
    return new Training(name, built, new StepInputs(built.initialStates(1), List.of(text), List.of()));
  }

  private static BoundTensor bound(String name, Tensor tensor) {
    return new BoundTensor(name, tensor.dtype(), tensor.shape(), Digest.ZERO);
  }

  public static void main(String[] args) {
    List<String> names = new ArrayList<>(List.of(args));
    boolean nodes = names.remove("nodes");
    for (String name : names.isEmpty() ? List.of("mlp", "convnet", "transformer") : names) {
      Training training = switch (name) {
        case "mlp" -> mlp();
        case "convnet" -> convnet();
        case "small" -> small();
        default -> transformer();
      };
      if (nodes) {
        profile(training);
      } else {
        measure(training);
      }
    }
  }

  private static void measure(Training training) {
    Program program = training.built().program();
    CpuExecutor[] executors = {
      new CpuExecutor(1, Tuning.DEFAULT, Blocking.NONE), new CpuExecutor(1), new CpuExecutor(2, Tuning.DEFAULT,
          Blocking.NONE), new CpuExecutor(2)
    };
    CompiledProgram[] compiled = new CompiledProgram[executors.length];
    StepResults results = training.results();
    for (int e = 0; e < executors.length; e++) {
      long start = System.nanoTime();
      compiled[e] = executors[e].compile(program, training.kept());
      System.out.printf("compiled in %d ms%n", (System.nanoTime() - start) / 1_000_000);
    }
    double[][] millis = new double[executors.length][SAMPLES];
    long allocated = 0;
    for (int sample = -1; sample < SAMPLES; sample++) {
      for (int e = 0; e < executors.length; e++) {
        int times = 0;
        boolean alone = e < 2;
        long budget = sample < 0 ? 6_000_000_000L : 150_000_000L;
        long before = allocatedBytes();
        long start = System.nanoTime();
        long begin = nanos(alone);
        for (; times == 0 || System.nanoTime() - start < budget; times++) {
          compiled[e].run(times, training.inputs(), results, NodeObserver.NONE);
        }
        if (sample >= 0) {
          millis[e][sample] = (nanos(alone) - begin) / 1e6 / times;
          allocated = e == 1 ? (allocatedBytes() - before) / times : allocated;
        }
      }
    }
    for (double[] m : millis) {
      Arrays.sort(m);
    }
    MemoryReport memory = compiled[1].memory();
    System.out.printf("%s: 1 thread: node by node %.3f ms, groups %.3f ms; 2 threads: %.3f ms, %.3f ms (%.2f times)%n",
        training.name(), millis[0][SAMPLES / 2], millis[1][SAMPLES / 2], millis[2][SAMPLES / 2],
        millis[3][SAMPLES / 2], millis[1][SAMPLES / 2] / millis[3][SAMPLES / 2]);
    System.out.printf("  %s%n  ratio %.3f, on two threads %.3f; node by node arena %d; %d bytes allocated a step%n",
        memory, memory.ratio(), compiled[3].memory().ratio(), compiled[0].memory().arena(), allocated);
  }

  private static long nanos(boolean alone) {
    return alone ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() : System.nanoTime();
  }

  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /// Node by node, the time and the allocations of all nodes with the same label.
  private static void profile(Training training) {
    Program program = training.built().program();
    CompiledProgram compiled = new CpuExecutor().compile(program, training.kept());
    Map<String, double[]> spent = new TreeMap<>();
    int times = 0;
    long duration = 1_000_000_000L * Integer.getInteger("seconds", 12);
    for (long end = System.nanoTime() + duration; System.nanoTime() < end; times++) {
      if (System.nanoTime() < end - 4_000_000_000L) {
        spent.clear();
        times = 0;
      }
      double[] last = {System.nanoTime(), allocatedBytes()};
      compiled.run(times, training.inputs(), (n, output) -> {
        double[] sum = spent.computeIfAbsent(program.nodes().get(n).label(), label -> new double[2]);
        sum[0] += System.nanoTime() - last[0];
        sum[1] += allocatedBytes() - last[1];
        last[0] = System.nanoTime();
        last[1] = allocatedBytes();
      });
    }
    double all = spent.values().stream().mapToDouble(x -> x[0]).sum();
    System.out.printf("%s: %.3f ms%n", training.name(), all / times / 1e6);
    int steps = times;
    spent.entrySet().stream().sorted((x, y) -> Double.compare(y.getValue()[0], x.getValue()[0])).limit(40)
        .forEach(e -> System.out.printf("  %9.4f ms %5.1f %% %12.0f bytes  %s%n", e.getValue()[0] / steps / 1e6,
            e.getValue()[0] / all * 100, e.getValue()[1] / steps, e.getKey()));
  }
}
