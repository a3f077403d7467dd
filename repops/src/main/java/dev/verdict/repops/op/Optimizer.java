package dev.verdict.repops.op;

import java.util.List;

/// Turns gradients into the next parameters. All of its memory is state slots, so that a step follows from the state
/// alone.
public sealed interface Optimizer permits Sgd, Momentum, Adam, AdamW, GradientClipping {
  /// Declares what slots it needs and updates them and `parameters`, which must be what [GraphBuilder#state] gave.
  ///
  /// @param names of the parameters; a slot of the optimiser's own is named after its parameter
  /// @param gradients one for each parameter, of its shape
  void update(GraphBuilder graph, List<String> names, List<Value> parameters, List<Value> gradients);
}
