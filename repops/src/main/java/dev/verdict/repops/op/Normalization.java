package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Normalisations of rows: what is normalised together lies along the last axis of `[rows, n]`, a row's statistics are
/// `[rows]`, and every node has the rows first, so that all nodes of a row may be computed while it is in a cache.
final class Normalization {
  private Normalization() {}

  /// Rows brought to mean 0 (where centred) and mean square 1.
  ///
  /// @param normal x̂ = (x − mean) · inverse, or x · inverse, [rows, n]
  /// @param inverse 1 / √(mean square + ε), [rows, 1]
  private record Standard(Value normal, Value inverse, boolean centred) {
    static Standard of(String label, Value rows, boolean centred, float epsilon) {
      float n = rows.shape().dim(1);
      Value c = rows;
      if (centred) {
        Value mean = Elementwise.divided(label + ".mean", Reductions.sum(label + ".sum", rows, true, 1), n);
        c = Elementwise.map(label + ".centred", rows, mean, Scalar::minus);
      }
      Value inverse = inverseRoot(label, Rows.dot(label + ".squares", c, c), n, epsilon);
      return new Standard(Elementwise.map(label + ".normal", c, inverse, Scalar::times), inverse, centred);
    }

    /// ((h − (Σh)/n) − x̂·((Σ h·x̂)/n)) · inverse, for h the gradient of x̂; without (Σh)/n where not centred.
    Value gradient(String label, Value h) {
      float n = normal.shape().dim(1);
      Value share = Elementwise.divided(label + ".gradShare", Rows.dot(label + ".gradDot", h, normal), n);
      Value rest = h;
      if (centred) {
        Value mean = Elementwise.divided(label + ".gradMean", Reductions.sum(label + ".gradSum", h, true, 1), n);
        rest = Elementwise.map(label + ".gradRest", h, mean, Scalar::minus);
      }
      // Two nodes, and no fma, so that neither reads more than two tensors.
      Value along = Elementwise.map(label + ".gradAlong", normal, share, Scalar::times);
      Value across = Elementwise.map(label + ".gradNormal", rest, along, Scalar::minus);
      return Elementwise.map(label + ".grad", across, inverse, Scalar::times);
    }
  }

  /// 1 / √(squares / n + ε).
  static Value inverseRoot(String label, Value squares, float n, float epsilon) {
    return Elementwise.map(label + ".inverse", squares, s -> {
      Scalar one = s.node().constant(1f);
      return one.over(s.over(s.node().constant(n)).plus(s.node().constant(epsilon)).sqrt());
    });
  }

  /// fma(x̂, scale, bias), or x̂ · scale.
  static Value scaled(String label, Value normal, Value scale, @Nullable Value bias) {
    NodeBuilder n = normal.graph().node(label, DType.F32, normal.shape());
    Scalar x = n.load(normal);
    return n.result(bias == null ? x.times(n.load(scale)) : x.timesPlus(n.load(scale), n.load(bias)));
  }

  static void requireEpsilon(String label, float epsilon) {
    if (!(epsilon >= 0) || Float.isInfinite(epsilon)) {
      throw new InvalidAttributeException(label, "epsilon", "finite and at least 0", epsilon);
    }
  }

  static Value layer(Value x, Value scale, @Nullable Value bias, int axis, float epsilon) {
    return overTrailing("LayerNormalization", x, scale, bias, axis, epsilon, true);
  }

  static Value rootMeanSquare(Value x, Value scale, int axis, float epsilon) {
    return overTrailing("RMSNormalization", x, scale, null, axis, epsilon, false);
  }

  private static Value overTrailing(String label, Value x, Value scale, @Nullable Value bias, int axisGiven,
      float epsilon, boolean centred) {
    Views.requireFloat(label, "x", x);
    requireEpsilon(label, epsilon);
    int axis = Views.axis(label, axisGiven, x.shape().rank());
    Shape trailing = Shape.of(Arrays.copyOfRange(x.shape().dims(), axis, x.shape().rank()));
    long n = trailing.numel();
    Value weights = trailingParameter(label, "scale", scale, trailing);
    Value offsets = bias == null ? null : trailingParameter(label, "bias", bias, trailing);
    Standard s = Standard.of(label, Views.reshape(label, x, Shape.of(x.shape().numel() / n, n)), centred, epsilon);
    Shape rows = s.normal().shape();
    List<Derivation> derivations = new ArrayList<>();
    derivations.add(new Derivation(label, x, (g, y) -> {
      Value h = Elementwise.map(label + ".gradScaled", Views.reshape(label, g, rows), weights, Scalar::times);
      return Views.reshape(label, s.gradient(label, h), x.shape());
    }));
    derivations.add(new Derivation(label, scale, (g, y) -> Views.reshape(label, Reductions.sum(label + ".gradScale",
        Elementwise.map(label + ".gradScale", Views.reshape(label, g, rows), s.normal(), Scalar::times), false, 0),
        trailing)));
    if (bias != null) {
      derivations.add(new Derivation(label, bias, (g, y) -> Views.reshape(label,
          Reductions.sum(label + ".gradBias", Views.reshape(label, g, rows), false, 0), trailing)));
    }
    return Views.reshape(label, scaled(label, s.normal(), weights, offsets), x.shape())
        .derivedFrom(derivations.toArray(Derivation[]::new));
  }

