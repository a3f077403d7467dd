package dev.verdict.repops.exec;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.BoundTensor;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import dev.verdict.repops.ir.Source;
import java.util.List;
import java.util.function.IntFunction;

/// What a step reads besides earlier nodes: state slots, data sets and constants, each in the program's order.
public record StepInputs(List<Tensor> states, List<Tensor> data, List<Tensor> constants) {
  public StepInputs {
    states = List.copyOf(states);
    data = List.copyOf(data);
    constants = List.copyOf(constants);
  }

  /// The same data and constants with other states.
  public StepInputs withStates(List<Tensor> others) {
    return new StepInputs(others, data, constants);
  }

  /// The tensor that `input` views; `nodes` gives earlier outputs.
  public Tensor resolve(Input input, IntFunction<Tensor> nodes) {
    return switch (input.source()) {
      case Source.NodeOutput n -> nodes.apply(n.index());
      case Source.State s -> states.get(s.index());
      case Source.Data d -> data.get(d.index());
      case Source.Const c -> constants.get(c.index());
    };
  }

  /// The tensors that the inputs of `node` view, in their order; `nodes` gives earlier outputs.
  public List<Tensor> operands(Node node, IntFunction<Tensor> nodes) {
    return node.inputs().stream().map(input -> resolve(input, nodes)).toList();
  }

  /// Throws [IllegalArgumentException] naming the first tensor whose dtype or shape isn't the program's.
  public void requireMatching(Program program) {
    requireCount("state slots", program.slots().size(), states.size());
    for (int i = 0; i < states.size(); i++) {
      Slot slot = program.slots().get(i);
      require("state", i, slot.name(), states.get(i),
          slot.dtype() == states.get(i).dtype() && slot.shape().equals(states.get(i).shape()),
          slot.dtype().toString() + slot.shape());
    }
    requireBound("data set", program.data(), data);
    requireBound("constant", program.constants(), constants);
  }

  /// Throws [InaccessibleTensorException] naming the first tensor whose arena is closed, or that the calling thread
  /// can't read or, where there are more `threads`, the others can't. They must match `program`.
  public void requireAccessible(Program program, int threads) {
    for (int i = 0; i < states.size(); i++) {
      InaccessibleTensorException.requireAccessible(
          place("state", i, program.slots().get(i).name()), states.get(i), threads);
    }
    requireAccessible("data set", program.data(), data, threads);
    requireAccessible("constant", program.constants(), constants, threads);
  }

  /// Throws [IllegalArgumentException] where one of them shares memory with `output`, which is at place `result`.
  void requireApartFrom(Program program, String result, Tensor output) {
    for (int i = 0; i < states.size(); i++) {
      if (StepResults.overlap(states.get(i), output)) {
        throw StepResults.overlapping(place("state", i, program.slots().get(i).name()), result);
      }
    }
    requireApartFrom("data set", program.data(), data, result, output);
    requireApartFrom("constant", program.constants(), constants, result, output);
  }

  private static void requireApartFrom(
      String what, List<BoundTensor> declared, List<Tensor> given, String result, Tensor output) {
    for (int i = 0; i < given.size(); i++) {
      if (StepResults.overlap(given.get(i), output)) {
        throw StepResults.overlapping(place(what, i, declared.get(i).name()), result);
      }
    }
  }

  private static void requireAccessible(String what, List<BoundTensor> declared, List<Tensor> given, int threads) {
    for (int i = 0; i < given.size(); i++) {
      InaccessibleTensorException.requireAccessible(place(what, i, declared.get(i).name()), given.get(i), threads);
    }
  }

  private static void requireBound(String what, List<BoundTensor> declared, List<Tensor> given) {
    requireCount(what + "s", declared.size(), given.size());
    for (int i = 0; i < given.size(); i++) {
      BoundTensor b = declared.get(i);
      require(what, i, b.name(), given.get(i),
          b.dtype() == given.get(i).dtype() && b.shape().equals(given.get(i).shape()),
          b.dtype().toString() + b.shape());
    }
  }

  private static void requireCount(String what, int expected, int actual) {
    if (expected != actual) {
      throw new IllegalArgumentException("the program has " + expected + " " + what + ", " + actual + " were given");
    }
  }

  private static void require(String what, int i, String name, Tensor actual, boolean ok, String expected) {
    if (!ok) {
      throw new IllegalArgumentException(place(what, i, name) + ": expected " + expected + ", given " + actual);
    }
  }

  private static String place(String what, int i, String name) {
    return what + " " + i + " '" + name + "'";
  }
}
