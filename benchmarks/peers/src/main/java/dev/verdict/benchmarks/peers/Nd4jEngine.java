package dev.verdict.benchmarks.peers;

import dev.verdict.benchmarks.Contender;
import dev.verdict.benchmarks.Engine;
import dev.verdict.benchmarks.NotOfferedException;
import dev.verdict.benchmarks.Samples;
import dev.verdict.benchmarks.Workload;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2D;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.transforms.custom.LayerNorm;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.api.ops.impl.transforms.strict.Exp;
import org.nd4j.linalg.factory.Nd4j;

/// ND4J, into a result that stays. Its threads are set from outside, by OMP_NUM_THREADS and OPENBLAS_NUM_THREADS.
final class Nd4jEngine implements Engine {
  Nd4jEngine() {
    // Loads its native half, or says why not.
    Nd4j.create(1).addi(1);
  }

  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public Contender prepare(Workload workload, List<Tensor> operands) {
    List<INDArray> x = operands.stream().map(Nd4jEngine::array).toList();
    return switch (workload) {
      case Workload.MatMul w -> {
        // A product's result is in columns, as BLAS has it.
        INDArray y = Nd4j.createUninitialized(DataType.FLOAT, new long[] {w.m(), w.n()}, 'f');
        INDArray a = w.transposeA() ? x.get(0).transpose() : x.get(0);
        INDArray b = w.transposeB() ? x.get(1).transpose() : x.get(1);
        yield contender(y, () -> a.mmuli(b, y));
      }
      case Workload.Map w -> {
        INDArray y = like(x.getFirst());
        yield switch (w.function()) {
          case EXP -> contender(y, () -> Nd4j.exec(new Exp(x.getFirst(), y)));
          case GELU -> throw new NotOfferedException("its Gelu is an approximation");
        };
      }
      case Workload.Rowwise w -> {
        INDArray y = like(x.getFirst());
        yield switch (w.function()) {
          case SOFTMAX -> contender(y, () -> Nd4j.exec(new SoftMax(x.getFirst(), y, -1)));
          case LAYERNORM -> contender(y, () -> Nd4j.exec(new LayerNorm(x.get(0), x.get(1), x.get(2), y, true, 1)));
        };
      }
      case Workload.Conv w -> convolution(w, x);
      case Workload.Attention w -> throw new NotOfferedException("has no causal attention");
      case Workload.Commitment w -> throw new NotOfferedException("");
      case Workload.Training w -> Nd4jTraining.of(w.model());
    };
  }

  private static Contender convolution(Workload.Conv w, List<INDArray> x) {
    Conv2DConfig config = Conv2DConfig.builder().kH(w.kernel()).kW(w.kernel()).sH(w.stride()).sW(w.stride())
        .pH(w.pad()).pW(w.pad()).weightsFormat(WeightsFormat.OIYX).build();
    INDArray y = Nd4j.createUninitialized(DataType.FLOAT, new long[] {w.n(), w.m(), w.outSide(), w.outSide()}, 'c');
    Conv2D forward = new Conv2D(new INDArray[] {x.get(0), x.get(1)}, new INDArray[] {y}, config);
    if (!w.backward()) {
      return contender(y, () -> Nd4j.exec(forward));
    }
    INDArray gx = like(x.get(0));
    INDArray gw = like(x.get(1));
    DynamicCustomOp backward = DynamicCustomOp.builder("conv2d_bp").addInputs(x.get(0), x.get(1), x.get(2))
        .addOutputs(gx, gw)
        .addIntegerArguments(Arrays.stream(forward.iArgs()).mapToInt(Math::toIntExact).toArray()).build();
    return contender(List.of(y, gx, gw), () -> {
      Nd4j.exec(forward);
      Nd4j.exec(backward);
    });
  }

  static INDArray array(Tensor t) {
    return Nd4j.create(t.toFloats(), t.shape().dims(), 'c');
  }

  private static INDArray like(INDArray x) {
    return Nd4j.createUninitialized(DataType.FLOAT, x.shape(), 'c');
  }

  private static Contender contender(INDArray y, Runnable run) {
    return contender(List.of(y), run);
  }

  private static Contender contender(List<INDArray> results, Runnable run) {
    return new Contender() {
      @Override
      public void run() {
        run.run();
      }

      @Override
      public float[] result(int count) {
        return Samples.of(results, count, Nd4jEngine::first);
      }
    };
  }

  private static float[] first(INDArray y, int count) {
    Shape shape = Shape.of(y.shape());
    long[] index = new long[shape.rank()];
    float[] values = new float[(int) Math.min(count, y.length())];
    for (int i = 0; i < values.length; i++) {
      shape.unflatten(i, index);
      values[i] = y.getFloat(index);
    }
    return values;
  }
}
