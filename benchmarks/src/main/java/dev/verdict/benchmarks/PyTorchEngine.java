package dev.verdict.benchmarks;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.norm.LayerNorm;
import dev.verdict.repops.Tensor;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// PyTorch, through DJL. A result is a new tensor each time, as its users have it; its allocator keeps the memory.
final class PyTorchEngine implements Engine {
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
    };
    return new Contender() {
      private @Nullable NDArray y;

      @Override
      public void run() {
        // What f makes on the way is this manager's, and ends with it.
        try (NDManager step = own.newSubManager()) {
          step.tempAttachAll(new NDList(x));
          NDArray result = f.apply(x);
          if (y != null) {
            y.close();
          }
          result.attach(own);
          y = result;
        }
      }

      @Override
      public float[] result(int count) {
        if (y == null) {
          throw new IllegalStateException("not run yet");
        }
        return y.flatten().get(":" + count).toFloatArray();
      }

      @Override
      public void close() {
        own.close();
      }
    };
  }
}
