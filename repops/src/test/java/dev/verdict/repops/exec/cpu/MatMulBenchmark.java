package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.exec.CompiledProgram;
import dev.verdict.repops.exec.NodeObserver;
import dev.verdict.repops.exec.StepInputs;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Instruction;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Opcode;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Measures matrix products of one thread against a plain loop, medians of interleaved samples: run `main`, with an
/// argument to leave the slow peers out.
final class MatMulBenchmark {
  private static final int SAMPLES = 9;

  private MatMulBenchmark() {}

  /// C = A·B with A stored as [m,k] or, transposed, as [k,m], and B as [k,n] or [n,k].
  static Program product(int m, int n, int k, boolean transposeA, boolean transposeB, Tensor a, Tensor b) {
    Input left = new Input(new Source.Data(0), DType.F32, (long) m * k, 0,
        new long[] {transposeA ? 1 : k, 0}, new long[] {transposeA ? m : 1});
    Input right = new Input(new Source.Data(1), DType.F32, (long) n * k, 0,
        new long[] {0, transposeB ? k : 1}, new long[] {transposeB ? 1 : n});
    Node node = new Node("MatMul", DType.F32, Shape.of(m, n), Shape.of(k), 0, List.of(left, right), List.of(
        new Instruction(Opcode.LOAD, 0, 0, 0, 0), new Instruction(Opcode.LOAD, 1, 0, 0, 0),
        new Instruction(Opcode.ACC, 0, 0, 0, 0), new Instruction(Opcode.FMA, 0, 1, 2, 0)));
    Slot slot = new Slot("unused", DType.F32, Shape.of(1), Slot.UNCHANGED);
    return new Program(List.of(slot), List.of(
        new BoundTensor("a", DType.F32, a.shape(), TensorCommitment.root(a)),
        new BoundTensor("b", DType.F32, b.shape(), TensorCommitment.root(b))), List.of(), List.of(node));
  }

  private static Tensor random(Random random, int... dims) {
    Tensor t = Tensor.zeros(DType.F32, Shape.of(Arrays.stream(dims).asLongStream().toArray()));
    for (long i = 0; i < t.numel(); i++) {
      t.setFloat(i, (float) random.nextGaussian());
    }
    return t;
  }

  public static void main(String[] args) {
    System.out.printf("%d bits%n", VectorWidth.BITS);
    Tuning lanesOnly = new Tuning(512, 128, false, 8, Integer.MAX_VALUE, 1, 1, 1, 0);
    int[][] sizes = {{64, 128, 64}, {64, 64, 128}, {64, 10, 128}, {512, 512, 512}};
    for (int[] s : sizes) {
      for (int t = 0; t < 3; t++) {
        boolean ta = t == 1;
        boolean tb = t == 2;
        Random random = new Random(1);
        Tensor a = ta ? random(random, s[2], s[0]) : random(random, s[0], s[2]);
        Tensor b = tb ? random(random, s[1], s[2]) : random(random, s[2], s[1]);
        Program program = product(s[0], s[1], s[2], ta, tb, a, b);
        StepInputs inputs = new StepInputs(List.of(Tensor.ofFloats(Shape.of(1), 0)), List.of(a, b), List.of());
        CompiledProgram kernel = new CpuExecutor().compile(program);
        CompiledProgram lanes = new CpuExecutor(1, lanesOnly).compile(program);
        float[] x = a.toFloats();
        float[] y = b.toFloats();
        float[] z = new float[s[0] * s[1]];
        Runnable nothing = () -> {};
        boolean brief = args.length > 0;
        Runnable[] peers = {
          () -> kernel.run(0, inputs, NodeObserver.NONE),
          brief ? nothing : () -> lanes.run(0, inputs, NodeObserver.NONE),
          brief ? nothing : () -> plain(s[0], s[1], s[2], ta, tb, x, y, z),
        };
        double flops = 2.0 * s[0] * s[1] * s[2];
        double[] gflops = measure(peers, flops);
        if (brief) {
          gflops[1] = Double.NaN;
          gflops[2] = Double.NaN;
        }
        System.out.printf("%4dx%4dx%4d%s%s  kernel %6.1f  generated code %6.1f  plain loop %6.1f GFLOP/s  %b%n",
            s[0], s[1], s[2], ta ? " A'" : "", tb ? " B'" : "", gflops[0], gflops[1], gflops[2],
            brief || kernel.output(0).sameBits(lanes.output(0))
                && kernel.output(0).sameBits(Tensor.ofFloats(Shape.of(s[0], s[1]), z)));
      }
    }
  }

  /// The median of interleaved samples of each.
  private static double[] measure(Runnable[] peers, double flops) {
    double[][] samples = new double[peers.length][SAMPLES];
    int repeats = (int) Math.max(1, 5e7 / flops);
    for (int i = -2; i < SAMPLES; i++) {
      for (int p = 0; p < peers.length; p++) {
        long start = System.nanoTime();
        int times = i < 0 ? repeats + (int) Math.min(2e9 / flops, 5_000) : repeats;
        for (int r = 0; r < times; r++) {
          peers[p].run();
        }
        if (i >= 0) {
          samples[p][i] = flops * times / (System.nanoTime() - start);
        }
      }
    }
    double[] medians = new double[peers.length];
    for (int p = 0; p < peers.length; p++) {
      Arrays.sort(samples[p]);
      medians[p] = samples[p][SAMPLES / 2];
    }
    return medians;
  }

  private static void plain(int m, int n, int k, boolean ta, boolean tb, float[] a, float[] b, float[] c) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float acc = 0;
        for (int q = 0; q < k; q++) {
          acc = Math.fma(ta ? a[q * m + i] : a[i * k + q], tb ? b[j * k + q] : b[q * n + j], acc);
        }
        c[i * n + j] = acc;
      }
    }
  }
}
