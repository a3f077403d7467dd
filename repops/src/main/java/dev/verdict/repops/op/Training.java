package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.ir.BoundTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/// What the model helpers share: parameters declared in order, a step that trains them, a pass that only reads them.
final class Training {
  /// The program's name for the mean loss of the batch.
  static final String LOSS = "loss";
  /// The program's name for the scores of all rows.
  static final String LOGITS = "logits";

  private final GraphBuilder graph = new GraphBuilder();
  private final List<String> names = new ArrayList<>();
  private final List<Value> parameters = new ArrayList<>();

  Training() {}

  GraphBuilder graph() {
    return graph;
  }

  Value parameter(String name, Initializer initializer, long... dims) {
    Value p = graph.state(name, DType.F32, Shape.of(dims), initializer);
    names.add(name);
    parameters.add(p);
    return p;
  }

  /// Pixels as f32, scaled: cast, then one product.
  private Value scaled(Value pixels, float scale) {
    return graph.mul(graph.cast(pixels, DType.F32), graph.literal(scale));
  }

  /// One step on a batch: cross-entropy of the model's scores, its gradients, the optimiser's update.
  static BuiltGraph step(BiFunction<Training, Value, Value> model, BoundTensor images, BoundTensor labels, int batch,
      float scale, Optimizer optimizer) {
    if (images.shape().dim(0) != labels.shape().dim(0)) {
      throw ShapeMismatchException.of("Training", "rows differ", "images", images.shape(), "labels", labels.shape());
    }
    Training t = new Training();
    GraphBuilder g = t.graph;
    Value pixels = g.data(images.name(), images.dtype(), images.shape(), images.root());
    Value classes = g.data(labels.name(), labels.dtype(), labels.shape(), labels.root());
    Value logits = model.apply(t, t.scaled(g.batch(pixels, batch), scale));
    return t.minimised(g.softmaxCrossEntropyLoss(logits, g.batch(classes, batch)), optimizer);
  }

  /// The loss as an output, its gradients, the optimiser's update.
  BuiltGraph minimised(Value loss, Optimizer optimizer) {
    graph.output(LOSS, loss);
    optimizer.update(graph, names, parameters, Gradients.gradients(loss, parameters));
    return graph.build();
  }

  /// The model's scores for every row; its slots are the parameters, which stay.
  static BuiltGraph inference(BiFunction<Training, Value, Value> model, BoundTensor images, float scale) {
    Training t = new Training();
    GraphBuilder g = t.graph;
    Value pixels = g.data(images.name(), images.dtype(), images.shape(), images.root());
    g.output(LOGITS, model.apply(t, t.scaled(pixels, scale)));
    return g.build();
  }
}
