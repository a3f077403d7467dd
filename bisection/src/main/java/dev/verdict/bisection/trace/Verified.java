package dev.verdict.bisection.trace;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import dev.verdict.repops.commit.TensorCommitment;
import dev.verdict.repops.commit.VectorCommitment;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Served objects whose roots have been recomputed: a wrong answer is none.
public final class Verified implements ServedObjects {
  private final ServedObjects source;

  public Verified(ServedObjects source) {
    this.source = Objects.requireNonNull(source);
  }

  @Override
  public Optional<List<Digest>> vector(Digest vectorRoot) {
    return source.vector(vectorRoot).filter(leaves -> VectorCommitment.root(leaves).equals(vectorRoot));
  }

  @Override
  public Optional<Tensor> tensor(Digest tensorRoot) {
    return source.tensor(tensorRoot).filter(tensor -> TensorCommitment.root(tensor).equals(tensorRoot));
  }
}
