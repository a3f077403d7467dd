package dev.verdict.repops.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// An ONNX model under construction, written as the protocol buffer that `onnx.proto` describes:
///
/// ```
/// byte[] model = new OnnxModel()
///     .input("x", Type.FLOAT, 2, 3)
///     .constant("axes", 1)
///     .node("ReduceSum", List.of("x", "axes"), List.of("y"), Attribute.of("keepdims", 0))
///     .output("y", Type.FLOAT)
///     .toBytes();
/// ```
///
/// Inputs and outputs keep the order of the calls. Not thread-safe.
public final class OnnxModel {
  /// The operator set that [#OnnxModel()] asks for, the newest with everything that the tests compare.
  public static final int OPSET = 23;

  // ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto, ValueInfoProto: field numbers of onnx.proto.
  private static final int MODEL_IR_VERSION = 1;
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_OPSET_IMPORT = 8;
  private static final int OPSET_VERSION = 2;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_NAME = 2;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;
  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_OP_TYPE = 4;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_F = 2;
  private static final int ATTRIBUTE_I = 3;
  private static final int ATTRIBUTE_S = 4;
  private static final int ATTRIBUTE_FLOATS = 7;
  private static final int ATTRIBUTE_INTS = 8;
  private static final int ATTRIBUTE_TYPE = 20;
  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_DATA_TYPE = 2;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW_DATA = 9;
  private static final int VALUE_NAME = 1;
  private static final int VALUE_TYPE = 2;
  private static final int TYPE_TENSOR = 1;
  private static final int TENSOR_TYPE_ELEMENT = 1;
  private static final int TENSOR_TYPE_SHAPE = 2;
  private static final int SHAPE_DIM = 1;
  private static final int DIM_VALUE = 1;

  private static final int IR_VERSION = 10;

  /// An element type, `TensorProto.DataType`.
  public enum Type {
    FLOAT(1),
    UINT8(2),
    INT32(6),
    INT64(7),
    BOOL(9);

    private final int code;

    Type(int code) {
      this.code = code;
    }
  }

  /// A node's attribute.
  public sealed interface Attribute {
    /// `AttributeProto.name`.
    String name();

    /// An INT.
    static Attribute of(String name, long value) {
      return new IntAttribute(name, value);
    }

    /// A FLOAT.
    static Attribute of(String name, float value) {
      return new FloatAttribute(name, value);
    }

    /// A STRING.
    static Attribute of(String name, String value) {
      return new StringAttribute(name, value);
    }

    /// INTS, of any number.
    static Attribute ints(String name, long... values) {
      return new IntsAttribute(name, values.clone());
    }

    /// FLOATS, of any number.
    static Attribute floats(String name, float... values) {
      return new FloatsAttribute(name, values.clone());
    }
  }

  private record IntAttribute(String name, long value) implements Attribute {}

  private record FloatAttribute(String name, float value) implements Attribute {}

  private record StringAttribute(String name, String value) implements Attribute {}

  private record IntsAttribute(String name, long[] values) implements Attribute {}

  private record FloatsAttribute(String name, float[] values) implements Attribute {}

  /// Writes a message's fields.
  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private final int opset;
  private final List<Input> inputs = new ArrayList<>();
  private final List<ByteString> initializers = new ArrayList<>();
  private final List<ByteString> nodes = new ArrayList<>();
  private final List<ByteString> outputs = new ArrayList<>();

  /// A model's input.
  public record Input(String name, Type type, List<Long> shape) {}

  public OnnxModel() {
    this(OPSET);
  }

  /// A model for version `opset` of the default operator set.
  public OnnxModel(int opset) {
    this.opset = opset;
  }

  /// A graph input.
  public OnnxModel input(String name, Type type, long... shape) {
    List<Long> dims = new ArrayList<>();
    for (long dim : shape) {
      dims.add(dim);
    }
    inputs.add(new Input(name, type, List.copyOf(dims)));
    return this;
  }

  /// The inputs so far.
  public List<Input> inputs() {
    return List.copyOf(inputs);
  }

  /// A graph output; its shape is inferred.
  public OnnxModel output(String name, Type type) {
    outputs.add(message(out -> {
      out.writeString(VALUE_NAME, name);
      out.writeBytes(VALUE_TYPE, message(t -> t.writeBytes(TYPE_TENSOR,
          message(e -> e.writeInt32(TENSOR_TYPE_ELEMENT, type.code)))));
    }));
    return this;
  }

