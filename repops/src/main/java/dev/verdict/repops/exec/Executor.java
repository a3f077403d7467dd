package dev.verdict.repops.exec;

import dev.verdict.repops.ir.Program;
import java.util.Set;
import java.util.TreeSet;

/// Turns programs into something that runs.
public interface Executor {
  /// Prepares a valid program; see [dev.verdict.repops.ir.ProgramValidator].
  ///
  /// @param kept the nodes whose outputs are wanted after a step; the fewer, the faster and the smaller
  CompiledProgram compile(Program program, Set<Integer> kept);

  /// Prepares a valid program of which every node is kept.
  default CompiledProgram compile(Program program) {
    Set<Integer> all = new TreeSet<>();
    for (int n = 0; n < program.nodes().size(); n++) {
      all.add(n);
    }
    return compile(program, all);
  }

  /// Throws [NoSuchNodeException] where `kept` names a node that `program` doesn't have.
  static void requireNodes(Program program, Set<Integer> kept) {
    kept.forEach(n -> requireNode(program, n));
  }

  /// Throws [NoSuchNodeException] where `program` doesn't have `node`.
  static void requireNode(Program program, int node) {
    if (node < 0 || node >= program.nodes().size()) {
      throw new NoSuchNodeException(node, program.nodes().size());
    }
  }
}
