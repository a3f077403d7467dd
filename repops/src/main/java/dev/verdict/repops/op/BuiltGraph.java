package dev.verdict.repops.op;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.ir.Program;
import dev.verdict.repops.ir.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;

/// A program, with what its author wants to find again.
///
/// @param outputs the node of each named output
/// @param initializers one for each state slot
public record BuiltGraph(Program program, SequencedMap<String, Integer> outputs, List<Initializer> initializers) {

  /// The node of the output with this name. Throws [InvalidAttributeException] where there is none.
  public int output(String name) {
    Integer node = outputs.get(name);
    if (node == null) {
      throw new InvalidAttributeException("output", "name", "one of " + outputs.keySet(), "'" + name + "'");
    }
    return node;
  }

  /// The slot with this name. Throws [InvalidAttributeException] where there is none.
  public int slot(String name) {
    for (int i = 0; i < program.slots().size(); i++) {
      if (program.slots().get(i).name().equals(name)) {
        return i;
      }
    }
    throw new InvalidAttributeException("slot", "name",
        "one of " + program.slots().stream().map(Slot::name).toList(), "'" + name + "'");
  }

  /// S_0: every slot as its initializer makes it from `seed`, in the program's order.
  public List<Tensor> initialStates(long seed) {
    List<Tensor> states = new ArrayList<>();
    for (int i = 0; i < initializers.size(); i++) {
      Slot slot = program.slots().get(i);
      states.add(initializers.get(i).tensor(slot.dtype(), slot.shape(), seed, i));
    }
    return states;
  }
}
