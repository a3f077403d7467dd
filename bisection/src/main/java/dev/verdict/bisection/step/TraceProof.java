package dev.verdict.bisection.step;

import dev.verdict.bisection.game.Bytes;
import dev.verdict.bisection.game.ProofWriter;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.ir.ProgramCommitment;
import java.util.List;

/// The proof of `commitTrace` (SPEC §6.3.1): opens the step's two states and commits to its trace.
///
///     header 114 ‖ nodesRoot b32 ‖ traceTree b32 ‖ slotsBeforeTree b32 ‖ slotsAfterTree b32 ‖ path of S_t ‖ path of S_{t+1}
public final class TraceProof {
  private TraceProof() {}

  public static Bytes build(
      ProgramCommitment program, Digest traceTree, Digest slotsBeforeTree, Digest slotsAfterTree,
      List<Digest> pathBefore, List<Digest> pathAfter) {
    return new ProofWriter()
        .bytes(program.headerBytes())
        .digest(program.nodes().root())
        .digest(traceTree)
        .digest(slotsBeforeTree)
        .digest(slotsAfterTree)
        .path(pathBefore)
        .path(pathAfter)
        .toBytes();
  }
}
