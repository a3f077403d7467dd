package dev.verdict.bisection.step;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.ProofWriter;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.ir.ProgramCommitment;

/// The proof of `commitFold` (SPEC §6.3.1): opens the node pointed at and commits to the element's inner accumulators.
///
///     header 114 ‖ node ‖ path of node j under nodesRoot ‖ foldTree b32
public final class FoldProof {
  private FoldProof() {}

  public static Bytes build(ProgramCommitment program, int node, Digest foldTree) {
    return opening(program, node).digest(foldTree).toBytes();
  }

  /// `header ‖ node ‖ path`: how a step proof of an element begins too.
  static ProofWriter opening(ProgramCommitment program, int node) {
    return new ProofWriter()
        .bytes(program.headerBytes())
        .bytes(program.nodeBytes(node))
        .path(program.nodes().path(node));
  }
}
