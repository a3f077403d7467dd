package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.ir.Source;
import java.util.List;

/// A tensor in a graph under construction: a source seen through an offset and strides, or one literal number.
/// Views (reshape, transpose, slice, expand, …) are other values over the same source. Compared by identity.
public final class Value {
  private final GraphBuilder graph;
  private final int serial;
  private final Storage storage;
  private final DType dtype;
  private final Shape shape;
  private final long offset;
  private final long[] strides;
  private final List<Derivation> derivations;

  Value(GraphBuilder graph, Storage storage, DType dtype, Shape shape, long offset, long[] strides,
      List<Derivation> derivations) {
    this.graph = graph;
    this.serial = graph.nextSerial();
    this.storage = storage;
    this.dtype = dtype;
    this.shape = shape;
    this.offset = offset;
    this.strides = strides;
    this.derivations = List.copyOf(derivations);
  }

  public DType dtype() {
    return dtype;
  }

  public Shape shape() {
    return shape;
  }

  GraphBuilder graph() {
    return graph;
  }

  /// Grows with each value made, so that an operand's is below its result's.
  int serial() {
    return serial;
  }

  Storage storage() {
    return storage;
  }

  long offset() {
    return offset;
  }

  long stride(int d) {
    return strides[d];
  }

  List<Derivation> derivations() {
    return derivations;
  }

  boolean isLiteral() {
    return storage instanceof Storage.Literal;
  }

  /// The same source through another window.
  Value view(String operator, Shape viewShape, long viewOffset, long[] viewStrides, NodeBuilder.Pullback pullback) {
    return new Value(graph, storage, dtype, viewShape, viewOffset, viewStrides,
        List.of(new Derivation(operator, this, pullback)));
  }

  /// The same tensor, differentiated as a whole rather than through the nodes it is made of.
  Value derivedFrom(Derivation... others) {
    return new Value(graph, storage, dtype, shape, offset, strides, List.of(others));
  }

  /// Whether it is a node's whole output, element by element.
  boolean isWholeNode() {
    return storage instanceof Storage.Stored s && s.source() instanceof Source.NodeOutput
        && s.numel() == shape.numel() && offset == 0 && isContiguous();
  }

  private boolean isContiguous() {
    long[] contiguous = shape.strides();
    for (int d = 0; d < strides.length; d++) {
      if (shape.dim(d) > 1 && strides[d] != contiguous[d]) {
        return false;
      }
    }
    return true;
  }

  /// For example `F32[64,128]`.
  @Override
  public String toString() {
    return dtype.toString() + shape;
  }
}
