package dev.verdict.benchmarks.peers;

import dev.verdict.benchmarks.Contender;
import dev.verdict.benchmarks.NotOfferedException;
import dev.verdict.benchmarks.TrainedModel;
import dev.verdict.repops.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.WeightsFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;
import org.nd4j.linalg.api.ops.impl.updaters.AdamUpdater;
import org.nd4j.linalg.factory.Nd4j;

/// The models by SameDiff, with ND4J's own Adam and the decay beside it, from the same parameters.
final class Nd4jTraining implements Contender {
  private static final String LOSS = "loss";
  private static final double DECAY = 1 - TrainedModel.RATE * 0.01;

  private final SameDiff graph = SameDiff.create();
  private final Map<String, INDArray> placeholders;
  private final List<String> names = new ArrayList<>();
  private final List<INDArray[]> moments = new ArrayList<>();
  private final List<Float> losses = new ArrayList<>();

  private Nd4jTraining(TrainedModel model) {
    TrainedModel.parameters(model.program()).forEach((name, tensor) -> {
      INDArray p = Nd4jEngine.array(tensor);
      // The gradient of its convolution knows kernels of this order alone.
      INDArray ordered = p.rank() == 4 ? p.permute(2, 3, 1, 0).dup('c') : p;
      graph.var(name, ordered);
      names.add(name);
      moments.add(new INDArray[] {Nd4j.zerosLike(ordered), Nd4j.zerosLike(ordered)});
    });
    INDArray images = pixels(model);
    INDArray labels = oneHot(model);
    placeholders = Map.of("x", images, "t", labels);
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, images.shape());
    SDVariable t = graph.placeHolder("t", DataType.FLOAT, labels.shape());
    SDVariable scores = model == TrainedModel.MLP ? perceptron(x) : convolutional(x, model.batch());
    graph.loss().softmaxCrossEntropy(LOSS, t, scores, null);
    graph.setLossVariables(LOSS);
  }

  /// Throws [NotOfferedException] for a model that it has no operators for.
  static Nd4jTraining of(TrainedModel model) {
    if (model == TrainedModel.TRANSFORMER) {
      throw new NotOfferedException("has no causal attention");
    }
    return new Nd4jTraining(model);
  }

  private static INDArray pixels(TrainedModel model) {
    Tensor images = model.data().get(0);
    float[] values = new float[Math.toIntExact(images.numel())];
    for (int i = 0; i < values.length; i++) {
      values[i] = images.getLong(i) * TrainedModel.SCALE;
    }
    long[] shape = model == TrainedModel.MLP ? images.shape().dims()
        : new long[] {model.batch(), 1, TrainedModel.SIDE, TrainedModel.SIDE};
    return Nd4j.create(values, shape, 'c');
  }

  private static INDArray oneHot(TrainedModel model) {
    Tensor labels = model.data().get(1);
    INDArray hot = Nd4j.zeros(DataType.FLOAT, labels.numel(), TrainedModel.CLASSES);
    for (long i = 0; i < labels.numel(); i++) {
      hot.putScalar(new long[] {i, labels.getLong(i)}, 1);
    }
    return hot;
  }

  private SDVariable perceptron(SDVariable x) {
    SDVariable h = x;
    int layers = TrainedModel.LAYERS.size() - 1;
    for (int i = 0; i < layers; i++) {
      SDVariable y = h.mmul(graph.getVariable("W" + i)).add(graph.getVariable("b" + i));
      h = i + 1 < layers ? graph.nn().relu(y, 0) : y;
    }
    return h;
  }

  private SDVariable convolutional(SDVariable x, int batch) {
    Conv2DConfig convolution = Conv2DConfig.builder().kH(3).kW(3).sH(1).sW(1).pH(1).pW(1)
        .weightsFormat(WeightsFormat.YXIO).build();
    Pooling2DConfig pooling = Pooling2DConfig.builder().kH(2).kW(2).sH(2).sW(2).build();
    SDVariable h = x;
    for (int i = 0; i < TrainedModel.CHANNELS.size(); i++) {
      SDVariable y = graph.cnn().conv2d(h, graph.getVariable("K" + i), graph.getVariable("c" + i), convolution);
      h = graph.cnn().maxPooling2d(graph.nn().relu(y, 0), pooling);
    }
    long features = graph.getVariable("W").getArr().size(0);
    return h.reshape(batch, features).mmul(graph.getVariable("W")).add(graph.getVariable("b"));
  }

  @Override
  public void run() {
    var both = graph.calculateGradientsAndOutputs(placeholders, List.of(LOSS), names);
    losses.add(both.getOutputs().get(LOSS).getFloat(0));
    int step = losses.size() - 1;
    for (int i = 0; i < names.size(); i++) {
      INDArray p = graph.getVariable(names.get(i)).getArr();
      INDArray g = both.getGradients().get(names.get(i));
      // Turns the gradient into the update.
      Nd4j.exec(new AdamUpdater(g, moments.get(i)[0], moments.get(i)[1], TrainedModel.RATE, 0.9, 0.999, 1e-8, step));
      p.muli(DECAY).subi(g);
    }
  }

  @Override
  public float[] result(int count) {
    float[] values = new float[losses.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = losses.get(i);
    }
    return values;
  }
}
