package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;

/// ONNX BatchNormalization in training mode; see [GraphBuilder#batchNormalizationTraining].
///
/// @param y the batch normalised by its own statistics
/// @param runningMean the next running mean [C]
/// @param runningVariance the next running variance [C]
public record BatchNormalization(Value y, Value runningMean, Value runningVariance) {
  private static final String LABEL = "BatchNormalization";

  static BatchNormalization training(Value x, Value scale, Value bias, Value runningMean, Value runningVariance,
      float epsilon, float momentum) {
    Normalization.requireChannels(LABEL, x);
    Normalization.requireEpsilon(LABEL, epsilon);
    if (!(momentum >= 0 && momentum <= 1)) {
      throw new InvalidAttributeException(LABEL, "momentum", "0 to 1", momentum);
    }
    Normalization.Planes planes = Normalization.Planes.of(LABEL, x);
    Value weights = planes.channelParameter("scale", scale);
    Value offsets = planes.channelParameter("bias", bias);
    Value oldMean = planes.channelParameter("running mean", runningMean);
    Value oldVariance = planes.channelParameter("running variance", runningVariance);
    float count = planes.count();
    Value batch = Views.reshape(LABEL, x, planes.shape());
    Value mean = Elementwise.divided(LABEL + ".mean",
        Broadcast.sumTo(LABEL + ".sum", batch, Shape.of(planes.channels(), 1)), count);
    Value centred = Elementwise.map(LABEL + ".centred", batch, mean, Scalar::minus);
    Value squares = planes.channelSquares(LABEL + ".squares", centred);
    Value inverse = Normalization.inverseRoot(LABEL, squares, count, epsilon);
    Value normal = Elementwise.map(LABEL + ".normal", centred, inverse, Scalar::times);
    Value y = Normalization.scaled(LABEL, normal, weights, offsets);
    Value variance = Elementwise.divided(LABEL + ".variance", squares, count);
    return new BatchNormalization(
        Views.reshape(LABEL, y, x.shape()).derivedFrom(
            new Derivation(LABEL, x, (g, r) -> Views.reshape(LABEL,
                gradient(planes, Views.reshape(LABEL, g, planes.shape()), normal, inverse, weights), x.shape())),
            new Derivation(LABEL, scale, (g, r) -> gradScale(planes, Views.reshape(LABEL, g, planes.shape()), normal)),
            new Derivation(LABEL, bias, (g, r) -> gradBias(planes, Views.reshape(LABEL, g, planes.shape())))),
        moved("Mean", oldMean, mean, momentum), moved("Variance", oldVariance, variance, momentum));
  }

  private static Value gradScale(Normalization.Planes planes, Value g, Value normal) {
    return planes.channelSum(LABEL + ".gradScale",
        Elementwise.map(LABEL + ".gradScale", g, normal, Scalar::times));
  }

  private static Value gradBias(Normalization.Planes planes, Value g) {
    return planes.channelSum(LABEL + ".gradBias", g);
  }

  private static Value gradient(
      Normalization.Planes planes, Value g, Value normal, Value inverse, Value weights) {
    Shape channel = Shape.of(planes.channels(), 1);
    float count = planes.count();
    Value mean = Elementwise.divided(LABEL + ".gradMean",
        Views.reshape(LABEL, gradBias(planes, g), channel), count);
    Value share = Elementwise.divided(LABEL + ".gradShare",
        Views.reshape(LABEL, gradScale(planes, g, normal), channel), count);
    Value rest = Elementwise.map(LABEL + ".gradRest", g, mean, Scalar::minus);
    NodeBuilder n = g.graph().node(LABEL + ".gradNormal", DType.F32, g.shape());
    Value projected = n.result(n.load(normal).negated().timesPlus(n.load(share), n.load(rest)));
    Value factor = Elementwise.map(LABEL + ".gradFactor", weights, inverse, Scalar::times);
    return Elementwise.map(LABEL + ".grad", projected, factor, Scalar::times);
  }

  /// fma(momentum, old, (1 − momentum) · batch's), [C].
  private static Value moved(String what, Value old, Value now, float momentum) {
    Value next = Elementwise.map(LABEL + ".next" + what, old, now, (o, b) ->
        o.node().constant(momentum).timesPlus(o, o.node().constant(1 - momentum).times(b)));
    return Views.reshape(LABEL, next, Shape.of(next.shape().dim(0)));
  }

  static Value inference(Value x, Value scale, Value bias, Value mean, Value variance, float epsilon) {
    Normalization.requireChannels(LABEL, x);
    Normalization.requireEpsilon(LABEL, epsilon);
    Normalization.Planes planes = Normalization.Planes.of(LABEL, x);
    Value weights = planes.channelParameter("scale", scale);
    Value offsets = planes.channelParameter("bias", bias);
    Value inverse =
        Normalization.inverseRoot(LABEL, planes.channelParameter("variance", variance), 1f, epsilon);
    Value centred = Elementwise.map(LABEL + ".centred", Views.reshape(LABEL, x, planes.shape()),
        planes.channelParameter("mean", mean), Scalar::minus);
    Value normal = Elementwise.map(LABEL + ".normal", centred, inverse, Scalar::times);
    return Views.reshape(LABEL, Normalization.scaled(LABEL, normal, weights, offsets), x.shape()).derivedFrom(
        new Derivation(LABEL, x, (g, r) -> Views.reshape(LABEL, Elementwise.map(LABEL + ".grad",
            Views.reshape(LABEL, g, planes.shape()),
            Elementwise.map(LABEL + ".gradFactor", weights, inverse, Scalar::times), Scalar::times), x.shape())),
        new Derivation(LABEL, scale, (g, r) -> gradScale(planes, Views.reshape(LABEL, g, planes.shape()), normal)),
        new Derivation(LABEL, bias, (g, r) -> gradBias(planes, Views.reshape(LABEL, g, planes.shape()))),
        new Derivation(LABEL, mean, null), new Derivation(LABEL, variance, null));
  }
}
