package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.Arrays;

/// ONNX Dropout in training mode; see [GraphBuilder#dropout].
///
/// @param y the operand with some elements 0 and the others scaled
/// @param mask u8, 1 where an element was kept
public record Dropout(Value y, Value mask) {
  private static final String LABEL = "Dropout";
  /// Rounds of [Philox] a node: four, with the counter that they start from, fill a body of 64 instructions.
  private static final int[] ROUNDS = {4, 3, 3};
  private static final int BITS = 24;

  static Dropout of(Value x, float ratio, long seed, int place) {
    Views.requireFloat(LABEL, "x", x);
    if (!(ratio >= 0 && ratio < 1)) {
      throw new InvalidAttributeException(LABEL, "ratio", "from 0 to below 1", ratio);
    }
    Value mask = mask(x.graph(), x.shape(), ratio, seed, place);
    float scale = 1f / (1f - ratio);
    Value y = masked(LABEL, x, mask, scale);
    return new Dropout(
        y.derivedFrom(new Derivation(LABEL, x, (g, r) -> masked(LABEL + ".grad", g, mask, scale))), mask);
  }

  /// mask ≠ 0 ? x · scale : +0.
  private static Value masked(String label, Value x, Value mask, float scale) {
    NodeBuilder n = x.graph().node(label, DType.F32, x.shape());
    return n.result(n.load(mask).choose(n.load(x).times(n.constant(scale)), n.constant(0f)));
  }

  private static Value mask(GraphBuilder graph, Shape shape, float ratio, long seed, int place) {
    long groups = Math.ceilDiv(shape.numel(), 4);
    if (groups > 1L << 32) {
      throw new InvalidAttributeException(LABEL, "elements", "at most 2^34", shape);
    }
    Shape words = Shape.of(groups, 2, 2);
    int round = 0;
    NodeBuilder n = graph.node(LABEL + ".philox", DType.I32, words);
    Scalar[] counter = {n.index(n.out(0)), n.constant(0L), n.step(), n.constant((long) place)};
    for (int node = 0;; node++) {
      Scalar[] state = rounds(n, counter, round, ROUNDS[node], seed);
      Scalar word = n.index(n.out(1)).choose(n.index(n.out(2)).choose(state[3], state[2]),
          n.index(n.out(2)).choose(state[1], state[0]));
      round += ROUNDS[node];
      if (node == ROUNDS.length - 1) {
        long dropped = (long) Math.ceil((double) ratio * (1 << BITS));
        Scalar uniform = low(n, word).shiftedRight(n.constant(32L - BITS));
        Value kept = n.result(n.constant(dropped).atMost(uniform));
        Value flat = Views.reshape(LABEL, kept, Shape.of(groups * 4));
        return Views.reshape(LABEL, Views.slice(flat, 0, 0, shape.numel(), 1), shape);
      }
      Value stored = n.result(word);
      n = graph.node(node + 2 == ROUNDS.length ? LABEL + ".mask" : LABEL + ".philox",
          node + 2 == ROUNDS.length ? DType.U8 : DType.I32, words);
      NodeBuilder next = n;
      Arrays.setAll(counter, i -> next.load(stored, next.out(0), next.zero().plus(i / 2), next.zero().plus(i % 2)));
    }
  }

  /// Rounds `from` to `from + count` of [Philox#words]; only the low 32 bits of a register count.
  private static Scalar[] rounds(NodeBuilder n, Scalar[] counter, int from, int count, long seed) {
    Scalar[] x = counter.clone();
    Scalar half = n.constant(32L);
    Scalar multiplier0 = low(n, n.constant((long) (int) Philox.MULTIPLIER_0));
    Scalar multiplier1 = low(n, n.constant((long) (int) Philox.MULTIPLIER_1));
    for (int round = from; round < from + count; round++) {
      Scalar p0 = low(n, x[0]).times(multiplier0);
      Scalar p1 = low(n, x[2]).times(multiplier1);
      Scalar key0 = n.constant((long) ((int) seed + round * Philox.WEYL_0));
      Scalar key1 = n.constant((long) ((int) (seed >>> 32) + round * Philox.WEYL_1));
      x = new Scalar[] {p1.shiftedRight(half).xor(x[1]).xor(key0), p1, p0.shiftedRight(half).xor(x[3]).xor(key1), p0};
    }
    return x;
  }

  /// The low 32 bits, zero-extended.
  private static Scalar low(NodeBuilder n, Scalar word) {
    return word.and(n.constant(-1L).shiftedRight(n.constant(32L)));
  }
}
