package dev.verdict.learning.train;

import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.VectorCommitment;
import java.util.List;

/// The states that a claim commits to: S_0, S_c, …, S_T (SPEC §5.1).
public record Trail(List<Digest> states) {
  public Trail {
    states = List.copyOf(states);
  }

  /// C, with its paths.
  public VectorCommitment commitment() {
    return VectorCommitment.of(states);
  }

  /// S_T.
  public Digest last() {
    return states.getLast();
  }
}
