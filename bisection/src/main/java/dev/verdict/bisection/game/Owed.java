package dev.verdict.bisection.game;

import dev.verdict.repops.commit.Digest;

/// What a reveal owes. While it is owed, demandHash is the root or subtree hash itself (SPEC §6.2), and since no leaf can
/// be the root of a tree that holds it, comparing it with the level's root tells the first reveal from those below.
public enum Owed {
  /// Descendants of the whole vector: checked as H(0x03 ‖ length ‖ tree).
  VECTOR,
  /// `dtype ‖ numel ‖ descendants` of a tensor in R_t.
  TENSOR,
  /// Descendants of the fold tensor, whose dtype and numel are known: checked as H(0x02 ‖ dtype ‖ K−1 ‖ tree).
  FOLD,
  /// Descendants of a subtree.
  SUBTREE,
  /// The chunk whose leaf hash this is.
  CHUNK;

  /// What `state`, in [Phase#REVEAL], owes.
  public static Owed of(GameState state) {
    Digest hash = state.demandHash();
    return switch (state.demandKind()) {
      case VECTOR -> switch (state.demandingPhase()) {
        case SELECT_INTERVAL -> hash.equals(state.checkpoints()) ? VECTOR : SUBTREE;
        case SELECT_STEP -> hash.equals(state.stepsRoot()) ? VECTOR : SUBTREE;
        default -> hash.equals(state.slotsAfter()) ? VECTOR : SUBTREE;
      };
      case TRACE -> {
        if (hash.equals(state.traceRoot())) {
          yield VECTOR;
        }
        yield state.demandCount() == 1 ? TENSOR : SUBTREE;
      }
      case TENSOR -> {
        if (state.demandingPhase() == Phase.SELECT_POSITION && hash.equals(state.foldRoot())) {
          yield FOLD;
        }
        yield state.demandCount() == 1 ? CHUNK : SUBTREE;
      }
      case NONE, DONE -> throw new IllegalStateException("nothing is owed under cursor " + state.demandKind());
    };
  }
}
