package dev.verdict.repops.testing;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An [OnnxModel] in ONNX Runtime, on tensors of ours: f32 for FLOAT, i32 for INT32 and INT64, u8 for UINT8 and BOOL.
public final class OnnxSession implements AutoCloseable {
  private final List<OnnxModel.Input> inputs;
  private final OrtSession session;

  private OnnxSession(List<OnnxModel.Input> inputs, OrtSession session) {
    this.inputs = inputs;
    this.session = session;
  }

  /// Loads the model, to run on so many threads. Throws [OrtException] where the runtime refuses it, and
  /// [IllegalStateException] where the native library leaves subnormals flushed in this thread (no bit would be safe).
  public static OnnxSession open(OnnxModel model, int threads) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      OnnxSession opened = new OnnxSession(model.inputs(),
          OrtEnvironment.getEnvironment().createSession(model.toBytes(), options));
      requireSubnormals();
      return opened;
    }
  }

  private static void requireSubnormals() {
    float smallest = Float.parseFloat("0x1p-126");
    if (Float.floatToRawIntBits(smallest * Float.parseFloat("0.5")) != 0x00400000) {
      throw new IllegalStateException("ONNX Runtime left subnormals flushed to zero");
    }
  }

  /// Runs it once: the inputs in the model's order, the outputs likewise.
  public List<Tensor> run(Tensor... operands) throws OrtException {
    Map<String, OnnxTensor> bound = new LinkedHashMap<>();
    try {
      for (int i = 0; i < operands.length; i++) {
        bound.put(inputs.get(i).name(), bind(inputs.get(i).type(), operands[i]));
      }
      try (OrtSession.Result result = session.run(bound)) {
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < result.size(); i++) {
          outputs.add(tensor((OnnxTensor) result.get(i)));
        }
        return outputs;
      }
    } finally {
      bound.values().forEach(OnnxTensor::close);
    }
  }

  /// A copy of `t` for the runtime.
  public static OnnxTensor bind(OnnxModel.Type type, Tensor t) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    int numel = Math.toIntExact(t.numel());
    long[] shape = t.shape().dims();
    return switch (type) {
      case FLOAT -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(t.toFloats()), shape);
      case UINT8, BOOL -> {
        ByteBuffer bytes = ByteBuffer.allocateDirect(numel);
        for (int i = 0; i < numel; i++) {
          bytes.put((byte) t.getLong(i));
        }
        yield OnnxTensor.createTensor(environment, bytes.flip(), shape,
            type == OnnxModel.Type.BOOL ? OnnxJavaType.BOOL : OnnxJavaType.UINT8);
      }
      case INT32 -> {
        IntBuffer ints = IntBuffer.allocate(numel);
        for (int i = 0; i < numel; i++) {
          ints.put((int) t.getLong(i));
        }
        yield OnnxTensor.createTensor(environment, ints.flip(), shape);
      }
      case INT64 -> {
        LongBuffer longs = LongBuffer.allocate(numel);
        for (int i = 0; i < numel; i++) {
          longs.put(t.getLong(i));
        }
        yield OnnxTensor.createTensor(environment, longs.flip(), shape);
      }
    };
  }

  private static Tensor tensor(OnnxTensor t) {
    TensorInfo info = t.getInfo();
    Shape shape = Shape.of(info.getShape());
    int numel = Math.toIntExact(shape.numel());
    return switch (info.type) {
      case FLOAT -> {
        float[] values = new float[numel];
        t.getFloatBuffer().get(values);
        yield Tensor.ofFloats(shape, values);
      }
      case INT32 -> {
        int[] values = new int[numel];
        t.getIntBuffer().get(values);
        yield Tensor.ofInts(shape, values);
      }
      case INT64 -> {
        Tensor values = Tensor.zeros(DType.I32, shape);
        LongBuffer longs = t.getLongBuffer();
        for (int i = 0; i < numel; i++) {
          values.setLong(i, Math.toIntExact(longs.get(i)));
        }
        yield values;
      }
      case UINT8, BOOL -> {
        byte[] values = new byte[numel];
        t.getByteBuffer().get(values);
        yield Tensor.ofBytes(shape, values);
      }
      case STRING, INT8, INT16, DOUBLE, FLOAT16, BFLOAT16, UNKNOWN ->
          throw new IllegalArgumentException("an output of type " + info.type + " has no dtype here");
    };
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
