package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;

/// One-step adjudication (SPEC §7), as the rules need it. Proof bytes are hostile: implementations never throw.
public interface OneStepVerifier {
  /// Reads a `commitFold` proof: opens node `node` and takes the fold tensor's tree.
  FoldOpening openFold(Digest programRoot, long nodeCount, long node, Bytes proof);

  /// Checks a step proof against a game in PROVE_SLOT, OPEN_NODE or PROVE_POSITION.
  Finding adjudicate(GameState state, Bytes proof);
}
