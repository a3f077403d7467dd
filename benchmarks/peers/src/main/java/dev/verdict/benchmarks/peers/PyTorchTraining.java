package dev.verdict.benchmarks.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.GradientCollector;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.verdict.benchmarks.Contender;
import dev.verdict.benchmarks.TrainedModel;
import dev.verdict.repops.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The same models by PyTorch's operations, autograd, and DJL's AdamW, from the same parameters.
final class PyTorchTraining implements Contender {
  private static final Loss CROSS_ENTROPY = Loss.softmaxCrossEntropyLoss();

  private final TrainedModel model;
  private final NDManager manager;
  private final Map<String, NDArray> parameters = new LinkedHashMap<>();
  private final Optimizer optimizer = Optimizer.adamW().optLearningRateTracker(Tracker.fixed(TrainedModel.RATE))
      .optWeightDecays(0.01f).build();
  private final NDArray inputs;
  private final NDArray labels;
  private final NDList tables;
  private final List<Float> losses = new ArrayList<>();

  PyTorchTraining(TrainedModel model, NDManager manager) {
    this.model = model;
    this.manager = manager;
    TrainedModel.parameters(model.program()).forEach((name, tensor) -> {
      NDArray p = manager.create(tensor.toFloats(), shape(tensor));
      p.setRequiresGradient(true);
      parameters.put(name, p);
    });
    List<Tensor> data = model.data();
    switch (model) {
      case MLP, CNN -> {
        NDArray pixels = integers(data.get(0), shape(data.get(0))).toType(DataType.FLOAT32, false)
            .mul(TrainedModel.SCALE);
        inputs = model == TrainedModel.MLP ? pixels
            : pixels.reshape(model.batch(), 1, TrainedModel.SIDE, TrainedModel.SIDE);
        labels = integers(data.get(1), shape(data.get(1)));
        tables = new NDList();
      }
      case TRANSFORMER -> {
        inputs = windows(data.getFirst(), 0);
        labels = windows(data.getFirst(), 1).reshape(-1);
        tables = rotaryTables();
      }
      default -> throw new IllegalArgumentException(model.label());
    }
  }

  private static Shape shape(Tensor t) {
    return new Shape(t.shape().dims());
  }

  private NDArray integers(Tensor t, Shape shape) {
    long[] values = new long[Math.toIntExact(t.numel())];
    for (int i = 0; i < values.length; i++) {
      values[i] = t.getLong(i);
    }
    return manager.create(values, shape);
  }

  /// All windows of the text, which every step takes, each once, in one order or another.
  private NDArray windows(Tensor text, int shift) {
    long[] values = new long[model.batch() * TrainedModel.WINDOW];
    for (int i = 0; i < values.length; i++) {
      values[i] = text.getLong(i / TrainedModel.WINDOW + i % TrainedModel.WINDOW + shift);
    }
    return manager.create(values, new Shape(model.batch(), TrainedModel.WINDOW));
  }

  /// cos, sin [S, D/2] and the causal mask.
  private NDList rotaryTables() {
    int half = TrainedModel.WIDTH / TrainedModel.HEADS / 2;
    float[] cos = new float[TrainedModel.WINDOW * half];
    float[] sin = new float[cos.length];
    for (int s = 0; s < TrainedModel.WINDOW; s++) {
      for (int j = 0; j < half; j++) {
        double angle = s * Math.pow(10_000, -(double) j / half);
        cos[s * half + j] = (float) Math.cos(angle);
        sin[s * half + j] = (float) Math.sin(angle);
      }
    }
    Shape shape = new Shape(TrainedModel.WINDOW, half);
    return new NDList(manager.create(cos, shape), manager.create(sin, shape),
        PyTorchEngine.causalMask(manager, TrainedModel.WINDOW));
  }

  @Override
  public void run() {
    try (NDManager step = manager.newSubManager()) {
      NDList all = new NDList(parameters.values());
      all.add(inputs);
      all.add(labels);
      all.addAll(tables);
      step.tempAttachAll(all);
      try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
        collector.zeroGradients();
        NDArray loss = CROSS_ENTROPY.evaluate(new NDList(labels), new NDList(scores()));
        collector.backward(loss);
        losses.add(loss.getFloat());
      }
      parameters.forEach((name, p) -> optimizer.update(name, p, p.getGradient()));
    }
  }

  private NDArray p(String name) {
    return parameters.get(name);
  }

  private NDArray scores() {
    return switch (model) {
      case MLP -> {
        NDArray h = inputs;
        int layers = TrainedModel.LAYERS.size() - 1;
        for (int i = 0; i < layers; i++) {
          NDArray y = h.matMul(p("W" + i)).add(p("b" + i));
          h = i + 1 < layers ? Activation.relu(y) : y;
        }
        yield h;
      }
      case CNN -> {
        NDArray h = inputs;
        for (int i = 0; i < TrainedModel.CHANNELS.size(); i++) {
          NDArray y = Conv2d.conv2d(h, p("K" + i), p("c" + i), new Shape(1, 1), new Shape(1, 1)).singletonOrThrow();
          h = Pool.maxPool2d(Activation.relu(y), new Shape(2, 2), new Shape(2, 2), new Shape(0, 0), false);
        }
        yield h.reshape(model.batch(), -1).matMul(p("W")).add(p("b"));
      }
      case TRANSFORMER -> transformer();
    };
  }

  private NDArray transformer() {
    NDArray x = p("embedding").get(inputs.reshape(-1));
    for (int i = 0; i < TrainedModel.BLOCKS; i++) {
      String name = "L" + i + ".";
      NDArray h = normalised(x, p(name + "norm1"));
      NDArray mixed = PyTorchEngine.attention(rotated(heads(h, name + "q")), rotated(heads(h, name + "k")),
          heads(h, name + "v"), tables.get(2));
      x = x.add(mixed.transpose(0, 2, 1, 3).reshape(-1, TrainedModel.WIDTH).matMul(p(name + "o")));
      h = normalised(x, p(name + "norm2"));
      NDArray gate = h.matMul(p(name + "gate"));
      x = x.add(gate.mul(Activation.sigmoid(gate)).mul(h.matMul(p(name + "up"))).matMul(p(name + "down")));
    }
    return normalised(x, p("norm")).matMul(p("head"));
  }

  private static NDArray normalised(NDArray x, NDArray scale) {
    return x.div(x.square().mean(new int[] {1}, true).add(1e-5f).sqrt()).mul(scale);
  }

  private NDArray heads(NDArray h, String matrix) {
    return h.matMul(p(matrix)).reshape(model.batch(), TrainedModel.WINDOW, TrainedModel.HEADS, -1)
        .transpose(0, 2, 1, 3);
  }

  private NDArray rotated(NDArray x) {
    long half = x.getShape().get(3) / 2;
    NDArray a = x.get(new NDIndex("..., :" + half));
    NDArray b = x.get(new NDIndex("..., " + half + ":"));
    NDArray cos = tables.get(0);
    NDArray sin = tables.get(1);
    return a.mul(cos).sub(b.mul(sin)).concat(b.mul(cos).add(a.mul(sin)), 3);
  }

  @Override
  public float[] result(int count) {
    float[] values = new float[losses.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = losses.get(i);
    }
    return values;
  }

  @Override
  public void close() {
    manager.close();
  }
}
