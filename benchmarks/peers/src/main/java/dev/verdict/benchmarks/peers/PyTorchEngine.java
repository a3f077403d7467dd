package dev.verdict.benchmarks.peers;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.training.GradientCollector;
import dev.verdict.benchmarks.Contender;
import dev.verdict.benchmarks.NotOfferedException;
import dev.verdict.benchmarks.Samples;
import dev.verdict.benchmarks.Workload;
import dev.verdict.repops.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/// PyTorch, through DJL. A result is a new tensor each time, as its users have it; its allocator keeps the memory.
final class PyTorchEngine implements dev.verdict.benchmarks.Engine {
  private final NDManager manager;

  /// Loads its native half from the class path and nothing from elsewhere.
  PyTorchEngine(int threads) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
    manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  }

  @Override
  public String name() {
    return "pytorch";
  }

  @Override
  public Contender prepare(Workload workload, List<Tensor> operands) {
    NDManager own = manager.newSubManager();
    List<NDArray> x =
        operands.stream().map(t -> own.create(t.toFloats(), new Shape(t.shape().dims()))).toList();
    if (workload instanceof Workload.Training t) {
      return new PyTorchTraining(t.model(), own);
    }
    Function<List<NDArray>, List<NDArray>> f = results(workload);
    return new Contender() {
      private List<NDArray> y = List.of();

      @Override
      public void run() {
        // What f makes on the way is this manager's, and ends with it.
        try (NDManager step = own.newSubManager()) {
          step.tempAttachAll(new NDList(x));
          List<NDArray> results = f.apply(x);
          y.forEach(NDArray::close);
          results.forEach(r -> r.attach(own));
          y = results;
        }
      }

      @Override
      public float[] result(int count) {
        return Samples.of(y, count, (r, n) -> r.flatten().get(":" + Math.min(n, r.size())).toFloatArray());
      }

      @Override
      public void close() {
        own.close();
      }
    };
  }

  private Function<List<NDArray>, List<NDArray>> results(Workload workload) {
    if (workload instanceof Workload.Conv w && w.backward()) {
      return in -> {
        in.subList(0, 2).forEach(t -> t.setRequiresGradient(true));
        try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
          collector.zeroGradients();
          NDArray y = convolution(w, in);
          collector.backward(y.mul(in.get(2)).sum());
          return List.of(y.stopGradient(), in.get(0).getGradient(), in.get(1).getGradient());
        }
      };
    }
    Function<List<NDArray>, NDArray> f = switch (workload) {
      case Workload.MatMul w -> in -> (w.transposeA() ? in.get(0).transpose() : in.get(0))
          .matMul(w.transposeB() ? in.get(1).transpose() : in.get(1));
      case Workload.Map w -> switch (w.function()) {
        case EXP -> in -> in.getFirst().exp();
        case GELU -> in -> Activation.gelu(in.getFirst());
      };
      case Workload.Rowwise w -> switch (w.function()) {
        case SOFTMAX -> in -> in.getFirst().softmax(-1);
        case LAYERNORM -> in ->
            LayerNorm.layerNorm(in.get(0), new Shape(w.columns()), in.get(1), in.get(2), 1e-5f).singletonOrThrow();
      };
      case Workload.Conv w -> in -> convolution(w, in);
      case Workload.Attention w -> {
        NDArray mask = causalMask(manager, w.sequence());
        yield in -> attention(in.get(0), in.get(1), in.get(2), mask);
      }
      case Workload.Commitment w -> throw new NotOfferedException("");
      case Workload.Training w -> throw new IllegalArgumentException(w.name() + " is no single operation");
    };
    return in -> List.of(f.apply(in));
  }

  private static NDArray convolution(Workload.Conv w, List<NDArray> in) {
    return Conv2d.conv2d(in.get(0), in.get(1), null, new Shape(w.stride(), w.stride()), new Shape(w.pad(), w.pad()))
        .singletonOrThrow();
  }

  /// softmax(q·kᵀ / √size, masked) · v, from its operations: DJL doesn't reach the fused one.
  static NDArray attention(NDArray q, NDArray k, NDArray v, NDArray mask) {
    double scale = 1 / Math.sqrt(q.getShape().get(3));
    return q.mul(scale).matMul(k.transpose(0, 1, 3, 2)).add(mask).softmax(-1).matMul(v);
  }

  /// −∞ above the diagonal, else 0.
  static NDArray causalMask(NDManager manager, int sequence) {
    float[] mask = new float[sequence * sequence];
    for (int i = 0; i < sequence; i++) {
      Arrays.fill(mask, i * sequence + i + 1, (i + 1) * sequence, Float.NEGATIVE_INFINITY);
    }
    return manager.create(mask, new Shape(1, 1, sequence, sequence));
  }
}