  private static Value trailingParameter(String label, String name, Value p, Shape trailing) {
    Views.requireFloat(label, name, p);
    if (!p.shape().equals(trailing)) {
      throw ShapeMismatchException.of(label, name + " must have the shape of what is normalised", name, p.shape(),
          "normalised", trailing);
    }
    return Views.reshape(label, p, Shape.of(trailing.numel()));
  }

  static Value instance(Value x, Value scale, Value bias, float epsilon) {
    String label = "InstanceNormalization";
    requireChannels(label, x);
    return group(label, x, scale, bias, x.shape().dim(1), epsilon);
  }

  static Value group(Value x, Value scale, Value bias, int groups, float epsilon) {
    String label = "GroupNormalization";
    requireChannels(label, x);
    if (groups < 1 || x.shape().dim(1) % groups != 0) {
      throw new InvalidAttributeException(label, "groups", "a divisor of the " + x.shape().dim(1) + " channels",
          groups);
    }
    return group(label, x, scale, bias, groups, epsilon);
  }

  private static Value group(String label, Value x, Value scale, Value bias, long groups, float epsilon) {
    requireEpsilon(label, epsilon);
    Planes planes = Planes.of(label, x);
    Value weights = planes.channelParameter("scale", scale);
    Value offsets = planes.channelParameter("bias", bias);
    Shape rows = Shape.of(planes.batch() * groups, planes.channels() / groups * planes.length());
    Standard s = Standard.of(label, Views.reshape(label, x, rows), true, epsilon);
    Value normal = Views.reshape(label, s.normal(), planes.shape());
    return Views.reshape(label, scaled(label, normal, weights, offsets), x.shape()).derivedFrom(
        new Derivation(label, x, (g, y) -> {
          Value h = Elementwise.map(label + ".gradScaled", Views.reshape(label, g, planes.shape()), weights,
              Scalar::times);
          return Views.reshape(label, s.gradient(label, Views.reshape(label, h, rows)), x.shape());
        }),
        new Derivation(label, scale, (g, y) -> planes.channelSum(label + ".gradScale",
            Elementwise.map(label + ".gradScale", Views.reshape(label, g, planes.shape()), normal, Scalar::times))),
        new Derivation(label, bias,
            (g, y) -> planes.channelSum(label + ".gradBias", Views.reshape(label, g, planes.shape()))));
  }

  static void requireChannels(String label, Value x) {
    Views.requireFloat(label, "x", x);
    if (x.shape().rank() < 2) {
      throw ShapeMismatchException.of(label, "x must have a batch and channels", "x", x.shape());
    }
  }

  /// x seen as [N,C,L], L being all that follows the channels.
  record Planes(String label, long batch, long channels, long length) {
    static Planes of(String label, Value x) {
      long batch = x.shape().dim(0);
      long channels = x.shape().dim(1);
      return new Planes(label, batch, channels, x.shape().numel() / batch / channels);
    }

    Shape shape() {
      return Shape.of(batch, channels, length);
    }

    /// Elements of one channel.
    float count() {
      return batch * length;
    }

    /// A [C] as [C,1].
    Value channelParameter(String name, Value p) {
      Views.requireFloat(label, name, p);
      if (!p.shape().equals(Shape.of(channels))) {
        throw ShapeMismatchException.of(label, name + " must have an element for each channel", name, p.shape(),
            "planes", shape());
      }
      return Views.reshape(label, p, Shape.of(channels, 1));
    }

    /// [N,C,L] summed over each plane, then over the batch: [C].
    Value channelSum(String name, Value x) {
      return Views.reshape(name, Broadcast.sumTo(name, x, Shape.of(channels, 1)), Shape.of(channels));
    }

    /// Σ x² over each plane, then over the batch: [C,1].
    Value channelSquares(String name, Value x) {
      return Broadcast.sumTo(name, Rows.dot(name, x, x), Shape.of(channels, 1));
    }
  }
}