  /// An initializer of INT64, one-dimensional: axes, bounds, shapes.
  public OnnxModel constant(String name, long... values) {
    ByteBuffer raw = littleEndian(Long.BYTES * values.length);
    for (long v : values) {
      raw.putLong(v);
    }
    return initializer(name, Type.INT64, raw, values.length);
  }

  /// An initializer of FLOAT, row-major. Weights that are initializers may be packed beforehand by the runtime.
  public OnnxModel constant(String name, float[] values, long... shape) {
    ByteBuffer raw = littleEndian(Float.BYTES * values.length);
    for (float v : values) {
      raw.putFloat(v);
    }
    return initializer(name, Type.FLOAT, raw, shape);
  }

  private static ByteBuffer littleEndian(int lengthBytes) {
    return ByteBuffer.allocate(lengthBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private OnnxModel initializer(String name, Type type, ByteBuffer raw, long... shape) {
    initializers.add(message(out -> {
      for (long dim : shape) {
        out.writeInt64(TENSOR_DIMS, dim);
      }
      out.writeInt32(TENSOR_DATA_TYPE, type.code);
      out.writeString(TENSOR_NAME, name);
      out.writeBytes(TENSOR_RAW_DATA, ByteString.copyFrom(raw.flip()));
    }));
    return this;
  }

  /// A node; an optional input that is left out is `""`.
  public OnnxModel node(String opType, List<String> from, List<String> to, Attribute... attributes) {
    nodes.add(message(out -> {
      for (String name : from) {
        out.writeString(NODE_INPUT, name);
      }
      for (String name : to) {
        out.writeString(NODE_OUTPUT, name);
      }
      out.writeString(NODE_OP_TYPE, opType);
      for (Attribute a : attributes) {
        out.writeBytes(NODE_ATTRIBUTE, message(fields -> write(a, fields)));
      }
    }));
    return this;
  }

  private static void write(Attribute attribute, CodedOutputStream out) throws IOException {
    out.writeString(ATTRIBUTE_NAME, attribute.name());
    int type = switch (attribute) {
      case FloatAttribute a -> {
        out.writeFloat(ATTRIBUTE_F, a.value());
        yield 1;
      }
      case IntAttribute a -> {
        out.writeInt64(ATTRIBUTE_I, a.value());
        yield 2;
      }
      case StringAttribute a -> {
        out.writeBytes(ATTRIBUTE_S, ByteString.copyFromUtf8(a.value()));
        yield 3;
      }
      case FloatsAttribute a -> {
        for (float v : a.values()) {
          out.writeFloat(ATTRIBUTE_FLOATS, v);
        }
        yield 6;
      }
      case IntsAttribute a -> {
        for (long v : a.values()) {
          out.writeInt64(ATTRIBUTE_INTS, v);
        }
        yield 7;
      }
    };
    out.writeEnum(ATTRIBUTE_TYPE, type);
  }

  private static ByteString value(Input input) {
    return message(out -> {
      out.writeString(VALUE_NAME, input.name());
      out.writeBytes(VALUE_TYPE, message(t -> t.writeBytes(TYPE_TENSOR, message(e -> {
        e.writeInt32(TENSOR_TYPE_ELEMENT, input.type().code);
        e.writeBytes(TENSOR_TYPE_SHAPE, message(shape -> {
          for (long dim : input.shape()) {
            shape.writeBytes(SHAPE_DIM, message(d -> d.writeInt64(DIM_VALUE, dim)));
          }
        }));
      }))));
    });
  }

  /// The model as a `ModelProto`.
  public byte[] toBytes() {
    ByteString graph = message(out -> {
      out.writeString(GRAPH_NAME, "graph");
      writeAll(out, GRAPH_NODE, nodes);
      writeAll(out, GRAPH_INITIALIZER, initializers);
      writeAll(out, GRAPH_INPUT, inputs.stream().map(OnnxModel::value).toList());
      writeAll(out, GRAPH_OUTPUT, outputs);
    });
    return message(out -> {
      out.writeInt64(MODEL_IR_VERSION, IR_VERSION);
      out.writeBytes(MODEL_GRAPH, graph);
      out.writeBytes(MODEL_OPSET_IMPORT, message(o -> o.writeInt64(OPSET_VERSION, opset)));
    }).toByteArray();
  }

  private static void writeAll(CodedOutputStream out, int field, List<ByteString> messages) throws IOException {
    for (ByteString m : messages) {
      out.writeBytes(field, m);
    }
  }

  private static ByteString message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }
}
