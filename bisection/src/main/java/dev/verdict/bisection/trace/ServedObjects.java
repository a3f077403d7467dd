package dev.verdict.bisection.trace;

import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import java.util.List;
import java.util.Optional;

/// What the solver serves off chain, by content (SPEC §6.2). Whoever asks checks the answer: see [Verified].
public interface ServedObjects {
  /// Serves nothing.
  ServedObjects NONE = new ServedObjects() {
    @Override
    public Optional<List<Digest>> vector(Digest vectorRoot) {
      return Optional.empty();
    }

    @Override
    public Optional<Tensor> tensor(Digest tensorRoot) {
      return Optional.empty();
    }
  };

  /// The hashes of the vector with this root.
  Optional<List<Digest>> vector(Digest vectorRoot);

  /// The tensor with this root, in whatever shape.
  Optional<Tensor> tensor(Digest tensorRoot);
}
