package dev.verdict.repops.op;

import dev.verdict.repops.DType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reverse-mode differentiation over the operators (SPEC §3.3): each operator's gradient is more nodes of the same
/// graph, by the formula that its Javadoc gives.
///
/// Order, which is part of the result: values are taken from the loss backwards, the one made last first. A value that
/// several operands refer to gets the sum of their contributions in the order in which they arrive, operands of one
/// operator from left to right, by Add nodes labelled `Gradients.sum`. Gradients flow through f32 values only.
public final class Gradients {
  private Gradients() {}

  /// ∂loss/∂p for each parameter, in order, of the parameter's shape. The loss is an f32 of one element. Gradients of
  /// gradients aren't defined. Throws [ShapeMismatchException], [DTypeMismatchException], and
  /// [NotDifferentiableException] where an operator on the way has no gradient or the loss doesn't depend on a
  /// parameter.
  public static List<Value> gradients(Value loss, List<Value> parameters) {
    Views.requireFloat("Gradients", "loss", loss);
    if (loss.shape().numel() != 1) {
      throw ShapeMismatchException.of("Gradients", "the loss must have one element", "loss", loss.shape());
    }
    GraphBuilder graph = loss.graph();
    for (Value p : parameters) {
      Views.requireFloat("Gradients", "parameter", graph.own("Gradients", p));
    }
    List<Value> path = path(loss, Set.copyOf(parameters));
    Map<Value, Value> gradients = new HashMap<>();
    gradients.put(loss, graph.literal(DType.F32, Float.floatToIntBits(1f), loss.shape()));
    Set<Value> onPath = new HashSet<>(path);
    for (Value v : path.reversed()) {
      Value g = gradients.get(v);
      if (g != null) {
        propagate(v, g, onPath, gradients);
      }
    }
    List<Value> result = new ArrayList<>();
    for (Value p : parameters) {
      Value g = gradients.get(p);
      if (g == null) {
        throw new NotDifferentiableException("Gradients", "the loss doesn't depend on parameter "
            + parameters.indexOf(p) + ", " + p + "; leave it out");
      }
      result.add(g);
    }
    return result;
  }

  private static void propagate(Value v, Value g, Set<Value> onPath, Map<Value, Value> gradients) {
    for (Derivation d : v.derivations()) {
      if (!onPath.contains(d.operand())) {
        continue;
      }
      NodeBuilder.Pullback pullback = d.pullback();
      if (pullback == null) {
        throw new NotDifferentiableException(d.operator(), "has no gradient for its operand " + d.operand());
      }
      Value contribution = pullback.apply(g, v);
      if (!contribution.shape().equals(d.operand().shape())) {
        throw ShapeMismatchException.of(d.operator(), "its gradient has another shape than its operand", "gradient",
            contribution.shape(), "operand", d.operand().shape());
      }
      gradients.merge(d.operand(), contribution,
          (sum, more) -> Elementwise.map("Gradients.sum", sum, more, Scalar::plus));
    }
  }

  /// The f32 values between the parameters and the loss, in the order in which they were made.
  private static List<Value> path(Value loss, Set<Value> parameters) {
    Set<Value> ancestors = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>(List.of(loss));
    while (!open.isEmpty()) {
      Value v = open.pop();
      if (v.dtype() == DType.F32 && ancestors.add(v)) {
        v.derivations().forEach(d -> open.push(d.operand()));
      }
    }
    List<Value> ordered = ancestors.stream().sorted(Comparator.comparingInt(Value::serial)).toList();
    Set<Value> depending = new HashSet<>();
    for (Value v : ordered) {
      if (parameters.contains(v) || v.derivations().stream().anyMatch(d -> depending.contains(d.operand()))) {
        depending.add(v);
      }
    }
    return ordered.stream().filter(depending::contains).toList();
  }
}
