package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Rotary position embedding, and the tables that it takes.
///
/// @param cos cosines of the angles, for example [S,R/2]
/// @param sin sines of them, of the same shape
public record RotaryEmbedding(Value cos, Value sin) {
  private static final String LABEL = "RotaryEmbedding";

  /// The tables of positions 0 … positions − 1 for `rotated` features of a head, in two nodes [positions, rotated/2]:
  /// cos and sin, correctly rounded, of angle = s · exp(−((2j / rotated) · log base)), each operation rounded; for
  /// position s and pair j. Source: Su et al., "RoFormer", 2021, with 10,000 as the base.
  public static RotaryEmbedding tables(GraphBuilder graph, long positions, long rotated, float base) {
    if (rotated < 2 || rotated % 2 != 0) {
      throw new InvalidAttributeException(LABEL, "rotated features", "even and at least 2", rotated);
    }
    if (!(base > 0) || Float.isInfinite(base)) {
      throw new InvalidAttributeException(LABEL, "base", "finite and above 0", base);
    }
    NodeBuilder cos = graph.node(LABEL + ".cos", DType.F32, Shape.of(positions, rotated / 2));
    NodeBuilder sin = graph.node(LABEL + ".sin", DType.F32, Shape.of(positions, rotated / 2));
    return new RotaryEmbedding(
        cos.result(angle(cos, rotated, base).cos()), sin.result(angle(sin, rotated, base).sin()));
  }

  private static Scalar angle(NodeBuilder n, long rotated, float base) {
    Scalar exponent = n.index(n.out(1).times(2)).toFloat().over(n.constant((float) rotated));
    Scalar frequency = exponent.times(n.constant(base).log()).negated().exp();
    return n.index(n.out(0)).toFloat().times(frequency);
  }

  /// How a head's features make pairs.
  ///
  /// @param rotated features that take part, from the first on
  private record Pairs(long rotated, boolean interleaved) {
    /// [B,H,S,R] as [B,H,S,2,R/2], or as [B,H,S,R/2,2].
    Shape split(Shape x) {
      return interleaved ? Shape.of(x.dim(0), x.dim(1), x.dim(2), rotated / 2, 2)
          : Shape.of(x.dim(0), x.dim(1), x.dim(2), 2, rotated / 2);
    }

    int sideAxis() {
      return interleaved ? 4 : 3;
    }

    int pairAxis() {
      return interleaved ? 3 : 4;
    }
  }

  static Value apply(Value x, RotaryEmbedding tables, @Nullable Value positions, boolean interleaved,
      long rotatedGiven) {
    Views.requireFloat(LABEL, "x", x);
    Views.requireRank(LABEL, "x", x, 4);
    Views.requireFloat(LABEL, "cos", tables.cos());
    Views.requireFloat(LABEL, "sin", tables.sin());
    long features = x.shape().dim(3);
    long rotated = rotatedGiven == 0 ? features : rotatedGiven;
    if (rotated < 2 || rotated > features || rotated % 2 != 0) {
      throw new InvalidAttributeException(LABEL, "rotated features", "even, 2 to " + features, rotated);
    }
    requireTables(x, tables, positions, rotated);
    Pairs pairs = new Pairs(rotated, interleaved);
    Value y = rotated(x, tables, positions, pairs, LABEL, false);
    return y.derivedFrom(
        new Derivation(LABEL, x, (g, r) -> rotated(g, tables, positions, pairs, LABEL + ".grad", true)),
        new Derivation(LABEL, tables.cos(), null), new Derivation(LABEL, tables.sin(), null));
  }

  private static void requireTables(Value x, RotaryEmbedding tables, @Nullable Value positions, long rotated) {
    Shape cos = tables.cos().shape();
    long batch = x.shape().dim(0);
    long length = x.shape().dim(2);
    if (!tables.sin().shape().equals(cos)) {
      throw ShapeMismatchException.of(LABEL, "tables differ", "cos", cos, "sin", tables.sin().shape());
    }
    if (positions == null) {
      if (!cos.equals(Shape.of(length, rotated / 2)) && !cos.equals(Shape.of(batch, length, rotated / 2))) {
        throw ShapeMismatchException.of(LABEL, "the tables don't have an angle for each position and pair", "x",
            x.shape(), "cos", cos);
      }
      return;
    }
    Views.requireInteger(LABEL, "positions", positions);
    if (cos.rank() != 2 || cos.dim(1) != rotated / 2 || !positions.shape().equals(Shape.of(batch, length))) {
      throw ShapeMismatchException.of(LABEL, "tables or positions don't fit", "x", x.shape(), "cos", cos,
          "positions", positions.shape());
    }
  }

  /// [B,H,S,D] → [B,H,S,D], stored as [B,S,H,D]; with the angles turned round where `backwards`.
  private static Value rotated(Value x, RotaryEmbedding tables, @Nullable Value positions, Pairs pairs, String label,
      boolean backwards) {
    Shape s = x.shape();
    boolean all = pairs.rotated() == s.dim(3);
    Value split = Views.reshape(label, all ? x : Views.slice(x, 3, 0, pairs.rotated(), 1), pairs.split(s));
    long[] dims = split.shape().dims();
    Shape out = Shape.of(dims[0], dims[2], dims[1], dims[3], dims[4]);
    NodeBuilder n = x.graph().node(label + ".turned", DType.F32, out);
    Affine[] here = index(n);
    Affine[] other = here.clone();
    other[pairs.sideAxis()] = n.out(pairs.sideAxis()).times(-1).plus(1);
    Scalar product = n.load(split, other).times(table(n, tables.sin(), positions, pairs));
    Scalar side = n.index(n.out(pairs.sideAxis()));
    Value turned = n.result(backwards ? side.choose(product.negated(), product)
        : side.choose(product, product.negated()));
    // Two nodes, and no fma, so that neither reads more than two tensors.
    NodeBuilder k = x.graph().node(label + ".kept", DType.F32, out);
    Value kept = k.result(k.load(split, index(k)).times(table(k, tables.cos(), positions, pairs)));
    Value y = Elementwise.map(label, kept, turned, Scalar::plus);
    Value merged = Views.reshape(label, y, Shape.of(s.dim(0), s.dim(2), s.dim(1), pairs.rotated()));
    return Views.transpose(label, all ? merged : withRest(label, x, merged), 0, 2, 1, 3);
  }

  /// The index into [B,H,S,·,·] of an output [B,S,H,·,·].
  private static Affine[] index(NodeBuilder n) {
    return new Affine[] {n.out(0), n.out(2), n.out(1), n.out(3), n.out(4)};
  }

  private static Scalar table(NodeBuilder n, Value table, @Nullable Value positions, Pairs pairs) {
    Affine pair = n.out(pairs.pairAxis());
    if (positions != null) {
      return n.gather(table, n.load(positions, n.out(0), n.out(1)), pair);
    }
    return table.shape().rank() == 2 ? n.load(table, n.out(1), pair) : n.load(table, n.out(0), n.out(1), pair);
  }

  /// [B,S,H,D]: the rotated features, then x's own.
  private static Value withRest(String label, Value x, Value rotated) {
    long[] dims = rotated.shape().dims();
    long features = dims[3];
    dims[3] = x.shape().dim(3);
    NodeBuilder n = x.graph().node(label + ".rest", DType.F32, Shape.of(dims));
    Affine[] at = new Affine[4];
    Arrays.setAll(at, n::out);
    Scalar turns = n.index(n.out(3)).lessThan(n.constant(features));
    return n.result(turns.choose(n.load(rotated, at), n.load(x, n.out(0), n.out(2), n.out(1), n.out(3))));
  }
}
