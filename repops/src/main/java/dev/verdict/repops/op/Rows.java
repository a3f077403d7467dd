package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.Arrays;

/// Sums and sums of products along rows, the last axis, in an order by length alone (SPEC §2.4).
///
/// Fewer than 128 terms are one chain from +0. Of more, term j belongs to strand j mod 32 of block ⌊j/1024⌋: each strand
/// is a chain of up to 32 terms, j ascending, and the strands are summed in the same way, row-major. So neighbours are
/// added side by side, whatever the width of vectors, and rounding errors grow with the logarithm of the length.
/// What is left of whole strands (of whole blocks, where there are any) is summed by itself and added last.
final class Rows {
  /// Chains side by side: a whole number of vectors of any width.
  static final int STRANDS = 32;
  /// Terms of a chain.
  private static final int STEPS = 32;
  /// Fewer terms aren't worth a second node.
  private static final int LEAST = 4 * STRANDS;

  private final String label;
  private final GraphBuilder graph;
  private final Shape outer;
  private final Term term;

  /// The accumulator after the term at index `along` of the row that the node's outer indices name.
  @FunctionalInterface
  private interface Term {
    Scalar addTo(Scalar acc, NodeBuilder n, Affine along);
  }

  private Rows(String label, GraphBuilder graph, Shape outer, Term term) {
    this.label = label;
    this.graph = graph;
    this.outer = outer;
    this.term = term;
  }

  /// Σₖ x[…,k] of f32, without the last axis.
  static Value sum(String label, Value x) {
    Value rows = ofFewDimensions(label, x);
    Shape outer = outer(rows);
    Value sum = new Rows(label, x.graph(), outer,
        (acc, n, along) -> acc.plus(n.load(rows, index(n, outer.rank(), along)))).sum(0, x.shape().dim(-1));
    return Views.reshape(label, sum, outer(x));
  }

  /// Σₖ a[…,k]·b[…,k], the last axis kept as 1; a term is added by fma. Both of one shape.
  static Value dot(String label, Value a, Value b) {
    Value x = ofFewDimensions(label, a);
    Value y = ofFewDimensions(label, b);
    Shape outer = outer(x);
    Value sum = new Rows(label, a.graph(), outer, (acc, n, along) -> {
      Affine[] index = index(n, outer.rank(), along);
      return n.load(x, index).timesPlus(n.load(y, index), acc);
    }).sum(0, a.shape().dim(-1));
    long[] dims = a.shape().dims();
    dims[dims.length - 1] = 1;
    return Views.reshape(label, sum, Shape.of(dims));
  }

  /// As matrix rows where a node would have too many dimensions otherwise.
  private static Value ofFewDimensions(String label, Value x) {
    long length = x.shape().dim(-1);
    return x.shape().rank() < NodeBuilder.MAX_RANK ? x
        : Views.reshape(label, x, Shape.of(x.shape().numel() / length, length));
  }

  private static Shape outer(Value x) {
    return Shape.of(Arrays.copyOf(x.shape().dims(), x.shape().rank() - 1));
  }

  private static Affine[] index(NodeBuilder n, int last, Affine along) {
    Affine[] index = new Affine[last + 1];
    Arrays.setAll(index, d -> d == last ? along : n.out(d));
    return index;
  }

  /// The sum of terms [first, first + count).
  private Value sum(long first, long count) {
    if (count < LEAST) {
      return chain(first, count);
    }
    long strand = Math.min(STEPS, count / STRANDS);
    long block = strand * STRANDS;
    Value whole = sum(label, strands(first, count / block, strand));
    long rest = count % block;
    return rest == 0 ? whole
        : Elementwise.map(label, whole, sum(first + count - rest, rest), Scalar::plus);
  }

  private Value chain(long first, long count) {
    NodeBuilder n = graph.node(label, DType.F32, outer).over(count).from(0f);
    return n.result(term.addTo(n.acc(), n, n.red(0).plus(first)));
  }

  /// The strands of so many blocks, of so many steps each, one after the other.
  private Value strands(long first, long blocks, long steps) {
    int last = outer.rank();
    long[] dims = Arrays.copyOf(outer.dims(), last + 2);
    dims[last] = blocks;
    dims[last + 1] = STRANDS;
    NodeBuilder n = graph.node(label, DType.F32, Shape.of(dims)).over(steps).from(0f);
    Affine along = n.out(last).times(steps * STRANDS).plus(n.red(0).times(STRANDS)).plus(n.out(last + 1)).plus(first);
    Value strands = n.result(term.addTo(n.acc(), n, along));
    dims = Arrays.copyOf(dims, last + 1);
    dims[last] = blocks * STRANDS;
    return Views.reshape(label, strands, Shape.of(dims));
  }
}
