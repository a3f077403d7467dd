package dev.verdict.repops.ir;

import java.util.List;

/// What one training step computes (SPEC §3.2): nodes in topological order over states, data sets and constants.
public record Program(List<Slot> slots, List<BoundTensor> data, List<BoundTensor> constants, List<Node> nodes) {
  public Program {
    slots = List.copyOf(slots);
    data = List.copyOf(data);
    constants = List.copyOf(constants);
    nodes = List.copyOf(nodes);
  }
}
