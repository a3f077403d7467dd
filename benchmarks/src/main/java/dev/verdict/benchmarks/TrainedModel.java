package dev.verdict.benchmarks;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.op.AdamW;
import dev.verdict.repops.op.BuiltGraph;
import dev.verdict.repops.op.ConvolutionalNetwork;
import dev.verdict.repops.op.DecoderTransformer;
import dev.verdict.repops.op.MultilayerPerceptron;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/// Models like three of the demo's, with a batch that stays the same: data are made up, of the right shapes.
public enum TrainedModel {
  /// 784-256-256-10 on batches of 128 images.
  MLP("mlp 784-256-256-10, batch 128", 128),
  /// Two blocks of Conv 3x3, Relu, MaxPool with 16 and 32 channels, then Gemm, on batches of 64 images of 28x28.
  CNN("cnn 16-32 on 28x28, batch 64", 64),
  /// 9.8 million parameters: 6 blocks of width 384 with 6 heads, on 8 windows of 128 characters.
  TRANSFORMER("transformer 6x384, 8x128 tokens", 8);

  public static final int CLASSES = 10;
  public static final int SIDE = 28;
  public static final List<Integer> LAYERS = List.of(784, 256, 256, 10);
  public static final List<Integer> CHANNELS = List.of(16, 32);
  public static final float SCALE = 1f / 255;
  public static final int VOCABULARY = 61;
  public static final int WIDTH = 384;
  public static final int BLOCKS = 6;
  public static final int HEADS = 6;
  public static final int HIDDEN = 896;
  public static final int WINDOW = 128;
  public static final float RATE = 1e-3f;
  private static final long SEED = 7;

  private final String label;
  private final int batch;

  TrainedModel(String label, int batch) {
    this.label = label;
    this.batch = batch;
  }

  public String label() {
    return label;
  }

  public int batch() {
    return batch;
  }

  /// The program of a step. Its data set has no more rows than a batch, so that each step has the same ones; a text has
  /// one place for each window.
  public BuiltGraph program() {
    AdamW optimizer = AdamW.of(RATE);
    return switch (this) {
      case MLP -> new MultilayerPerceptron(LAYERS, SCALE).training(bound("images", data().get(0)),
          bound("labels", data().get(1)), batch, optimizer);
      case CNN -> new ConvolutionalNetwork(SIDE, CHANNELS, CLASSES, SCALE).training(bound("images", data().get(0)),
          bound("labels", data().get(1)), batch, optimizer);
      case TRANSFORMER -> DecoderTransformer.llama(VOCABULARY, WIDTH, BLOCKS, HEADS, HIDDEN)
          .training(bound("text", data().get(0)), batch, WINDOW, optimizer);
    };
  }

  private static BoundTensor bound(String name, Tensor t) {
    return new BoundTensor(name, t.dtype(), t.shape(), Digest.ZERO);
  }

  /// Images and labels, or a text.
  public List<Tensor> data() {
    SplittableRandom random = new SplittableRandom(SEED);
    return switch (this) {
      case MLP, CNN -> List.of(bytes(random, 256, batch, SIDE * SIDE), bytes(random, CLASSES, batch));
      case TRANSFORMER -> List.of(bytes(random, VOCABULARY, batch + WINDOW));
    };
  }

  private static Tensor bytes(SplittableRandom random, int bound, long... dims) {
    Tensor t = Tensor.zeros(DType.U8, Shape.of(dims));
    for (long i = 0; i < t.numel(); i++) {
      t.setLong(i, random.nextInt(bound));
    }
    return t;
  }

  /// Slots at first, in the program's order.
  public static List<Tensor> initialStates(BuiltGraph graph) {
    return graph.initialStates(SEED);
  }

  /// What is learnt, at first, by name: the slots before the optimiser's.
  public static SequencedMap<String, Tensor> parameters(BuiltGraph graph) {
    List<Tensor> states = initialStates(graph);
    List<String> names = graph.program().slots().stream().map(Slot::name).toList();
    SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
    for (int i = 0; i < names.indexOf(names.getFirst() + ".m"); i++) {
      parameters.put(names.get(i), states.get(i));
    }
    return parameters;
  }
}
