package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;
import java.util.List;

/// A move of the game (SPEC §6.3.1). u64 values are unsigned longs; u32 values are longs below 2^32.
public sealed interface Move {
  /// SELECT_INTERVAL, challenger: the transition from leaf `interval` − 1 of C to leaf `interval` is invalid.
  ///
  /// @param salt of the opening; any, where there was none
  record SelectInterval(long interval, Digest salt) implements Move {}

  /// COMMIT_STEPS, solver: the Merkle tree of the interval's inner states.
  record CommitSteps(Digest stepsTree) implements Move {}

  /// SELECT_STEP, challenger: the transition from S_step to S_{step+1} is invalid.
  record SelectStep(long step) implements Move {}

  /// COMMIT_TRACE, solver: opens the step's two states and commits to its trace.
  record CommitTrace(Bytes proof) implements Move {}

  /// SELECT_NODE, challenger: element `element` of node `node`'s output is wrong.
  record SelectElement(long node, long element) implements Move {}

  /// SELECT_NODE, challenger: slot `slot` of S_{t+1} isn't its node's output, or without one not S_t's.
  record SelectSlot(long slot) implements Move {}

  /// OPEN_NODE, solver: opens the node and commits to the element's inner accumulators.
  record CommitFold(Bytes proof) implements Move {}

  /// SELECT_POSITION, challenger: the fold's step from acc_position to acc_{position+1} is wrong.
  record SelectPosition(long position) implements Move {}

  /// A selecting phase, challenger: obliges the solver to reveal (SPEC §6.2).
  ///
  /// @param target where nothing is revealed on this level: 0, or in SELECT_NODE 1 for the slots of S_{t+1}; else the
  ///     index of an entry of `revealed`
  /// @param revealed where nothing is revealed: empty; else the hashes revealed last
  record Demand(long target, List<Digest> revealed) implements Move {
    public Demand {
      revealed = List.copyOf(revealed);
    }
  }

  /// REVEAL, solver: the descendants, or the chunk, that were demanded.
  record Reveal(Bytes data) implements Move {}

  /// OPEN_NODE, PROVE_SLOT or PROVE_POSITION, anyone: the step proof of SPEC §7.1.
  record Prove(Bytes proof) implements Move {}

  /// Any phase, anyone: the side to move has let its clock run out.
  record Timeout() implements Move {}
}
