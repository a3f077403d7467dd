package dev.verdict.staking.role;

import dev.verdict.bisection.trace.ServedObjects;
import dev.verdict.learning.checkpoint.Objects;
import dev.verdict.learning.job.TrainingJob;
import dev.verdict.repops.Tensor;
import dev.verdict.repops.commit.Digest;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/// What a solver serves in a dispute, none of it larger than the job's own vectors and tensors can be.
final class ClaimedObjects implements ServedObjects {
  private static final long REGISTER_BYTES = 4;

  private final Objects objects;
  private final long longestVector;
  private final long largestTensorBytes;

  ClaimedObjects(TrainingJob job, Objects objects) {
    this.objects = objects;
    this.longestVector = LongStream.of(job.intervals() + 1, job.checkpointInterval(), job.program().nodes().size(),
        job.program().slots().size()).max().orElseThrow();
    this.largestTensorBytes = REGISTER_BYTES * job.program().nodes().stream()
        .mapToLong(node -> Math.max(node.out().numel(), node.foldLength())).max().orElseThrow();
  }

  @Override
  public Optional<List<Digest>> vector(Digest vectorRoot) {
    return objects.vector(vectorRoot, longestVector);
  }

  @Override
  public Optional<Tensor> tensor(Digest tensorRoot) {
    return objects.tensor(tensorRoot, largestTensorBytes);
  }
}
