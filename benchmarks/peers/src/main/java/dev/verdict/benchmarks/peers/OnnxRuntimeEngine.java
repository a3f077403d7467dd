package dev.verdict.benchmarks.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.verdict.benchmarks.Contender;
import dev.verdict.benchmarks.Engine;
import dev.verdict.benchmarks.NotOfferedException;
import dev.verdict.benchmarks.Workload;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.testing.OnnxModel;
import dev.verdict.repops.testing.OnnxModel.Attribute;
import dev.verdict.repops.testing.OnnxModel.Type;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// ONNX Runtime, on the operands' own memory and into a result that stays.
final class OnnxRuntimeEngine implements Engine {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final int threads;

  OnnxRuntimeEngine(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public Contender prepare(Workload workload, List<Tensor> operands) throws OrtException {
    OnnxModel model = new OnnxModel();
    List<String> names = new ArrayList<>();
    for (Tensor t : operands) {
      names.add("x" + names.size());
      model.input(names.getLast(), Type.FLOAT, t.shape().dims());
    }
    Shape out = build(workload, model, names);
    model.output("y", Type.FLOAT);
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      inputs.put(names.get(i), OnnxTensor.createTensor(environment, floats(operands.get(i).segment().asByteBuffer()),
          operands.get(i).shape().dims()));
    }
    FloatBuffer result = floats(ByteBuffer.allocateDirect(Math.toIntExact(out.numel() * Float.BYTES)));
    Map<String, OnnxTensor> outputs = Map.of("y", OnnxTensor.createTensor(environment, result, out.dims()));
    OrtSession session = session(model);
    return new Contender() {
      @Override
      public void run() throws OrtException {
        session.run(inputs, Set.of(), outputs).close();
      }

      @Override
      public float[] result(int count) {
        float[] values = new float[Math.min(count, result.capacity())];
        result.get(0, values);
        return values;
      }

      @Override
      public void close() throws OrtException {
        session.close();
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
      }
    };
  }

  private static FloatBuffer floats(ByteBuffer bytes) {
    return bytes.order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  private OrtSession session(OnnxModel model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      return environment.createSession(model.toBytes(), options);
    }
  }

  /// Adds the nodes; the result's shape.
  private static Shape build(Workload workload, OnnxModel model, List<String> x) {
    List<String> y = List.of("y");
    return switch (workload) {
      case Workload.MatMul w -> {
        if (w.transposeA() || w.transposeB()) {
          model.node("Gemm", x, y, Attribute.of("transA", w.transposeA() ? 1 : 0),
              Attribute.of("transB", w.transposeB() ? 1 : 0));
        } else {
          model.node("MatMul", x, y);
        }
        yield Shape.of(w.m(), w.n());
      }
      case Workload.Map w -> {
        model.node(switch (w.function()) {
          case EXP -> "Exp";
          case GELU -> "Gelu";
        }, x, y);
        yield w.operands().getFirst();
      }
      case Workload.Rowwise w -> {
        switch (w.function()) {
          case SOFTMAX -> model.node("Softmax", x, y, Attribute.of("axis", -1));
          case LAYERNORM -> model.node("LayerNormalization", x, y, Attribute.of("axis", -1),
              Attribute.of("epsilon", 1e-5f));
        }
        yield w.operands().getFirst();
      }
      case Workload.Conv w -> {
        if (w.backward()) {
          throw new NotOfferedException("its Java package has no gradients");
        }
        model.node("Conv", x, y, Attribute.ints("strides", w.stride(), w.stride()),
            Attribute.ints("pads", w.pad(), w.pad(), w.pad(), w.pad()));
        yield Shape.of(w.n(), w.m(), w.outSide(), w.outSide());
      }
      case Workload.Attention w -> {
        model.node("Attention", x, y, Attribute.of("is_causal", 1));
        yield w.operands().getFirst();
      }
      case Workload.Commitment w -> throw new NotOfferedException("");
      case Workload.Training w -> throw new NotOfferedException("its Java package has no gradients");
    };
  }
}
