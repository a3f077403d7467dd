package dev.verdict.repops.exec.cpu;

import dev.verdict.repops.Shape;
import dev.verdict.repops.ir.Input;
import dev.verdict.repops.ir.Node;
import dev.verdict.repops.ir.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The kernels of a program; nodes, and groups along rows, that differ only in what they read share theirs.
final class Kernels {
  private static final Source ANY = new Source.NodeOutput(0);

  /// Makes a kernel for a node that up to `threads` threads compute together.
  @FunctionalInterface
  interface Compiler {
    NodeKernel compile(Node node, int threads);
  }

  private record Key(Node node, int threads) {}

  private record RowKey(List<MemberKey> members, long ownElements, int atOnce) {}

  private record MemberKey(
      Node node, List<Optional<RowPlan.Place>> inputs, List<Integer> scalars, Optional<RowPlan.Place> out,
      boolean isStored) {}

  private final Compiler compiler;
  private final Map<Key, NodeKernel> known = new HashMap<>();
  private final Map<RowKey, Optional<RowLoopCompiler.Code>> knownRows = new HashMap<>();

  Kernels(Compiler compiler) {
    this.compiler = compiler;
  }

  /// Throws [IllegalStateException] naming node `n` of the program where it can't be compiled.
  ///
  /// @param node node `n`, or a block of it
  NodeKernel of(int n, Node node, int threads) {
    try {
      return known.computeIfAbsent(
          new Key(anonymous(node), threads), key -> compiler.compile(key.node, key.threads));
    } catch (IllegalStateException e) {
      throw new IllegalStateException("node " + n + " '" + node.label() + "': " + e.getMessage(), e);
    }
  }

  /// The loop that computes `atOnce` rows of `plan` at once; empty where it were too much code.
  Optional<RowLoopCompiler.Code> of(RowPlan plan, int atOnce) {
    List<MemberKey> members = plan.members().stream()
        .map(m -> new MemberKey(anonymous(m.node()), Arrays.stream(m.inputs()).map(Optional::ofNullable).toList(),
            Arrays.stream(m.scalars()).boxed().toList(), Optional.ofNullable(m.out()), m.isStored()))
        .toList();
    return knownRows.computeIfAbsent(
        new RowKey(members, plan.ownElements(), atOnce), key -> RowLoopCompiler.compile(plan, atOnce));
  }

  /// What decides a node's code.
  private static Node anonymous(Node node) {
    List<Input> inputs = new ArrayList<>();
    for (Input i : node.inputs()) {
      inputs.add(new Input(ANY, i.dtype(), i.numel(), i.offset(), i.outStrides(), i.redStrides()));
    }
    Shape red = node.red();
    return new Node("", node.dtype(), node.out(), red, node.initBits(), inputs, node.body());
  }
}
