package dev.verdict.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.TensorCommitment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What our side of the comparison computes is what a workload says: held against the plain definition in binary64.
class VerdictEngineTest {
  private static final int ALL = Integer.MAX_VALUE;

  /// Our results on the benchmarks' own operands, on one thread and on two: the same bits.
  private static float[] computed(Workload workload, List<Tensor> operands) throws Exception {
    float[] first = null;
    for (int threads = 1; threads <= 2; threads++) {
      try (Contender contender = new VerdictEngine(threads).prepare(workload, operands)) {
        contender.run();
        contender.run();
        float[] result = contender.result(ALL);
        assertThat(result).isEqualTo(first == null ? result : first);
        first = result;
      }
    }
    return first;
  }

  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 1e-3;
    for (double x : expected) {
      largest = Math.max(largest, Math.abs(x));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i]).as("element %s", i).isCloseTo(expected[i], within(1e-5 * largest));
    }
  }

  @Test
  void matMul_everyLayout_isTheProduct() throws Exception {
    int m = 7;
    int n = 5;
    int k = 33;
    for (int layout = 0; layout < 4; layout++) {
      boolean transposeA = layout % 2 == 1;
      boolean transposeB = layout >= 2;
      Workload workload = new Workload.MatMul("small", m, n, k, transposeA, transposeB);
      List<Tensor> x = Benchmark.operands(workload);
      double[] expected = new double[m * n];
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          for (int c = 0; c < k; c++) {
            expected[i * n + j] += (double) x.get(0).getFloat(transposeA ? c * m + i : i * k + c)
                * x.get(1).getFloat(transposeB ? j * k + c : c * n + j);
          }
        }
      }
      assertClose(computed(workload, x), expected);
    }
  }

  @ParameterizedTest
  @EnumSource
  void map_everyFunction_isTaken(Workload.Function function) throws Exception {
    Workload workload = new Workload.Map(function, 1_000);
    List<Tensor> x = Benchmark.operands(workload);
    DoubleUnaryOperator f = switch (function) {
      case EXP -> Math::exp;
      case GELU -> v -> v / 2 * (1 + erf(v / Math.sqrt(2)));
    };
    double[] expected = new double[1_000];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = f.applyAsDouble(x.getFirst().getFloat(i));
    }
    assertClose(computed(workload, x), expected);
  }

  /// 2/√π · Σ (−1)ⁿ x^(2n+1) / (n! (2n+1)), good enough up to 4.
  private static double erf(double x) {
    double sum = 0;
    double term = x;
    for (int n = 0; n < 100; n++) {
      sum += term / (2 * n + 1);
      term *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  @ParameterizedTest
  @EnumSource
  void rowwise_everyFunction_isTakenAlongRows(Workload.RowFunction function) throws Exception {
    int rows = 3;
    int columns = 41;
    Workload workload = new Workload.Rowwise(function, rows, columns);
    List<Tensor> x = Benchmark.operands(workload);
    double[] expected = new double[rows * columns];
    for (int r = 0; r < rows; r++) {
      double sum = 0;
      double squares = 0;
      double exponentials = 0;
      for (int c = 0; c < columns; c++) {
        double v = x.getFirst().getFloat(r * columns + c);
        sum += v;
        squares += v * v;
        exponentials += Math.exp(v);
      }
      double mean = sum / columns;
      for (int c = 0; c < columns; c++) {
        double v = x.getFirst().getFloat(r * columns + c);
        expected[r * columns + c] = switch (function) {
          case SOFTMAX -> Math.exp(v) / exponentials;
          case LAYERNORM -> (v - mean) / Math.sqrt(squares / columns - mean * mean + 1e-5) * x.get(1).getFloat(c)
              + x.get(2).getFloat(c);
        };
      }
    }
    assertClose(computed(workload, x), expected);
  }

  @Test
  void conv_forwardAndBackward_isTheDefinition() throws Exception {
    for (boolean backward : new boolean[] {false, true}) {
      Workload.Conv w = new Workload.Conv("small", 2, 3, 7, 4, 3, 2, 1, backward);
      List<Tensor> x = Benchmark.operands(w);
      int side = w.outSide();
      double[] y = new double[w.n() * w.m() * side * side];
      double[] gx = new double[(int) x.get(0).numel()];
      double[] gw = new double[(int) x.get(1).numel()];
      for (int out = 0; out < y.length; out++) {
        int q = out % side;
        int p = out / side % side;
        int m = out / side / side % w.m();
        int n = out / side / side / w.m();
        for (int in = 0; in < w.c() * w.kernel() * w.kernel(); in++) {
          int row = p * w.stride() + in / w.kernel() % w.kernel() - w.pad();
          int column = q * w.stride() + in % w.kernel() - w.pad();
          if (row < 0 || row >= w.side() || column < 0 || column >= w.side()) {
            continue;
          }
          int pixel = ((n * w.c() + in / w.kernel() / w.kernel()) * w.side() + row) * w.side() + column;
          int weight = m * w.c() * w.kernel() * w.kernel() + in;
          y[out] += (double) x.get(0).getFloat(pixel) * x.get(1).getFloat(weight);
          if (backward) {
            gx[pixel] += (double) x.get(2).getFloat(out) * x.get(1).getFloat(weight);
            gw[weight] += (double) x.get(2).getFloat(out) * x.get(0).getFloat(pixel);
          }
        }
      }
      assertClose(computed(w, x), backward ? joined(y, gx, gw) : y);
    }
  }

  private static double[] joined(double[]... parts) {
    List<Double> all = new ArrayList<>();
    for (double[] part : parts) {
      for (double x : part) {
        all.add(x);
      }
    }
    return all.stream().mapToDouble(x -> x).toArray();
  }

  @Test
  void attention_causal_looksAtWhatIsNotLater() throws Exception {
    int heads = 2;
    int sequence = 9;
    int size = 5;
    Workload workload = new Workload.Attention(heads, sequence, size);
    List<Tensor> x = Benchmark.operands(workload);
    double[] expected = new double[heads * sequence * size];
    for (int h = 0; h < heads; h++) {
      for (int i = 0; i < sequence; i++) {
        double sum = 0;
        double[] y = new double[size];
        for (int j = 0; j <= i; j++) {
          double dot = 0;
          for (int d = 0; d < size; d++) {
            dot += (double) x.get(0).getFloat((h * sequence + i) * size + d)
                * x.get(1).getFloat((h * sequence + j) * size + d);
          }
          double weight = Math.exp(dot / Math.sqrt(size));
          sum += weight;
          for (int d = 0; d < size; d++) {
            y[d] += weight * x.get(2).getFloat((h * sequence + j) * size + d);
          }
        }
        for (int d = 0; d < size; d++) {
          expected[(h * sequence + i) * size + d] = y[d] / sum;
        }
      }
    }
    float[] actual = computed(workload, x);
    assertClose(actual, expected);
  }

  @Test
  void commitment_once_isComputedByRunning() throws Exception {
    Workload workload = new Workload.Commitment(1);
    List<Tensor> x = Benchmark.operands(workload);
    assertThat(x.getFirst().sizeBytes()).isEqualTo(1 << 20);
    try (Contender contender = new VerdictEngine(1).prepare(workload, x)) {
      assertThat(contender.result(1)).containsExactly(0);
      contender.run();
      assertThat(contender.result(1)).containsExactly(1);
    }
    assertThat(TensorCommitment.root(x.getFirst())).isEqualTo(TensorCommitment.of(x.getFirst()).root());
  }

  /// Each step goes on from the one before, on the same batch: the loss falls from that of guessing.
  @ParameterizedTest
  @EnumSource(names = {"MLP", "CNN"})
  void training_steps_learn(TrainedModel model) throws Exception {
    float[] first = null;
    for (int threads = 1; threads <= 2; threads++) {
      try (Contender contender = new VerdictEngine(threads).prepare(new Workload.Training(model), List.of())) {
        for (int step = 0; step < 4; step++) {
          contender.run();
        }
        float[] losses = contender.result(ALL);
        assertThat(losses).hasSize(4);
        assertThat((double) losses[0]).isCloseTo(Math.log(TrainedModel.CLASSES), within(1.0));
        assertThat(losses[3]).isLessThan(losses[0]);
        assertThat(losses).isEqualTo(first == null ? losses : first);
        first = losses;
      }
    }
  }

  @Test
  void result_fewerAsked_isTheBeginningOfEach() throws Exception {
    Workload workload = new Workload.Conv("small", 1, 2, 5, 3, 3, 1, 1, true);
    try (Contender contender = new VerdictEngine(1).prepare(workload, Benchmark.operands(workload))) {
      contender.run();
      float[] all = contender.result(ALL);
      float[] some = contender.result(2);
      assertThat(some).hasSize(6).startsWith(all[0], all[1]);
      assertThat(some[2]).isEqualTo(all[3 * 5 * 5]);
    }
  }
}
